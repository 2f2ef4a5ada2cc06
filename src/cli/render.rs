//! `playpress render FILE`: the HTML of one page, without a theme.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;

use super::console::{self, Console};
use super::findings;
use super::{editions, today};
use crate::book::{Book, PageId};
use crate::check::{self, Report};
use crate::site::{self, Proof, Theme};
use crate::text::path::RelPath;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A Markdown file of a project, or by itself.
    file: PathBuf,
    /// The audience that reads it, where several may.
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let file = arguments.file.canonicalize().with_context(|| format!("cannot read `{}`", arguments.file.display()))?;
    let folder = file.parent().context("a file is in a folder")?;
    let root = folder.ancestors().find(|folder| folder.join("book.toml").is_file() || folder.join("docfx.json").is_file()).unwrap_or(folder);
    let mut workspace = match console::open(root) {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let path = rel_path(workspace.root(), &file)?;
    let book = workspace.book();
    let (edition, page) = chosen(&book, &path, arguments.audience.as_deref())?;
    let site = site::plan(&book, edition, &Arc::new(Theme::load()?));
    let proof = Proof::new(&site);
    match proof.prove(&path, site.article(page)) {
        Ok(html) => console::payload(&html),
        Err(refusal) => {
            console::finding(proof.finding(&refusal), &book.sources);
            return Ok(ExitCode::from(super::FAILED));
        }
    }
    let built = &site.edition().page(page).page;
    let mut files: Vec<_> = built.includes.iter().map(|include| include.file).collect();
    files.push(built.file);
    let mut report: Report = check::check(&book, today());
    report.diagnostics.retain(|finding| finding.place.file().is_some_and(|file| files.contains(&file)));
    console.report(&report, &book.sources);
    Ok(findings::exit_code(&report, false))
}

fn rel_path(root: &Path, file: &Path) -> anyhow::Result<RelPath> {
    let below = file.strip_prefix(root).with_context(|| format!("`{}` is not in the project `{}`", file.display(), root.display()))?;
    let below = below.to_str().with_context(|| format!("`{}` is no Unicode", file.display()))?;
    RelPath::new(&below.replace(std::path::MAIN_SEPARATOR, "/")).ok().context("a file of the project is below its root")
}

/// The edition that is asked for, or the only one that holds the page.
fn chosen(book: &Book, path: &RelPath, audience: Option<&str>) -> anyhow::Result<(usize, PageId)> {
    let file = book.sources.find(path).with_context(|| format!("`{path}` is no page of the project"))?;
    let holds = |edition: &usize| {
        let page = book.editions[*edition].pages.iter().position(|page| page.page.file == file)?;
        Some((*edition, PageId::from_index(page)))
    };
    let found: Vec<(usize, PageId)> = editions(book, audience)?.iter().filter_map(holds).collect();
    match found.as_slice() {
        [] => anyhow::bail!("`{path}` is in no edition that could be shown; `playpress check` says why"),
        [only] => Ok(*only),
        several => {
            let names: Vec<&str> = several.iter().filter_map(|(edition, _)| book.editions[*edition].name()).collect();
            anyhow::bail!("`{path}` is in several editions; choose one with --audience: {}", names.join(", "))
        }
    }
}
