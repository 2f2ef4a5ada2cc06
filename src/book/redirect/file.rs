//! Files that list redirections: `.openpublishing.redirection*.json`, `redirections.yml` and `redirections.json`.

use super::{Declared, REDIRECTION_PATH_SYNTAX_ERROR, SOURCE_PATH_CONFLICT};
use crate::book::toc::{JSON_SYNTAX_ERROR, MISSING_ATTRIBUTE, Placed, UNEXPECTED_TYPE, YAML_SYNTAX_ERROR, faulty_line, first_line, misspelled};
use crate::diagnostic::Diagnostic;
use crate::source::yaml::{self, Node, Value};
use crate::source::{SourceFile, json};
use crate::text::Span;
use crate::text::path::RelPath;

/// The keys of a redirection.
const KEYS: &[&str] = &["source_path", "source_path_from_root", "redirect_url", "redirect_document_id", "monikers"];

/// The redirections of a file, in order.
pub(super) fn read(file: &SourceFile, found: &mut Vec<Diagnostic>) -> Vec<Declared> {
    let range = file.front.body_start..file.text.len();
    let (root, rule) = match file.path.extension().to_ascii_lowercase().as_str() {
        "json" => (json::read(&file.text, range), &JSON_SYNTAX_ERROR),
        _ => (yaml::read(&file.text, range), &YAML_SYNTAX_ERROR),
    };
    let mut reader = Reader { file, found, declared: Vec::new() };
    match root {
        Ok(Some(root)) => reader.root(&root),
        Ok(None) => {}
        Err(fault) => {
            let place = Span::new(file.id, faulty_line(&file.text, fault.offset));
            let finding = rule.at(place, format!("the list of redirections cannot be read: {}", fault.message));
            reader.found.push(finding.help("mend the line; until then this file redirects no page"));
        }
    }
    reader.declared
}

struct Reader<'r> {
    file: &'r SourceFile,
    found: &'r mut Vec<Diagnostic>,
    declared: Vec<Declared>,
}

impl Reader<'_> {
    fn root(&mut self, root: &Node) {
        if !matches!(root.value, Value::Mapping(_)) {
            return self.unexpected(root, "`redirections` with a list");
        }
        if let Some(list) = root.get("redirections") {
            match &list.value {
                Value::Sequence(items) => items.iter().for_each(|item| self.item(item)),
                Value::Mapping(_) => self.pairs(list, false),
                Value::Null => {}
                Value::Scalar(_) => self.unexpected(list, "a list of redirections"),
            }
        }
        if let Some(renames) = root.get("renames") {
            self.pairs(renames, true);
        }
    }

    /// `old.md: /new` each.
    fn pairs(&mut self, node: &Node, keeps_id: bool) {
        let Value::Mapping(pairs) = &node.value else { return self.unexpected(node, "old paths and where they lead") };
        for (key, value) in pairs {
            let Some(source) = key.as_str() else { continue };
            match self.text(Some(value)) {
                Some(url) => self.add(&self.file.path.parent(), source, url, keeps_id),
                None => self.missing(key),
            }
        }
    }

    /// `{source_path, redirect_url, redirect_document_id}`.
    fn item(&mut self, item: &Node) {
        if !matches!(item.value, Value::Mapping(_)) {
            return self.unexpected(item, "a redirection with `source_path` and `redirect_url`");
        }
        let path = self.text(item.get("source_path"));
        let from_root = self.text(item.get("source_path_from_root"));
        let misspelled = misspelled(self.file, item, KEYS, self.found);
        let Some(url) = self.text(item.get("redirect_url")) else {
            if !misspelled.contains(&"redirect_url") {
                self.missing(item);
            }
            return;
        };
        let keeps_id = item.get("redirect_document_id").and_then(Node::as_str).is_some_and(|yes| yes.eq_ignore_ascii_case("true"));
        match (path, from_root) {
            (None, None) if misspelled.iter().any(|key| key.starts_with("source_path")) => {}
            (None, None) => {
                let finding = MISSING_ATTRIBUTE.at(url.span, "the redirection has no `source_path`");
                self.found.push(finding.help("add `source_path` with the path of the page that is gone, seen from the folder of this file"));
            }
            (Some(_), Some(_)) => {
                let finding = SOURCE_PATH_CONFLICT.at(url.span, "the redirection has both `source_path` and `source_path_from_root`");
                self.found.push(finding.help("remove one of the two"));
            }
            (Some(path), None) if path.text.starts_with('/') => self.syntax(&url, "`source_path` starts with `/`"),
            (Some(path), None) => self.add(&self.file.path.parent(), &path.text, url, keeps_id),
            (None, Some(path)) => match path.text.strip_prefix('/') {
                Some(below) => self.add(&RelPath::root(), below, url, keeps_id),
                None => self.syntax(&url, "`source_path_from_root` does not start with `/`"),
            },
        }
    }

    fn add(&mut self, folder: &RelPath, source: &str, url: Placed, keeps_id: bool) {
        // What is outside was never part of the book.
        if let Ok(source) = folder.join(&source.trim().replace('\\', "/")) {
            self.declared.push(Declared { source, url, keeps_id });
        }
    }

    /// A text that is not empty.
    fn text(&mut self, node: Option<&Node>) -> Option<Placed> {
        let node = node?;
        match &node.value {
            Value::Scalar(text) => {
                let placed = Placed { text: text.trim().to_owned(), span: Span::new(self.file.id, node.range.clone()) };
                Some(placed).filter(|placed| !placed.text.is_empty())
            }
            Value::Null => None,
            _ => {
                self.unexpected(node, "text");
                None
            }
        }
    }

    fn syntax(&mut self, url: &Placed, what: &str) {
        let finding = REDIRECTION_PATH_SYNTAX_ERROR.at(url.span, what);
        self.found.push(finding.help("write `source_path` without a `/` in front, and `source_path_from_root` with one"));
    }

    fn missing(&mut self, node: &Node) {
        let place = Span::new(self.file.id, first_line(&self.file.text, &node.range));
        let finding = MISSING_ATTRIBUTE.at(place, "the redirection has no `redirect_url`");
        self.found.push(finding.help("add the address that the old page leads to"));
    }

    fn unexpected(&mut self, node: &Node, expected: &str) {
        let place = Span::new(self.file.id, first_line(&self.file.text, &node.range));
        let finding = UNEXPECTED_TYPE.at(place, format!("expected {expected}"));
        self.found.push(finding.help("the form is `{\"redirections\": [{\"source_path\": \"old.md\", \"redirect_url\": \"/new\"}]}`"));
    }
}
