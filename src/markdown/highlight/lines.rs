//! Reads languages whose lines tell what they are: YAML, settings, Markdown, diffs.

use super::languages::Language;
use super::lexer::{line_end, number, string};
use super::{Marked, Part};

/// Reads YAML: keys, quoted text, blocks of text, values, comments.
pub(super) fn yaml(code: &str, language: &Language, marked: &mut Marked) {
    // The indentation of the line that opened a block of text.
    let mut block: Option<usize> = None;
    let mut rest = code;
    while !rest.is_empty() {
        let length = line_end(rest);
        let line = &rest[..length];
        let indent = line.len() - line.trim_start_matches(' ').len();
        let is_blank = line.trim().is_empty();
        if block.is_some_and(|opened| is_blank || indent > opened) {
            marked.push(Part::String, line);
        } else {
            block = yaml_line(line, language, marked).then_some(indent);
        }
        rest = &rest[length..];
        if let Some(after) = rest.strip_prefix('\n') {
            marked.push(Part::Plain, "\n");
            rest = after;
        }
    }
}

/// Reads a line; whether it opens a block of text.
fn yaml_line(line: &str, language: &Language, marked: &mut Marked) -> bool {
    let mut rest = line;
    // Dashes of a list, each with the blanks around it.
    let start = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let mut at = start;
    while rest[at..].starts_with("- ") {
        at += 2 + rest[at + 2..].len() - rest[at + 2..].trim_start_matches(' ').len();
    }
    marked.push(Part::Plain, &rest[..at]);
    rest = &rest[at..];
    if let Some(length) = yaml_key(rest, language) {
        marked.push(Part::Name, &rest[..length]);
        marked.push(Part::Plain, ":");
        rest = &rest[length + 1..];
    }
    let value = rest.trim_start_matches([' ', '\t']);
    marked.push(Part::Plain, &rest[..rest.len() - value.len()]);
    let opens = value.starts_with(['|', '>']) && value.trim_end()[1..].bytes().all(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'));
    values(value, language, &["#"], true, marked);
    opens
}

/// The length of the key that a line starts with.
fn yaml_key(rest: &str, language: &Language) -> Option<usize> {
    let is_colon = |at: usize| rest[at..].starts_with(':') && rest[at + 1..].chars().next().is_none_or(char::is_whitespace);
    if let Some(end) = string(rest, language) {
        return is_colon(end).then_some(end);
    }
    let end = rest.match_indices([':', '#']).find(|(at, mark)| is_colon(*at) || (*mark == "#" && (*at == 0 || rest[..*at].ends_with(' '))));
    end.filter(|(at, mark)| *mark == ":" && *at > 0).map(|(at, _)| at)
}

/// Reads settings: sections, and keys with values.
pub(super) fn settings(code: &str, language: &Language, marked: &mut Marked) {
    for line in code.split_inclusive('\n') {
        let text = line.trim_start();
        marked.push(Part::Plain, &line[..line.len() - text.len()]);
        let end = text.trim_end().len();
        if text.starts_with('[') && text[..end].ends_with(']') {
            marked.push(Part::Keyword, &text[..end]);
            marked.push(Part::Plain, &text[end..]);
            continue;
        }
        let is_comment = language.line_comments.iter().any(|mark| text.starts_with(mark));
        let sign = text.find('=').filter(|_| !is_comment);
        let key = sign.map_or(0, |sign| text[..sign].trim_end().len());
        marked.push(Part::Name, &text[..key]);
        values(&text[key..], language, language.line_comments, false, marked);
    }
}

/// Reads what stands behind a key: quoted text, numbers, words that stand for a value, and a comment.
fn values(text: &str, language: &Language, comments: &[&str], is_yaml: bool, marked: &mut Marked) {
    let mut at = 0;
    let mut plain = 0;
    let mut is_start = true;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let (part, length) = if is_start && comments.iter().any(|mark| rest.starts_with(mark)) {
            (Part::Comment, rest.trim_end().len())
        } else if let Some(length) = string(rest, language).filter(|_| is_start || !is_yaml) {
            (Part::String, length)
        } else if is_start && next.is_alphanumeric() || next == '~' {
            let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | '#')).unwrap_or(rest.len());
            let word = &rest[..length];
            let is_number =
                next.is_ascii_digit() && (number(word) == length || word.bytes().all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte)));
            (if is_number || language.holds(language.values, word) { Part::Number } else { Part::Plain }, length)
        } else {
            (Part::Plain, next.len_utf8())
        };
        is_start = next.is_whitespace() || matches!(next, '[' | '{' | ',' | '=' | '-');
        if part != Part::Plain {
            marked.push(Part::Plain, &text[plain..at]);
            marked.push(part, &text[at..at + length]);
            plain = at + length;
        }
        at += length;
    }
    marked.push(Part::Plain, &text[plain..]);
}

/// Reads Markdown: headings, fences, code, links, labels of alerts, comments.
pub(super) fn markdown(code: &str, marked: &mut Marked) {
    let mut is_fenced = false;
    for line in code.split_inclusive('\n') {
        let text = line.trim_start();
        let is_fence = text.starts_with("```") || text.starts_with("~~~");
        let is_heading = text.starts_with('#') && text.trim_start_matches('#').starts_with([' ', '\n']);
        if is_fence || is_fenced {
            marked.push(Part::String, line);
        } else if is_heading {
            marked.push(Part::Keyword, line);
        } else if text.starts_with("<!--") {
            marked.push(Part::Comment, line);
        } else {
            markdown_line(line, marked);
        }
        is_fenced ^= is_fence;
    }
}

fn markdown_line(line: &str, marked: &mut Marked) {
    let mut rest = line;
    // A mark without an end has none later in the line either: it is not looked for again.
    let mut has_ends = [true; 3];
    while let Some(at) = rest.find(['`', '[', '(']) {
        let after_name = at == 0 && rest.len() < line.len() && line[..line.len() - rest.len()].ends_with(']');
        marked.push(Part::Plain, &rest[..at]);
        rest = &rest[at..];
        let (kind, close, part) = match rest.as_bytes()[0] {
            b'`' => (0, '`', Part::String),
            b'[' if rest.starts_with("[!") => (1, ']', Part::Keyword),
            b'[' => (1, ']', Part::Name),
            _ => (2, ')', Part::String),
        };
        let is_mark = has_ends[kind] && (kind != 2 || after_name);
        let end = if is_mark { rest[1..].find(close) } else { None };
        has_ends[kind] &= !is_mark || end.is_some();
        let length = end.map_or(1, |end| end + 2);
        marked.push(if end.is_some() { part } else { Part::Plain }, &rest[..length]);
        rest = &rest[length..];
    }
    marked.push(Part::Plain, rest);
}

/// Reads a diff, line by line.
pub(super) fn diff(code: &str, marked: &mut Marked) {
    for line in code.split_inclusive('\n') {
        let part = match line.as_bytes()[0] {
            _ if ["--- ", "+++ ", "diff ", "index "].iter().any(|start| line.starts_with(start)) => Part::Comment,
            b'@' => Part::Keyword,
            b'+' => Part::String,
            b'-' => Part::Number,
            _ => Part::Plain,
        };
        marked.push(part, line);
    }
}
