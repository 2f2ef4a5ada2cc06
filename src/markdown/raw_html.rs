//! Raw HTML: a tokenizer that loses no byte, and the list of what may pass (ammonia's defaults plus `kbd`, `details`, `summary`, ids and
//! names as link targets, and `iframe` on configured hosts). What passes is written anew from its tokens, so nothing else can.

use std::ops::Range;

/// A piece of raw HTML; ranges are bytes of the text that was tokenized.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// Text, with character references as written.
    Text(Range<usize>),
    /// A comment; `is_closed` where its `-->` is there.
    Comment {
        /// The whole comment.
        range: Range<usize>,
        /// Whether its end is there.
        is_closed: bool,
    },
    /// A start tag.
    Open {
        /// The whole tag.
        range: Range<usize>,
        /// Its lower-case name.
        name: String,
        /// Its attributes, in order.
        attributes: Vec<Attribute>,
        /// Written `<x/>`.
        is_empty: bool,
    },
    /// An end tag.
    Close {
        /// The whole tag.
        range: Range<usize>,
        /// Its lower-case name.
        name: String,
    },
    /// A declaration or processing instruction.
    Other(Range<usize>),
}

/// An attribute of a tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Attribute {
    /// Lower-case.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// Without its quotes, character references resolved; empty where there is none.
    pub value: String,
    /// Where the value stands, without its quotes.
    pub range: Range<usize>,
}

/// All ids and names that the tags of an HTML text give.
#[must_use]
pub fn ids(text: &str) -> std::collections::BTreeSet<String> {
    let attributes = tokens(text).into_iter().filter_map(|token| match token {
        Token::Open { attributes, .. } => Some(attributes),
        _ => None,
    });
    attributes.flatten().filter(|attribute| matches!(attribute.name.as_str(), "id" | "name")).map(|attribute| attribute.value).collect()
}

/// Splits `text` into tokens that cover it.
#[must_use]
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut text_start = 0;
    let mut at = 0;
    // A mark that does not come again is not looked for again.
    let last = Last { tag: text.rfind('>'), instruction: text.rfind("?>"), data: text.rfind("]]>") };
    while let Some(open) = memchr::memchr(b'<', &text.as_bytes()[at..]).map(|found| at + found) {
        match token(text, open, &last) {
            None => at = open + 1,
            Some((token, end)) => {
                if open > text_start {
                    tokens.push(Token::Text(text_start..open));
                }
                at = end;
                text_start = end;
                if let Token::Open { name, .. } = &token
                    && matches!(name.as_str(), "script" | "style" | "textarea" | "title" | "xmp")
                {
                    // What is in these is their text, whatever it looks like.
                    at = end_tag(text, end, name);
                }
                tokens.push(token);
            }
        }
    }
    if text_start < text.len() {
        tokens.push(Token::Text(text_start..text.len()));
    }
    tokens
}

/// Where the ends of tags, instructions and data are for the last time.
struct Last {
    tag: Option<usize>,
    instruction: Option<usize>,
    data: Option<usize>,
}

/// Where the end tag of an element starts, else the end of the text.
fn end_tag(text: &str, from: usize, name: &str) -> usize {
    let tags = memchr::memmem::find_iter(&text.as_bytes()[from..], b"</").map(|at| from + at);
    let is_own = |at: &usize| text.get(at + 2..at + 2 + name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name));
    tags.into_iter().find(is_own).unwrap_or(text.len())
}

/// The token that starts with the `<` at `open`, and its end; `None` where the `<` is only text.
fn token(text: &str, open: usize, last: &Last) -> Option<(Token, usize)> {
    let rest = &text[open..];
    let bytes = rest.as_bytes();
    let until = |mark: &str, from: usize| rest.get(from..).and_then(|tail| tail.find(mark)).map(|at| open + from + at + mark.len());
    if rest.starts_with("<!--") {
        if rest.starts_with("<!-->") || rest.starts_with("<!--->") {
            let end = open + rest.find('>')? + 1;
            return Some((Token::Comment { range: open..end, is_closed: true }, end));
        }
        let end = until("-->", 4);
        let range = open..end.unwrap_or(text.len());
        return Some((Token::Comment { range: range.clone(), is_closed: end.is_some() }, range.end));
    }
    match bytes.get(1)? {
        b'?' if last.instruction < Some(open) => None,
        b'!' if rest.starts_with("<![CDATA[") && last.data < Some(open) => None,
        _ if last.tag < Some(open) => None,
        b'?' => until("?>", 2).map(|end| (Token::Other(open..end), end)),
        b'!' if rest.starts_with("<![CDATA[") => until("]]>", 9).map(|end| (Token::Other(open..end), end)),
        b'!' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => until(">", 2).map(|end| (Token::Other(open..end), end)),
        b'/' if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
            let end = until(">", 2)?;
            let name = rest[2..end - open - 1].split(|c: char| c.is_ascii_whitespace() || c == '/').next()?.to_ascii_lowercase();
            Some((Token::Close { range: open..end, name }, end))
        }
        byte if byte.is_ascii_alphabetic() => start_tag(text, open),
        _ => None,
    }
}

fn start_tag(text: &str, open: usize) -> Option<(Token, usize)> {
    let bytes = text.as_bytes();
    // A name with a `<` in it is no name: else each of many would be read to the end.
    let ends_name = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<');
    let name_end = open + 1 + bytes[open + 1..].iter().position(|byte| ends_name(*byte))?;
    let name = text[open + 1..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'/') {
            at += 1;
        }
        match *bytes.get(at)? {
            b'>' => break,
            b'<' => return None,
            _ => {}
        }
        let (attribute, end) = attribute(text, at)?;
        attributes.push(attribute);
        at = end;
    }
    let is_empty = bytes[at - 1] == b'/' && attributes.last().is_none_or(|last: &Attribute| last.range.end < at);
    Some((Token::Open { range: open..at + 1, name, attributes, is_empty }, at + 1))
}

fn attribute(text: &str, start: usize) -> Option<(Attribute, usize)> {
    let bytes = text.as_bytes();
    let name_end = start + 1 + bytes[start + 1..].iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=' | b'<'))?;
    let blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let name = text[start..name_end].to_ascii_lowercase();
    let equals = blanks(name_end);
    if bytes.get(equals) != Some(&b'=') {
        return Some((Attribute { name, name_range: start..name_end, value: String::new(), range: name_end..name_end }, name_end));
    }
    let value_start = blanks(equals + 1);
    let quote = *bytes.get(value_start)?;
    let (range, end) = if matches!(quote, b'"' | b'\'') {
        let end = value_start + 1 + memchr::memchr(quote, &bytes[value_start + 1..])?;
        (value_start + 1..end, end + 1)
    } else {
        let end = value_start + bytes[value_start..].iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'<'))?;
        (value_start..end, end)
    };
    let value = html_escape::decode_html_entities(&text[range.clone()]).into_owned();
    Some((Attribute { name, name_range: start..name_end, value, range }, end))
}

/// Elements that may pass.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "area",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "map",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements of HTML that may not pass; any other name is no element of HTML at all.
const REFUSED: &[&str] = &[
    "address",
    "applet",
    "audio",
    "base",
    "basefont",
    "bgsound",
    "body",
    "button",
    "canvas",
    "datalist",
    "dialog",
    "dir",
    "embed",
    "fieldset",
    "font",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "input",
    "label",
    "legend",
    "link",
    "main",
    "math",
    "menu",
    "meta",
    "meter",
    "noframes",
    "noscript",
    "object",
    "optgroup",
    "option",
    "output",
    "param",
    "picture",
    "plaintext",
    "portal",
    "progress",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "source",
    "style",
    "svg",
    "template",
    "textarea",
    "tfoot",
    "title",
    "track",
    "video",
    "xmp",
];

/// How an element is treated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Element {
    /// It passes.
    Allowed,
    /// An element of HTML that does not pass.
    Refused,
    /// No element of HTML.
    Unknown,
}

/// How the element of this lower-case name is treated. An `iframe` passes by its host, which the caller checks.
#[must_use]
pub(super) fn element(name: &str) -> Element {
    if ELEMENTS.contains(&name) {
        Element::Allowed
    } else if REFUSED.contains(&name) {
        Element::Refused
    } else {
        Element::Unknown
    }
}

/// Whether an element has no content and no end tag.
#[must_use]
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "area" | "br" | "col" | "hr" | "img" | "wbr")
}

/// Whether an attribute of an allowed element may pass, its URL aside.
#[must_use]
pub(super) fn is_attribute_allowed(element: &str, attribute: &str) -> bool {
    match attribute {
        "lang" | "title" | "id" | "name" => true,
        "href" | "hreflang" => element == "a",
        "dir" => element == "bdo",
        "cite" => matches!(element, "blockquote" | "del" | "ins" | "q"),
        "datetime" => matches!(element, "del" | "ins"),
        "align" => matches!(element, "col" | "colgroup" | "hr" | "img" | "table" | "tbody" | "td" | "th" | "thead" | "tr"),
        "char" | "charoff" => matches!(element, "col" | "colgroup" | "tbody" | "td" | "th" | "thead" | "tr"),
        "span" => matches!(element, "col" | "colgroup"),
        "size" => element == "hr",
        "width" => matches!(element, "hr" | "img" | "iframe"),
        "height" => matches!(element, "img" | "iframe"),
        "alt" => element == "img",
        "src" => matches!(element, "img" | "iframe"),
        "start" => element == "ol",
        "summary" => element == "table",
        "colspan" | "rowspan" | "headers" => matches!(element, "td" | "th"),
        "scope" => element == "th",
        "open" => element == "details",
        "allowfullscreen" => element == "iframe",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_cover_the_text() {
        for text in ["", "a <b c=\"d>\" e='f' g=h i>x</b > y", "<!-- a --><!-->b<!-- open", "< a <1 <a", "<a <b>", "<?php ?><!DOCTYPE x>", "é<br/>ü"]
        {
            let mut at = 0;
            for token in tokens(text) {
                let (Token::Text(range)
                | Token::Comment { range, .. }
                | Token::Open { range, .. }
                | Token::Close { range, .. }
                | Token::Other(range)) = token;
                assert_eq!(range.start, at, "{text}");
                at = range.end;
            }
            assert_eq!(at, text.len(), "{text}");
        }
    }

    #[test]
    fn attributes_are_read_as_browsers_read_them() {
        let tokens = tokens("<A HREF=\"java&#115;cript:x\" data-x title='a \"b\"' n=1>");
        let [Token::Open { name, attributes, .. }] = &tokens[..] else { panic!("one tag") };
        let read: Vec<(&str, &str)> = attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.value.as_str())).collect();
        assert_eq!(name, "a");
        assert_eq!(read, [("href", "javascript:x"), ("data-x", ""), ("title", "a \"b\""), ("n", "1")]);
    }
}
