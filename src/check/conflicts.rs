//! What a merge conflict causes is not reported beside it.

use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::source::conflicts::MERGE_CONFLICT;

/// The findings without those in the lines of a conflict. Those that guard what must not be seen stay.
pub(super) fn without_what_they_cause(book: &Book, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_caused = |finding: &Diagnostic| {
        let Some(span) = finding.place.span() else { return false };
        let is_other = finding.rule.code != MERGE_CONFLICT.code && !finding.rule.is_fixed;
        is_other && book.sources.file(span.file).is_some_and(|file| file.is_in_conflict(span.start as usize))
    };
    found.into_iter().filter(|finding| !is_caused(finding)).collect()
}
