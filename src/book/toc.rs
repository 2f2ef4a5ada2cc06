//! TOC files as they are written: names, links, items, each with its place. What they lead to is decided for each edition, in `nav`.

mod headings;

use std::collections::BTreeSet;
use std::ops::Range;

use ahash::HashMap;
use rayon::prelude::*;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::markdown::link::{self, Target};
use crate::source::yaml::{self, Node, Value};
use crate::source::{Role, SourceFile, SourceSet, front_matter, json};
use crate::text::nearest::nearest;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

rules! {
    YAML_SYNTAX_ERROR = "yaml-syntax-error", Error;
    JSON_SYNTAX_ERROR = "json-syntax-error", Error;
    UNEXPECTED_TYPE = "unexpected-type", Warning;
    MISSING_ATTRIBUTE = "missing-attribute", Warning;
    UNKNOWN_FIELD = "unknown-field", Warning;
    INVALID_TOC_HREF = "invalid-toc-href", Error;
    INVALID_TOPIC_HREF = "invalid-topic-href", Error;
    INVALID_TOC_SYNTAX = "invalid-toc-syntax", Error;
    INVALID_TOC_LEVEL = "invalid-toc-level", Error;
    TOC_DEPRECATED = "toc-deprecated", Info;
    TOC_NOT_FOUND = "toc-not-found", Warning;
}

/// A TOC file.
#[derive(Debug, Default)]
pub struct Toc {
    /// Its entries.
    pub entries: Vec<TocEntry>,
    /// Of several TOCs that name a page, the page shows one with the lowest order.
    pub order: i64,
    /// What is wrong with it, whoever reads it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A text of a TOC and its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// An entry of a TOC.
#[derive(Debug)]
pub struct TocEntry {
    /// The label.
    pub name: Option<Placed>,
    /// The TOC file that is taken in, the folder whose first page is meant, or the address that stands for a TOC.
    pub toc: Option<TocLink>,
    /// The page or address that it leads to.
    pub topic: Option<Placed>,
    /// The `uid` of the page that it leads to, if nothing else says so.
    pub uid: Option<Placed>,
    /// Entries below it.
    pub items: Vec<TocEntry>,
    /// Whether what is below is shown from the start.
    pub is_expanded: bool,
    /// The whole entry.
    pub span: Span,
}

/// What an entry says of a TOC.
#[derive(Clone, Debug)]
pub struct TocLink {
    /// As written.
    pub href: Placed,
    /// What that is.
    pub kind: HrefKind,
}

/// What a URL of a TOC is, as far as its text tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HrefKind {
    /// A TOC file.
    Toc,
    /// A folder.
    Folder,
    /// An address, or a path from the root of the site.
    Address,
    /// Anything else: a page, or a file.
    Page,
}

/// The kind of a URL.
#[must_use]
pub fn kind(href: &str) -> HrefKind {
    match link::classify(href, &RelPath::root(), &RelPath::root(), false) {
        Target::External | Target::Rooted => HrefKind::Address,
        _ => {
            let path = href.split(['?', '#']).next().unwrap_or_default().trim();
            let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
            match name.as_str() {
                "" if !path.is_empty() => HrefKind::Folder,
                "toc.yml" | "toc.md" | "toc.json" => HrefKind::Toc,
                _ => HrefKind::Page,
            }
        }
    }
}

/// Reads each TOC of the project once. A file that `breadcrumb_path` names is none.
#[must_use]
pub fn read_all(sources: &SourceSet, config: &Config) -> HashMap<FileId, Toc> {
    let breadcrumbs = breadcrumbs(sources, config);
    let tocs = sources.files().par_iter().filter(|file| file.role == Role::Toc && !breadcrumbs.contains(&file.path.parent()));
    tocs.map(|file| (file.id, read(file))).collect()
}

/// The folders whose TOC is the trail of a site.
fn breadcrumbs(sources: &SourceSet, config: &Config) -> BTreeSet<RelPath> {
    const KEY: &str = "breadcrumb_path";
    // The published address of a trail ends with `.json`, and may start with `~/` or `/`.
    let folder = |base: &RelPath, path: &str| {
        let path = path.replace('\\', "/");
        let joined = match path.strip_prefix('~').unwrap_or(&path).strip_prefix('/') {
            Some(rooted) => config.src.join(rooted),
            None => base.join(&path),
        };
        joined.ok().filter(|path| path.stem().eq_ignore_ascii_case("toc")).map(|path| path.parent())
    };
    let configured = config.metadata.rules(KEY).filter_map(|rule| folder(&RelPath::root(), rule.value.as_str()?));
    let pages = sources.files().iter().filter(|file| file.role == Role::Page);
    let own = pages.filter_map(|file| folder(&file.path.parent(), &file.front.text(KEY)?));
    configured.chain(own).collect()
}

fn read(file: &SourceFile) -> Toc {
    let mut toc = Toc::default();
    let range = file.front.body_start..file.text.len();
    let (root, rule, what) = match file.path.extension().to_ascii_lowercase().as_str() {
        "md" => return headings::read(file),
        "json" => (json::read(&file.text, range), &JSON_SYNTAX_ERROR, "JSON"),
        _ => (yaml::read(&file.text, range), &YAML_SYNTAX_ERROR, "YAML"),
    };
    match root {
        Ok(None) => {}
        Ok(Some(root)) => {
            for key in root.duplicate_keys() {
                let name = key.as_str().unwrap_or_default();
                let finding = front_matter::YAML_DUPLICATE_KEY.at(span(file, &key.range), format!("the key `{name}` is already defined"));
                toc.diagnostics.push(finding.help("remove one of the two lines"));
            }
            toc.order = root.get("order").and_then(Node::as_str).and_then(|order| order.trim().parse().ok()).unwrap_or_default();
            let items = root.get("items").unwrap_or(&root);
            toc.entries = entries(file, items, &mut toc.diagnostics);
        }
        Err(fault) => {
            let finding =
                rule.at(span(file, &faulty_line(&file.text, fault.offset)), format!("the table of contents is not valid {what}: {}", fault.message));
            toc.diagnostics.push(finding.help("mend the line; until then the navigation is made from the folders"));
        }
    }
    toc
}

/// The rest of the line at `offset`, or the whole line where nothing is left of it.
pub(super) fn faulty_line(text: &str, offset: usize) -> Range<usize> {
    let offset = offset.min(text.len());
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let line = start..start + text[start..].lines().next().map_or(0, str::len);
    if offset < line.end { offset..line.end } else { line }
}

/// The first line of what stands at `range`: enough to find it.
pub(super) fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    range.start..range.start + text[range.clone()].lines().next().map_or(0, str::len)
}

fn span(file: &SourceFile, range: &Range<usize>) -> Span {
    Span::new(file.id, range.clone())
}

fn unexpected(file: &SourceFile, node: &Node, expected: &str, found: &mut Vec<Diagnostic>) {
    let what = match node.value {
        Value::Null => "nothing",
        Value::Scalar(_) => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "keys and values",
    };
    let finding = UNEXPECTED_TYPE.at(span(file, &first_line(&file.text, &node.range)), format!("expected {expected}, but found {what}"));
    found.push(finding.help("an entry has the keys `name`, `href` and `items`; `items` is a list of entries"));
}

fn entries(file: &SourceFile, node: &Node, found: &mut Vec<Diagnostic>) -> Vec<TocEntry> {
    match &node.value {
        Value::Sequence(items) => items.iter().filter_map(|item| entry(file, item, found)).collect(),
        Value::Null => Vec::new(),
        _ => {
            unexpected(file, node, "a list of entries", found);
            Vec::new()
        }
    }
}

/// What leads an entry somewhere.
const LINKS: [&str; 7] = ["href", "tocHref", "topicHref", "homepage", "uid", "topicUid", "items"];

fn entry(file: &SourceFile, node: &Node, found: &mut Vec<Diagnostic>) -> Option<TocEntry> {
    if !matches!(node.value, Value::Mapping(_)) {
        unexpected(file, node, "an entry with a `name`", found);
        return None;
    }
    let mut text = |key: &str| {
        let value = node.get(key)?;
        match &value.value {
            Value::Scalar(text) => {
                Some(Placed { text: text.trim().to_owned(), span: span(file, &value.range) }).filter(|placed| !placed.text.is_empty())
            }
            Value::Null => None,
            _ => {
                unexpected(file, value, "text", found);
                None
            }
        }
    };
    let name = text("name");
    let href = text("href");
    let toc_href = text("tocHref");
    let topic_href = text("topicHref").or_else(|| text("homepage"));
    let uid = text("uid").or_else(|| text("topicUid"));
    let is_expanded = text("expanded").is_some_and(|yes| yes.text.eq_ignore_ascii_case("true"));
    let has = |key: &str| node.get(key).is_some_and(|value| value.value != Value::Null);
    let place = span(file, &first_line(&file.text, &node.range));
    let misspelled = misspelled(file, node, KEYS, found);
    let is_misspelled = |key: &str| misspelled.contains(&key);
    if name.is_none() && uid.is_none() && !has("name") && !is_misspelled("name") {
        let finding = MISSING_ATTRIBUTE.at(place, "the entry has no `name`");
        found.push(finding.help("add `name:`; until then the title of its page is shown"));
    }
    if !LINKS.into_iter().any(|key| has(key) || is_misspelled(key)) {
        let finding = MISSING_ATTRIBUTE.at(place, "the entry has neither `href` nor `items`, so it is not shown");
        found.push(finding.help("add `href:` with the path of a page"));
    }
    let (toc, topic) = links(href, toc_href, topic_href, found);
    let items = node.get("items").map(|items| entries(file, items, found)).unwrap_or_default();
    Some(TocEntry { name, toc, topic, uid, items, is_expanded, span: span(file, &node.range) })
}

/// The keys of an entry. Others are metadata of its author.
const KEYS: &[&str] = &[
    "name",
    "href",
    "items",
    "tocHref",
    "topicHref",
    "homepage",
    "uid",
    "topicUid",
    "expanded",
    "displayName",
    "order",
    "visible",
    "maintainContext",
];

/// The keys that are meant by others, which are reported.
pub(crate) fn misspelled<'k>(file: &SourceFile, node: &Node, known: &[&'k str], found: &mut Vec<Diagnostic>) -> Vec<&'k str> {
    let Value::Mapping(pairs) = &node.value else { return Vec::new() };
    let mut meant = Vec::new();
    for (key, _) in pairs {
        let Some(name) = key.as_str().filter(|name| !known.contains(name)) else { continue };
        let Some(near) = nearest(name, known).filter(|near| node.get(near).is_none()) else { continue };
        let span = span(file, &key.range);
        let finding = UNKNOWN_FIELD.at(span, format!("`{name}` is no key here, and is not read"));
        found.push(finding.help(format!("did you mean `{near}`?")));
        meant.push(near);
    }
    meant
}

/// The TOC and the page that an entry names, by any of three keys.
fn links(href: Option<Placed>, toc: Option<Placed>, topic: Option<Placed>, found: &mut Vec<Diagnostic>) -> (Option<TocLink>, Option<Placed>) {
    let with_kind = |href: Placed| TocLink { kind: kind(&href.text), href };
    let is_toc = |link: &TocLink| matches!(link.kind, HrefKind::Toc | HrefKind::Folder);
    let href = href.map(with_kind);
    let mut toc = toc.map(with_kind);
    if let Some(link) = toc.take_if(|link| link.kind == HrefKind::Page) {
        let finding =
            INVALID_TOC_HREF.at(link.href.span, format!("`tocHref` is `{}`, which is no table of contents, folder or address", link.href.text));
        found.push(finding.help("name a `toc.yml` or a folder that ends with `/`, or use `href` for a page"));
    }
    let mut topic = topic.map(with_kind);
    if let Some(link) = topic.take_if(|link| is_toc(link)) {
        let finding = INVALID_TOPIC_HREF.at(link.href.span, format!("`topicHref` is `{}`, which is no page", link.href.text));
        found.push(finding.help("name a page, or use `tocHref` for a table of contents"));
    }
    let (as_toc, as_topic) = match href {
        Some(href) if is_toc(&href) => (Some(href), None),
        href => (None, href),
    };
    (toc.or(as_toc), topic.or(as_topic).map(|link| link.href))
}
