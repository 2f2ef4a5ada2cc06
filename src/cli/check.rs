//! `playpress check`: findings, and with `--fix` what can be mended.

use std::process::ExitCode;

use super::console::Console;
use super::{Root, findings, fix, today};
use crate::check;
use crate::site::Theme;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    findings: findings::Arguments,
    #[command(flatten)]
    fixes: fix::Arguments,
}

pub(super) fn run(arguments: &Arguments, is_fix: bool, console: &Console) -> anyhow::Result<ExitCode> {
    let mut workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let mut book = console.progress().during("Reading pages", |watch| workspace.book_watched(watch));
    let mut is_different = false;
    if is_fix || arguments.fixes.is_asked() {
        let mended = arguments.fixes.run(&mut workspace, book, &arguments.findings, console)?;
        (book, is_different) = (mended.book, mended.is_different);
    }
    if is_different {
        return Ok(ExitCode::FAILURE);
    }
    let mut report = check::check(&book, today());
    report.add(&book, Theme::of_project(workspace.config(), &book.sources)?.take_findings());
    arguments.findings.settle(&mut report, &book, console)?;
    arguments.findings.print(&report, &book, console, true)?;
    console.no_page(&book);
    console.summary(&report);
    Ok(arguments.findings.exit_code(&report))
}
