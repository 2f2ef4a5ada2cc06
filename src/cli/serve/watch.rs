//! Changes of the project's files, a few at a time.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::source::discover::is_redirections;

/// How long files must be quiet before a change counts.
const QUIET: Duration = Duration::from_millis(60);

/// Sees changes below a folder, from the moment it is made.
pub(super) struct Watcher {
    root: PathBuf,
    build_dir: PathBuf,
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
    events: mpsc::Receiver<DebounceEventResult>,
    watched: Vec<PathBuf>,
}

impl Watcher {
    /// Watches what may hold content below `root`.
    pub(super) fn new(root: &Path, build_dir: &Path) -> anyhow::Result<Self> {
        let (sender, events) = mpsc::channel();
        let debouncer = new_debouncer(QUIET, None, sender)?;
        let mut watcher = Self { root: root.to_path_buf(), build_dir: build_dir.to_path_buf(), debouncer, events, watched: Vec::new() };
        watcher.debouncer.watch(root, RecursiveMode::NonRecursive)?;
        watcher.watch_folders()?;
        Ok(watcher)
    }

    /// Calls `changed` after each change, until the program ends.
    pub(super) fn run(mut self, mut changed: impl FnMut()) -> anyhow::Result<()> {
        while let Ok(events) = self.events.recv() {
            let Ok(events) = events else { continue };
            let concerns = |path: &PathBuf| path.parent() != Some(&self.root) || !is_left_out(path, &self.build_dir);
            let is_change = events.iter().any(|event| !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(concerns));
            if is_change {
                self.watch_folders()?;
                changed();
            }
        }
        Ok(())
    }

    /// Watches the folders at the root that may hold content and are not watched yet.
    fn watch_folders(&mut self) -> anyhow::Result<()> {
        self.watched.retain(|folder| folder.is_dir());
        for entry in std::fs::read_dir(&self.root)? {
            let path = entry?.path();
            if path.is_dir() && !is_left_out(&path, &self.build_dir) && !self.watched.contains(&path) {
                self.debouncer.watch(&path, RecursiveMode::Recursive)?;
                self.watched.push(path);
            }
        }
        Ok(())
    }
}

fn is_left_out(path: &Path, build_dir: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    (name.starts_with('.') && !is_redirections(&name.to_lowercase())) || matches!(name.as_str(), "target" | "node_modules") || path == build_dir
}
