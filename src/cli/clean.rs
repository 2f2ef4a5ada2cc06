//! `playpress clean`: remove what manifests in the build directory list.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use super::Root;
use super::console::Console;
use crate::write;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    /// The folder that was built into, instead of the build directory.
    #[arg(short, long, visible_alias = "dest", value_name = "DIR")]
    dest_dir: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let build_dir = arguments.dest_dir.clone().unwrap_or_else(|| workspace.root().join(&workspace.config().build_dir));
    let mut removed = write::clean(&build_dir)?;
    let mut folders: Vec<PathBuf> = match fs::read_dir(&build_dir) {
        Ok(entries) => entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect(),
        Err(_) => Vec::new(),
    };
    folders.sort();
    for folder in folders {
        removed += write::clean(&folder)?;
    }
    let _ = fs::remove_dir(&build_dir);
    console.say(&match removed {
        0 => "nothing to remove".to_owned(),
        1 => "1 file removed".to_owned(),
        removed => format!("{removed} files removed"),
    });
    Ok(ExitCode::SUCCESS)
}
