//! `playpress completions SHELL`: a script that completes commands and options.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::console;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "playpress", &mut script);
    console::payload(&String::from_utf8_lossy(&script));
    ExitCode::SUCCESS
}
