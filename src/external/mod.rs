//! Asks for web addresses: politely to each host, remembering what was said, and only where somebody wants it. What the answers mean is
//! `check::external`'s.

mod cache;
mod fetch;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::cache::Cache;
use self::fetch::Fetcher;
use self::schedule::{Job, Schedule, Turn};
use crate::check::external::Outcome;
use crate::config::External;

/// The folder that remembers answers, from the root of the project.
pub const FOLDER: &str = ".playpress";

/// How many requests there are at once, to all hosts together.
const WORKERS: usize = 16;

/// What is known of each address: from the cache in `root`, if its answer is young enough, else from its host. What was learned is kept at once, so
/// that whoever is interrupted goes on where he was. `now` is in seconds since 1970; `watch` is told how many of how many are known.
///
/// # Errors
/// Where the cache cannot be read or written.
pub fn ask(
    addresses: &BTreeMap<String, BTreeSet<String>>,
    settings: &External,
    root: &Path,
    now: u64,
    watch: &(dyn Fn(usize, usize) + Sync),
) -> anyhow::Result<BTreeMap<String, Outcome>> {
    let cache = Cache::open(&root.join(FOLDER), settings.age, now)?;
    let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
    let mut jobs = Vec::new();
    for (url, places) in addresses {
        match cache.get(url, places) {
            Some(outcome) => {
                outcomes.insert(url.clone(), outcome);
            }
            None => jobs.push(Job::new(url, places)),
        }
    }
    let known = outcomes.len();
    watch(known, addresses.len());
    let schedule = Schedule::new(jobs, settings.per_host, settings.delay);
    let fetcher = Fetcher::new(settings);
    let learned = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS.min(schedule.hosts() * settings.per_host))
            .map(|_| scope.spawn(|| work(&schedule, &fetcher, &cache, &|done| watch(known + done, addresses.len()))))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    cache.close()?;
    outcomes.extend(learned);
    Ok(outcomes)
}

/// Does jobs until there is none.
fn work(schedule: &Schedule, fetcher: &Fetcher, cache: &Cache, watch: &dyn Fn(usize)) -> Vec<(String, Outcome)> {
    let mut learned = Vec::new();
    while let Some(job) = schedule.next() {
        match fetcher.fetch(&job) {
            Turn::Later(wait, _) if job.may_try_again() => schedule.put_back(job, wait),
            turn => {
                let outcome = turn.into_outcome();
                cache.put(&job.url, &job.places, &outcome);
                learned.push((job.url.clone(), outcome));
                watch(schedule.done(&job));
            }
        }
    }
    learned
}
