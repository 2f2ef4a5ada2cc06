//! Code from files: the grammar of `[!code-…]`, and the lines that a directive takes from a text, by tag, by range, without their common
//! indentation.

mod parts;

use std::ops::Range;

use ahash::HashSet;

use self::parts::tagged;
pub(super) use self::parts::{is_known, language_of};

use super::colons::Colons;

/// What a directive asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Snippet {
    /// The file, as written.
    pub path: String,
    /// The path's bytes, from the start of the directive on.
    pub path_range: Range<usize>,
    /// As it is called in the class `lang-…`; empty: the file's extension tells.
    pub language: String,
    /// What to take.
    pub part: Part,
    /// The bytes that say what to take, from the start of the directive on; empty where nothing does.
    pub part_range: Range<usize>,
    /// Lines to mark, counted from the first shown line.
    pub highlight: Vec<Lines>,
    /// How many blanks each line loses at its start; `None`: as many as all lines have.
    pub dedent: Option<usize>,
    /// The cell of a notebook is meant, not the text.
    pub is_notebook: bool,
    /// The name between the brackets, and the title behind the path.
    pub name: String,
    /// See `name`.
    pub title: String,
    /// The directive's length in bytes.
    pub len: usize,
}

/// Which part of a file is shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) enum Part {
    /// All of it.
    #[default]
    Whole,
    /// What stands between the marks of this name.
    Tag(String),
    /// These lines, in this order.
    Ranges(Vec<Lines>),
}

/// Lines from the first to the last, both counted from 1 and both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lines {
    /// The first.
    pub first: usize,
    /// The last; `usize::MAX`: to the end.
    pub last: usize,
}

/// Whether `text` starts as a code directive does, whatever follows.
pub(super) fn starts(text: &str) -> bool {
    let is = |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    is("[!code") || is("[!notebook")
}

/// Reads the `[!code-lang[name](path?query#tag "title")]` that `text` starts with.
pub(super) fn parse(text: &str) -> Option<Snippet> {
    let is_notebook = text.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("[!notebook"));
    if !starts(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = if is_notebook { 10 } else { 6 };
    let mut snippet = Snippet { is_notebook, ..Snippet::default() };
    if bytes.get(at) == Some(&b'-') {
        let end = at + memchr::memchr(b'[', &bytes[at..])?;
        text[at + 1..end].trim().clone_into(&mut snippet.language);
        at = end;
    }
    let (name, end) = until(text, at, b'[', b']')?;
    snippet.name = name;
    at = skip(bytes, end);
    if bytes.get(at) != Some(&b'(') {
        return None;
    }
    at = path(text, at + 1, &mut snippet)?;
    let part_start = at;
    at = query(text, at, &mut snippet);
    snippet.part_range = part_start..text[..at].trim_end().len().max(part_start);
    if bytes.get(at) == Some(&b'"') {
        let (title, end) = until(text, at, b'"', b'"')?;
        snippet.title = title;
        at = end;
    }
    at = skip(bytes, at);
    if bytes.get(at) != Some(&b')') {
        return None;
    }
    at = skip(bytes, at + 1);
    snippet.len = at + 1;
    (bytes.get(at) == Some(&b']')).then_some(snippet)
}

/// What `:::code` asks for.
pub(super) fn of_colons(colons: &Colons) -> Snippet {
    let source = colons.get("source");
    let part = match (colons.get("id"), colons.get("range").map(|range| (range, ranges(&range.value)))) {
        (Some(id), _) => (Part::Tag(id.value.clone()), id.range.clone()),
        (None, Some((range, Some(lines)))) => (Part::Ranges(lines), range.range.clone()),
        _ => (Part::Whole, 0..0),
    };
    Snippet {
        path: source.map(|source| source.value.trim().replace('\\', "/")).unwrap_or_default(),
        path_range: source.map(|source| source.range.clone()).unwrap_or_default(),
        language: colons.text("language").trim().to_owned(),
        part: part.0,
        part_range: part.1,
        highlight: ranges(colons.text("highlight")).unwrap_or_default(),
        len: colons.len,
        ..Snippet::default()
    }
}

fn skip(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The text between two signs, a backslash before a sign aside, and one past the second.
fn until(text: &str, at: usize, open: u8, close: u8) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&open) {
        return None;
    }
    let mut end = at + 1;
    while *bytes.get(end)? != close {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    Some((text.get(at + 1..end)?.replace('\\', "").trim().to_owned(), end + 1))
}

/// Reads the path at `at`; one past it.
fn path(text: &str, at: usize, snippet: &mut Snippet) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut depth = 0;
    loop {
        match *bytes.get(end)? {
            b'#' | b'?' | b'"' => break,
            b')' if depth == 0 => break,
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' if matches!(bytes.get(end + 1), Some(b'(' | b')' | b'#' | b'?')) => end += 1,
            _ => {}
        }
        end += 1;
    }
    let written = text.get(at..end)?;
    let start = at + (written.len() - written.trim_start().len());
    snippet.path_range = start..start + written.trim().len();
    let plain = ["(", ")", "#", "?"].iter().fold(written.trim().to_owned(), |path, sign| path.replace(&format!("\\{sign}"), sign));
    snippet.path = plain.replace('\\', "/");
    Some(end)
}

/// Reads `?name=…&range=…#tag` at `at`; one past it. What cannot be read is passed over.
fn query(text: &str, mut at: usize, snippet: &mut Snippet) -> usize {
    let bytes = text.as_bytes();
    let end_of = |at: usize, ends: &[u8]| at + bytes[at..].iter().take_while(|byte| !ends.contains(byte)).count();
    // The order of worth: a tag, then `#L1-L9`, then start and end, then ranges.
    let (mut tag, mut mark, mut start_end, mut listed) = (None, None, None, None);
    if bytes.get(at) == Some(&b'?') {
        let end = end_of(at + 1, b"\")#");
        let (mut start, mut last) = (None, None);
        for (key, value) in text[at + 1..end].trim().split('&').filter_map(|item| item.split_once('=')) {
            match key.to_ascii_lowercase().as_str() {
                "name" => tag = Some(value.to_owned()),
                "start" => start = value.parse().ok(),
                "end" => last = value.parse().ok(),
                "range" => listed = ranges(value),
                "highlight" => snippet.highlight = ranges(value).unwrap_or_default(),
                "dedent" => snippet.dedent = value.parse().ok(),
                _ => {}
            }
        }
        start_end = start.map(|first| Lines { first, last: last.unwrap_or(first) });
        at = end;
    }
    if bytes.get(at) == Some(&b'#') {
        let end = end_of(at + 1, b"\")");
        let written = text[at + 1..end].trim();
        match lines(written, true) {
            Some(range) => mark = Some(range),
            None => tag = Some(written.to_owned()),
        }
        at = end;
    }
    snippet.part = match (tag.filter(|tag| !tag.is_empty()), mark, start_end, listed) {
        (Some(tag), ..) => Part::Tag(tag),
        (None, Some(range), ..) | (None, None, Some(range), _) => Part::Ranges(vec![range]),
        (None, None, None, Some(ranges)) => Part::Ranges(ranges),
        (None, None, None, None) => Part::Whole,
    };
    at
}

/// `1-3,5-`: some lines.
pub(super) fn ranges(text: &str) -> Option<Vec<Lines>> {
    if text.trim().is_empty() {
        return None;
    }
    text.split(',').map(|range| lines(range.trim(), false)).collect()
}

/// `3`, `1-3`, `5-`, `-3`; with `has_letter` each number has an `L` before it.
fn lines(text: &str, has_letter: bool) -> Option<Lines> {
    let number = |text: &str, open: usize| {
        let digits = if text.is_empty() || !has_letter { text } else { text.strip_prefix(['L', 'l'])? };
        if digits.is_empty() { Some(open).filter(|_| text.is_empty()) } else { digits.parse().ok() }
    };
    match text.split_once('-') {
        Some((first, last)) if !last.contains('-') => Some(Lines { first: number(first, 1)?, last: number(last, usize::MAX)? }),
        Some(_) => None,
        None if text.is_empty() => None,
        None => number(text, 1).map(|line| Lines { first: line, last: line }),
    }
}

/// Why there is no code to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Missing {
    /// The file has no mark of that name.
    Tag,
    /// The file has none of these lines.
    Lines,
    /// The file is no notebook.
    Notebook,
}

/// The code that a directive shows of `text`.
pub(super) fn extract(text: &str, snippet: &Snippet) -> Result<String, Missing> {
    let all: Vec<&str> = text.trim_start_matches(crate::text::lines::BOM).lines().collect();
    if snippet.is_notebook {
        return cell(text, snippet).ok_or(Missing::Notebook);
    }
    let (ranges, marks) = match &snippet.part {
        Part::Whole => (vec![Lines { first: 1, last: usize::MAX }], HashSet::default()),
        Part::Ranges(ranges) => (ranges.clone(), HashSet::default()),
        Part::Tag(tag) => {
            let extension = snippet.path.rsplit_once('.').map_or("", |(_, extension)| extension);
            let language = if snippet.language.is_empty() { extension } else { &snippet.language };
            let (range, marks) = tagged(&all, language, &tag.to_lowercase()).ok_or(Missing::Tag)?;
            (vec![range], marks)
        }
    };
    let shown: Vec<String> = ranges
        .iter()
        .flat_map(|range| range.first.max(1)..=range.last.min(all.len()))
        .filter(|line| !marks.contains(&(line - 1)))
        .map(|line| untabbed(all[line - 1]))
        .collect();
    if shown.is_empty() && !matches!(snippet.part, Part::Whole) {
        return Err(Missing::Lines);
    }
    let indentation = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let common = shown.iter().filter(|line| !line.is_empty()).map(indentation).min().unwrap_or(0);
    let dedent = snippet.dedent.unwrap_or(common);
    Ok(shown.iter().flat_map(|line| [&line[dedent.min(indentation(line))..], "\n"]).collect())
}

/// A line whose indentation is blanks alone.
fn untabbed(line: &str) -> String {
    let rest = line.trim_start_matches([' ', '\t']);
    let columns = line[..line.len() - rest.len()].bytes().fold(0, |column, byte| if byte == b'\t' { column / 4 * 4 + 4 } else { column + 1 });
    format!("{}{rest}", " ".repeat(columns))
}

/// The source of the notebook's cell that has the directive's name.
fn cell(text: &str, snippet: &Snippet) -> Option<String> {
    let Part::Tag(tag) = &snippet.part else { return None };
    let notebook: serde_json::Value = serde_json::from_str(text).ok()?;
    let cells = notebook.get("cells")?.as_array()?;
    let cell = cells.iter().find(|cell| cell.pointer("/metadata/name").and_then(serde_json::Value::as_str) == Some(tag))?;
    Some(cell.get("source")?.as_array()?.iter().filter_map(serde_json::Value::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_docfx_s() {
        let read = |text: &str| parse(text).unwrap_or_else(|| panic!("{text} is a directive"));
        let snippet = read("[!code-cs[Main](../a.cs?name=x&highlight=2,4-5&dedent=3 \"Title\")] ");
        assert_eq!((snippet.path.as_str(), snippet.language.as_str(), &snippet.part), ("../a.cs", "cs", &Part::Tag("x".to_owned())));
        assert_eq!((snippet.title.as_str(), snippet.dedent, snippet.highlight.len()), ("Title", Some(3), 2));
        assert_eq!(read("[!code[](a.js#L2-L4)]").part, Part::Ranges(vec![Lines { first: 2, last: 4 }]));
        assert_eq!(read("[!code[](a.js#tag)]").part, Part::Tag("tag".to_owned()));
        assert_eq!(read("[!CODE-js[](a.js?range=1-2,5-)]").part, Part::Ranges(ranges("1-2,5-").expect("ranges")));
        assert_eq!(read("[!code[](a.js?start=3&end=5&range=1)]").part, Part::Ranges(vec![Lines { first: 3, last: 5 }]));
        assert_eq!(read("[!code[](a b(1).js)]").path, "a b(1).js");
        for text in ["[!code[](a.js)", "[!code(a.js)]", "[!code-js](a.js)]", "[!include[](a.md)]", "[!code[a](b.js) x]"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn parts_of_a_code() {
        let code = "using A;\n\n    // <One>\n    a();\n\n      b();\n    // </One>\n#region Two\n\tc();\n#endregion\n";
        let extract = |part: Part, dedent: Option<usize>| {
            let snippet = Snippet { path: "a.cs".to_owned(), part, dedent, ..Snippet::default() };
            extract(code, &snippet)
        };
        assert_eq!(extract(Part::Tag("one".to_owned()), None), Ok("a();\n\n  b();\n".to_owned()));
        assert_eq!(extract(Part::Tag("two".to_owned()), None), Ok("c();\n".to_owned()));
        assert_eq!(extract(Part::Tag("two".to_owned()), Some(1)), Ok("   c();\n".to_owned()));
        assert_eq!(extract(Part::Ranges(vec![Lines { first: 4, last: 4 }]), None), Ok("a();\n".to_owned()));
        assert_eq!(extract(Part::Tag("three".to_owned()), None), Err(Missing::Tag));
        assert_eq!(extract(Part::Ranges(vec![Lines { first: 40, last: 44 }]), None), Err(Missing::Lines));
        let notebook = r#"{"cells": [{"metadata": {"name": "x"}, "source": ["a\n", "b"]}]}"#;
        let snippet = Snippet { is_notebook: true, part: Part::Tag("x".to_owned()), ..Snippet::default() };
        assert_eq!(super::extract(notebook, &snippet), Ok("a\nb".to_owned()));
    }
}
