//! The reading of a page's model: it looks at the events that become the page's HTML, block by block.

use pulldown_cmark::{self as cmark, Tag, TagEnd};

use super::mentions;
use super::model::{Fact, Field, Model};
use super::tables::Table;
use crate::config::{SectionKind, Words};
use crate::markdown::{Event, Origin};
use crate::text::Span;

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
    model: Model,
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
    is_code: bool,
    is_linked: bool,
}

impl Text {
    fn push(&mut self, text: &str, origin: Origin, is_code: bool, is_linked: bool) {
        self.pieces.push(Piece { at: self.plain.len(), len: text.len(), origin, is_code, is_linked });
        self.plain.push_str(text);
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
            model: Model::default(),
        }
    }

    pub(super) fn into_model(mut self) -> Model {
        self.end_block();
        // A book keeps thousands of these.
        self.model.shrink();
        self.model
    }

    fn heading(&self) -> Option<usize> {
        self.headings.checked_sub(1)
    }

    pub(super) fn event(&mut self, event: &Event<'_>, origin: Origin) {
        match event {
            Event::Md(cmark::Event::Text(text)) if self.images == 0 && !self.in_code => self.text.push(text, origin, false, self.links > 0),
            Event::Md(cmark::Event::Code(text)) if self.images == 0 => self.text.push(text, origin, true, self.links > 0),
            Event::Md(cmark::Event::SoftBreak | cmark::Event::HardBreak) => {
                self.text.push("\n", origin, false, false);
            }
            Event::Html { text, .. } if text.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => {
                self.text.push("\n", origin, false, false);
            }
            Event::Md(cmark::Event::Start(tag)) => self.start(tag, origin),
            Event::Md(cmark::Event::End(tag)) => self.end(*tag),
            Event::Open(_) | Event::Close(_) | Event::Code(_) | Event::Md(cmark::Event::Rule) => self.end_block(),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, origin: Origin) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            Tag::Link { .. } => self.links += 1,
            Tag::Image { .. } => self.images += 1,
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
                self.tables.push(Table::new(self.heading(), self.section == Some(SectionKind::Refresh), origin));
            }
            Tag::TableHead | Tag::TableRow => self.start_row(origin),
            Tag::TableCell => {
                self.end_block();
                if let Some(table) = self.tables.last_mut() {
                    table.start_cell(origin);
                }
            }
            _ => self.end_block(),
        }
    }

    fn start_row(&mut self, origin: Origin) {
        self.end_block();
        if let Some(table) = self.tables.last_mut() {
            table.start_row(origin);
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
            TagEnd::Heading(_) => {
                let section = self.words.section(&self.text.plain);
                self.model.sections.push(section);
                // The first heading is the page's name, and that of a change log may say what a section's would.
                self.section = section.filter(|_| self.headings > 1);
                self.end_block();
                self.in_heading = false;
            }
            TagEnd::TableCell => {
                let place = self.mention_place();
                let is_id = self.tables.last().is_some_and(Table::is_in_id);
                if !is_id {
                    mentions::find(&self.text, self.words, place, self.heading(), &mut self.model.mentions);
                }
                if let Some(table) = self.tables.last_mut() {
                    table.end_cell(&self.text);
                }
                self.text.clear();
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
            _ => self.end_block(),
        }
    }

    fn mention_place(&self) -> mentions::MentionPlace {
        match (self.in_heading, self.section, self.tables.last()) {
            (true, ..) => mentions::MentionPlace::Heading,
            (false, Some(SectionKind::Refresh), _) => mentions::MentionPlace::Refresh,
            (false, _, Some(table)) if table.is_refresh() => mentions::MentionPlace::Refresh,
            _ => mentions::MentionPlace::Text,
        }
    }

    /// Reads what the block said.
    fn end_block(&mut self) {
        if self.text.plain.is_empty() {
            return;
        }
        if !self.in_heading && self.tables.is_empty() {
            self.facts();
        }
        // What stands in a cell beside a block that an include brought is no cell of its own.
        let heading = self.heading();
        mentions::find(&self.text, self.words, self.mention_place(), heading, &mut self.model.mentions);
        self.text.clear();
    }

    /// Reads lines such as `Phase: **Assess**`. A value goes on in the next line where it ends with a slash or a comma.
    fn facts(&mut self) {
        let plain = &self.text.plain;
        let mut open: Option<(crate::config::FactKind, usize, usize)> = None;
        let mut found = Vec::new();
        let mut at = 0;
        for line in plain.split_inclusive('\n') {
            let end = at + line.len();
            let label = line.find([':', '：']).and_then(|colon| {
                let sign = line[colon..].chars().next().map_or(1, char::len_utf8);
                Some((self.words.fact(line.get(..colon).filter(|label| label.len() <= 60)?)?, at + colon + sign))
            });
            match (label, &mut open) {
                (Some((kind, start)), _) => {
                    found.extend(open.take());
                    open = Some((kind, start, end));
                }
                (None, Some((_, start, open_end))) if plain[*start..*open_end].trim_end().ends_with(['/', ',', ';', '、']) => *open_end = end,
                (None, _) => found.extend(open.take()),
            }
            at = end;
        }
        found.extend(open);
        for (kind, start, end) in found {
            let Some(value) = self.text.field(start..end) else { continue };
            let value = if matches!(&*value.text, "-" | "–" | "—") { Field { text: "".into(), ..value } } else { value };
            self.model.facts.push(Fact { kind, value, heading: self.heading() });
        }
    }
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
        text.push(plain, origin, false, false);
        text
    }
}
