//! How findings are judged: severities of rules, for some files or all, and what a team wants to say with them.

use indexmap::IndexMap;

use super::GlobGroup;
use crate::diagnostic::Severity;
use crate::text::path::RelPath;

/// `[check]` of `book.toml`.
#[derive(Debug, Default)]
pub struct Checks {
    /// Rules that are younger than this version of playpress are hints.
    pub since: Option<(u32, u32)>,
    /// How many findings of one severity a file may have until the rest is only counted; `None`: 100.
    pub max_per_file: Option<usize>,
    /// What is said of each rule, by the code that was written; of several settings that hold for a file, the last counts.
    pub rules: IndexMap<String, Vec<RuleConfig>>,
}

/// What is said of a rule.
#[derive(Debug)]
pub struct RuleConfig {
    /// Its severity; `None`: as it was.
    pub level: Option<Level>,
    /// The files for which this holds; `None`: all, and what is in no file.
    pub files: Option<GlobGroup>,
    /// The files for which the rule is off.
    pub exclude: Option<GlobGroup>,
    /// What stands below each finding.
    pub note: Option<String>,
}

/// How a rule's findings are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// They are no findings.
    Off,
    /// They have this severity.
    At(Severity),
}

impl RuleConfig {
    /// Whether it holds for a finding in `path`.
    #[must_use]
    pub fn holds(&self, path: Option<&RelPath>) -> bool {
        match (&self.files, path) {
            (None, _) => true,
            (Some(files), Some(path)) => files.holds(path),
            (Some(_), None) => false,
        }
    }

    /// Whether it takes `path` out of the rule.
    #[must_use]
    pub fn excludes(&self, path: Option<&RelPath>) -> bool {
        self.exclude.as_ref().is_some_and(|files| path.is_some_and(|path| files.holds(path)))
    }
}
