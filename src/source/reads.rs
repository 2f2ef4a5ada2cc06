//! The only door through which a page reads other files. It writes down what was asked and answered, so that a page is built again exactly when an answer changes.

use std::cell::RefCell;
use std::sync::Arc;

use super::audience::AudienceIndex;
use super::{Choice, SourceFile, SourceSet};
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

/// What a fragment's path led to.
#[derive(Clone, Copy, Debug)]
pub enum Fragment<'s> {
    /// This text.
    Text(&'s Arc<SourceFile>),
    /// A file that this audience may not see.
    Hidden {
        /// Whether the audience may be told that it exists.
        known: bool,
    },
    /// No text file.
    Absent,
}

/// An answer, as it is remembered. Two audiences that get the same answers share one page.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// A file with this content; the path tells variants apart.
    Text(RelPath, Hash128),
    /// A file that the audience may not see.
    Hidden {
        /// Whether the audience may be told that it exists.
        known: bool,
    },
    /// No file.
    Absent,
}

/// A page's view of the project's files, for one audience.
#[derive(Debug)]
pub struct Reads<'s> {
    sources: &'s SourceSet,
    audience: Option<AudienceIndex>,
    log: RefCell<Vec<(RelPath, Answer)>>,
}

impl<'s> Reads<'s> {
    /// An empty log over `sources`, for `audience`.
    #[must_use]
    pub fn new(sources: &'s SourceSet, audience: Option<AudienceIndex>) -> Self {
        Self { sources, audience, log: RefCell::new(Vec::new()) }
    }

    /// The fragment at `path`, or its variant for the audience.
    #[must_use]
    pub fn fragment(&self, path: &RelPath) -> Fragment<'s> {
        let (fragment, answer) = self.ask(path);
        self.log.borrow_mut().push((path.clone(), answer));
        fragment
    }

    /// Whether every question of `log` gets the same answer here.
    #[must_use]
    pub fn agrees_with(&self, log: &[(RelPath, Answer)]) -> bool {
        log.iter().all(|(path, answer)| self.ask(path).1 == *answer)
    }

    /// What was asked and answered.
    #[must_use]
    pub fn into_log(self) -> Vec<(RelPath, Answer)> {
        self.log.into_inner()
    }

    fn ask(&self, path: &RelPath) -> (Fragment<'s>, Answer) {
        match self.sources.choose(path, self.audience) {
            Choice::File(id) => match self.sources.file(id) {
                Some(file) => (Fragment::Text(file), Answer::Text(file.path.clone(), file.hash)),
                None => (Fragment::Absent, Answer::Absent),
            },
            Choice::Hidden { known, .. } => (Fragment::Hidden { known }, Answer::Hidden { known }),
            Choice::Absent => (Fragment::Absent, Answer::Absent),
        }
    }
}
