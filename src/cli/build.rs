//! `playpress build`: check the book, write each edition.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use super::console::{self, Console};
use super::{FAILED, Root, editions, findings, today};
use crate::book::Book;
use crate::check::{self, Report};
use crate::config::Config;
use crate::site::{self, Proof, Site, Theme};
use crate::text::hash::Hash128;
use crate::write::{self, Target, WriteError, Written};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    /// Where the sites go, instead of the build directory. With --audience, the folder of that one site.
    #[arg(short, long, visible_alias = "dest", value_name = "DIR")]
    dest_dir: Option<PathBuf>,
    /// Build only the site of this audience.
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    #[command(flatten)]
    findings: findings::Arguments,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let progress = console.progress();
    let mut workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let book = progress.during("Reading pages", |watch| workspace.book_watched(watch));
    let theme = Arc::new(Theme::of_project(workspace.config(), &book.sources)?);
    let chosen = editions(&book, arguments.audience.as_deref())?;
    let planned = || -> Vec<(Site, PathBuf)> {
        let site = |edition| (site::plan(&book, edition, &theme), target(&book, edition, arguments, workspace.root(), workspace.config()));
        chosen.into_iter().map(site).collect()
    };
    // Neither needs the other.
    let (mut report, sites) = std::thread::scope(|scope| {
        let sites = scope.spawn(planned);
        (check::check(&book, today()), sites.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    // What is in the way of one edition stops all of them, before anything is written.
    let targets = sites.iter().map(|(site, folder)| Target::open(site, folder)).collect::<anyhow::Result<Vec<_>>>()?;
    arguments.findings.settle(&mut report, &book, console)?;
    arguments.findings.print(&report, &book, console, false)?;
    // Files are made again by another program, whatever its version says.
    let program = std::env::current_exe().and_then(std::fs::read).ok().map(|bytes| Hash128::of(&bytes));
    let mut is_refused = false;
    for ((site, folder), target) in sites.iter().zip(targets) {
        match progress.during(&writing(site), |watch| target.write(program, watch)) {
            Ok(written) => console.say(&said(site, folder, written)),
            Err(WriteError::Refused(refusal)) => {
                is_refused = true;
                console::finding(Proof::new(site).finding(&refusal), &book.sources);
            }
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    for old in old_editions(&sites, arguments) {
        console.say(&format!("{} is the site of an audience that this book has no more; `playpress clean` removes it", shown(&old)));
    }
    let mut late = Report::default();
    late.add(&book, theme.take_findings());
    console.report(&late, &book.sources);
    report.diagnostics.append(&mut late.diagnostics);
    console.no_page(&book);
    console.summary(&report);
    console.say(&format!("done in {:.2} s", start.elapsed().as_secs_f64()));
    // The program ends here, and the system takes its memory back at once; freeing it piece by piece takes longer than many a stage.
    std::mem::forget((workspace, book, theme, sites));
    if is_refused {
        return Ok(ExitCode::from(FAILED));
    }
    Ok(arguments.findings.exit_code(&report))
}

/// The folder of an edition.
fn target(book: &Book, edition: usize, arguments: &Arguments, root: &Path, config: &Config) -> PathBuf {
    let folder = book.editions[edition].settings.as_ref().map(|settings| settings.dest.as_str());
    match (&arguments.dest_dir, &arguments.audience, folder) {
        (Some(dir), Some(_), _) | (Some(dir), None, None) => dir.clone(),
        (Some(dir), None, Some(folder)) => dir.join(folder),
        (None, _, Some(folder)) => root.join(&config.build_dir).join(folder),
        (None, _, None) => root.join(&config.build_dir),
    }
}

/// Sites of earlier builds beside those of all audiences.
fn old_editions(sites: &[(Site, PathBuf)], arguments: &Arguments) -> Vec<PathBuf> {
    let folder = sites.first().filter(|_| arguments.audience.is_none()).and_then(|(_, target)| target.parent());
    let Some(Ok(entries)) = folder.map(std::fs::read_dir) else { return Vec::new() };
    let beside = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut old: Vec<PathBuf> =
        beside.filter(|path| path.join(write::MANIFEST).is_file() && !sites.iter().any(|(_, target)| target == path)).collect();
    old.sort();
    old
}

/// A path as seen from the current folder, if it is below it.
fn shown(path: &Path) -> String {
    let current = std::env::current_dir().ok();
    current.and_then(|current| path.strip_prefix(current).ok()).unwrap_or(path).display().to_string()
}

/// What is done while a site is written.
fn writing(site: &Site) -> String {
    site.edition().name().map_or_else(|| "Writing files".to_owned(), |name| format!("Writing files for {name}"))
}

fn said(site: &Site, target: &Path, written: Written) -> String {
    let whose = site.edition().name().map_or_else(String::new, |name| format!("{name}: "));
    let pages = site.edition().pages.len();
    let pages = if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
    let what = match (written.changed, written.removed) {
        (0, 0) => "nothing changed".to_owned(),
        (changed, 0) => format!("{changed} of {} files written", written.files),
        (changed, removed) => format!("{changed} of {} files written, {removed} removed", written.files),
    };
    let how = if written.in_place { ", file by file: the folder is a link or a mount point" } else { "" };
    format!("{whose}{pages} in {} ({what}{how})", shown(target))
}
