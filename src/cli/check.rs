//! `playpress check`: findings, and with `--fix` what can be mended.

use std::process::ExitCode;

use anyhow::Context;

use super::console::{self, Console};
use super::{Root, findings, fix, today};
use crate::book::Book;
use crate::check::{self, Report};
use crate::external;
use crate::git;
use crate::site::Theme;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    #[command(flatten)]
    findings: findings::Arguments,
    #[command(flatten)]
    fixes: fix::Arguments,
    /// Only findings that were not there at this git revision, or where the work left it: those that the change has brought.
    #[arg(long, value_name = "REV", conflicts_with = "fixes")]
    changed_since: Option<String>,
    /// Ask for the web addresses of other sites too.
    #[arg(long, conflicts_with = "changed_since")]
    external: bool,
}

/// Asks for the web addresses of a book.
fn ask(report: &mut Report, book: &Book, workspace: &Workspace, console: &Console) -> anyhow::Result<()> {
    let addresses = check::external::addresses(book);
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0);
    let settings = &book.config.checks.external;
    let outcomes =
        console.progress().during("Asking for web addresses", |watch| external::ask(&addresses, settings, workspace.root(), now, watch))?;
    report.add(book, check::external::findings(book, &outcomes));
    console.say(&format!("{} web addresses looked at", outcomes.len()));
    Ok(())
}

/// Keeps the findings that a project did not have where its work left `revision`.
fn keep_new(report: &mut Report, book: &Book, workspace: &Workspace, revision: &str, console: &Console) -> anyhow::Result<()> {
    let root = workspace.root();
    let commit = git::start_of(root, revision)?;
    let renamed = git::renamed(root, &commit)?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    git::export(root, &commit, folder.path())?;
    let before = match Workspace::open(folder.path()) {
        Ok(mut before) => console.progress().during("Reading pages as they were", |watch| before.book_watched(watch)),
        Err(error) => anyhow::bail!("the project cannot be read as it was at {commit}: {}", console::open_problem(&error)),
    };
    check::new_since(report, &book.sources, (&check::check(&before, today()), &before.sources), &renamed);
    Ok(())
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
    if arguments.external {
        ask(&mut report, &book, &workspace, console)?;
    }
    if let Some(revision) = &arguments.changed_since {
        keep_new(&mut report, &book, &workspace, revision, console)?;
    }
    arguments.findings.settle(&mut report, &book, console)?;
    arguments.findings.print(&report, &book, console, true)?;
    console.no_page(&book);
    console.summary(&report);
    // The system takes the memory back at once; freeing it piece by piece takes longer than many a rule.
    std::mem::forget((workspace, book));
    Ok(arguments.findings.exit_code(&report))
}
