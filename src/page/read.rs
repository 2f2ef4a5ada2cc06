//! The reading of a page's model: it looks at the events that become the page's HTML, block by block.

use std::sync::Arc;

use pulldown_cmark::{self as cmark, Tag, TagEnd};

use super::mentions;
use super::model::{Fact, Field, Mention, MentionPlace, Model, Place, PlaceKind};
use super::tables::Table;
use crate::config::{FactKind, SectionKind, Words};
use crate::markdown::{Event, Origin};
use crate::text::Span;
use crate::text::escape::escaped;

/// What ends a paragraph in the HTML.
const PARAGRAPH_END: &str = "</p>\n";

/// Reads events, in order.
pub(super) struct Reader<'w> {
    words: &'w Words,
    /// The text since the block began.
    text: Text,
    /// How many headings have started.
    headings: usize,
    in_heading: bool,
    /// What the section is that the last heading began.
    section: Option<SectionKind>,
    /// The tables that are open: one may stand in a cell of another, if a fragment brought it.
    tables: Vec<Table>,
    in_code: bool,
    images: usize,
    links: usize,
    /// Elements of raw HTML that are open: links, and what is shown as code.
    raw_links: usize,
    raw_codes: usize,
    /// Whether the paragraph or the cell holds nothing yet but text, emphasized or not, and line breaks.
    is_plain: bool,
    /// Where the HTML of the open paragraph starts.
    paragraph: Option<u32>,
    /// How many bytes of HTML there are before the event.
    at: u32,
    title: Title,
    model: Model,
}

/// The first heading of level 1.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Title {
    Awaited,
    /// It was read just now: what comes next stands behind it.
    Ends,
    Read,
}

/// Plain text, and where its pieces come from.
#[derive(Default)]
pub(super) struct Text {
    pub(super) plain: String,
    pieces: Vec<Piece>,
}

/// A piece of text: from byte `at` on.
struct Piece {
    at: usize,
    len: usize,
    origin: Origin,
    /// Where it is in the HTML.
    html: u32,
    is_code: bool,
    is_linked: bool,
}

impl Text {
    fn push(&mut self, text: &str, origin: Origin, html: u32, is_code: bool, is_linked: bool) {
        self.pieces.push(Piece { at: self.plain.len(), len: text.len(), origin, html, is_code, is_linked });
        self.plain.push_str(text);
    }

    /// Where a part of the text is in the HTML, if it is one piece that may become a link.
    pub(super) fn spot(&self, range: &std::ops::Range<usize>) -> Option<(u32, u32)> {
        let piece = self.piece(range.start).filter(|piece| range.end <= piece.at + piece.len && !piece.is_code && !piece.is_linked)?;
        let length = |part: std::ops::Range<usize>| u32::try_from(escaped(&self.plain[part]).len()).ok();
        let start = piece.html.checked_add(length(piece.at..range.start)?)?;
        Some((start, start.checked_add(length(range.clone())?)?))
    }

    fn clear(&mut self) {
        self.plain.clear();
        self.pieces.clear();
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
        Some(&self.pieces[index]).filter(|piece| at < piece.at + piece.len)
    }

    /// Whether the byte is shown as code.
    pub(super) fn is_code(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.is_code)
    }

    /// Whether the byte is part of a link.
    pub(super) fn is_linked(&self, at: usize) -> bool {
        self.piece(at).is_some_and(|piece| piece.is_linked)
    }

    /// The words of a part of the text, trimmed, and where they stand. A part that comes from two files ends with the first.
    pub(super) fn field(&self, range: std::ops::Range<usize>) -> Option<Field> {
        let part = &self.plain[range.clone()];
        let start = range.start + (part.len() - part.trim_start().len());
        let end = range.start + part.trim_end().len();
        if start >= end {
            return None;
        }
        let first = self.pieces.iter().find(|piece| piece.at + piece.len > start)?;
        let last = self.pieces.iter().rev().find(|piece| piece.at < end && piece.len > 0 && piece.origin.span.file == first.origin.span.file)?;
        let from = first.byte(start.max(first.at), false);
        let to = last.byte(end.min(last.at + last.len), true).max(from);
        Some(Field {
            text: self.plain[start..end].trim().into(),
            span: Span { file: first.origin.span.file, start: from, end: to },
            via: first.origin.via,
        })
    }
}

impl Piece {
    /// The byte of the file. Where the text is not what stands there, as with a character reference, only the ends are known.
    fn byte(&self, at: usize, is_end: bool) -> u32 {
        let span = self.origin.span;
        if span.range().len() == self.len {
            span.start + u32::try_from(at - self.at).unwrap_or(0)
        } else if is_end {
            span.end
        } else {
            span.start
        }
    }
}

impl<'w> Reader<'w> {
    pub(super) fn new(words: &'w Words) -> Self {
        Self {
            words,
            text: Text::default(),
            headings: 0,
            in_heading: false,
            section: None,
            tables: Vec::new(),
            in_code: false,
            images: 0,
            links: 0,
            raw_links: 0,
            raw_codes: 0,
            is_plain: false,
            paragraph: None,
            at: 0,
            title: Title::Awaited,
            model: Model::default(),
        }
    }

    pub(super) fn into_model(mut self) -> Model {
        self.end_block();
        // A book keeps thousands of these.
        self.model.settle();
        self.model
    }

    fn heading(&self) -> Option<usize> {
        self.headings.checked_sub(1)
    }

    /// Reads an event before which there are `at` bytes of HTML.
    pub(super) fn event(&mut self, event: &Event<'_>, origin: Origin, at: usize) {
        // A page of more than 4 GB would show nothing of its model.
        self.at = u32::try_from(at).unwrap_or(u32::MAX);
        if let Some(table) = self.tables.last_mut() {
            table.in_cell(self.at);
        }
        if self.title == Title::Ends {
            self.title = Title::Read;
            self.model.places.push(Place { at: self.at, end: self.at, kind: PlaceKind::Title });
        }
        let is_linked = self.links + self.raw_links > 0;
        match event {
            Event::Md(cmark::Event::Text(text)) if self.images == 0 && !self.in_code => {
                self.text.push(text, origin, self.at, self.raw_codes > 0, is_linked);
            }
            Event::Md(cmark::Event::Code(text)) if self.images == 0 => {
                self.is_plain = false;
                self.text.push(text, origin, self.at, true, is_linked);
            }
            Event::Md(cmark::Event::SoftBreak | cmark::Event::HardBreak) => {
                self.text.push("\n", origin, self.at, false, false);
            }
            Event::Html { text, .. } if text.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => {
                self.text.push("\n", origin, self.at, false, false);
            }
            Event::Html { text, .. } => {
                self.is_plain = false;
                self.raw(text);
            }
            Event::Md(cmark::Event::Start(tag)) => self.start(tag, origin),
            Event::Md(cmark::Event::End(tag)) => self.end(*tag),
            Event::Open(_) | Event::Close(_) | Event::Code(_) | Event::Md(cmark::Event::Rule) => {
                self.end_block();
            }
            _ => self.is_plain = false,
        }
    }

    /// Looks whether raw HTML begins or ends a link, or code.
    fn raw(&mut self, html: &str) {
        let is_end = html.starts_with("</");
        let name: String = html.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
        let open = match name.to_ascii_lowercase().as_str() {
            "a" => &mut self.raw_links,
            "code" | "kbd" | "samp" | "pre" => &mut self.raw_codes,
            _ => return,
        };
        *open = if is_end { open.saturating_sub(1) } else { *open + 1 };
    }

    fn start(&mut self, tag: &Tag<'_>, origin: Origin) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Link { .. } => {
                self.links += 1;
                self.is_plain = false;
            }
            Tag::Image { .. } => {
                self.images += 1;
                self.is_plain = false;
            }
            Tag::Paragraph => {
                self.end_block();
                self.paragraph = Some(self.at);
                // One in a cell makes the cell more than text.
                self.is_plain = self.tables.is_empty();
            }
            Tag::CodeBlock(_) => {
                self.end_block();
                self.in_code = true;
            }
            Tag::Heading { .. } => {
                self.end_block();
                self.headings += 1;
                self.in_heading = true;
            }
            Tag::Table(_) => {
                self.end_block();
                self.tables.push(Table::new(self.heading(), self.section == Some(SectionKind::Refresh), origin, self.at));
            }
            Tag::TableHead | Tag::TableRow => self.start_row(origin),
            Tag::TableCell => {
                self.end_block();
                self.is_plain = true;
                if let Some(table) = self.tables.last_mut() {
                    table.start_cell(origin);
                }
            }
            _ => {
                self.end_block();
                self.is_plain = false;
            }
        }
    }

    fn start_row(&mut self, origin: Origin) {
        self.end_block();
        if let Some(table) = self.tables.last_mut() {
            table.start_row(origin, self.at);
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Link => self.links = self.links.saturating_sub(1),
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.text.clear();
            }
            TagEnd::Heading(level) => {
                let section = self.words.section(&self.text.plain);
                self.model.sections.push(section);
                // The first heading is the page's name, and that of a change log may say what a section's would.
                self.section = section.filter(|_| self.headings > 1);
                self.end_block();
                self.in_heading = false;
                if level == cmark::HeadingLevel::H1 && self.title == Title::Awaited {
                    self.title = Title::Ends;
                }
            }
            TagEnd::Paragraph => {
                let known = self.model.facts.len();
                let is_all = self.end_block();
                let start = self.paragraph.take().filter(|_| is_all && self.is_plain);
                let count = self.model.facts.len() - known;
                if let (Some(at), Ok(first), Ok(count)) = (start, u32::try_from(known), u16::try_from(count))
                    && count > 0
                {
                    let end = self.at.saturating_add(u32::try_from(PARAGRAPH_END.len()).unwrap_or(0));
                    self.model.places.push(Place { at, end, kind: PlaceKind::Facts(first, count) });
                }
            }
            TagEnd::TableCell => {
                let is_id = self.tables.last().is_some_and(Table::is_in_id);
                if !is_id {
                    self.mentions();
                }
                if let Some(table) = self.tables.last_mut() {
                    table.end_cell(&self.text, self.at, self.is_plain);
                }
                self.clear();
            }
            TagEnd::TableHead => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_head(self.words);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = self.tables.last_mut() {
                    table.end_row();
                }
            }
            TagEnd::Table => {
                self.end_block();
                if let Some(table) = self.tables.pop() {
                    table.finish(&mut self.model);
                }
            }
            _ => {
                self.end_block();
            }
        }
    }

    fn mention_place(&self) -> MentionPlace {
        match (self.in_heading, self.section, self.tables.last()) {
            (true, ..) => MentionPlace::Heading,
            (false, Some(SectionKind::Refresh), _) => MentionPlace::Refresh,
            (false, _, Some(table)) if table.is_refresh() => MentionPlace::Refresh,
            _ => MentionPlace::Text,
        }
    }

    /// Keeps the tasks that the text names.
    fn mentions(&mut self) {
        // Those of one sentence share it.
        let mut last: Option<Arc<str>> = None;
        for (range, certainty) in mentions::find(&self.text, self.words) {
            let Some(id) = self.text.field(range.clone()) else { continue };
            let sentence = mentions::sentence(&self.text.plain, &range);
            let sentence = last.take().filter(|last| **last == *sentence).unwrap_or_else(|| sentence.into());
            last = Some(sentence.clone());
            if let (Some((at, end)), Ok(index)) = (self.text.spot(&range), u32::try_from(self.model.mentions.len())) {
                self.model.places.push(Place { at, end, kind: PlaceKind::Mention(index) });
            }
            self.model.mentions.push(Mention {
                id: Field { text: self.text.plain[range.clone()].into(), ..id },
                place: self.mention_place(),
                certainty,
                is_linked: self.text.is_linked(range.start),
                sentence,
                heading: self.heading(),
            });
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        // Raw HTML ends with its block.
        (self.raw_links, self.raw_codes) = (0, 0);
    }

    /// Reads what the block said; whether it said nothing but facts.
    fn end_block(&mut self) -> bool {
        if self.text.plain.is_empty() {
            return false;
        }
        let is_all = !self.in_heading && self.tables.is_empty() && self.facts();
        // What stands in a cell beside a block that an include brought is no cell of its own.
        self.mentions();
        self.clear();
        is_all
    }

    /// Reads lines such as `Phase: **Assess**`. A value goes on in the next line where it ends with a slash or a comma. Whether there is nothing
    /// else.
    fn facts(&mut self) -> bool {
        let plain = &self.text.plain;
        if !plain.contains([':', '：']) {
            return plain.trim().is_empty();
        }
        let mut open: Option<OpenFact> = None;
        let mut found = Vec::new();
        let mut is_all = true;
        let mut at = 0;
        for line in plain.split_inclusive('\n') {
            let end = at + line.len();
            let label = line.find([':', '：']).and_then(|colon| {
                let sign = line[colon..].chars().next().map_or(1, char::len_utf8);
                let label = line.get(..colon).filter(|label| label.len() <= 60)?;
                Some((self.words.fact(label)?, label.trim(), at + colon + sign))
            });
            match (label, &mut open) {
                (Some((kind, label, start)), _) => {
                    found.extend(open.take());
                    open = Some(OpenFact { kind, label: label.into(), value: start..end });
                }
                (None, Some(fact)) if plain[fact.value.clone()].trim_end().ends_with(['/', ',', ';', '、']) => fact.value.end = end,
                (None, _) => {
                    is_all &= line.trim().is_empty();
                    found.extend(open.take());
                }
            }
            at = end;
        }
        found.extend(open);
        let heading = self.heading();
        for OpenFact { kind, label, value } in found {
            let Some(value) = self.text.field(value) else {
                is_all = false;
                continue;
            };
            let value = if matches!(&*value.text, "-" | "–" | "—") { Field { text: "".into(), ..value } } else { value };
            self.model.facts.push(Fact { kind, label, value, heading });
        }
        is_all
    }
}

/// A fact whose value may go on in the next line.
struct OpenFact {
    kind: FactKind,
    label: Box<str>,
    value: std::ops::Range<usize>,
}

/// The words of a cell; an empty one is where the cell is.
pub(super) fn cell(text: &Text, origin: Origin) -> Field {
    text.field(0..text.plain.len()).unwrap_or_else(|| Field { text: "".into(), span: origin.span, via: origin.via })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::markdown::IncludeIndex;
    use crate::text::FileId;

    /// A text as if a file began with it.
    pub(in crate::page) fn text(plain: &str) -> Text {
        let mut text = Text::default();
        let origin = Origin { span: Span::new(FileId::from_index(0), 0..plain.len()), via: IncludeIndex::default() };
        text.push(plain, origin, 0, false, false);
        text
    }
}
