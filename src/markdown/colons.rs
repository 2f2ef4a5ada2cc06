//! The grammar of `:::name attribute="value":::`, and which attributes each of these directives takes.

use std::ops::Range;

/// A directive that starts with three colons or more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Colons {
    /// Which it is.
    pub name: Name,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Its length in bytes, from its first colon on.
    pub len: usize,
}

/// `name="value"`; ranges are counted from the directive's first colon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// Lower-case.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// As written between the quotes.
    pub value: String,
    /// Where the value stands.
    pub range: Range<usize>,
}

/// What a directive is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Name {
    /// `:::row:::`
    Row,
    /// `:::row-end:::`
    RowEnd,
    /// `:::column span="2":::`
    Column,
    /// `:::column-end:::`
    ColumnEnd,
    /// `:::zone pivot="…"`
    Zone,
    /// `:::zone-end`
    ZoneEnd,
    /// `:::moniker range="…"`
    Moniker,
    /// `:::moniker-end`
    MonikerEnd,
    /// `:::image source="…" alt-text="…":::`
    Image,
    /// `:::image-end:::`, behind the description of a complex image.
    ImageEnd,
    /// `:::video source="…":::`
    Video,
    /// `:::video-end:::`
    VideoEnd,
    /// `:::code source="…":::`
    Code,
    /// `:::no-loc text="…":::`
    NoLoc,
}

const NAMES: &[(&str, Name)] = &[
    ("row", Name::Row),
    ("row-end", Name::RowEnd),
    ("column", Name::Column),
    ("column-end", Name::ColumnEnd),
    ("zone", Name::Zone),
    ("zone-end", Name::ZoneEnd),
    ("moniker", Name::Moniker),
    ("moniker-end", Name::MonikerEnd),
    ("image", Name::Image),
    ("image-end", Name::ImageEnd),
    ("video", Name::Video),
    ("video-end", Name::VideoEnd),
    ("code", Name::Code),
    ("no-loc", Name::NoLoc),
];

impl Name {
    /// As it is written.
    pub(super) fn text(self) -> &'static str {
        NAMES.iter().find(|(_, name)| *name == self).map_or("", |(text, _)| text)
    }

    /// The directive that this one ends.
    pub(super) fn ends(self) -> Option<Self> {
        match self {
            Self::RowEnd => Some(Self::Row),
            Self::ColumnEnd => Some(Self::Column),
            Self::ZoneEnd => Some(Self::Zone),
            Self::MonikerEnd => Some(Self::Moniker),
            Self::ImageEnd => Some(Self::Image),
            Self::VideoEnd => Some(Self::Video),
            _ => None,
        }
    }
}

/// Why what starts like a directive is none: it stays text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    /// The directive that was meant.
    pub name: Name,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// The bytes at fault, from the first colon on.
    pub range: Range<usize>,
}

impl Colons {
    /// The value of an attribute; blank values count as none.
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name && !attribute.value.trim().is_empty())
    }

    /// The value of an attribute as text, else nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", |attribute| attribute.value.as_str())
    }

    /// Whether the directive takes the lines below it, up to its end, as its own.
    pub(super) fn is_container(&self) -> bool {
        match self.name {
            Name::Row | Name::Column | Name::Zone | Name::Moniker => true,
            Name::Image | Name::Video => self.text("type") == "complex",
            _ => false,
        }
    }

    /// Whether the directive stands within a line, even where it is alone on it.
    pub(super) fn is_inline(&self) -> bool {
        matches!(self.name, Name::NoLoc) || (matches!(self.name, Name::Image | Name::Video) && !self.is_container())
    }
}

/// Reads the directive that `text`, the rest of a line, starts with; `None` where it starts with none that is known.
pub(super) fn parse(text: &str) -> Option<Result<Colons, Fault>> {
    let bytes = text.as_bytes();
    let colons = bytes.iter().take_while(|byte| **byte == b':').count();
    if colons < 3 {
        return None;
    }
    let start = skip_blanks(bytes, colons);
    let end = identifier(bytes, start);
    let written = text.get(start..end)?;
    let (_, name) = *NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(written))?;
    // A name that must not be translated is written in one way only.
    if name == Name::NoLoc {
        return no_loc(text).map(Ok);
    }
    let is_end = name.ends().is_some();
    match attributes(text, end, name).map(|(attributes, len)| Colons { name, attributes, len }) {
        Ok(colons) if is_end && !colons.attributes.is_empty() => None,
        Ok(colons) => Some(validated(colons)),
        Err(_) if is_end => None,
        Err(fault) => Some(Err(fault)),
    }
}

/// `:::no-loc text="…":::`, to the letter.
fn no_loc(text: &str) -> Option<Colons> {
    let inner = text.strip_prefix(":::no-loc text=\"")?;
    let start = text.len() - inner.len();
    let bytes = inner.as_bytes();
    let mut at = 0;
    while *bytes.get(at)? != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    let value = inner.get(..at)?.replace("\\\"", "\"").replace("\\\\", "\\");
    inner[at..].starts_with("\":::").then(|| Colons {
        name: Name::NoLoc,
        attributes: vec![Attribute { name: "text".to_owned(), name_range: 10..14, value, range: start..start + at }],
        len: start + at + 4,
    })
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// One past the identifier at `at`.
fn identifier(bytes: &[u8], at: usize) -> usize {
    if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
        return at;
    }
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count()
}

/// The attributes behind a name, up to `:::` or the end of the line, and where that is.
fn attributes(text: &str, mut at: usize, name: Name) -> Result<(Vec<Attribute>, usize), Fault> {
    let bytes = text.as_bytes();
    let mut attributes: Vec<Attribute> = Vec::new();
    loop {
        at = skip_blanks(bytes, at);
        if at >= bytes.len() {
            return Ok((attributes, at));
        }
        if bytes[at..].starts_with(b":::") {
            let colons = bytes[at..].iter().take_while(|byte| **byte == b':').count();
            return Ok((attributes, at + colons));
        }
        let end = identifier(bytes, at);
        let fault = |message: String, help: &'static str, range: Range<usize>| Fault { name, message, help, range };
        if end == at {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            let message = "an attribute is expected here".to_owned();
            return Err(fault(message, "write `name=\"value\"`, and `:::` behind the last of them", at..at + length));
        }
        let attribute = text[at..end].to_ascii_lowercase();
        let name_range = at..end;
        if attributes.iter().any(|other| other.name == attribute) {
            return Err(fault(format!("`{attribute}` is given twice"), "remove one of the two", name_range));
        }
        at = skip_blanks(bytes, end);
        let mut range = end..end;
        if bytes.get(at) == Some(&b'=') {
            at = skip_blanks(bytes, at + 1);
            if bytes.get(at) != Some(&b'"') {
                return Err(fault(format!("the value of `{attribute}` is not in double quotes"), "write `name=\"value\"`", name_range));
            }
            let Some(length) = memchr::memchr(b'"', &bytes[at + 1..]) else {
                return Err(fault(format!("the value of `{attribute}` has no closing quote"), "close it with `\"`", at..bytes.len()));
            };
            range = at + 1..at + 1 + length;
            at = range.end + 1;
        }
        attributes.push(Attribute { name: attribute, name_range, value: text[range.clone()].to_owned(), range });
    }
}

/// The attributes that a directive takes.
fn known(name: Name) -> &'static [&'static str] {
    match name {
        Name::Row => &["count"],
        Name::Column => &["span"],
        Name::Zone => &["target", "pivot"],
        Name::Moniker => &["range"],
        Name::Image => &["type", "source", "alt-text", "lightbox", "border", "link", "loc-scope"],
        Name::Video => &["type", "source", "title", "max-width", "thumbnail", "upload-date", "duration"],
        Name::Code => &["source", "range", "id", "highlight", "language", "interactive"],
        _ => &[],
    }
}

fn validated(colons: Colons) -> Result<Colons, Fault> {
    let name = colons.name;
    let whole = 0..colons.len;
    let fault = |message: String, help: &'static str, range: Range<usize>| Err(Fault { name, message, help, range });
    if let Some(other) = colons.attributes.iter().find(|attribute| !known(name).contains(&attribute.name.as_str())) {
        return fault(format!("`{}` is no attribute of `:::{}`", other.name, name.text()), "remove it, or mend its name", other.name_range.clone());
    }
    let missing = |attribute: &str| fault(format!("`{attribute}` is missing"), "add it; its value stands in double quotes", whole.clone());
    match name {
        Name::Image | Name::Video | Name::Code if colons.get("source").is_none() => return missing("source"),
        Name::Image if colons.get("alt-text").is_none() && colons.text("type") != "icon" => return missing("alt-text"),
        Name::Moniker if colons.get("range").is_none() => return missing("range"),
        Name::Zone => {
            let (target, pivot) = (colons.get("target"), colons.get("pivot"));
            if target.is_none() && pivot.is_none() {
                return missing("pivot");
            }
            if let Some(target) = target.filter(|target| !matches!(target.value.as_str(), "docs" | "chromeless" | "pdf")) {
                return fault(format!("`{}` is no target", target.value), "write `docs`, `chromeless` or `pdf`", target.range.clone());
            }
            if let (Some(_), Some(pivot)) = (target.filter(|target| target.value == "pdf"), pivot) {
                return fault("a zone for `pdf` takes no pivot".to_owned(), "remove one of the two", pivot.name_range.clone());
            }
            let is_name =
                |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            if let Some(pivot) = pivot.filter(|pivot| !pivot.value.split(',').all(|name| is_name(name.trim()))) {
                return fault(
                    format!("`{}` is no list of pivots", pivot.value),
                    "write names of lower-case letters, digits and dashes, with commas between them",
                    pivot.range.clone(),
                );
            }
        }
        _ => {}
    }
    if let Some(width) = colons.get("max-width").filter(|width| !width.value.bytes().all(|byte| byte.is_ascii_digit())) {
        return fault("`max-width` is no number".to_owned(), "write a number of pixels", width.range.clone());
    }
    Ok(colons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_and_their_lengths() {
        for (text, name, attributes, len) in [
            (":::row:::", Name::Row, vec![], 9),
            (":::row count=\"2\":::", Name::Row, vec![("count", "2")], 19),
            ("::::  ROW-End::::", Name::RowEnd, vec![], 17),
            (":::column span=\"2\":::", Name::Column, vec![("span", "2")], 21),
            ("::: zone pivot=\"a, b\"", Name::Zone, vec![("pivot", "a, b")], 21),
            ("::: moniker range=\">= v2\"", Name::Moniker, vec![("range", ">= v2")], 25),
            (":::image source=\"a.png\" alt-text=\"A | b\"::: rest", Name::Image, vec![("source", "a.png"), ("alt-text", "A | b")], 43),
            (":::no-loc text=\"a \\\"b\\\"\"::: c", Name::NoLoc, vec![("text", "a \"b\"")], 27),
        ] {
            let colons = parse(text).expect("a directive").unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
            let read: Vec<(&str, &str)> = colons.attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.value.as_str())).collect();
            assert_eq!((colons.name, read, colons.len), (name, attributes, len), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in ["::row:::", ":::note:::", ":::", ":::row-end x=\"1\":::", ":::No-Loc text=\"x\":::", ":::no-loc text=\"x\""] {
            assert_eq!(parse(text), None, "{text}");
        }
        for (text, at) in [
            (":::image source=\"a.png\":::", ":::image source=\"a.png\":::"),
            (":::image src=\"a.png\":::", "src"),
            (":::image source=a.png:::", "source"),
            (":::image source=\"a.png:::", "\"a.png:::"),
            (":::code range=\"1\":::", ":::code range=\"1\":::"),
            (":::zone pivot=\"A\":::", "A"),
            (":::zone target=\"web\"", "web"),
            (":::row (x):::", "("),
        ] {
            let fault = parse(text).expect("a directive").expect_err("a fault");
            assert_eq!(&text[fault.range], at, "{text}");
        }
    }
}
