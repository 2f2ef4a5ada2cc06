//! Output paths: two files that want the same one.

use super::Sink;
use crate::book::catalog::{self, Catalog};
use crate::book::{Book, ConflictKind, Edition};
use crate::text::FileId;
use crate::text::path::RelPath;

rules! {
    OUTPUT_PATH_CONFLICT = "output-path-conflict", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    for conflict in edition.conflicts.iter() {
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
    generated(book, edition, sink);
}

/// Content that has the address of a page that would be generated.
fn generated(book: &Book, edition: &Edition, sink: &mut Sink) {
    let dir = &book.config.generated_dir;
    let pages = edition.pages.iter().map(|page| (&page.output, page.page.file));
    let outputs = pages.chain(edition.assets.iter().map(|(output, file)| (output, *file)));
    let below = |output: &RelPath| if dir.as_str().is_empty() { Some(output.clone()) } else { output.below(dir) };
    let candidates: Vec<(RelPath, FileId)> =
        outputs.filter_map(|(output, file)| Some((below(output)?, file))).filter(|(path, _)| catalog::may_have_address(path)).collect();
    if candidates.is_empty() {
        return;
    }
    let catalog = Catalog::new(book, edition);
    for (path, file) in candidates.into_iter().filter(|(path, _)| catalog.has_address(path)) {
        let source = book.sources.path(file);
        let message = format!("`{source}` has the address `{path}` of a page that playpress makes; that one is left out");
        let finding = OUTPUT_PATH_CONFLICT.at(file, message);
        sink.add(finding.help("rename the file, or give what is made a folder of its own: `output.html.generated-dir` in `book.toml`"), None);
    }
}
