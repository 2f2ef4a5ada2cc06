//! What hosts said, on disk: a line an answer, written at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ahash::HashMap;
use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::check::external::{Answer, Outcome};

/// How long it counts that something is not there, in seconds: somebody may be mending it.
const GONE: u64 = 24 * 3600;

/// An answer.
#[derive(Serialize, Deserialize, Clone)]
struct Line {
    url: String,
    /// When, in seconds since 1970.
    at: u64,
    /// The status of what is not there; 0 for what is.
    gone: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
    /// The places that were looked for, and whether they are there; `None`: that cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    places: Option<Vec<(String, bool)>>,
    /// Whether places were looked for.
    #[serde(default)]
    looked: bool,
}

/// The answers.
pub(super) struct Cache {
    path: PathBuf,
    known: HashMap<String, Line>,
    age: Duration,
    now: u64,
    file: Mutex<Option<BufWriter<File>>>,
}

impl Cache {
    /// Reads the cache in `folder`, which is made where it is missing.
    pub(super) fn open(folder: &Path, age: Duration, now: u64) -> anyhow::Result<Self> {
        let said = || format!("cannot keep answers in `{}`", folder.display());
        fs::create_dir_all(folder).with_context(said)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").with_context(said)?;
        }
        let path = folder.join("links.jsonl");
        let text = match fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(said),
        };
        // A line that was cut off, or that another version wrote, is asked for again.
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let known = lines.map(|line| (line.url.clone(), line)).collect();
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&path).with_context(said)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").with_context(said)?;
        }
        Ok(Self { path, known, age, now, file: Mutex::new(Some(BufWriter::new(file))) })
    }

    /// What is known of an address and places in it, if it is young enough.
    pub(super) fn get(&self, url: &str, places: &BTreeSet<String>) -> Option<Outcome> {
        let line = self.known.get(url)?;
        let age = self.now.checked_sub(line.at)?;
        let limit = if line.gone > 0 { self.age.as_secs().min(GONE) } else { self.age.as_secs() };
        if age >= limit {
            return None;
        }
        let answer = if line.gone > 0 { Answer::Gone(line.gone) } else { Answer::Found };
        let has = |place: &String| line.places.as_ref().and_then(|known| known.iter().find(|(name, _)| name == place)).map(|(_, has)| *has);
        let is_known =
            places.is_empty() || line.gone > 0 || (line.looked && (line.places.is_none() || places.iter().all(|place| has(place).is_some())));
        is_known.then(|| Outcome {
            answer,
            moved: line.moved.clone(),
            places: line.places.as_ref().map(|_| places.iter().filter(|place| has(place) == Some(true)).cloned().collect()),
        })
    }

    /// Keeps an answer. What is not sure is asked for again.
    pub(super) fn put(&self, url: &str, wanted: &BTreeSet<String>, outcome: &Outcome) {
        let gone = match outcome.answer {
            Answer::Found => 0,
            Answer::Gone(status) => status,
            Answer::Unsure(_) => return,
        };
        let places = outcome.places.as_ref().map(|places| wanted.iter().map(|place| (place.clone(), places.contains(place))).collect());
        let line = Line { url: url.to_owned(), at: self.now, gone, moved: outcome.moved.clone(), places, looked: !wanted.is_empty() };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(file), Ok(text)) = (file.as_mut(), serde_json::to_string(&line)) {
            // What cannot be kept is asked for again.
            let _ = writeln!(file, "{text}").and_then(|()| file.flush());
        }
    }

    /// Writes the file anew, with one line an address and without what nobody will ask for.
    pub(super) fn close(&self) -> anyhow::Result<()> {
        let said = || format!("cannot write `{}`", self.path.display());
        drop(self.file.lock().unwrap_or_else(PoisonError::into_inner).take());
        let text = fs::read_to_string(&self.path).with_context(said)?;
        let mut last: std::collections::BTreeMap<String, Line> = std::collections::BTreeMap::new();
        for line in text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
            last.insert(line.url.clone(), line);
        }
        last.retain(|_, line| self.now.saturating_sub(line.at) < self.age.as_secs());
        let new: String = last.values().filter_map(|line| serde_json::to_string(line).ok()).map(|line| line + "\n").collect();
        if new == text {
            return Ok(());
        }
        let temporary = self.path.with_extension("tmp");
        fs::write(&temporary, new).and_then(|()| fs::rename(&temporary, &self.path)).with_context(said)
    }
}
