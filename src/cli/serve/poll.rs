//! Changes seen by looking at all files again and again. (`notify` has such a watcher, too, which counts times in seconds or reads all bytes.)

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, SystemTime};

use notify::event::{Event, EventKind, ModifyKind};

use super::watch::Scope;

/// How long it rests between two looks.
const REST: Duration = Duration::from_millis(700);

/// What is known of a file without reading it.
type State = (Option<SystemTime>, u64);

/// Looks at the files of a scope until nobody listens any more.
pub(super) fn poll(scope: Scope, sender: Sender<notify::Result<Event>>) {
    let mut known = look(&scope);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(REST);
            let now = look(&scope);
            let gone = known.keys().filter(|path| !now.contains_key(*path));
            let other = now.iter().filter(|(path, state)| known.get(*path) != Some(state)).map(|(path, _)| path);
            let paths: Vec<PathBuf> = gone.chain(other).cloned().collect();
            known = now;
            if !paths.is_empty() {
                let event = Event { paths, ..Event::new(EventKind::Modify(ModifyKind::Any)) };
                if sender.send(Ok(event)).is_err() {
                    return;
                }
            }
        }
    });
}

/// All files of a scope.
fn look(scope: &Scope) -> BTreeMap<PathBuf, State> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![(scope.root.clone(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        // What cannot be read is reported where the book is read.
        for entry in fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            if scope.leaves_out(&path) {
                continue;
            }
            // As the book is read: through links.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            if !metadata.is_dir() {
                found.insert(path, (metadata.modified().ok(), metadata.len()));
            } else if depth < DEEPEST && !is_circle(&path) {
                waiting.push((path, depth + 1));
            }
        }
    }
    found
}

/// How deep folders are looked into.
const DEEPEST: usize = 64;

/// Whether a folder is a link to one that holds it.
fn is_circle(path: &Path) -> bool {
    let is_link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    is_link && path.canonicalize().is_ok_and(|real| path.starts_with(real))
}
