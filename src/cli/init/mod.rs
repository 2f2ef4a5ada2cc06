//! `playpress init`: a `book.toml` from what is there, and a first page where there is none. Asks nothing, replaces nothing.

mod propose;
mod vocabulary;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::console::{self, Console};
use crate::config::{BookToml, read_docfx};
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The root of the project [default: the current folder]
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The docfx.json to read [default: that of the root, if there is one]
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// The first page of a book that has none.
const FIRST_PAGE: &str = "---
title: Start here
---

# Start here

This is the first page of your playbook. Change it, and add more pages beside it:

1. Write a Markdown file in this folder.
2. Run `playpress serve` and look at it.
3. Run `playpress check` before you share it.

> [!TIP]
> Pages for different readers? Add `ft.audience: internal` or `ft.audience: partner` to their front matter, and each gets a site of its own.
";

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let root = arguments.dir.as_deref().unwrap_or(Path::new("."));
    let target = root.join("book.toml");
    anyhow::ensure!(root.is_dir(), "`{}` is no folder", root.display());
    anyhow::ensure!(!target.exists(), "`{}` is there already; nothing was changed", target.display());
    let base = match docfx(root, arguments.from.as_deref())? {
        Ok(base) => base,
        Err(code) => return Ok(code),
    };
    let mut workspace = match Workspace::open(root) {
        Ok(workspace) => workspace,
        Err(error) => {
            console::open_error(&error);
            return Ok(ExitCode::from(super::FAILED));
        }
    };
    let book = workspace.book();
    let is_empty = book.editions.iter().all(|edition| edition.pages.is_empty());
    let mut toml = base.unwrap_or_default();
    if toml.book.title.is_none() {
        let folder = workspace.root().file_name().map(|name| name.to_string_lossy().into_owned());
        toml.book.title = propose::title(&book).or_else(|| folder.map(|name| propose::readable(&name)));
    }
    if toml.book.src.is_none() && is_empty {
        toml.book.src = Some("content".to_owned());
    }
    propose::fill(&mut toml, &book);
    let text = propose::with_comments(&toml.to_toml().context("the configuration can be written as TOML")?);
    // A file that came in the meantime is not replaced either.
    create(&target, &text)?;
    console.say(&format!("wrote {}", target.display()));
    if is_empty {
        let page = root.join("content").join("index.md");
        if page.exists() {
            console.say(&format!("{} is there already", page.display()));
        } else {
            fs::create_dir_all(root.join("content"))?;
            create(&page, FIRST_PAGE)?;
            console.say(&format!("wrote {}", page.display()));
        }
    }
    for line in propose::summary(&toml, &book) {
        console.say(&line);
    }
    console.say("next: `playpress serve` shows the book, `playpress check` says what is wrong with it");
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that must not be there yet.
fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path).with_context(|| format!("cannot write `{}`", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write `{}`", path.display()))
}

/// The configuration of a docfx project, if there is one.
fn docfx(root: &Path, from: Option<&Path>) -> anyhow::Result<Result<Option<BookToml>, ExitCode>> {
    let path = from.map_or_else(|| root.join("docfx.json"), Path::to_path_buf);
    if from.is_none() && !path.exists() {
        return Ok(Ok(None));
    }
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(match read_docfx(&text) {
        Ok(toml) => Ok(Some(toml)),
        Err(fault) => {
            console::config_fault(&path.to_string_lossy(), &text, &fault);
            Err(ExitCode::from(super::FAILED))
        }
    })
}
