//! Pages that call themselves the same, so that nobody can tell them apart in a list.

use ahash::HashMap;

use super::{Sink, short};
use crate::book::collections::collection_of;
use crate::book::{Book, EditionPage};
use crate::diagnostic::{Place, RuleMeta};
use crate::text::Span;

rules! {
    DUPLICATE_TITLE = "duplicate-title", Info;
    DUPLICATE_H1 = "duplicate-h1", Info;
}

type Named<'b> = HashMap<(&'b str, &'b str, String), Vec<(&'b EditionPage, String, Place)>>;

pub(super) fn check(book: &Book, sink: &mut Sink) {
    for (index, edition) in book.editions.iter().enumerate() {
        let mut titles: Named<'_> = HashMap::default();
        let mut headings: Named<'_> = HashMap::default();
        for page in &edition.pages {
            let Some(file) = book.sources.file(page.page.file) else { continue };
            let collection = collection_of(&book.config, &file.path);
            let key = |text: &str| (collection, &*page.language, text.trim().to_lowercase());
            if let (Some(title), Some(entry)) = (file.front.text("title"), file.front.get("title")) {
                titles.entry(key(&title)).or_default().push((page, title, Span::new(file.id, entry.range.clone()).into()));
            }
            if let Some(heading) = page.page.headings.iter().find(|heading| heading.level == 1 && heading.span.file == file.id) {
                headings.entry(key(&heading.text)).or_default().push((page, heading.text.clone(), heading.span.into()));
            }
        }
        for (rule, what, named) in [(&DUPLICATE_TITLE, "title", titles), (&DUPLICATE_H1, "heading of level 1", headings)] {
            tell(rule, what, named, index, sink);
        }
    }
}

fn tell(rule: &'static RuleMeta, what: &str, named: Named<'_>, edition: usize, sink: &mut Sink) {
    let mut twice: Vec<_> = named.into_iter().filter(|(_, pages)| pages.len() > 1).collect();
    twice.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, pages) in twice {
        for (index, (page, text, place)) in pages.iter().enumerate() {
            let (other, ..) = &pages[usize::from(index == 0)];
            let more = if pages.len() > 2 { format!(" and {} more", pages.len() - 2) } else { String::new() };
            let message = format!("the {what} `{}` is also that of `{}`{more}", short(text), other.published);
            sink.add_of(rule.at(*place, message).help("say what this page is about that the others are not"), page.page.file, edition);
        }
    }
}
