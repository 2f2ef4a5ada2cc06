//! `playpress check`: findings, and nothing written.

use std::process::ExitCode;

use anyhow::Context;

use super::Root;
use super::console::Console;
use crate::check;
use crate::report::FORMATS;
use crate::site::Theme;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    /// How findings are printed.
    #[arg(long, value_name = "FORMAT", default_value = "pretty", value_parser = FORMATS.iter().map(|format| format.name).collect::<Vec<_>>())]
    format: String,
    /// Exit with 1 on warnings too.
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let mut workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let format = FORMATS.iter().find(|format| format.name == arguments.format).context("the format is known")?;
    let book = console.progress().during("Reading pages", |watch| workspace.book_watched(watch));
    let mut report = check::check(&book);
    report.add(Theme::of_project(workspace.config(), &book.sources)?.take_findings());
    console.findings(format, &report, &book.sources);
    console.no_page(&book);
    console.summary(&report);
    Ok(Console::exit_code(&report, arguments.strict))
}
