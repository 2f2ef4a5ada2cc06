//! How soon an edit is shown, and what a build costs of which little or nothing changed: see `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod baseline;
mod generator;
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use playpress::book::Book;
use playpress::check;
use playpress::site::{self, Proof, Site, Theme};
use playpress::source::Changes;
use playpress::text::date::Date;
use playpress::text::hash::Hash128;
use playpress::text::path::RelPath;
use playpress::workspace::Workspace;
use playpress::write::{Target, WriteError};

use crate::generator::Readers;
use crate::support::{Cost, Scratch, timed};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each edit is measured.
const EDITS: usize = 9;

/// After how many edits memory is looked at again.
const MANY: usize = 1000;

/// What `serve` holds.
struct Served {
    workspace: Workspace,
    theme: Arc<Theme>,
    site: Site,
    proof: Proof,
}

impl Served {
    fn open(root: &Path) -> anyhow::Result<Self> {
        let Ok(mut workspace) = Workspace::open(root) else { anyhow::bail!("the generated playbook cannot be opened") };
        let book = workspace.book();
        let theme = Arc::new(Theme::of_project(&book.config, &book.sources)?);
        let site = site::plan(&book, 0, &theme);
        let proof = Proof::new(&site);
        Ok(Self { workspace, theme, site, proof })
    }

    /// What `serve` does between an edit and the page that shows it.
    fn show(&mut self, changed: &RelPath, page: &RelPath) -> anyhow::Result<Vec<u8>> {
        let book = self.workspace.book_after(&Changes::Paths(BTreeSet::from([changed.clone()])));
        self.site = site::plan_again(&self.site, &book, 0, &self.theme);
        self.proof = Proof::again(&self.proof, &self.site);
        let made = self.site.render(page)?.context("the site has the page")?;
        let Ok(content) = self.proof.prove(page, made) else { anyhow::bail!("`{page}` was refused") };
        playpress::write::bytes(&self.site, content)
    }
}

/// The page whose fragment most pages have, that fragment, and how many these are.
fn commonest(book: &Book) -> anyhow::Result<(usize, RelPath, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for page in &book.editions[0].pages {
        for file in page.page.includes.iter().map(|include| include.file).collect::<BTreeSet<_>>() {
            *counts.entry(file).or_insert(0) += 1;
        }
    }
    let (file, count) = counts.into_iter().max_by_key(|(_, count)| *count).context("a page includes something")?;
    let page = book.editions[0].pages.iter().position(|page| page.page.includes.iter().any(|include| include.file == file));
    Ok((page.context("it is on a page")?, book.sources.path(file).clone(), count))
}

/// Edits a file some times, and takes it back; what an edit took.
fn edits(served: &mut Served, root: &Path, path: &RelPath, page: &RelPath, edit: &dyn Fn(&str, usize) -> String) -> anyhow::Result<Cost> {
    let place = path.under(root);
    let text = fs::read_to_string(&place)?;
    let mut costs = Vec::new();
    for number in 0..EDITS {
        fs::write(&place, edit(&text, number))?;
        let (shown, cost) = timed(|| served.show(path, page));
        shown?;
        costs.push(cost);
    }
    fs::write(&place, text)?;
    served.show(path, page)?;
    Ok(Cost::median(costs.into_iter()))
}

/// A check, and a build, as the program does them.
fn build(root: &Path, folder: &Path) -> anyhow::Result<(Cost, Cost, usize)> {
    let (opened, checked) = timed(|| {
        Workspace::open(root).map(|mut workspace| {
            let book = workspace.book();
            let report = check::check(&book, Date::constant(2026, 11, 27));
            (workspace, book, report)
        })
    });
    let Ok((workspace, book, report)) = opened else { anyhow::bail!("the generated playbook cannot be opened") };
    let (written, cost) = timed(|| -> anyhow::Result<usize> {
        let theme = Arc::new(Theme::of_project(&book.config, &book.sources)?);
        let site = site::plan(&book, 0, &theme);
        let done = Target::open(&site, folder)?.write(Some(Hash128::of(b"bench")), &|_, _| {});
        let written = match done {
            Ok(written) => written.changed,
            Err(WriteError::Refused(refusal)) => anyhow::bail!("`{}` was refused", refusal.output),
            Err(WriteError::Failed(error)) => return Err(error),
        };
        // As the program does when it ends.
        std::mem::forget(site);
        Ok(written)
    });
    std::mem::forget((workspace, book, report));
    Ok((checked, checked + cost, written?))
}

fn measure(scratch: &Scratch, pages: usize) -> anyhow::Result<()> {
    let playbook = scratch.playbook(pages, Readers::One)?;
    let root = &playbook.root;
    let floor = || -> anyhow::Result<Cost> {
        let output = scratch.empty("floor")?;
        let (done, cost) = timed(|| baseline::floor(root, &output));
        done?;
        Ok(cost)
    };
    floor()?;
    let before = floor()?;
    let (opened, first) = timed(|| Served::open(root));
    let mut served = opened?;
    let (at, fragment, count) = commonest(&served.site.book)?;
    let shown = &served.site.edition().pages[at];
    let (page, source) = (shown.output.clone(), served.site.book.sources.path(shown.page.file).clone());
    let toc = served.site.book.sources.files().iter().find(|file| file.path.file_name() == "toc.yml").context("there is a TOC")?.path.clone();
    let memory = |what: &str| support::peak_memory(what, root, Path::new("-"));
    println!(
        "\n{} pages of {} MB with {} different words; the floor takes {:.0} ms by the clock.\nMemory of `serve`: {:.0} MB, after {MANY} edits {:.0} MB.\n",
        playbook.pages,
        playbook.bytes / 1_000_000,
        playbook.words,
        before.wall * 1e3,
        memory("start")?,
        memory("edits")?,
    );
    println!("| until the page is shown | ms | ÷ floor |\n| :-- | --: | --: |");
    let row = |what: &str, cost: Cost| println!("| {what} | {:.1} | {:.3} |", cost.wall * 1e3, cost.wall / before.wall);
    row("`serve` is started", first);
    row("its text was edited", edits(&mut served, root, &source, &page, &|text, number| format!("{text}\nEdit {number}.\n"))?);
    row(
        "its title was edited",
        edits(&mut served, root, &source, &page, &|text, number| text.replacen("title: ", &format!("title: T{number} "), 1))?,
    );
    let include = edits(&mut served, root, &fragment, &page, &|text, number| format!("{} e{number}\n", text.trim_end()))?;
    row(&format!("a fragment of {count} pages was edited"), include);
    row(
        "a table of contents was edited",
        edits(&mut served, root, &toc, &page, &|text, number| text.replacen("name: ", &format!("name: N{number} "), 1))?,
    );
    drop(served);
    let site = scratch.empty("site")?;
    build(root, &site)?;
    let mut unchanged = Vec::new();
    let mut one = Vec::new();
    let place = source.under(root);
    let text = fs::read_to_string(&place)?;
    for number in 0..5 {
        let (check, all, changed) = build(root, &site)?;
        anyhow::ensure!(changed == 0, "nothing changed, and {changed} files were written");
        unchanged.push(all / check);
        fs::write(&place, format!("{text}\nEdit {number}.\n"))?;
        let (check, all, _) = build(root, &site)?;
        one.push(all / check);
        fs::write(&place, &text)?;
        build(root, &site)?;
    }
    let (unchanged, one) = (Cost::median(unchanged.into_iter()), Cost::median(one.into_iter()));
    println!("\n| a build after a build | ÷ check, by the clock | of both processors |\n| :-- | --: | --: |");
    println!("| nothing changed | {:.2} | {:.2} |\n| the text of a page changed | {:.2} | {:.2} |", unchanged.wall, unchanged.cpu, one.wall, one.cpu);
    Ok(())
}

/// Opens a playbook as `serve` does, and edits a page so often.
fn served(root: &Path, count: usize) -> anyhow::Result<()> {
    let mut served = Served::open(root)?;
    let shown = &served.site.edition().pages[0];
    let (page, source) = (shown.output.clone(), served.site.book.sources.path(shown.page.file).clone());
    for _ in 0..count {
        edits(&mut served, root, &source, &page, &|text, number| format!("{text}\nEdit {number}.\n"))?;
    }
    Ok(())
}

fn main() -> anyhow::Result<()> {
    support::two_threads()?;
    if let Some((what, root, _)) = support::to_measure() {
        served(&root, if what == "edits" { MANY / EDITS } else { 0 })?;
        println!("{}", support::own_peak()?);
        return Ok(());
    }
    let scratch = Scratch::new()?;
    if let Some(note) = &scratch.note {
        println!("{note}");
    }
    measure(&scratch, 1000)?;
    measure(&scratch, 10_000)
}
