//! How long the least takes that any generator does: see `benches/README.md`.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod baseline;
mod generator;
mod support;

use crate::generator::Readers;
use crate::support::{Cost, Scratch};

/// That of the program, for the floor too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    support::two_threads()?;
    if let Some((_, root, output)) = support::to_measure() {
        baseline::floor(&root, &output)?;
        println!("{}", support::own_peak()?);
        return Ok(());
    }
    let scratch = Scratch::new()?;
    if let Some(note) = &scratch.note {
        println!("{note}");
    }
    println!("| files | MB | words | by the clock, ms | of both processors, ms | memory, MB |\n| --: | --: | --: | --: | --: | --: |");
    for pages in [1000, 10_000] {
        let playbook = scratch.playbook(pages, Readers::One)?;
        let mut times = Vec::new();
        for _ in 0..7 {
            let output = scratch.empty("floor")?;
            let (done, time) = support::timed(|| baseline::floor(&playbook.root, &output));
            done?;
            times.push(time);
        }
        let memory = support::peak_memory("floor", &playbook.root, &scratch.empty("floor")?)?;
        let floor = Cost::median(times.into_iter());
        println!(
            "| {} | {} | {} | {:.0} | {:.0} | {memory:.0} |",
            playbook.pages,
            playbook.bytes / 1_000_000,
            playbook.words,
            floor.wall * 1e3,
            floor.cpu * 1e3
        );
    }
    Ok(())
}
