//! What playpress did not change is CommonMark and GFM as pulldown-cmark reads them: the examples of both specifications go through the
//! pipeline, and come out as the parser's own events.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use playpress::markdown::{self, Container, Event};
use playpress::source::Reads;
use playpress::workspace::Workspace;
use pulldown_cmark::{Event as Md, Options, Parser, Tag, TagEnd};

/// Examples of CommonMark that read otherwise, and why. One that does not read otherwise any more has to leave this list.
const OTHERWISE: &[(usize, &str)] = &[(608, "a web address in text is a link"), (611, "a web address in text is a link")];

/// The Markdown of each example of a specification, by its number.
fn examples(name: &str) -> Vec<(usize, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commonmark").join(name);
    let text = fs::read_to_string(path).expect("the specification is there");
    let fence = format!("{} example\n", "`".repeat(32));
    let parts = text.split(&fence).skip(1).map(|part| {
        let markdown = if part.starts_with(".\n") { "" } else { part.split_once("\n.\n").expect("an example has two parts").0 };
        format!("{markdown}\n").replace('→', "\t")
    });
    (1..).zip(parts).collect()
}

/// Events as text, a line each; texts beside one another are one.
#[derive(Default)]
struct Shown {
    lines: String,
    text: String,
    html: String,
}

impl Shown {
    fn flush(&mut self) {
        for (name, text) in [("text", std::mem::take(&mut self.text)), ("html", std::mem::take(&mut self.html))] {
            if !text.trim().is_empty() {
                let _ = writeln!(self.lines, "{name} {:?}", text.trim_end_matches('\n'));
            }
        }
    }

    fn md(&mut self, event: &Md<'_>) {
        match event {
            Md::Text(text) => {
                if !self.html.is_empty() {
                    self.flush();
                }
                self.text.push_str(text);
            }
            Md::Html(html) | Md::InlineHtml(html) => self.html(html),
            Md::Start(Tag::HtmlBlock) | Md::End(TagEnd::HtmlBlock) => {}
            // Whether a quote is an alert is decided by playpress.
            Md::Start(Tag::BlockQuote(_)) => self.line("Start(BlockQuote)"),
            Md::End(TagEnd::BlockQuote(_)) => self.line("End(BlockQuote)"),
            // How a text is kept is no part of it.
            event => self.line(&["Borrowed", "Boxed", "Inlined"].iter().fold(format!("{event:?}"), |line, kind| line.replace(kind, ""))),
        }
    }

    fn html(&mut self, html: &str) {
        if !self.text.is_empty() {
            self.flush();
        }
        self.html.push_str(html);
    }

    fn line(&mut self, line: &str) {
        self.flush();
        self.lines.push_str(line);
        self.lines.push('\n');
    }

    fn done(mut self) -> String {
        self.flush();
        self.lines
    }
}

fn own(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut shown = Shown::default();
    for event in Parser::new_ext(markdown, options) {
        shown.md(&event);
    }
    shown.done()
}

fn through_the_pipeline(folder: &Path, markdown: &str) -> String {
    // Front matter and what looks like it is another matter.
    fs::write(folder.join("index.md"), format!("---\ntitle: x\n---\n{markdown}")).expect("files can be written");
    let book = Workspace::open(folder).expect("the project opens").book();
    let page = book.sources.files().iter().find(|file| file.path.is_markdown()).expect("there is a page");
    let reads = Reads::new(&book.sources, None);
    let dialect = playpress::book::dialect(&book.config);
    let mut shown = Shown::default();
    markdown::expand(&reads, &dialect, page, &mut |event, _| match event {
        Event::Md(event) => shown.md(&event),
        Event::Html { text, .. } => shown.html(text),
        Event::Open(Container::Alert(_)) => shown.line("Start(Alert)"),
        event => shown.line(&format!("{event:?}")),
    });
    shown.done()
}

#[test]
fn what_was_not_changed_reads_as_it_is_specified() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut faults = Vec::new();
    for (specification, exceptions) in [("spec-0.31.2.txt", OTHERWISE), ("gfm.txt", &[][..])] {
        let examples = examples(specification);
        assert!(examples.len() > 10, "the examples of {specification} are found");
        for (number, markdown) in examples {
            let (expected, shown) = (own(&markdown), through_the_pipeline(folder.path(), &markdown));
            let is_exception = exceptions.iter().any(|(exception, _)| *exception == number);
            if (expected == shown) == is_exception {
                faults.push(format!("{specification} {number}\n{markdown}\n--- pulldown-cmark\n{expected}--- playpress\n{shown}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} examples:\n{}", faults.len(), faults.join("\n"));
}
