//! Whose turn it is: a few requests to a host at once, a pause between two, and as long a wait as a host asks for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use url::Url;

use crate::check::external::{Answer, Outcome};

/// How often an address is asked for.
const TRIES: u32 = 3;

/// An address to be asked for.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) url: String,
    /// The places in it that links name.
    pub(super) places: BTreeSet<String>,
    tries: u32,
}

/// What came of asking.
pub(super) enum Turn {
    /// Something is known.
    Known(Outcome),
    /// The host wants to be asked again after this time, and why.
    Later(Duration, String),
}

impl Turn {
    /// What is known at the end.
    pub(super) fn into_outcome(self) -> Outcome {
        match self {
            Self::Known(outcome) => outcome,
            Self::Later(_, why) => Outcome { answer: Answer::Unsure(why), moved: None, places: None },
        }
    }
}

impl Job {
    pub(super) fn new(url: &str, places: &BTreeSet<String>) -> Self {
        Self { url: url.to_owned(), places: places.clone(), tries: 0 }
    }

    pub(super) fn may_try_again(&self) -> bool {
        self.tries + 1 < TRIES
    }

    fn host(&self) -> String {
        Url::parse(&self.url).ok().and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))).unwrap_or_default()
    }
}

/// The jobs of a host.
struct Host {
    waiting: VecDeque<Job>,
    active: usize,
    next: Instant,
}

/// All jobs.
pub(super) struct Schedule {
    state: Mutex<State>,
    changed: Condvar,
    per_host: usize,
    delay: Duration,
}

struct State {
    hosts: BTreeMap<String, Host>,
    done: usize,
}

impl Schedule {
    pub(super) fn new(jobs: Vec<Job>, per_host: usize, delay: Duration) -> Self {
        let mut hosts: BTreeMap<String, Host> = BTreeMap::new();
        for job in jobs {
            let host = hosts.entry(job.host()).or_insert_with(|| Host { waiting: VecDeque::new(), active: 0, next: Instant::now() });
            host.waiting.push_back(job);
        }
        Self { state: Mutex::new(State { hosts, done: 0 }), changed: Condvar::new(), per_host, delay }
    }

    /// How many hosts there are.
    pub(super) fn hosts(&self) -> usize {
        self.lock().hosts.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The next job, when its host may be asked; `None` once all are done.
    pub(super) fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let is_free = |host: &&mut Host| !host.waiting.is_empty() && host.active < self.per_host && host.next <= now;
            if let Some(host) = state.hosts.values_mut().find(is_free) {
                host.active += 1;
                host.next = now + self.delay;
                return host.waiting.pop_front();
            }
            if state.hosts.values().all(|host| host.waiting.is_empty() && host.active == 0) {
                self.changed.notify_all();
                return None;
            }
            let waiting = state.hosts.values().filter(|host| !host.waiting.is_empty() && host.active < self.per_host).map(|host| host.next);
            let wait = waiting.min().map_or(Duration::from_secs(1), |next| next.saturating_duration_since(now));
            state = self.changed.wait_timeout(state, wait.max(Duration::from_millis(1))).unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    /// The job is done for now; its host is left alone for a while.
    pub(super) fn put_back(&self, mut job: Job, wait: Duration) {
        job.tries += 1;
        let mut state = self.lock();
        if let Some(host) = state.hosts.get_mut(&job.host()) {
            host.active -= 1;
            host.next = host.next.max(Instant::now() + wait);
            host.waiting.push_back(job);
        }
        self.changed.notify_all();
    }

    /// The job is done; says how many are.
    pub(super) fn done(&self, job: &Job) -> usize {
        let mut state = self.lock();
        if let Some(host) = state.hosts.get_mut(&job.host()) {
            host.active -= 1;
        }
        state.done += 1;
        self.changed.notify_all();
        state.done
    }
}
