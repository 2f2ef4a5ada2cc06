//! `playpress check`: findings, and nothing written.

use std::process::ExitCode;

use super::console::Console;
use super::{Root, findings, today};
use crate::check;
use crate::site::Theme;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    findings: findings::Arguments,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let mut workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let book = console.progress().during("Reading pages", |watch| workspace.book_watched(watch));
    let mut report = check::check(&book, today());
    report.add(&book, Theme::of_project(workspace.config(), &book.sources)?.take_findings());
    arguments.findings.settle(&mut report, &book, console)?;
    arguments.findings.print(&report, &book, console, true)?;
    console.no_page(&book);
    console.summary(&report);
    Ok(arguments.findings.exit_code(&report))
}
