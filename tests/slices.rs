//! What holds of the places in every book: each slices the file that it names, at character boundaries. `fuzz/` asks for the same.

use playpress::book::Book;
use playpress::check;
use playpress::diagnostic::Place;
use playpress::text::Span;

fn assert_slices(book: &Book, span: Span, what: &str) {
    let file = book.sources.file(span.file).unwrap_or_else(|| panic!("{what}: a span names a text"));
    assert!(file.text.get(span.range()).is_some(), "{what}: {:?} does not slice `{}`", span.range(), file.path);
}

/// Panics where a place of a finding, heading, link or include is none.
pub(crate) fn assert_spans(book: &Book) {
    for finding in &check::check(book, playpress::text::date::Date::constant(2026, 11, 26)).diagnostics {
        if let Place::Span(span) = finding.place {
            assert_slices(book, span, finding.rule.code);
        }
        for site in &finding.included_from {
            assert_slices(book, *site, "included from");
        }
    }
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        for heading in &page.page.headings {
            assert_slices(book, heading.span, "heading");
        }
        for link in &page.page.links {
            assert_slices(book, link.span, "link");
        }
        for include in &page.page.includes {
            assert_slices(book, include.site, "include");
            let file = book.sources.file(include.site.file).expect("a directive is in a text");
            let directive = file.text[include.site.range()].to_lowercase();
            assert!(
                ["[!include", "[!code", "[!notebook", ":::"].iter().any(|start| directive.starts_with(start)),
                "a directive's place is the directive"
            );
        }
    }
}
