//! How many findings of one severity are shown of a file: a thousand of them say no more than a hundred.

use std::collections::BTreeMap;

use super::Report;
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::FileId;

rules! {
    EXCEED_MAX_FILE_ERRORS = "exceed-max-file-errors", Info, fixed;
}

/// How many people are shown, where nothing is configured.
pub const DEFAULT: usize = 100;

/// The report without what is too much of one file, which is counted at the end of the file's findings.
#[must_use]
pub fn limited(report: &Report, limit: usize) -> Report {
    let mut diagnostics = Vec::new();
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut current: Option<FileId> = None;
    for finding in &report.diagnostics {
        let file = finding.place.file();
        if file != current {
            diagnostics.extend(current.into_iter().flat_map(|file| exceeding(file, &counts, limit)));
            counts.clear();
            current = file;
        }
        let count = counts.entry(finding.severity).or_default();
        *count += 1;
        if file.is_none() || *count <= limit {
            diagnostics.push(finding.clone());
        }
    }
    diagnostics.extend(current.into_iter().flat_map(|file| exceeding(file, &counts, limit)));
    Report { diagnostics, ..Report::default() }
}

fn exceeding(file: FileId, counts: &BTreeMap<Severity, usize>, limit: usize) -> Vec<Diagnostic> {
    let too_many = counts.iter().rev().filter(|(_, count)| **count > limit);
    let finding = |(severity, count): (&Severity, &usize)| {
        let more = count - limit;
        let what = match severity {
            Severity::Info => "hint",
            severity => severity.name(),
        };
        let message = format!("{more} more {what}{} of this file are not shown", if more == 1 { "" } else { "s" });
        let help = "mend those that are shown first, or raise `max-per-file` of `[check]` in `book.toml`";
        // It is as loud as what it counts.
        Diagnostic { severity: *severity, ..EXCEED_MAX_FILE_ERRORS.at(file, message).help(help) }
    };
    too_many.map(finding).collect()
}
