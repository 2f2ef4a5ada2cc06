//! What the index of the search costs, beside a check of the same book: see `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod baseline;
mod generator;
mod support;

use std::env;
use std::path::Path;
use std::sync::Arc;

use playpress::check;
use playpress::site::search::Searcher;
use playpress::site::{self, Content, Proof, Site, Theme};
use playpress::workspace::Workspace;

use crate::generator::Readers;
use crate::support::{Cost, Scratch, timed};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A planned site, and what opening and checking its book took.
fn plan(root: &Path) -> anyhow::Result<(Workspace, Site, Cost)> {
    let (opened, cost) = timed(|| {
        Workspace::open(root).map(|mut workspace| {
            let book = workspace.book();
            let report = check::check(&book, playpress::text::date::Date::constant(2026, 11, 27));
            drop(report);
            (workspace, book)
        })
    });
    let Ok((workspace, book)) = opened else { anyhow::bail!("the generated playbook cannot be opened") };
    let theme = Arc::new(Theme::of_project(&book.config, &book.sources)?);
    Ok((workspace, site::plan(&book, 0, &theme), cost))
}

/// The files of the index of a site, and their bytes.
fn index(site: &Site) -> anyhow::Result<(usize, usize)> {
    let (mut files, mut bytes) = (0, 0);
    for path in site.paths().filter(|path| path.as_str().starts_with("search/")) {
        if let Some(Content::Bytes(content)) = site.render(path)?.map(|content| content.get().clone()) {
            files += 1;
            bytes += content.len();
        }
    }
    Ok((files, bytes))
}

fn measure(scratch: &Scratch, pages: usize) -> anyhow::Result<Cost> {
    let playbook = scratch.playbook(pages, Readers::One)?;
    println!("\n{} pages of {} MB with {} different words:\n", playbook.pages, playbook.bytes / 1_000_000, playbook.words);
    println!(
        "| floor, s | check, s | index, s | of both processors | ÷ floor | memory of check, MB | with the index | files | MB | a query in QuickJS, ms |"
    );
    println!("| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
    let mut costs = Vec::new();
    for _ in 0..if pages > 20_000 { 1 } else { 3 } {
        let (_workspace, site, check) = plan(&playbook.root)?;
        // The first question for a path makes the index.
        let (_, cost) = timed(|| site.paths().count());
        let output = scratch.empty("floor")?;
        let (done, floor) = timed(|| baseline::floor(&playbook.root, &output));
        done?;
        costs.push((floor, check, cost));
    }
    let memory = |what: &str| support::peak_memory(what, &playbook.root, Path::new("-"));
    let (before, after) = (memory("check")?, memory("index")?);
    let (_workspace, site, _) = plan(&playbook.root)?;
    let (files, bytes) = index(&site)?;
    let searcher = Searcher::new(&site, &Proof::new(&site))?.map_err(|_| anyhow::anyhow!("the index was refused"))?;
    let queries = ["customer plan", "task 4001", "the migration of mailboxes", "custmer"];
    let (_, query) = timed(|| queries.map(|query| searcher.find(query, "en", 10).map(|hits| hits.total)));
    let (floor, check) = (Cost::median(costs.iter().map(|cost| cost.0)), Cost::median(costs.iter().map(|cost| cost.1)));
    let index = Cost::median(costs.iter().map(|cost| cost.2));
    println!(
        "| {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {before:.0} | {after:.0} | {files} | {} | {:.0} |",
        floor.wall,
        check.wall,
        index.wall,
        index.cpu,
        index.wall / floor.wall,
        bytes / 1_000_000,
        query.wall * 1e3 / 4.0
    );
    Ok(index)
}

fn main() -> anyhow::Result<()> {
    support::two_threads()?;
    if let Some((what, root, _)) = support::to_measure() {
        let (_workspace, site, _) = plan(&root)?;
        if what == "index" {
            std::hint::black_box(site.paths().count());
        }
        println!("{}", support::own_peak()?);
        return Ok(());
    }
    let scratch = Scratch::new()?;
    if let Some(note) = &scratch.note {
        println!("{note}");
    }
    measure(&scratch, 1000)?;
    let ten = measure(&scratch, 10_000)?;
    if env::var_os("LONG").is_some() {
        let hundred = measure(&scratch, 100_000)? / ten;
        println!("\nThe index of 100,000 pages takes {:.1} times as long as that of 10,000.", hundred.wall);
    }
    Ok(())
}
