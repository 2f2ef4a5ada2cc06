//! What is found in plain text: web addresses that become links, emoji by their names, and pages by their uid. Only grammar: what stands where.

use std::ops::Range;

use crate::text::escape;

/// Something in a text that is more than text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// A web address; its bytes in the text, and what it leads to.
    Url(Range<usize>, String),
    /// An emoji's name between colons.
    Emoji(Range<usize>, &'static str),
    /// `@uid` or `@"uid"`; its bytes, and those of the uid.
    Uid(Range<usize>, Range<usize>),
}

impl Found {
    /// Its bytes in the text.
    pub(super) fn range(&self) -> &Range<usize> {
        match self {
            Self::Url(range, _) | Self::Emoji(range, _) | Self::Uid(range, _) => range,
        }
    }
}

/// How many bytes an address may have.
const LONGEST: usize = 2048;

/// What is looked for in a text besides emoji.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Wanted {
    /// Addresses and uids.
    pub(super) links: bool,
    /// Addresses that start with `www.`; most texts hold that nowhere, and so common a letter is better not looked for in vain.
    pub(super) www: bool,
}

/// Whether a text may hold an address that starts with `www.`.
pub(super) fn has_www(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"www.").is_some()
}

/// The first thing in `text[range]` that is wanted. An address may reach beyond the range, where emphasis ends the range; only if that makes
/// no address it is looked for within it.
pub(super) fn find(text: &str, range: Range<usize>, wanted: Wanted) -> Option<Found> {
    let bytes = text.as_bytes();
    let with_links = wanted.links;
    let next = |from: usize| {
        let rest = &bytes[from..range.end];
        let found = if with_links && wanted.www { memchr::memchr3(b':', b'@', b'w', rest) } else { memchr::memchr2(b':', b'@', rest) };
        found.map(|found| from + found)
    };
    let mut from = range.start;
    while let Some(at) = next(from) {
        let found = match bytes[at] {
            b'@' if with_links => uid(text, at..range.end),
            b'w' if with_links && bytes[at..].starts_with(b"www.") => url_from(text, at, &range),
            b':' if with_links && bytes[at..].starts_with(b"://") => scheme_start(bytes, at).and_then(|start| url_from(text, start, &range)),
            b':' if with_links && bytes[..at].ends_with(b"mailto") => url_from(text, at - 6, &range),
            b':' => emoji(text, at..range.end),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        from = at + 1;
    }
    None
}

/// Where the scheme before `://` starts, if it is one of those that make an address.
fn scheme_start(bytes: &[u8], at: usize) -> Option<usize> {
    let is = |scheme: &&str| bytes[..at].ends_with(scheme.as_bytes());
    ["https", "http", "ftp"].iter().find(|scheme| is(scheme)).map(|scheme| at - scheme.len())
}

/// The address that starts at `start`.
fn url_from(text: &str, start: usize, range: &Range<usize>) -> Option<Found> {
    let before = text[..start].chars().next_back();
    if start < range.start || !before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(')) {
        return None;
    }
    url(text, start).or_else(|| url(&text[..range.end], start))
}

fn url(text: &str, start: usize) -> Option<Found> {
    let limit = text.floor_char_boundary(text.len().min(start + LONGEST));
    let rest = &text[start..limit];
    let length = url_length(rest)?;
    let link = &rest[..length];
    let (prefix, is_mail) = match link {
        _ if link.starts_with("https://") => (8, false),
        _ if link.starts_with("http://") => (7, false),
        _ if link.starts_with("ftp://") => (6, false),
        _ if link.starts_with("mailto:") => (link.find('@').filter(|at| *at > 7)? + 1, true),
        _ => (4, false),
    };
    if !is_domain(&link[prefix.min(link.len())..]) {
        return None;
    }
    let target = if link.starts_with("www.") && !is_mail { format!("https://{link}") } else { link.to_owned() };
    Some(Found::Url(start..start + length, target))
}

/// How far an address reaches: to a blank, `<`, a character reference, a parenthesis that it did not open, or one sign of punctuation before
/// such an end.
fn url_length(text: &str) -> Option<usize> {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c.is_control() || c == '<' || c == super::scan::LETTER);
    let mut depth = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        match c {
            _ if ends(Some(c)) => return (depth == 0).then_some(at),
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            '&' if escape::is_character_reference(&text[at..]) => return (depth == 0).then_some(at),
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' if ends(next) => return (depth == 0).then_some(at),
            _ => {}
        }
    }
    (depth == 0).then_some(text.len())
}

/// Whether a text starts with a host that has a dot, and no underscore in its last two parts.
fn is_domain(text: &str) -> bool {
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let parts: Vec<&str> = host.split('.').collect();
    let is_letter =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_') || (!c.is_ascii() && !c.is_whitespace() && !super::slug::is_punctuation(c));
    let last = parts.len().saturating_sub(2);
    parts.len() > 1
        && parts.iter().all(|part| !part.is_empty() && part.chars().all(is_letter))
        && parts[last..].iter().all(|part| !part.contains('_'))
}

/// The emoji whose name is between the colon at the start of `range` and the next.
fn emoji(text: &str, range: Range<usize>) -> Option<Found> {
    let before = text[..range.start].chars().next_back();
    if !before.is_none_or(char::is_whitespace) {
        return None;
    }
    let rest = &text.as_bytes()[range.start + 1..range.end];
    let length = rest.iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-')).count();
    if length == 0 || rest.get(length) != Some(&b':') {
        return None;
    }
    let end = range.start + 1 + length;
    let emoji = emojis::get_by_shortcode(&text[range.start + 1..end])?;
    Some(Found::Emoji(range.start..end + 1, emoji.as_str()))
}

/// The uid behind the `@` at the start of `range`.
fn uid(text: &str, range: Range<usize>) -> Option<Found> {
    let start = range.start + 1;
    // Within a word it is a mail address or the like.
    let before = text[..range.start].chars().next_back();
    if !before.is_none_or(|c| c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '~')) {
        return None;
    }
    let rest = &text[start..range.end];
    let first = rest.chars().next()?;
    if matches!(first, '"' | '\'') {
        let end = rest[1..].find([first, '\n'])?;
        return (rest[1 + end..].starts_with(first) && end > 0).then(|| Found::Uid(range.start..start + end + 2, start + 1..start + 1 + end));
    }
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let stops = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '[' | ']' | '|');
    let pauses = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '~');
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        if stops(c) || (pauses(c) && next.is_none_or(|next| stops(next) || pauses(next))) {
            return Some(Found::Uid(range.start..start + at, start..start + at));
        }
    }
    Some(Found::Uid(range.start..range.end, start..range.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(next) = find(text, from..text.len(), Wanted { links: true, www: has_www(text) }) {
            from = next.range().end.max(from + 1);
            if let Found::Url(range, target) = next {
                found.push(if text[range.clone()] == target { target } else { format!("{} -> {target}", &text[range]) });
            }
        }
        found
    }

    #[test]
    fn addresses_end_where_people_end_them() {
        for (text, found) in [
            ("see https://a.b/c?d=e_f#g.", vec!["https://a.b/c?d=e_f#g"]),
            ("(http://a.b/(c)) x", vec!["http://a.b/(c)"]),
            ("**https://a.b**", vec![]),
            ("www.a.b, ftp://c.d!", vec!["www.a.b -> https://www.a.b", "ftp://c.d"]),
            ("mailto:x@a.b and x@a.b", vec!["mailto:x@a.b"]),
            ("https://a.b/?x&amp;y", vec!["https://a.b/?x"]),
            ("https://localhost/ xhttp://a.b http:// https://a_b.c", vec![]),
            ("https://例え.jp/道 x", vec!["https://例え.jp/道"]),
            ("http://a.b/(c", vec![]),
        ] {
            assert_eq!(urls(text), found, "{text}");
        }
    }

    #[test]
    fn emoji_and_uids() {
        let first = |text: &str| find(text, 0..text.len(), Wanted { links: true, www: has_www(text) });
        assert_eq!(first("a :tada: b"), Some(Found::Emoji(2..8, "🎉")));
        assert_eq!(first("a:tada: :no_such_name: 10:30:00"), None);
        assert_eq!(first("see @a.b-c(1). Then"), Some(Found::Uid(4..13, 5..13)));
        assert_eq!(first("@\"a b\" x"), Some(Found::Uid(0..6, 2..5)));
        for text in ["\\@a", "@ a", "@1", "@\"a"] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
