//! `playpress schema`: the JSON Schema of `book.toml`, for editors.

use std::process::ExitCode;

use super::console;
use crate::config;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    console::payload(&format!("{}\n", serde_json::to_string_pretty(&config::schema())?));
    Ok(ExitCode::SUCCESS)
}
