//! TOC files as they are written: names, links, items, each with its place. What they lead to is decided for each edition, in `nav`.

use std::collections::HashMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::source::yaml::{self, Node, Value};
use crate::source::{Role, SourceFile, SourceSet, front_matter};
use crate::text::{FileId, Span};

rules! {
    YAML_SYNTAX_ERROR = "yaml-syntax-error", Error;
    UNEXPECTED_TYPE = "unexpected-type", Warning;
    MISSING_ATTRIBUTE = "missing-attribute", Warning;
}

/// A TOC file.
#[derive(Debug, Default)]
pub struct Toc {
    /// Its entries.
    pub entries: Vec<TocEntry>,
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
    /// The page, TOC, folder or address that it names.
    pub href: Option<Placed>,
    /// The page of an entry whose `href` names a TOC.
    pub topic: Option<Placed>,
    /// Entries below it.
    pub items: Vec<TocEntry>,
    /// The whole entry.
    pub span: Span,
}

/// Reads each TOC of the project once.
#[must_use]
pub fn read_all(sources: &SourceSet) -> HashMap<FileId, Toc> {
    sources.files().par_iter().filter(|file| file.role == Role::Toc).map(|file| (file.id, read(file))).collect()
}

fn read(file: &SourceFile) -> Toc {
    let mut toc = Toc::default();
    let range = file.front.body_start..file.text.len();
    match yaml::read(&file.text, range) {
        Ok(None) => {}
        Ok(Some(root)) => {
            for key in root.duplicate_keys() {
                let name = key.as_str().unwrap_or_default();
                let finding = front_matter::YAML_DUPLICATE_KEY.at(span(file, &key.range), format!("the key `{name}` is already defined"));
                toc.diagnostics.push(finding.help("remove one of the two lines"));
            }
            let items = root.get("items").unwrap_or(&root);
            toc.entries = entries(file, items, &mut toc.diagnostics);
        }
        Err(fault) => {
            let start = file.text[..fault.offset].rfind('\n').map_or(0, |at| at + 1);
            let line = start..start + file.text[start..].lines().next().map_or(0, str::len);
            let at = if fault.offset < line.end { fault.offset..line.end } else { line };
            let finding = YAML_SYNTAX_ERROR.at(span(file, &at), format!("the table of contents is not valid YAML: {}", fault.message));
            toc.diagnostics.push(finding.help("mend the line; until then the navigation is made from the folders"));
        }
    }
    toc
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
    // A list or mapping can be long: its first line is enough to find it.
    let end = node.range.start + file.text[node.range.clone()].lines().next().map_or(0, str::len);
    let finding = UNEXPECTED_TYPE.at(span(file, &(node.range.start..end)), format!("expected {expected}, but found {what}"));
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
    let href = text("tocHref").or_else(|| text("href"));
    let topic = text("topicHref").or_else(|| text("homepage"));
    let has = |key: &str| node.get(key).is_some_and(|value| value.value != Value::Null);
    if name.is_none() && !has("name") {
        let place = node.range.start..node.range.start + file.text[node.range.clone()].lines().next().map_or(0, str::len);
        let finding = MISSING_ATTRIBUTE.at(span(file, &place), "the entry has no `name`");
        found.push(finding.help("add `name:`; until then the title of its page is shown"));
    }
    if !["href", "tocHref", "topicHref", "homepage", "items"].into_iter().any(has) {
        let place = node.range.start..node.range.start + file.text[node.range.clone()].lines().next().map_or(0, str::len);
        let finding = MISSING_ATTRIBUTE.at(span(file, &place), "the entry has neither `href` nor `items`, so it is not shown");
        found.push(finding.help("add `href:` with the path of a page"));
    }
    let items = node.get("items").map(|items| entries(file, items, found)).unwrap_or_default();
    Some(TocEntry { name, href, topic, items, span: span(file, &node.range) })
}
