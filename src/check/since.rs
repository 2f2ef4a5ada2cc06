//! What a change has brought: the findings of a book that an earlier one did not have.

use std::collections::BTreeMap;

use super::Report;
use super::baseline::{Key, key};
use crate::source::SourceSet;

/// Keeps the findings that an earlier report does not have: by rule, file and text, wherever the lines went. `renamed` gives the new path of files
/// that have another now.
pub fn new_since(report: &mut Report, sources: &SourceSet, earlier: (&Report, &SourceSet), renamed: &BTreeMap<String, String>) {
    let (before, before_sources) = earlier;
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for finding in &before.diagnostics {
        let (code, file, text) = key(finding, before_sources);
        let file = renamed.get(&file).cloned().unwrap_or(file);
        *known.entry((code, file, text)).or_default() += 1;
    }
    report.diagnostics.retain(|finding| match known.get_mut(&key(finding, sources)).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    });
}
