//! The language that a page names.

use super::Sink;
use crate::book::{Book, Edition};
use crate::config;
use crate::text::Span;

rules! {
    LANGUAGE_TAG_INVALID = "language-tag-invalid", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    for file in edition.pages.iter().filter_map(|page| book.sources.file(page.page.file)) {
        let Some(tag) = file.front.text("lang").filter(|tag| !config::is_language_tag(tag)) else { continue };
        let Some(entry) = file.front.get("lang") else { continue };
        let finding = LANGUAGE_TAG_INVALID.at(Span::new(file.id, entry.range.clone()), format!("`{tag}` is no language tag, and is not used"));
        sink.add(finding.help("write a tag such as `en`, `de` or `pt-BR`"), None);
    }
}
