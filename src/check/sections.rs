//! The sections that the pages of a topic have, and their order.

use ahash::HashSet;

use super::{Sink, short};
use crate::book::Book;
use crate::config::{SectionKind, folded};
use crate::diagnostic::Diagnostic;
use crate::markdown::Heading;
use crate::page::Page;

rules! {
    SECTION_MISSING = "section-missing", Info;
    SECTION_ORDER = "section-order", Info;
}

/// The sections of a process, in order; the refresh summary has rules of its own.
const PROCESS: &[(SectionKind, &str)] = &[
    (SectionKind::Overview, "Overview"),
    (SectionKind::Objectives, "Objectives"),
    (SectionKind::Approach, "Approach"),
    (SectionKind::Inputs, "Key Inputs"),
    (SectionKind::Outputs, "Key Outputs"),
    (SectionKind::NextSteps, "Next Steps"),
];

/// From how many of them on a page is a process.
const MOST: usize = 4;

/// A section that is wanted.
struct Wanted {
    name: String,
    kind: Option<SectionKind>,
}

pub(super) fn check(book: &Book, sink: &mut Sink) {
    let words = crate::config::Words::embedded();
    let mut seen = HashSet::default();
    for page in book.editions.iter().flat_map(|edition| &edition.pages).filter(|page| seen.insert(page.page.file)) {
        let page = &page.page;
        let topic = book.sources.file(page.file).and_then(|file| book.sources.metadata_text(file, "ms.topic")).unwrap_or_default().to_lowercase();
        let has = |(wanted, _): &&(SectionKind, &str)| page.model.sections.contains(&Some(*wanted));
        let wanted: Vec<Wanted> = match book.config.sections.get(&topic) {
            Some(names) => names.iter().map(|name| Wanted { name: name.clone(), kind: words.section(name) }).collect(),
            None if PROCESS.iter().filter(has).count() < MOST => continue,
            None => PROCESS.iter().map(|(kind, name)| Wanted { name: (*name).to_owned(), kind: Some(*kind) }).collect(),
        };
        for finding in judge(page, &wanted) {
            sink.add(finding, Some(page.file));
        }
    }
}

fn judge(page: &Page, wanted: &[Wanted]) -> Vec<Diagnostic> {
    let headings: Vec<(&Heading, Option<SectionKind>)> =
        page.headings.iter().zip(page.model.sections.iter().copied()).filter(|(heading, _)| heading.level <= 3).collect();
    let place = |wanted: &Wanted| {
        let is_it = |(heading, kind): &(&Heading, Option<SectionKind>)| {
            if wanted.kind.is_some() { *kind == wanted.kind } else { folded(&heading.text) == folded(&wanted.name) }
        };
        headings.iter().position(is_it)
    };
    let mut found = Vec::new();
    let mut last: Option<(usize, &str)> = None;
    for wanted in wanted {
        let Some(at) = place(wanted) else {
            let finding = SECTION_MISSING.at(page.file, format!("the page has no section `{}`", wanted.name));
            found
                .push(finding.help("add the heading with what belongs there, or set the sections of this `ms.topic` in `[sections]` of `book.toml`"));
            continue;
        };
        match last {
            Some((before, name)) if at < before => {
                let message = format!("the section `{}` stands above `{}`", short(&headings[at].0.text), short(name));
                found.push(SECTION_ORDER.at(headings[at].0.span, message).help("put the sections into the usual order"));
            }
            _ => last = Some((at, &headings[at].0.text)),
        }
    }
    found
}
