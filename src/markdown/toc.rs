//! A table of contents that is written as Markdown: each line a heading, its level the depth, its text a link, the name of a page or plain text.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// What such a file holds, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// An entry.
    Heading {
        /// How many `#`; there may be more than six.
        level: usize,
        /// What it says and where it leads.
        item: Item,
        /// The whole heading.
        range: Range<usize>,
    },
    /// What is no single link, name or plain text: these bytes, on their first line.
    Invalid(Range<usize>),
}

/// A text and its place in the file.
pub type Placed = (String, Range<usize>);

/// The content of a heading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Item {
    /// The label.
    pub name: Option<Placed>,
    /// Where it leads.
    pub href: Option<Placed>,
    /// The `uid` of the page that it leads to.
    pub uid: Option<Placed>,
}

/// Reads `text[range]`; places are bytes of `text`.
#[must_use]
pub fn read(text: &str, range: Range<usize>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = range.start;
    let mut in_comment = false;
    let mut in_invalid = false;
    for line in text[range].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        let bare = content.trim_start();
        if in_comment || bare.starts_with("<!--") {
            in_comment = !content.contains("-->");
            in_invalid = false;
            continue;
        }
        if bare.is_empty() {
            in_invalid = false;
            continue;
        }
        let indent = content.len() - bare.len();
        let level = bare.bytes().take_while(|byte| *byte == b'#').count();
        let is_heading = level > 0 && indent < 4 && bare[level..].chars().next().is_none_or(|c| matches!(c, ' ' | '\t'));
        let whole = start + indent..start + content.len();
        if !is_heading {
            // One paragraph, list or block of code is one fault.
            if !in_invalid {
                lines.push(Line::Invalid(whole));
            }
            in_invalid = true;
            continue;
        }
        in_invalid = false;
        let inner = without_closing(&bare[level..]);
        let lead = inner.len() - inner.trim_start().len();
        match item(inner.trim(), start + indent + level + lead) {
            Some(item) => lines.push(Line::Heading { level, item, range: whole }),
            None => lines.push(Line::Invalid(whole)),
        }
    }
    lines
}

/// A heading's text without the `#` that may close it.
fn without_closing(text: &str) -> &str {
    let open = text.trim_end().trim_end_matches('#');
    if open.is_empty() || open.ends_with([' ', '\t']) { open } else { text }
}

/// Reads the text of one heading, which starts at `base`; `None` where a link or name is not all of it.
fn item(text: &str, base: usize) -> Option<Item> {
    let whole = base..base + text.len();
    if text.is_empty() {
        return Some(Item::default());
    }
    if let Some(uid) = mention(text) {
        return Some(Item { uid: Some((uid.to_owned(), whole)), ..Item::default() });
    }
    let mut item = Item::default();
    let mut name = String::new();
    // Outside of links, how many pieces there are; within, how deep.
    let (mut links, mut others, mut depth) = (0, 0, 0);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                links += 1;
                depth += 1;
                let place = range.start + text[range.clone()].rfind(&*dest_url).unwrap_or(0);
                let place = base + place..base + (place + dest_url.len()).min(range.end);
                match dest_url.strip_prefix("xref:") {
                    Some(uid) if link_type == LinkType::Autolink => item.uid = Some((uid.to_owned(), place.end - uid.len()..place.end)),
                    _ => item.href = Some((dest_url.to_string(), place)).filter(|(url, _)| !url.is_empty()),
                }
            }
            Event::End(TagEnd::Link) => depth -= 1,
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            Event::Text(text) | Event::Code(text) => {
                name.push_str(&text);
                others += usize::from(depth == 0);
            }
            // A list, a quote or raw HTML within a heading: its text is what was written.
            Event::Start(_) => others += usize::from(depth == 0),
            Event::SoftBreak | Event::HardBreak => name.push(' '),
            _ => return None,
        }
    }
    if links > 1 || (links == 1 && others > 0) {
        return None;
    }
    if item.uid.is_none() {
        item.name = Some((name.trim().to_owned(), whole)).filter(|(name, _)| !name.is_empty());
    }
    Some(item)
}

/// The `uid` of `@uid`, `@"uid"` or `@'uid'`, where that is the whole text.
fn mention(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('@')?;
    for quote in ['"', '\''] {
        if let Some(uid) = rest.strip_prefix(quote) {
            return uid.strip_suffix(quote).filter(|uid| !uid.is_empty() && !uid.contains(quote));
        }
    }
    (rest.starts_with(char::is_alphabetic) && !rest.contains(char::is_whitespace)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_entries_and_all_else_is_invalid() {
        let text = "# [A](a.md)\n<!-- # no\n -->\n\n## Plain #\n####### @\"crew.plan\"\n### <xref:x>\n# [B](b.md) and [C](c.md)\n- list\n- list\n\ntext\n#no\n#\n";
        let lines = read(text, 0..text.len());
        let seen: Vec<String> = lines
            .iter()
            .map(|line| match line {
                Line::Heading { level, item, .. } => {
                    let part = |part: &Option<Placed>| part.as_ref().map_or("-", |(_, range)| &text[range.clone()]).to_owned();
                    format!("{level} {} {} {}", item.name.as_ref().map_or("-", |(name, _)| name), part(&item.href), part(&item.uid))
                }
                Line::Invalid(range) => format!("invalid {}", &text[range.clone()]),
            })
            .collect();
        assert_eq!(
            seen,
            [
                "1 A a.md -",
                "2 Plain - -",
                "7 - - @\"crew.plan\"",
                "3 - - x",
                "invalid # [B](b.md) and [C](c.md)",
                "invalid - list",
                "invalid text",
                "1 - - -"
            ]
        );
    }
}
