//! What was promised of a published repository, proved from the outside: the sources are read again here, by other means than playpress
//! has. Runs on the small books; `PLAYPRESS_REPOSITORY=DIR` runs it on a copy of any docfx repository too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use playpress::book::Book;
use playpress::check;
use playpress::diagnostic::Place;
use playpress::site::{self, Theme};
use playpress::workspace::Workspace;
use playpress::write;
use std::sync::Arc;

/// Folders whose Markdown is no page, in each repository that this is run on.
const NO_PAGES: &[&str] = &["includes", "archive", "expected", "pdf", "obj", "public", "ftdocs_site"];

/// A Markdown file, read by its lines alone.
struct Source {
    path: String,
    text: String,
    /// The audiences that its lines and its name give; empty: none is named.
    audiences: BTreeSet<String>,
    is_page: bool,
}

struct Published {
    book: Arc<Book>,
    folder: tempfile::TempDir,
    sources: Vec<Source>,
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut waiting = vec![root.to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("an entry").path();
            let is_hidden = path.file_name().expect("a name").to_string_lossy().starts_with('.');
            match path.is_dir() {
                true if !is_hidden => waiting.push(path),
                false if !is_hidden => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn source(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a page is text");
    let below = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
    let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let mut audiences: Option<BTreeSet<String>> = None;
    if lines.next().is_some_and(|line| line.trim_end() == "---") {
        for line in lines.take_while(|line| line.trim_end() != "---") {
            if let Some(value) = line.strip_prefix("ft.audience:") {
                let named: BTreeSet<String> = value.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
                audiences = Some(audiences.map_or(named.clone(), |before| &before & &named));
            }
        }
    }
    if let Some((_, suffix @ ("internal" | "partner"))) = stem.rsplit_once("--") {
        let named = BTreeSet::from([suffix.to_owned()]);
        audiences = Some(audiences.map_or(named.clone(), |before| &before & &named));
    }
    let is_page = !below.split('/').any(|folder| NO_PAGES.contains(&folder)) && below != "README.md";
    Source { path: below, text, audiences: audiences.unwrap_or_default(), is_page }
}

fn publish(root: &Path) -> Published {
    let book = Workspace::open(root).expect("the project opens").book();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    for (index, edition) in book.editions.iter().enumerate() {
        let target = folder.path().join(edition.name().unwrap_or("all"));
        write::write(&site::plan(&book, index, &theme), &target).expect("the site is written");
    }
    let markdown = files(root).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let sources = markdown.map(|path| source(root, &path)).collect();
    Published { book, folder, sources }
}

impl Published {
    fn edition(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn html(&self, name: &str) -> BTreeMap<String, String> {
        let root = self.edition(name);
        let pages = files(&root).into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "html"));
        pages
            .map(|path| (path.strip_prefix(&root).expect("below").to_string_lossy().into_owned(), fs::read_to_string(&path).expect("text")))
            .collect()
    }

    /// One HTML file for each page that the audience may see, and none else but a generated index.
    fn assert_pages(&self, name: &str) -> usize {
        let expected: BTreeSet<String> = self
            .sources
            .iter()
            .filter(|source| source.is_page && source.audiences.contains(name))
            .map(|source| source.path.replace("--internal.md", ".md").replace("--partner.md", ".md").replace(".md", ".html"))
            .collect();
        let pages = self.html(name).into_iter().filter(|(_, html)| !html.contains("http-equiv=\"refresh\""));
        let is_generated = |path: &str| {
            let folders = ["tasks/", "roles/", "services/", "phases/", "motions/", "owners/", "whats-new/", "print/"];
            folders.iter().any(|folder| path.starts_with(folder)) || ["whats-new.html", "404.html", "search.html"].contains(&path)
        };
        let written: BTreeSet<String> = pages.map(|(path, _)| path).filter(|path| !is_generated(path)).collect();
        let extra: Vec<&String> = written.difference(&expected).filter(|path| *path != "index.html").collect();
        let missing: Vec<&String> = expected.difference(&written).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{name}: missing {missing:?}, extra {extra:?}");
        expected.len()
    }

    /// No directive is left outside code.
    fn assert_expanded(&self, name: &str) {
        for (path, html) in self.html(name) {
            let text = without(&without(&html, "<pre", "</pre>"), "<code", "</code>");
            assert!(!text.to_lowercase().contains("[!include"), "{name}/{path} holds a directive");
        }
    }

    /// Every relative link leads to a file, or is reported.
    fn assert_links(&self, name: &str) -> usize {
        let report = check::check(&self.book, crate::documents::TODAY);
        let reported: BTreeSet<String> = report
            .diagnostics
            .iter()
            .filter(|finding| ["file-not-found", "file-case-mismatch", "link-malformed", "link-scheme-missing"].contains(&finding.rule.code))
            .filter_map(|finding| match finding.place {
                Place::Span(span) => Some(self.book.sources.file(span.file)?.text[span.range()].to_owned()),
                _ => None,
            })
            .collect();
        let mut count = 0;
        for (path, html) in self.html(name) {
            let folder = self.edition(name).join(&path).parent().expect("a folder").to_path_buf();
            for url in attributes(&html) {
                let is_relative = !url.is_empty() && !url.starts_with(['#', '/']) && !url.contains(':');
                let file = decoded(url.split(['#', '?']).next().expect("a path"));
                if is_relative && !folder.join(&file).is_file() {
                    assert!(reported.contains(&url), "{name}/{path}: `{url}` leads nowhere and is not reported");
                }
                count += usize::from(is_relative);
            }
        }
        count
    }

    /// No sentence of a source that `name` may not see is in its edition, unless a source that it may see has it too. A sentence is a run of
    /// six or more words between full stops, on one line; tags, marks and entities are taken off both sides.
    fn assert_no_sentence(&self, name: &str) -> usize {
        let is_for = |source: &Source| source.audiences.contains(name) || (!source.is_page && source.audiences.is_empty());
        let (seen, hidden): (Vec<&Source>, Vec<&Source>) = self.sources.iter().partition(|source| is_for(source));
        // A sentence that a link runs through stands in the page without the link's target, and an address in `<>` without these.
        let both = |source: &&Source| {
            [words(&source.text), words(&source.text.replace(['<', '>'], " ")), words(&without(&source.text, "](", ")"))].join("\n") + "\n"
        };
        let allowed: String = seen.iter().map(both).collect();
        let secret: BTreeSet<String> =
            hidden.iter().flat_map(|source| sentences(&source.text)).filter(|sentence| !allowed.contains(sentence)).collect();
        let mut shown = String::new();
        for html in self.html(name).into_values() {
            // A sentence is within one block: what two cells or entries of a list say one after the other is none.
            for block in blocks(&html) {
                shown.push_str(&words(&block.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")));
                shown.push('\n');
            }
        }
        // What programs read: copies of pages, lists, feeds, scripts.
        for path in files(&self.edition(name)) {
            if path.extension().is_some_and(|extension| ["md", "json", "csv", "xml", "txt", "js"].iter().any(|known| extension == *known)) {
                for line in fs::read_to_string(&path).expect("text").lines() {
                    // Addresses are no sentences.
                    let pieces = line.split([' ', '"', '<', '>', '(', ')', ',']).filter(|piece| !piece.contains('/'));
                    shown.push_str(&words(&pieces.collect::<Vec<_>>().join(" ")));
                    shown.push('\n');
                }
            }
        }
        let leaked: Vec<&String> = secret.iter().filter(|sentence| shown.contains(sentence.as_str())).collect();
        assert!(
            leaked.is_empty(),
            "{} of {} hidden sentences are in the {name} edition: {:#?}",
            leaked.len(),
            secret.len(),
            &leaked[..leaked.len().min(5)]
        );
        secret.len()
    }
}

fn without(html: &str, start: &str, end: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(start) {
        text.push_str(&rest[..at]);
        rest = rest[at..].find(end).map_or("", |to| &rest[at + to + end.len()..]);
    }
    text + rest
}

/// The parts of a page between the tags of its blocks.
fn blocks(html: &str) -> Vec<&str> {
    const BLOCKS: &[&str] =
        &["td", "th", "tr", "li", "p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "dt", "dd", "section", "tspan", "title", "time", "option"];
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in html.match_indices('<') {
        let name = html[at + 1..].trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if BLOCKS.contains(&name) {
            parts.push(&html[start..at]);
            start = at;
        }
    }
    parts.push(&html[start..]);
    parts
}

fn attributes(html: &str) -> Vec<String> {
    let mut urls = Vec::new();
    for mark in [" href=\"", " src=\""] {
        for (at, _) in html.match_indices(mark) {
            let value = &html[at + mark.len()..];
            urls.push(value.split('"').next().expect("a value").replace("&amp;", "&"));
        }
    }
    urls
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).expect("two digits"));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("a path is UTF-8")
}

/// The words of a text, one blank between them, without tags and marks.
fn words(text: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '<' if chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!')) => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                plain.push(' ');
            }
            _ if in_tag => {}
            c if c.is_alphanumeric() || c == '\'' => plain.push(c),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sentences(text: &str) -> Vec<String> {
    let parts = text.lines().flat_map(|line| line.split(['.', '|', ']', '(', ':']));
    parts.map(words).filter(|words| words.split(' ').count() >= 6).collect()
}

fn repository() -> Option<PathBuf> {
    std::env::var_os("PLAYPRESS_REPOSITORY").map(PathBuf::from)
}

fn small_book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/two-audiences")
}

#[test]
fn a_repository_is_published_whole_and_nothing_leaks() {
    for root in [Some(small_book()), repository()].into_iter().flatten() {
        let published = publish(&root);
        for name in ["internal", "partner"] {
            let pages = published.assert_pages(name);
            published.assert_expanded(name);
            let links = published.assert_links(name);
            let hidden = published.assert_no_sentence(name);
            writeln!(std::io::stderr(), "{}: {name}: {pages} pages, {links} links, {hidden} hidden sentences looked for", root.display())
                .expect("stderr");
            assert!(pages > 3 && links > 10);
        }
    }
}

#[test]
fn no_word_of_an_internal_source_is_in_the_partner_edition() {
    let published = publish(&small_book());
    let canaries = |name: &str| {
        let mut found = BTreeSet::new();
        for path in files(&published.edition(name)) {
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).to_lowercase();
            found.extend(
                text.match_indices("zqcanary").map(|(at, _)| text[at..].split(|c: char| !c.is_alphanumeric()).next().expect("a word").to_owned()),
            );
            if path.to_string_lossy().contains("zqcanary") {
                found.insert(path.to_string_lossy().into_owned());
            }
        }
        found
    };
    assert_eq!(canaries("partner"), BTreeSet::new());
    // The same words are where they belong, so the search finds what is there.
    let internal = canaries("internal");
    for word in [
        "zqcanarytitle",
        "zqcanarybody",
        "zqcanaryvariant",
        "zqcanaryfragmenttext",
        "zqcanaryinternaltoc",
        "zqcanaryimage",
        "zqcanarydescription",
        "zqcanaryoldaddress",
        "zqcanaryotheroldaddress",
        "zqcanaryquery",
        "zqcanaryuidentry",
        "zqcanarysuffix",
    ] {
        assert!(internal.contains(word), "{word} is in the internal edition");
    }
    for word in ["zqcanarycomment", "zqcanarydenied", "zqcanarycontradiction", "zqcanaryarchive", "zqcanarybreadcrumb", "zqcanaryfrontmatter"] {
        assert!(!internal.contains(word), "{word} is in no edition");
    }
}
