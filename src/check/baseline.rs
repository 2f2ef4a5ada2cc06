//! Findings that were there when a team began to check: they fail nothing, and may only become fewer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Report;
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourceSet;

rules! {
    BASELINE_STALE = "baseline-stale", Warning;
}

/// Findings by rule, file and text, so that they are found again wherever their lines move.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    known: BTreeMap<Key, usize>,
}

/// What makes a finding the same as before.
pub(super) type Key = (String, String, String);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    /// Empty: the project as a whole.
    file: String,
    /// The characters at its place; of a finding without one, its message.
    text: String,
    count: usize,
}

/// The characters at a finding's place; of a finding without one, its message.
#[must_use]
pub fn text_of<'f>(finding: &'f Diagnostic, sources: &'f SourceSet) -> &'f str {
    let text = finding.place.span().and_then(|span| sources.file(span.file)?.text.get(span.range()));
    text.unwrap_or(&finding.message)
}

pub(super) fn key(finding: &Diagnostic, sources: &SourceSet) -> Key {
    let file = finding.place.file().map(|file| sources.path(file).to_string()).unwrap_or_default();
    (finding.rule.code.to_owned(), file, text_of(finding, sources).to_owned())
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version != 1 {
            return Err(format!("it is of version {}, and this playpress reads version 1", file.version));
        }
        let mut known = BTreeMap::new();
        for entry in file.findings {
            *known.entry((entry.code, entry.file, entry.text)).or_default() += entry.count;
        }
        Ok(Self { known })
    }

    /// Its text.
    #[must_use]
    pub fn render(&self) -> String {
        let findings =
            self.known.iter().map(|((code, file, text), count)| Entry { code: code.clone(), file: file.clone(), text: text.clone(), count: *count });
        let mut text = serde_json::to_string_pretty(&File { version: 1, findings: findings.collect() }).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The findings of a report, those that an earlier baseline took out included. Rules that nobody can change stay findings.
    #[must_use]
    pub fn of(report: &Report, sources: &SourceSet) -> Self {
        let mut known: BTreeMap<Key, usize> = BTreeMap::new();
        for finding in report.diagnostics.iter().chain(&report.baselined).filter(|finding| may_hold(finding)) {
            *known.entry(key(finding, sources)).or_default() += 1;
        }
        Self { known }
    }

    /// What is in both: a baseline may only shrink.
    #[must_use]
    pub fn shrunk_to(&self, now: &Self) -> Self {
        let common = |(key, count): (&Key, &usize)| Some((key.clone(), *count.min(now.known.get(key)?)));
        Self { known: self.known.iter().filter_map(common).collect() }
    }

    /// How many findings it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.values().sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes the findings that it holds out of a report, and reports what it holds and the book does not.
    pub fn apply(&self, report: &mut Report, sources: &SourceSet, name: &str) {
        let mut left = self.known.clone();
        let mut kept = Vec::with_capacity(report.diagnostics.len());
        for finding in std::mem::take(&mut report.diagnostics) {
            let count = left.get_mut(&key(&finding, sources)).filter(|count| **count > 0 && may_hold(&finding));
            match count {
                Some(count) => {
                    *count -= 1;
                    report.baselined.push(finding);
                }
                None => kept.push(finding),
            }
        }
        report.diagnostics = kept;
        let stale: usize = left.values().sum();
        if let Some(((code, file, text), _)) = left.iter().find(|(_, count)| **count > 0) {
            let place = if file.is_empty() { String::new() } else { format!(" in `{file}`") };
            let more = if stale > 1 { format!(", and {} more", stale - 1) } else { String::new() };
            let message = format!("`{name}` holds findings that are gone: `{code}` for `{text}`{place}{more}");
            report.diagnostics.push(BASELINE_STALE.at(Place::Project, message).help(format!("write it again with `--write-baseline {name}`")));
        }
    }
}

/// Whether a finding can be old: not one about safety, nor about a baseline itself.
fn may_hold(finding: &Diagnostic) -> bool {
    !finding.rule.is_fixed && finding.rule.code != BASELINE_STALE.code
}
