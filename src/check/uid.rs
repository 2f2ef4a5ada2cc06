//! Names that pages give themselves: two pages of one edition with the same `uid`.

use std::collections::BTreeMap;

use super::Sink;
use crate::book::{Book, Edition, uid};
use crate::text::{FileId, Span};

rules! {
    DUPLICATE_UID = "duplicate-uid", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    let mut by_uid: BTreeMap<String, Vec<(FileId, Span)>> = BTreeMap::new();
    for page in &edition.pages {
        if let Some((uid, place)) = uid::of_page(&book.sources, page.page.file) {
            by_uid.entry(uid).or_default().push((page.page.file, place));
        }
    }
    for (uid, mut pages) in by_uid.into_iter().filter(|(_, pages)| pages.len() > 1) {
        pages.sort_by_key(|(file, _)| book.sources.path(*file).clone());
        let first = book.sources.path(pages[0].0);
        for (file, place) in &pages {
            let finding = DUPLICATE_UID.at(*place, format!("the `uid` `{uid}` is that of several pages; links by it lead to `{first}`"));
            sink.add(finding.help("give each page a `uid` of its own"), Some(*file));
        }
    }
}
