//! How findings are judged: severities of rules, for some files or all, and what a team wants to say with them.

use std::sync::Arc;
use std::time::Duration;

use globset::GlobSet;
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
    /// Hosts, in lower case, that pages may lead to; `None`: all.
    pub trusted_hosts: Option<Vec<String>>,
    /// Words, in lower case, that pages should not use, and what to write instead.
    pub terms: Arc<Vec<(String, String)>>,
    /// How web addresses are asked for.
    pub external: External,
}

/// `[check.external]` of `book.toml`: how web addresses are asked for.
#[derive(Debug)]
pub struct External {
    /// The addresses that are asked for; `None`: all.
    pub include: Option<GlobSet>,
    /// Addresses that are not.
    pub exclude: Option<GlobSet>,
    /// Headers that hosts are sent, by host.
    pub headers: IndexMap<String, IndexMap<String, String>>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How many requests a host gets at once.
    pub per_host: usize,
    /// How long a host is left alone between two requests.
    pub delay: Duration,
    /// How long an answer counts before the address is asked for again.
    pub age: Duration,
}

impl Default for External {
    fn default() -> Self {
        Self {
            include: None,
            exclude: None,
            headers: IndexMap::new(),
            timeout: Duration::from_secs(20),
            per_host: 2,
            delay: Duration::from_millis(100),
            age: Duration::from_hours(7 * 24),
        }
    }
}

impl External {
    /// Whether an address is asked for.
    #[must_use]
    pub fn holds(&self, url: &str) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(url)) && !self.exclude.as_ref().is_some_and(|exclude| exclude.is_match(url))
    }
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
