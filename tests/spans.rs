//! Every span slices the file that it names, at character boundaries, whatever the text.

use std::fmt::Write;
use std::path::Path;

use playpress::book::Book;
use playpress::check;
use playpress::diagnostic::Place;
use playpress::text::Span;
use playpress::workspace::Workspace;

use crate::documents::{Fence, Project, documents, sections};

fn assert_slices(book: &Book, span: Span, what: &str) {
    let file = book.sources.file(span.file).unwrap_or_else(|| panic!("{what}: a span names a text"));
    assert!(file.text.get(span.range()).is_some(), "{what}: {:?} does not slice `{}`", span.range(), file.path);
}

fn assert_spans(book: &Book) {
    for finding in &check::check(book).diagnostics {
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

#[test]
fn in_the_books_of_this_repository() {
    for root in ["tests/books/two-audiences", "."] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        assert_spans(&Workspace::open(&root).expect("the project opens").book());
    }
}

/// Every example of the documents, its lines shifted, joined, cut and mixed with odd bytes.
#[test]
fn in_texts_that_nobody_would_write() {
    let examples: Vec<String> = ["tests/spec", "src/rules"]
        .iter()
        .flat_map(|folder| documents(folder))
        .flat_map(|(_, document)| sections(&document))
        .flat_map(|section| section.fences)
        .filter(|fence| fence.kind == "md")
        .map(|fence| fence.text)
        .collect();
    let changes: &[fn(&str) -> String] = &[
        |text| text.replace('\n', "\r\n"),
        |text| format!("> {}", text.replace('\n', "\n> ")),
        |text| format!("- é {}", text.replace('\n', "\n- é ")),
        |text| format!("    {}", text.replace('\n', "\n    ")),
        |text| format!("\u{feff}---\ntitle: ü\n---\n{}", text.replace(' ', "\u{a0}")),
        |text| format!("| a |\n|---|---|\n| {} | é | ü |\n", text.replace('\n', " ")),
        |text| text.replace("](", "]( <é \"").replace("[!", "日[!"),
        |text| text.chars().rev().collect(),
        |text| format!("<!-- {text}"),
        |text| text.replace('-', "\t").replace('`', "````"),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut fences = Vec::new();
        for (index, example) in examples.iter().enumerate() {
            let path = Some(format!("page{index}.md"));
            fences.push(Fence { kind: "hex".to_owned(), path, audience: None, text: hex(&change(example)) });
        }
        for name in ["a.md", "b.md", "includes/a.md"] {
            fences.push(Fence {
                kind: "md".to_owned(),
                path: Some(name.to_owned()),
                audience: None,
                text: examples[number % examples.len()].clone(),
            });
        }
        assert_spans(&Project::new(&fences).book());
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
