//! Output paths: two files that want the same one.

use super::Sink;
use crate::book::{Book, Edition};

rules! {
    OUTPUT_PATH_CONFLICT = "output-path-conflict", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    for conflict in &edition.conflicts {
        let winner = book.sources.path(conflict.winner);
        let loser = book.sources.path(conflict.loser);
        let finding =
            OUTPUT_PATH_CONFLICT.at(conflict.loser, format!("`{loser}` and `{winner}` both become `{}`; the second is shown", conflict.output));
        sink.add(finding.help("rename one of the two"), None);
    }
}
