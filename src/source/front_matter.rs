//! Front matter: where it is, what it holds, and what is wrong with it. Broken YAML is read line by line, so that no page loses its audience.

use std::collections::BTreeMap;
use std::ops::Range;

use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};
use serde_yaml::Value;

use super::yaml;
use crate::diagnostic::Diagnostic;
use crate::text::lines::{BOM, split_lines};
use crate::text::{FileId, Span};

rules! {
    YAML_HEADER_UNCLOSED = "yaml-header-unclosed", Warning;
    YAML_HEADER_NOT_OBJECT = "yaml-header-not-object", Warning;
    YAML_HEADER_SYNTAX_ERROR = "yaml-header-syntax-error", Warning;
    YAML_DUPLICATE_KEY = "yaml-duplicate-key", Warning;
}

/// One key of a front matter.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Where the key stands, in bytes of the file.
    pub key_range: Range<usize>,
    /// The value as YAML means it.
    pub value: Value,
    /// Where the value stands.
    pub range: Range<usize>,
}

/// What stands above a page's text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FrontMatter {
    /// The keys in their order, duplicates included.
    pub entries: Vec<Entry>,
    /// The first byte of the page's text.
    pub body_start: usize,
}

impl FrontMatter {
    /// The value of `key`; of duplicates the last.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// The value of `key` as text; `None` where it is missing, null, blank or no scalar.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(|entry| scalar_text(&entry.value)).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }
}

/// A scalar as text.
pub(super) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// A value that is a list: a YAML sequence, or text split at its commas. Trimmed, empty names dropped.
#[must_use]
pub fn list(value: &Value) -> Vec<String> {
    let texts: Vec<String> = match value {
        Value::Sequence(items) => items.iter().filter_map(scalar_text).collect(),
        value => scalar_text(value).into_iter().collect(),
    };
    texts.iter().flat_map(|text| text.split(',')).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Lines that look as if they gave `key` and were not read: above the text, or where front matter would be if it were well written. What stands
/// in such a line must not be passed over.
#[must_use]
pub fn unread(text: &str, front: &FrontMatter, key: &str) -> Vec<Range<usize>> {
    let has_header = !text[..front.body_start].trim_start_matches(BOM).is_empty();
    let head = if has_header { &text[..front.body_start] } else { text };
    let mut found = Vec::new();
    let mut at = 0;
    for line in split_lines(head).take(if has_header { usize::MAX } else { HEAD_LINES }) {
        // Almost no line names it.
        let is_key_among_signs = has_key_among_signs(line, key);
        if !holds(line, key) && !is_key_among_signs && !line.trim_start().starts_with("```") {
            at += line.len();
            continue;
        }
        let bare = line.trim_start_matches(|c: char| c.is_whitespace() || !c.is_alphanumeric());
        if line.trim_start().starts_with("```") {
            break;
        }
        let start = at + (line.len() - bare.len());
        let is_key = bare.get(..key.len()).is_some_and(|name| name.eq_ignore_ascii_case(key))
            && bare[key.len()..].trim_start_matches(['"', '\'', ' ', '\t', '\u{a0}']).starts_with(':');
        let is_meant = is_key || is_key_among_signs || (has_header && line.to_ascii_lowercase().contains(key) && !line.trim_start().starts_with('#'));
        let is_read = || front.entries.iter().any(|entry| entry.key == key && (at..at + line.len()).contains(&entry.key_range.start));
        if is_meant && !is_read() {
            found.push(if is_key { start..start + key.len() } else { at..at + line.trim_end().len() });
        }
        at += line.len();
    }
    found
}

/// Whether `key`, which holds a stop, is in `line`, in whatever case.
fn holds(line: &str, key: &str) -> bool {
    let (line, key) = (line.as_bytes(), key.as_bytes());
    let stop = memchr::memchr(b'.', key).unwrap_or(0);
    memchr::memchr_iter(key[stop], line)
        .any(|at| at.checked_sub(stop).and_then(|start| line.get(start..start + key.len())).is_some_and(|there| there.eq_ignore_ascii_case(key)))
}

/// Whether a line starts with `key:` once signs and letters that no key has are taken out.
fn has_key_among_signs(line: &str, key: &str) -> bool {
    let mut rest = line.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':'));
    key.chars().chain([':']).all(|wanted| rest.next().is_some_and(|c| c.eq_ignore_ascii_case(&wanted)))
}

/// How many lines of a text without front matter are looked at for keys that were meant to be some.
const HEAD_LINES: usize = 60;

/// Where the header of a text is.
enum Header {
    None,
    Unclosed { lines: Range<usize> },
    Found { header: Range<usize>, body_start: usize },
}

/// Reads the front matter of a page or fragment.
#[must_use]
pub fn read(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> FrontMatter {
    match find(text) {
        Header::None => FrontMatter { entries: Vec::new(), body_start: text.len() - text.trim_start_matches(BOM).len() },
        Header::Unclosed { lines } => {
            let entries = line_entries(text, lines.clone());
            if !entries.is_empty() {
                let opening = text.len() - text.trim_start_matches(BOM).len();
                found.push(
                    YAML_HEADER_UNCLOSED
                        .at(Span::new(file, opening..opening + 3), "the front matter is not closed, so it is shown as text")
                        .help("write `---` on a line of its own below the last key"),
                );
            }
            FrontMatter { entries, body_start: text.len() - text.trim_start_matches(BOM).len() }
        }
        Header::Found { header, body_start } => FrontMatter { entries: entries(file, text, header, found), body_start },
    }
}

fn find(text: &str) -> Header {
    let start = text.len() - text.trim_start_matches(BOM).len();
    let mut lines = text[start..].split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return Header::None };
    let header_start = start + first.len();
    let mut at = header_start;
    let mut blank = None;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Header::Found { header: header_start..at, body_start: at + line.len() };
        }
        if blank.is_none() && line.trim().is_empty() {
            blank = Some(at);
        }
        at += line.len();
    }
    Header::Unclosed { lines: header_start..blank.unwrap_or(at) }
}

fn entries(file: FileId, text: &str, header: Range<usize>, found: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let node = match yaml::read(text, header.clone()) {
        Ok(Some(node)) => node,
        Ok(None) => return Vec::new(),
        Err(fault) => {
            let at = faulty(text, &header, fault.offset);
            found.push(
                YAML_HEADER_SYNTAX_ERROR
                    .at(Span::new(file, at), format!("the front matter is not valid YAML: {}", fault.message))
                    .help("put a value that holds `: ` or starts with a sign in quotes, and use blanks rather than tabs; until then the keys are read line by line"),
            );
            return line_entries(text, header);
        }
    };
    let yaml::Value::Mapping(pairs) = &node.value else {
        if node.value != yaml::Value::Null {
            let what = if matches!(node.value, yaml::Value::Sequence(_)) { "a list" } else { "text" };
            let line = node.range.start..node.range.start + text[node.range.start..].lines().next().map_or(0, |line| line.trim_end().len());
            found.push(
                YAML_HEADER_NOT_OBJECT
                    .at(Span::new(file, line), format!("the front matter is {what}, not keys and values"))
                    .help("write one `key: value` on each line"),
            );
        }
        return Vec::new();
    };
    for key in node.duplicate_keys() {
        let name = key.as_str().unwrap_or_default();
        let finding = YAML_DUPLICATE_KEY.at(Span::new(file, key.range.clone()), format!("the key `{name}` is already defined"));
        let finding = finding.help("remove one of the two lines");
        found.push(match same_line(text, &header, pairs, key) {
            Some(line) => finding.fix(Span::new(file, line), ""),
            None => finding,
        });
    }
    // A scalar is what is written: `1.10` is no number here. So only lists and mappings are asked of serde.
    let is_scalar = |value: &yaml::Node| matches!(value.value, yaml::Value::Scalar(_) | yaml::Value::Null);
    let values = if pairs.iter().all(|(_, value)| is_scalar(value)) { BTreeMap::new() } else { values(&text[header]).unwrap_or_default() };
    let is_only = |name: &str| pairs.iter().filter(|(key, _)| key.as_str() == Some(name)).nth(1).is_none();
    pairs
        .iter()
        .filter_map(|(key, value)| {
            let name = key.as_str()?.to_owned();
            let meant = values.get(&name).filter(|_| !is_scalar(value) && is_only(&name)).cloned().unwrap_or_else(|| from_node(value));
            Some(Entry { key: name, key_range: key.range.clone(), value: meant, range: value.range.clone() })
        })
        .collect()
}

/// The line of a key that says again what the first of its name says.
fn same_line(text: &str, header: &Range<usize>, pairs: &[(yaml::Node, yaml::Node)], key: &yaml::Node) -> Option<Range<usize>> {
    let value = pairs.iter().find(|(other, _)| other.range == key.range).map(|(_, value)| value)?;
    let (_, first) = pairs.iter().find(|(other, _)| other.as_str() == key.as_str())?;
    let start = text[..key.range.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[key.range.start..].find('\n').map_or(text.len(), |end| key.range.start + end + 1);
    let is_line = value.range.end <= end && text[start..key.range.start].trim().is_empty() && start >= header.start;
    (is_line && first.value == value.value && matches!(value.value, yaml::Value::Scalar(_) | yaml::Value::Null)).then_some(start..end)
}

/// Where a header that is no YAML is at fault. The parser often notices only on the next line, so the first line from the one before on
/// that is no `key: value` is shown; where all are, the rest of the parser's line.
fn faulty(text: &str, header: &Range<usize>, offset: usize) -> Range<usize> {
    let offset = offset.clamp(header.start, header.end);
    let mut lines = Vec::new();
    let mut at = header.start;
    for line in text[header.clone()].split_inclusive('\n') {
        lines.push(at..at + line.trim_end().len());
        at += line.len();
    }
    let own = lines.iter().rposition(|line| line.start <= offset).unwrap_or(0);
    let is_odd = |line: &&Range<usize>| {
        let content = &text[(*line).clone()];
        !content.trim().is_empty() && !content.starts_with('#') && line_entry(content, 0).is_none()
    };
    match lines.get(own.saturating_sub(1)..=own).and_then(|near| near.iter().find(is_odd)) {
        Some(line) => line.clone(),
        None if lines.get(own).is_some_and(|line| offset < line.end) => offset..lines[own].end,
        None => lines[..=own.min(lines.len().saturating_sub(1))].iter().rev().find(|line| !line.is_empty()).cloned().unwrap_or(offset..offset),
    }
}

/// The YAML engine that [`Matter`] is given: serde.
struct Serde;

impl Engine for Serde {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        let value: Value = serde_yaml::from_str(content).map_err(|error| gray_matter::Error::deserialize_error(&error.to_string()))?;
        Ok(pod(value))
    }
}

fn pod(value: Value) -> Pod {
    match value {
        Value::Null => Pod::Null,
        Value::Bool(yes) => Pod::Boolean(yes),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Pod::Integer(integer),
            (None, Some(float)) => Pod::Float(float),
            (None, None) => Pod::String(number.to_string()),
        },
        Value::String(text) => Pod::String(text),
        Value::Sequence(items) => Pod::Array(items.into_iter().map(pod).collect()),
        Value::Mapping(entries) => Pod::Hash(entries.into_iter().filter_map(|(key, value)| Some((scalar_text(&key)?, pod(value)))).collect()),
        Value::Tagged(tagged) => pod(tagged.value),
    }
}

/// The values of a header that is faultless YAML; `None` where serde refuses it.
fn values(header: &str) -> Option<BTreeMap<String, Value>> {
    // `Matter` trims the header; the comment keeps an indentation of the first key.
    let document = format!("---\n#\n{header}\n---\n");
    Matter::<Serde>::new().parse::<BTreeMap<String, Value>>(&document).ok()?.data
}

fn from_node(node: &yaml::Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(text) => Value::String(text.clone()),
        yaml::Value::Sequence(items) => Value::Sequence(items.iter().map(from_node).collect()),
        yaml::Value::Mapping(entries) => Value::Mapping(entries.iter().map(|(key, value)| (from_node(key), from_node(value))).collect()),
    }
}

/// The keys of a header that is no YAML: each line that is `key: value`.
fn line_entries(text: &str, header: Range<usize>) -> Vec<Entry> {
    let mut at = header.start;
    let mut entries = Vec::new();
    for line in text[header].split_inclusive('\n') {
        if let Some(entry) = line_entry(line, at) {
            entries.push(entry);
        }
        at += line.len();
    }
    entries
}

fn line_entry(line: &str, at: usize) -> Option<Entry> {
    let (name, value) = line.split_once(':')?;
    let key = name.trim_end();
    let first = key.chars().next()?;
    let is_key = (first.is_alphanumeric() || first == '_') && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    if !is_key {
        return None;
    }
    let start = at + name.len() + 1 + (value.len() - value.trim_start().len());
    let value = value.trim();
    let unquoted = value.trim_matches(['"', '\'']).trim();
    let meant = if unquoted.is_empty() { Value::Null } else { Value::String(unquoted.to_owned()) };
    Some(Entry {
        key: key.to_owned(),
        key_range: at..at + key.len(),
        value: meant,
        range: start.min(at + line.len())..(start + value.len()).min(at + line.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (FrontMatter, Vec<&'static str>) {
        let mut found = Vec::new();
        let front = read(FileId::from_index(0), text, &mut found);
        (front, found.iter().map(|diagnostic| diagnostic.rule.code).collect())
    }

    #[test]
    fn marks_blanks_and_line_ends_do_not_matter() {
        for text in ["---\ntitle: A\n---\nx", "\u{feff}---  \r\ntitle: A\r\n---  \r\nx", "--- \ntitle: A\n...\nx", "---\n  title: A\n---\nx"] {
            let (front, found) = parsed(text);
            assert_eq!(front.text("title").as_deref(), Some("A"), "{text:?}");
            assert_eq!(&text[front.body_start..], "x");
            assert!(found.is_empty(), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_front_matter_is_text() {
        for text in ["", "\n---\na: b\n---\n", "----\na: b\n---\n", "---\n\nA rule above.\n", "# x"] {
            assert_eq!(parsed(text), (FrontMatter::default(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn broken_yaml_is_read_line_by_line() {
        let (front, found) = parsed("---\ntitle: A: B\nauthor <me>\nms.author :alias\nft.audience: partner\n---\n");
        assert_eq!(found, ["yaml-header-syntax-error"]);
        assert_eq!(front.text("ft.audience").as_deref(), Some("partner"));
        assert_eq!(front.text("ms.author").as_deref(), Some("alias"));
        let (front, found) = parsed("---\nft.audience: internal\n# no end\n");
        assert_eq!((found, front.body_start), (vec!["yaml-header-unclosed"], 0));
        assert_eq!(front.text("ft.audience").as_deref(), Some("internal"));
    }

    #[test]
    fn duplicates_are_kept_and_reported() {
        let (front, found) = parsed("---\na: 1\na: 2\n---\n");
        assert_eq!(found, ["yaml-duplicate-key"]);
        assert_eq!(front.entries.len(), 2);
        assert_eq!(front.text("a").as_deref(), Some("2"));
        assert_eq!(parsed("---\n- a\n---\n").1, ["yaml-header-not-object"]);
    }

    #[test]
    fn both_readers_give_the_same_answer() {
        for header in ["a: b\nc: [d, e]\nf: ~\n", "x: 'quoted: yes'\ny: \"two\"\n", "n:\n  m: deep\n", "date: 10/01/2019  \nempty:\n"] {
            let text = format!("---\n{header}---\n");
            let node = yaml::read(&text, 4..4 + header.len()).expect("YAML").expect("a document");
            let yaml::Value::Mapping(pairs) = &node.value else { panic!("a mapping") };
            let ours: BTreeMap<String, Value> =
                pairs.iter().map(|(key, value)| (key.as_str().expect("a key").to_owned(), from_node(value))).collect();
            assert_eq!(values(header), Some(ours), "{header:?}");
        }
    }
}
