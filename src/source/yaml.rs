//! YAML with places: one reader over the parser's events, for front matter and TOCs. Values that need no place come from serde.

mod plain;

use std::ops::Range;

use ahash::{HashMap, HashSet};
use saphyr_parser::{Event, Parser, ScalarStyle};

/// How deep sequences and mappings may nest.
const DEPTH: usize = 64;
/// How many bytes all aliases may repeat: a long text with many of them would grow with the square of the file.
const REPEATED: usize = 1024 * 1024;

/// A YAML value and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Bytes of the file.
    pub range: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// What a YAML node holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// Any other scalar, as text.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the file, duplicates included.
    Mapping(Vec<(Node, Node)>),
}

/// Why a text is no YAML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YamlFault {
    /// Byte of the file.
    pub offset: usize,
    /// The parser's message.
    pub message: String,
}

impl Node {
    /// The scalar's text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The key and value of a mapping's entry; of duplicates the last.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        let Value::Mapping(entries) = &self.value else { return None };
        entries.iter().rev().find(|(name, _)| name.as_str() == Some(key)).map(|(name, value)| (name, value))
    }

    /// The value of a mapping's entry.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Keys that a mapping holds already, in this node and all below.
    #[must_use]
    pub fn duplicate_keys(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        self.collect_duplicates(&mut found);
        found
    }

    fn collect_duplicates<'n>(&'n self, found: &mut Vec<&'n Node>) {
        match &self.value {
            Value::Null | Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter().for_each(|item| item.collect_duplicates(found)),
            Value::Mapping(entries) => {
                let mut known = HashSet::default();
                for (key, value) in entries {
                    // Keys that are no text are rare, and none of ours.
                    if key.as_str().is_some_and(|name| !known.insert(name)) {
                        found.push(key);
                    }
                    value.collect_duplicates(found);
                }
            }
        }
    }
}

/// Reads the YAML in `text[range]`; places are bytes of `text`. `None`: there is no document.
///
/// # Errors
/// Where it is no YAML, or nests deeper than 64 levels.
pub fn read(text: &str, range: Range<usize>) -> Result<Option<Node>, YamlFault> {
    plain::read(text, range.clone()).map_or_else(|| parse(text, range), |node| Ok(Some(node)))
}

fn parse(text: &str, range: Range<usize>) -> Result<Option<Node>, YamlFault> {
    let slice = &text[range.clone()];
    let places = Places::new(slice, range.start);
    let mut open: Vec<(Node, usize)> = Vec::new();
    let mut root: Option<Node> = None;
    let mut anchors: HashMap<usize, Value> = HashMap::default();
    let mut repeated = 0;
    for event in Parser::new_from_str(slice) {
        let (event, span) = event.map_err(|error| YamlFault { offset: places.byte(error.marker().index()), message: error.info().to_owned() })?;
        let at = places.byte(span.start.index())..places.byte(span.end.index());
        if root.is_some() {
            match event {
                Event::StreamEnd | Event::DocumentEnd => continue,
                // What follows the document would be read by nobody.
                _ => return Err(YamlFault { offset: places.byte(span.start.index()), message: "there is more than one value".to_owned() }),
            }
        }
        let finished = match event {
            Event::Scalar(value, style, anchor, _) => {
                let value = match style {
                    ScalarStyle::Plain if matches!(&*value, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
                    _ => Value::Scalar(value.into_owned()),
                };
                anchors.insert(anchor, value.clone());
                Node { range: at, value }
            }
            // Only scalars are repeated by an alias: a list of lists of aliases could grow without end.
            Event::Alias(anchor) => {
                let value = anchors.get(&anchor).cloned().unwrap_or(Value::Null);
                repeated += if let Value::Scalar(text) = &value { text.len() } else { 0 };
                if repeated > REPEATED {
                    return Err(YamlFault { offset: places.byte(span.start.index()), message: "aliases repeat more than 1 MB".to_owned() });
                }
                Node { range: at, value }
            }
            Event::SequenceStart(anchor, _) => {
                open.push((Node { range: at, value: Value::Sequence(Vec::new()) }, anchor));
                if open.len() > DEPTH {
                    return Err(YamlFault { offset: places.byte(span.start.index()), message: format!("nested more than {DEPTH} levels deep") });
                }
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push((Node { range: at, value: Value::Mapping(Vec::new()) }, anchor));
                if open.len() > DEPTH {
                    return Err(YamlFault { offset: places.byte(span.start.index()), message: format!("nested more than {DEPTH} levels deep") });
                }
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some((mut node, _)) = open.pop() else { continue };
                node.range.end = at.end.max(node.range.end);
                node
            }
            _ => continue,
        };
        match open.last_mut() {
            None => root = Some(finished),
            Some((parent, _)) => parent.take(finished),
        }
    }
    Ok(root)
}

impl Node {
    /// Adds what came next inside this sequence or mapping.
    fn take(&mut self, child: Node) {
        match &mut self.value {
            Value::Sequence(items) => items.push(child),
            Value::Mapping(entries) => match entries.last_mut() {
                // A key waits for its value with a range that ends before it starts.
                Some((_, value)) if value.range == WAITING => *value = child,
                _ => entries.push((child, Node { range: WAITING, value: Value::Null })),
            },
            Value::Null | Value::Scalar(_) => {}
        }
    }
}

/// The range of a value that has not been met yet.
const WAITING: Range<usize> = usize::MAX..usize::MAX;

/// Character positions of the parser as bytes of the file.
struct Places {
    base: usize,
    starts: Option<Vec<usize>>,
    len: usize,
}

impl Places {
    fn new(slice: &str, base: usize) -> Self {
        let starts = (!slice.is_ascii()).then(|| slice.char_indices().map(|(at, _)| at).collect());
        Self { base, starts, len: slice.len() }
    }

    fn byte(&self, character: usize) -> usize {
        self.base
            + match &self.starts {
                None => character.min(self.len),
                Some(starts) => starts.get(character).copied().unwrap_or(self.len),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bytes_of_the_file() {
        let text = "--\nä: \"b\"\nlist: [x, ü]\n";
        let node = read(text, 3..text.len()).expect("YAML").expect("a document");
        let Value::Mapping(entries) = &node.value else { panic!("a mapping") };
        assert_eq!(&text[entries[0].0.range.clone()], "ä");
        assert_eq!(&text[entries[0].1.range.clone()], "\"b\"");
        let Value::Sequence(items) = &entries[1].1.value else { panic!("a list") };
        assert_eq!(&text[items[1].range.clone()], "ü");
    }

    #[test]
    fn duplicates_depth_and_aliases() {
        let node = read("a: 1\nb: 2\na: 3\n", 0..15).expect("YAML").expect("a document");
        assert_eq!(node.duplicate_keys()[0].range, 10..11);
        assert_eq!(node.get("a").and_then(Node::as_str), Some("3"));
        let deep = "[".repeat(100_000);
        assert!(read(&deep, 0..deep.len()).is_err());
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\nd: &s text\ne: *s\n";
        let node = read(bomb, 0..bomb.len()).expect("YAML").expect("a document");
        assert_eq!(node.get("e").and_then(Node::as_str), Some("text"));
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(2_000), "*a, ".repeat(2_000));
        assert!(read(&long, 0..long.len()).is_err());
    }
}
