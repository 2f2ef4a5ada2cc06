//! Changes of the project's files: which, and soon after they have come to rest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::event::EventKind;
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::poll;
use crate::source::Changes;
use crate::source::discover::is_redirections;
use crate::text::path::RelPath;

/// How long files must be quiet before a change counts: longer than an editor takes to write a file and to put it in the place of another.
const QUIET: Duration = Duration::from_millis(8);
/// How long a change waits at most while files keep changing.
const PATIENCE: Duration = Duration::from_millis(250);
/// How soon a folder that is new is read once more: files may have come into it before it was watched.
const SECOND_LOOK: Duration = Duration::from_millis(120);
/// How changes are noticed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub(super) enum Kind {
    /// The system tells.
    Native,
    /// All files are looked at, again and again: for network drives and the folders of containers, of which the system tells nothing.
    Poll,
}

/// Where changes matter.
#[derive(Clone)]
pub(super) struct Scope {
    /// The root of the project.
    pub(super) root: PathBuf,
    build_dir: PathBuf,
}

/// Sees changes in a scope, from the moment it is made.
pub(super) struct Watcher {
    scope: Scope,
    /// `None`: nobody tells, and all files are looked at.
    system: Option<RecommendedWatcher>,
    events: mpsc::Receiver<notify::Result<Event>>,
    watched: Vec<PathBuf>,
}

/// Some changes, as they came.
#[derive(Default)]
struct Batch {
    paths: BTreeSet<RelPath>,
    /// The system has lost count.
    is_anything: bool,
}

impl Watcher {
    /// Watches what may hold content below `root`.
    pub(super) fn new(root: &Path, build_dir: &Path, kind: Kind) -> anyhow::Result<Self> {
        let (sender, events) = mpsc::channel();
        let scope = Scope { root: root.to_path_buf(), build_dir: build_dir.to_path_buf() };
        let mut system = None;
        match kind {
            Kind::Native => system = Some(RecommendedWatcher::new(sender, Config::default())?),
            Kind::Poll => poll::poll(scope.clone(), sender),
        }
        let mut watcher = Self { scope, system, events, watched: Vec::new() };
        if let Some(system) = &mut watcher.system {
            system.watch(root, RecursiveMode::NonRecursive)?;
        }
        watcher.watch_folders()?;
        Ok(watcher)
    }

    /// Waits for the next changes, at most so long; `None`: there were none.
    pub(super) fn next(&mut self, longest: Option<Duration>) -> anyhow::Result<Option<Changes>> {
        let deadline = longest.map(|longest| Instant::now() + longest);
        let mut batch = Batch::default();
        let mut last = None::<Instant>;
        let mut first = None::<Instant>;
        loop {
            let now = Instant::now();
            let wait = match (first, last) {
                (Some(first), Some(last)) => QUIET.saturating_sub(now - last).min(PATIENCE.saturating_sub(now - first)),
                _ => match deadline {
                    Some(deadline) => deadline.saturating_duration_since(now),
                    None => Duration::MAX,
                },
            };
            let event =
                if wait == Duration::MAX { self.events.recv().map_err(|_| RecvTimeoutError::Disconnected) } else { self.events.recv_timeout(wait) };
            match event {
                Ok(event) => {
                    if self.take(event, &mut batch) {
                        last = Some(Instant::now());
                        first = first.or(last);
                    }
                }
                Err(RecvTimeoutError::Timeout) if first.is_none() => return Ok(None),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the watcher has ended"),
            }
        }
        self.watch_folders()?;
        Ok(Some(if batch.is_anything { Changes::Unknown } else { Changes::Paths(batch.paths) }))
    }

    /// Takes an event in; whether it matters.
    fn take(&self, event: notify::Result<Event>, batch: &mut Batch) -> bool {
        let Ok(event) = event else {
            // What could not be looked at may be another now.
            batch.is_anything = true;
            return true;
        };
        if event.need_rescan() {
            batch.is_anything = true;
            return true;
        }
        if matches!(event.kind, EventKind::Access(_)) {
            return false;
        }
        let mut matters = false;
        for path in event.paths.iter().filter(|path| !self.scope.leaves_out(path)) {
            matters = true;
            let below = path.strip_prefix(&self.scope.root).ok().and_then(Path::to_str).and_then(|below| RelPath::new(below).ok());
            match below {
                Some(below) => drop(batch.paths.insert(below)),
                None => batch.is_anything = true,
            }
        }
        matters
    }

    /// Watches the folders at the root that may hold content and are not watched yet.
    fn watch_folders(&mut self) -> anyhow::Result<()> {
        let Some(system) = &mut self.system else { return Ok(()) };
        self.watched.retain(|folder| folder.is_dir());
        for entry in std::fs::read_dir(&self.scope.root)? {
            let path = entry?.path();
            if path.is_dir() && !self.scope.leaves_out(&path) && !self.watched.contains(&path) {
                system.watch(&path, RecursiveMode::Recursive)?;
                self.watched.push(path);
            }
        }
        Ok(())
    }
}

impl Scope {
    /// Whether nothing of the book can be there.
    pub(super) fn leaves_out(&self, path: &Path) -> bool {
        if path.starts_with(&self.build_dir) {
            return true;
        }
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let mut names = below.iter().map(|name| name.to_string_lossy()).peekable();
        while let Some(name) = names.next() {
            let is_last = names.peek().is_none();
            let is_hidden = name.starts_with('.') && !(is_last && is_redirections(&name.to_lowercase()));
            if is_hidden || matches!(&*name, "target" | "node_modules") {
                return true;
            }
        }
        false
    }
}

/// When changes have to be looked at once more, because one of them is a folder.
pub(super) fn second_look(root: &Path, changes: &Changes) -> Option<Duration> {
    let Changes::Paths(paths) = changes else { return None };
    paths.iter().any(|path| !path.as_str().is_empty() && path.under(root).is_dir()).then_some(SECOND_LOOK)
}
