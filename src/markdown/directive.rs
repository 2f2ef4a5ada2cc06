//! The grammar of `[!INCLUDE [title](path "title")]`, as docfx reads it: from the bytes, not from CommonMark's links.

use std::ops::Range;

/// An INCLUDE directive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Include {
    /// The path as written, `\(` and `\)` resolved, `\` as `/`.
    pub path: String,
    /// The path's bytes, counted from the directive's `[`.
    pub path_range: Range<usize>,
    /// The directive's length in bytes.
    pub len: usize,
    /// Written `[!include-…]`: inline, wherever it stands.
    pub is_forced_inline: bool,
}

/// How many bytes a directive may have.
const LONGEST: usize = 2048;

/// Whether `text` starts as an INCLUDE does, whatever follows.
#[must_use]
pub(super) fn starts_include(text: &str) -> bool {
    text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("[!include"))
}

/// The bytes of a line that may be a directive: no longer than one can be, so that a line full of brackets is read once.
pub(super) fn candidate(text: &str, line: Range<usize>) -> &str {
    &text[line.start..text.floor_char_boundary(line.end.min(line.start + LONGEST))]
}

/// Reads the directive that `text` starts with.
#[must_use]
pub(super) fn parse_include(text: &str) -> Option<Include> {
    if !starts_include(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 9;
    let is_forced_inline = bytes.get(at) == Some(&b'-');
    if matches!(bytes.get(at), Some(b'+' | b'-')) {
        at += 1;
    }
    at = skip(bytes, at, |byte| byte == b' ');
    at = title(bytes, at)?;
    if bytes.get(at) != Some(&b'(') {
        return None;
    }
    let (path_range, at) = target(bytes, at + 1)?;
    if bytes.get(at) != Some(&b']') {
        return None;
    }
    let path = text[path_range.clone()].replace("\\(", "(").replace("\\)", ")").replace('\\', "/");
    Some(Include { path, path_range, len: at + 1, is_forced_inline })
}

fn skip(bytes: &[u8], mut at: usize, is: impl Fn(u8) -> bool) -> usize {
    while bytes.get(at).is_some_and(|byte| is(*byte)) {
        at += 1;
    }
    at
}

/// One past the title that opens at `at`: up to the first `]` that is not escaped. A `[` in it means nothing. Never crosses a line.
fn title(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    let mut at = at + 1;
    loop {
        match *bytes.get(at)? {
            b'\n' => return None,
            b']' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The path and optional title behind `(`, and one past the `)`.
fn target(bytes: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let blank = |byte| byte == b' ' || byte == b'\t';
    let start = skip(bytes, at, blank);
    let (path, mut at) = if bytes.get(start) == Some(&b'<') {
        let end = start + 1 + bytes[start + 1..].iter().position(|byte| matches!(byte, b'>' | b'\n'))?;
        if bytes[end] != b'>' {
            return None;
        }
        (start + 1..end, end + 1)
    } else {
        let mut depth = 0;
        let mut at = start;
        loop {
            match *bytes.get(at)? {
                b'\n' => return None,
                b'\\' if matches!(bytes.get(at + 1), Some(b'(' | b')')) => at += 1,
                b'(' => depth += 1,
                b')' if depth == 0 => break,
                b')' => depth -= 1,
                b' ' | b'\t' if matches!(bytes.get(skip(bytes, at, blank)), Some(b'"' | b'\'' | b')')) => break,
                _ => {}
            }
            at += 1;
        }
        (start..at, at)
    };
    at = skip(bytes, at, blank);
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at).copied() {
        at += 1;
        while *bytes.get(at)? != quote {
            match bytes[at] {
                b'\n' => return None,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        at = skip(bytes, at + 1, blank);
    }
    (bytes.get(at) == Some(&b')')).then_some((path, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_docfx_s() {
        for (text, path) in [
            ("[!INCLUDE [title](a.md)]", Some("a.md")),
            ("[!include[](a.md)]", Some("a.md")),
            ("[!include+[t](a.md \"x\")]", Some("a.md")),
            ("[!INCLUDE [t](<a b.md>)] rest", Some("a b.md")),
            ("[!INCLUDE [t](a b.md)]", Some("a b.md")),
            ("[!INCLUDE [a\\]b](..\\a\\(1\\).md)]", Some("../a(1).md")),
            ("[!INCLUDE [t](a.md) ]", None),
            ("[!INCLUDE\t[t](a.md)]", None),
            ("[!INCLUDE [t] (a.md)]", None),
            ("[!INCLUDED [t](a.md)]", None),
            ("[!INCLUDE [t](a.md", None),
        ] {
            assert_eq!(parse_include(text).map(|include| include.path).as_deref(), path, "{text}");
        }
        let include = parse_include("[!include-[t](a.md)]x").expect("a directive");
        assert_eq!((include.len, include.is_forced_inline, include.path_range), (20, true, 14..18));
    }
}
