//! Reads code word by word, and markup tag by tag. What is not closed ends with its line, or with the code where it may span lines.

use super::languages::{Habit, Language, Quote};
use super::{Marked, Part};

/// Reads code of a language that has words, strings and comments.
pub(super) fn code(code: &str, language: &Language, marked: &mut Marked) {
    let mut at = 0;
    let mut plain = 0;
    // The last word was one whose next word is a name.
    let mut defines = false;
    while let Some(next) = code[at..].chars().next() {
        let before = code[..at].chars().next_back();
        let (part, end) = token(code, at, before, language, &mut defines);
        if part != Part::Plain {
            marked.push(Part::Plain, &code[plain..at]);
            marked.push(part, &code[at..end]);
            plain = end;
        }
        at = end.max(at + next.len_utf8());
    }
    marked.push(Part::Plain, &code[plain..]);
}

/// The token at `at`: what it is, and where it ends.
fn token(code: &str, at: usize, before: Option<char>, language: &Language, defines: &mut bool) -> (Part, usize) {
    let rest = &code[at..];
    if let Some(end) = comment(rest, before, language) {
        return (Part::Comment, at + end);
    }
    if let Some(end) = string(rest, language) {
        let end = at + end;
        let is_key = language.has(Habit::StringKeys) && code[end..].trim_start_matches([' ', '\t']).starts_with(':');
        return (if is_key { Part::Name } else { Part::String }, end);
    }
    let first = rest.chars().next().unwrap_or(' ');
    if first == '\'' && language.has(Habit::Lifetimes) {
        return character(rest).map_or((Part::Plain, at + 1), |end| (Part::String, at + end));
    }
    if first == '$' && language.has(Habit::Variables) {
        return variable(rest, language).map_or((Part::Plain, at + 1), |(part, end)| (part, at + end));
    }
    if first.is_ascii_digit() {
        return (Part::Number, at + number(rest));
    }
    if is_word(first) {
        let end = at + word(rest, language);
        let part = named(&code[at..end], before, language, *defines);
        *defines = part == Part::Keyword && language.holds(language.defining, &code[at..end]);
        return (part, end);
    }
    if !first.is_whitespace() {
        *defines = false;
    }
    (Part::Plain, at + first.len_utf8())
}

fn comment(rest: &str, before: Option<char>, language: &Language) -> Option<usize> {
    if let Some((open, close)) = language.block_comments.iter().find(|(open, _)| rest.starts_with(open)) {
        return Some(rest[open.len()..].find(close).map_or(rest.len(), |end| open.len() + end + close.len()));
    }
    language.line_comments.iter().find(|mark| rest.starts_with(**mark))?;
    let starts_word = before.is_none_or(|before| before.is_whitespace() || matches!(before, ';' | '(' | '{' | '|' | '&'));
    (starts_word || !language.has(Habit::WordComments)).then(|| line_end(rest))
}

/// The end of the string that `rest` starts with.
pub(super) fn string(rest: &str, language: &Language) -> Option<usize> {
    let quote = language.quotes.iter().find(|quote| rest.starts_with(quote.open))?;
    Some(quote.open.len() + closed(&rest[quote.open.len()..], quote))
}

/// Where a string ends whose inside `rest` starts with.
fn closed(rest: &str, quote: &Quote) -> usize {
    let bytes = rest.as_bytes();
    let close = quote.close.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(close) {
            at += close.len();
            if !(quote.is_doubled && bytes[at..].starts_with(close)) {
                return at;
            }
            at += close.len();
        } else if bytes[at] == b'\n' && !quote.spans_lines {
            return at;
        } else if quote.escape == Some(bytes[at]) && bytes.get(at + 1).is_some_and(|next| *next != b'\n' || quote.spans_lines) {
            // The next character as a whole, so that the end is one between characters.
            at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The end of a character in single quotes; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1).take(12);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

fn variable(rest: &str, language: &Language) -> Option<(Part, usize)> {
    if rest.starts_with("${") {
        let end = rest.find(['}', '\n']).unwrap_or(rest.len());
        return Some((Part::Name, end + usize::from(rest[end..].starts_with('}'))));
    }
    let length = rest[1..].find(|c: char| !is_word(c) && c != ':').unwrap_or(rest.len() - 1);
    let name = rest[1..=length].trim_end_matches(':');
    let is_value = language.has(Habit::IgnoresCase) && ["false", "null", "true"].iter().any(|value| value.eq_ignore_ascii_case(name));
    let is_special = name.is_empty() && rest[1..].starts_with(['?', '@', '#', '*', '!', '^', '$']);
    match name.len() + usize::from(is_special) {
        0 => None,
        length => Some((if is_value { Part::Number } else { Part::Name }, 1 + length)),
    }
}

/// The length of a number, with its base, point, exponent and unit.
pub(super) fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_part = |at: usize| match bytes[at] {
        b'.' => bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        b'+' | b'-' => matches!(bytes[at - 1], b'e' | b'E') && !rest.starts_with("0x") && bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        byte => byte.is_ascii_alphanumeric() || byte == b'_',
    };
    (1..bytes.len()).find(|at| !is_part(*at)).unwrap_or(bytes.len())
}

fn word(rest: &str, language: &Language) -> usize {
    let is_part = |c: char| is_word(c) || (c == '-' && (language.has(Habit::DashedNames) || language.has(Habit::DashedWords)));
    rest.find(|c: char| !is_part(c)).unwrap_or(rest.len())
}

fn named(word: &str, before: Option<char>, language: &Language, is_defined: bool) -> Part {
    // A member, and a word of an option such as `--if-match`, is no keyword.
    let is_part = matches!(before, Some('.' | '-' | '@')) || before.is_some_and(is_word);
    if is_defined {
        Part::Name
    } else if is_part {
        Part::Plain
    } else if language.holds(language.keywords, word) {
        Part::Keyword
    } else if language.holds(language.values, word) {
        Part::Number
    } else if language.has(Habit::DashedNames) && word.contains('-') {
        Part::Name
    } else {
        Part::Plain
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where the line that `rest` starts with ends, without its break.
pub(super) fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Reads tags, attributes, comments and character references.
pub(super) fn markup(code: &str, marked: &mut Marked) {
    let mut rest = code;
    while let Some(at) = rest.find(['<', '&']) {
        marked.push(Part::Plain, &rest[..at]);
        rest = &rest[at..];
        let until = |close: &str| rest.find(close).map_or(rest.len(), |end| end + close.len());
        let (part, end) = if rest.starts_with("<!--") {
            (Part::Comment, until("-->"))
        } else if rest.starts_with("<![CDATA[") {
            (Part::String, until("]]>"))
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            (Part::Keyword, until(">"))
        } else if rest.starts_with('&') {
            (Part::Number, reference(rest))
        } else {
            let slash = usize::from(rest[1..].starts_with('/'));
            let name = rest[1 + slash..].find(|c: char| !is_tag_name(c)).unwrap_or(rest.len() - 1 - slash);
            (Part::Keyword, if name == 0 { 0 } else { 1 + slash + name })
        };
        if end == 0 {
            marked.push(Part::Plain, &rest[..1]);
            rest = &rest[1..];
            continue;
        }
        let is_tag = part == Part::Keyword && !rest.starts_with("<?") && !rest.starts_with("<!");
        marked.push(part, &rest[..end]);
        rest = &rest[end..];
        if is_tag {
            rest = attributes(rest, marked);
        }
    }
    marked.push(Part::Plain, rest);
}

fn is_tag_name(c: char) -> bool {
    is_word(c) || matches!(c, '-' | ':' | '.')
}

/// The length of a character reference; 0 where there is none.
fn reference(rest: &str) -> usize {
    let name = rest.bytes().skip(1).take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    if name > 0 && rest.as_bytes().get(1 + name) == Some(&b';') { name + 2 } else { 0 }
}

/// Reads the attributes of a tag up to its end; what follows is left.
fn attributes<'c>(mut rest: &'c str, marked: &mut Marked) -> &'c str {
    loop {
        let Some(first) = rest.chars().next() else { return rest };
        let (part, end) = match first {
            '<' => return rest,
            '>' => {
                marked.push(Part::Keyword, ">");
                return &rest[1..];
            }
            '/' if rest.starts_with("/>") => {
                marked.push(Part::Keyword, "/>");
                return &rest[2..];
            }
            '"' | '\'' => (Part::String, rest[1..].find(first).map_or(rest.len(), |end| end + 2)),
            c if is_tag_name(c) => (Part::Name, rest.find(|c: char| !is_tag_name(c)).unwrap_or(rest.len())),
            c => (Part::Plain, c.len_utf8()),
        };
        marked.push(part, &rest[..end]);
        rest = &rest[end..];
    }
}
