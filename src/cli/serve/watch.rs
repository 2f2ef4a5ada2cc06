//! Changes of the project's files, a few at a time.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use notify::event::EventKind;
use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{Debouncer, RecommendedCache, new_debouncer};

/// How long files must be quiet before a change counts.
const QUIET: Duration = Duration::from_millis(60);

/// Calls `changed` after each change below `root`, until the program ends. What is never content is not watched.
pub(super) fn watch(root: &Path, build_dir: &Path, mut changed: impl FnMut()) -> anyhow::Result<()> {
    let (sender, receiver) = mpsc::channel();
    let mut debouncer = new_debouncer(QUIET, None, sender)?;
    let mut watched = Vec::new();
    debouncer.watch(root, RecursiveMode::NonRecursive)?;
    watch_folders(&mut debouncer, root, build_dir, &mut watched)?;
    for events in receiver {
        let Ok(events) = events else { continue };
        let concerns = |path: &PathBuf| path.parent() != Some(root) || !is_left_out(path, build_dir);
        let is_change = events.iter().any(|event| !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(concerns));
        if is_change {
            watch_folders(&mut debouncer, root, build_dir, &mut watched)?;
            changed();
        }
    }
    Ok(())
}

/// Watches the folders at the root that may hold content.
fn watch_folders(
    debouncer: &mut Debouncer<RecommendedWatcher, RecommendedCache>,
    root: &Path,
    build_dir: &Path,
    watched: &mut Vec<PathBuf>,
) -> anyhow::Result<()> {
    watched.retain(|folder| folder.is_dir());
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_dir() && !is_left_out(&path, build_dir) && !watched.contains(&path) {
            debouncer.watch(&path, RecursiveMode::Recursive)?;
            watched.push(path);
        }
    }
    Ok(())
}

fn is_left_out(path: &Path, build_dir: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with('.') || matches!(name.as_str(), "target" | "node_modules") || path == build_dir
}
