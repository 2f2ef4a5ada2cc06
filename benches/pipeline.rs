//! How long playpress takes, and how much memory, as multiples of the floor: see `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod baseline;
mod generator;
mod support;

use std::env;
use std::path::Path;
use std::sync::Arc;

use playpress::book::{self, Book};
use playpress::check::{self, Report};
use playpress::site::{self, Site, Theme};
use playpress::source;
use playpress::workspace::Workspace;
use playpress::write::{self, WriteError};

use crate::generator::{Playbook, Readers};
use crate::support::{Cost, Scratch, timed};

/// That of the program, for the floor too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What one build took.
struct Build {
    /// Opening the project and making its book: files, pages, assembly.
    book: Cost,
    check: Cost,
    /// Planning, rendering, proving and writing.
    write: Cost,
    report: Report,
    made: Arc<Book>,
    /// What the program leaves to the system when it ends: freeing it is no part of a build.
    _left: (Workspace, Vec<Site>),
}

impl Build {
    fn total(&self) -> Cost {
        self.book + self.check + self.write
    }
}

/// What `playpress build` does.
fn build(root: &Path, output: &Path) -> anyhow::Result<Build> {
    let (book, book_cost) = timed(|| {
        Workspace::open(root).map(|mut workspace| {
            let book = workspace.book();
            (workspace, book)
        })
    });
    let Ok((workspace, made)) = book else { anyhow::bail!("the generated playbook cannot be opened") };
    let (report, check) = timed(|| check::check(&made, playpress::text::date::Date::constant(2026, 11, 26)));
    let (sites, write) = timed(|| write_all(&made, output));
    Ok(Build { book: book_cost, check, write, report, made, _left: (workspace, sites?) })
}

fn write_all(book: &Arc<Book>, output: &Path) -> anyhow::Result<Vec<Site>> {
    let theme = Arc::new(Theme::of_project(&book.config, &book.sources)?);
    let mut sites = Vec::new();
    for (index, edition) in book.editions.iter().enumerate() {
        let site = site::plan(book, index, &theme);
        match write::write(&site, &output.join(edition.name().unwrap_or_default())) {
            Ok(_) => sites.push(site),
            Err(WriteError::Refused(refusal)) => anyhow::bail!("`{}` was refused", refusal.output),
            Err(WriteError::Failed(error)) => return Err(error),
        }
    }
    Ok(sites)
}

/// What a book is made of, once more and one after the other: files, assembly. The rest of the book's cost is its pages'.
fn parts(root: &Path, made: &Book) -> anyhow::Result<(Cost, Cost)> {
    let (discovered, discover) = timed(|| source::open(root).map(|(config, mut vfs)| source::discover(&config, &mut vfs, None)));
    anyhow::ensure!(discovered.is_ok(), "the generated playbook cannot be opened");
    let pages = made.editions.iter().map(|edition| edition.pages.iter().map(|page| page.page.clone()).collect()).collect();
    let (_again, assemble) = timed(|| book::assemble(made.config.clone(), made.sources.clone(), made.found.clone(), pages));
    Ok((discover, assemble))
}

/// What was measured of a playbook in one turn.
struct Turn {
    floor: Cost,
    discover: Cost,
    pages: Cost,
    assemble: Cost,
    check: Cost,
    write: Cost,
    total: Cost,
    /// A build where nothing changed, as a multiple of a check.
    warm: Cost,
}

/// The floor and a build in turns, so that what else the machine does meets both.
fn turns(scratch: &Scratch, playbook: &Playbook, count: usize) -> anyhow::Result<Vec<Turn>> {
    let mut turns = Vec::new();
    for turn in 0..=count {
        let (floor_output, site) = (scratch.empty("floor")?, scratch.empty("site")?);
        let floor = || timed(|| baseline::floor(&playbook.root, &floor_output));
        let before = (turn % 2 == 0).then(floor);
        let cold = build(&playbook.root, &site)?;
        let (done, floor) = before.unwrap_or_else(floor);
        done?;
        let again = build(&playbook.root, &site)?;
        let (discover, assemble) = parts(&playbook.root, &cold.made)?;
        let warm = again.total() / (again.book + again.check);
        let (pages, total) = (cold.book - discover - assemble, cold.total());
        if turn == 0 {
            // The first turn warms the program up; it is not counted.
            let editions: Vec<String> = cold.made.editions.iter().map(|edition| edition.pages.len().to_string()).collect();
            let memory = support::peak_memory("build", &playbook.root, &scratch.empty("site")?)?;
            let floor_memory = support::peak_memory("floor", &playbook.root, &scratch.empty("floor")?)?;
            println!(
                "\n{} Markdown pages, {} MB, {} different words; editions of {} pages, {} findings.\nMemory: {memory:.0} MB, the floor {floor_memory:.0} MB.\n",
                playbook.pages,
                playbook.bytes / 1_000_000,
                playbook.words,
                editions.join(" and "),
                cold.report.diagnostics.len(),
            );
        } else {
            turns.push(Turn { floor, discover, pages, assemble, check: cold.check, write: cold.write, total, warm });
        }
    }
    Ok(turns)
}

/// Prints what the turns took; returns the whole build.
fn measure(scratch: &Scratch, playbook: &Playbook, count: usize) -> anyhow::Result<Cost> {
    let turns = turns(scratch, playbook, count)?;
    let of = |cost: fn(&Turn) -> Cost| Cost::median(turns.iter().map(cost));
    let stages = [of(|turn| turn.floor), of(|turn| turn.discover), of(|turn| turn.pages), of(|turn| turn.assemble)];
    let stages = [stages.as_slice(), &[of(|turn| turn.check), of(|turn| turn.write), of(|turn| turn.total)]].concat();
    let (ratio, warm) = (of(|turn| turn.total / turn.floor), of(|turn| turn.warm));
    println!("| ms | floor | files | pages | assemble | check | render, write | total | ÷ floor | unchanged ÷ check |");
    println!("| :-- | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    for (name, value) in [("by the clock", (|cost| cost.wall) as fn(&Cost) -> f64), ("of both processors", |cost| cost.cpu)] {
        let cells: Vec<String> = stages.iter().map(|stage| format!("{:.0}", value(stage) * 1e3)).collect();
        println!("| {name} | {} | {:.2} | {:.2} |", cells.join(" | "), value(&ratio), value(&warm));
    }
    Ok(of(|turn| turn.total))
}

fn main() -> anyhow::Result<()> {
    support::two_threads()?;
    if let Some((what, root, output)) = support::to_measure() {
        if what == "floor" {
            baseline::floor(&root, &output)?;
        } else {
            build(&root, &output)?;
        }
        println!("{}", support::own_peak()?);
        return Ok(());
    }
    let scratch = Scratch::new()?;
    if let Some(note) = &scratch.note {
        println!("{note}");
    }
    measure(&scratch, &scratch.playbook(1000, Readers::One)?, 9)?;
    let ten = measure(&scratch, &scratch.playbook(10_000, Readers::One)?, 5)?;
    measure(&scratch, &scratch.playbook(10_000, Readers::Two)?, 3)?;
    if env::var_os("LONG").is_some() {
        let thirty = measure(&scratch, &scratch.playbook(30_000, Readers::One)?, 3)? / ten;
        println!("\n30,000 pages take {:.2} times as long as 10,000 by the clock, {:.2} times of both processors.", thirty.wall, thirty.cpu);
    }
    Ok(())
}
