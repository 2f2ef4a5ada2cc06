//! Output paths: two files that want the same one.

use super::Sink;
use crate::book::{Book, ConflictKind, Edition};

rules! {
    OUTPUT_PATH_CONFLICT = "output-path-conflict", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    for conflict in &edition.conflicts {
        let winner = book.sources.path(conflict.winner);
        let loser = book.sources.path(conflict.loser);
        let output = &conflict.output;
        let message = match conflict.kind {
            ConflictKind::Path => format!("`{loser}` and `{winner}` both become `{output}`; the second is shown"),
            ConflictKind::Case => {
                format!("`{loser}` and `{winner}` become files whose names differ only in case: on Windows and macOS one replaces the other")
            }
            ConflictKind::Toc => format!("`{loser}` and `{winner}` are both the table of contents of their folder; the second is shown"),
        };
        let finding = OUTPUT_PATH_CONFLICT.at(conflict.loser, message);
        sink.add(finding.help("rename one of the two"), None);
    }
}
