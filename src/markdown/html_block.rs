//! Blocks of raw HTML: masked directives in them are carried out, the rest is sent as its author wrote it.

use std::ops::Range;

use super::event::Event;
use super::expand::{Expansion, Frame};
use super::raw_html;
use super::scan::{Chunk, Edit, EditKind};

impl Expansion<'_, '_> {
    /// Sends one piece of raw HTML.
    pub(super) fn html(&mut self, frame: &mut Frame<'_>, text: &str, range: &Range<usize>) {
        let original = frame.original(range).map(str::to_owned);
        let pieces = [(0, frame.chunk.source(range))];
        self.send(frame, Event::Html { text: original.as_deref().unwrap_or(text), pieces: &pieces }, range);
    }

    /// Carries out what is masked in an HTML block and sends the rest as raw HTML.
    pub(super) fn html_block(&mut self, frame: &mut Frame<'_>, lines: &[(String, Range<usize>)]) {
        if lines.is_empty() {
            return;
        }
        let block = Block::new(lines);
        let chunk = frame.chunk;
        let end = block.chunk_offset(block.text.len());
        let mut done = 0;
        let is_in_quote = frame.quotes.last().is_some_and(|(depth, _)| *depth == frame.depth);
        for edit in block.live_edits(chunk, is_in_quote) {
            let (from, to) = (block.offset(edit.range.start), block.offset(edit.range.end));
            self.flush_html(frame, &block, done..from);
            done = to;
            if !matches!(edit.kind, EditKind::Label(_)) {
                self.start_quote(frame);
            }
            match &edit.kind {
                EditKind::Label(label) => self.label(frame, label, edit),
                EditKind::BlockInclude(include) => self.include(frame, include, edit.source.start, false),
                EditKind::InlineInclude(include) => self.include(frame, include, edit.source.start, true),
                EditKind::BlockSnippet(snippet) => self.snippet(frame, snippet, edit),
                EditKind::BlockColons(colons) => self.block_colons(frame, colons, edit),
                EditKind::InlineColons(colons) => self.inline_colons(frame, colons, edit),
                _ => {}
            }
        }
        self.flush_html(frame, &block, done..block.text.len());
        let is_open = matches!(raw_html::tokens(&block.text).last(), Some(raw_html::Token::Comment { is_closed: false, .. }));
        if let Some(close) = is_open.then(|| frame.comment_end(end)).flatten() {
            frame.hidden = end..close;
        }
    }

    /// Sends a part of an HTML block, the author's bytes where they were masked; a part without text is dropped.
    fn flush_html(&mut self, frame: &mut Frame<'_>, block: &Block<'_>, part: Range<usize>) {
        if block.text[part.clone()].trim().is_empty() {
            return;
        }
        self.start_quote(frame);
        let mut text = String::new();
        let mut pieces = Vec::new();
        for (start, line, range) in block.lines_in(&part) {
            let (from, to) = (part.start.max(start), part.end.min(start + line.len()));
            let mut at = from;
            let in_chunk = |offset: usize| range.start + (offset - start);
            let here = in_chunk(from)..in_chunk(to);
            for edit in frame.chunk.edits_in(&here).filter(|edit| edit.range.end <= here.end) {
                let mask = start + (edit.range.start.max(here.start) - range.start)..start + (edit.range.end - range.start);
                pieces.push((text.len(), frame.chunk.source(&(in_chunk(at)..edit.range.start))));
                text.push_str(&block.text[at..mask.start]);
                pieces.push((text.len(), edit.source.clone()));
                text.push_str(&frame.file.text[edit.source.clone()]);
                at = mask.end;
            }
            pieces.push((text.len(), frame.chunk.source(&(in_chunk(at)..here.end))));
            text.push_str(&block.text[at..to]);
        }
        let whole = block.chunk_offset(part.start)..block.chunk_offset(part.end);
        self.send(frame, Event::Html { text: &text, pieces: &pieces }, &whole);
    }
}

/// The lines of an HTML block as one text, and where each is in the chunk.
pub(super) struct Block<'l> {
    text: String,
    lines: &'l [(String, Range<usize>)],
    /// Where each line starts in `text`.
    starts: Vec<usize>,
}

impl<'l> Block<'l> {
    pub(super) fn new(lines: &'l [(String, Range<usize>)]) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(lines.len());
        for (line, _) in lines {
            starts.push(text.len());
            text.push_str(line);
        }
        Self { text, lines, starts }
    }

    /// The masks in the block that are carried out: those that are text or a mask of their own, not within a tag or a comment. A label
    /// means something only at the start of a line of a quote.
    pub(super) fn live_edits<'c>(&self, chunk: &'c Chunk<'_>, is_in_quote: bool) -> Vec<&'c Edit> {
        let Some(start) = self.lines.first().map(|(_, range)| range.start) else { return Vec::new() };
        let end = self.chunk_offset(self.text.len());
        if chunk.edits_in(&(start..end)).next().is_none() {
            return Vec::new();
        }
        let mut live = Vec::new();
        for token in raw_html::tokens(&self.text) {
            let (raw_html::Token::Text(range) | raw_html::Token::Other(range)) = token else { continue };
            let inside = self.chunk_offset(range.start)..self.chunk_offset(range.end);
            let is_carried_out = |edit: &&Edit| match edit.kind {
                EditKind::BlockInclude(_)
                | EditKind::InlineInclude(_)
                | EditKind::BlockSnippet(_)
                | EditKind::BlockColons(_)
                | EditKind::InlineColons(_) => true,
                EditKind::Label(_) => is_in_quote,
                _ => false,
            };
            live.extend(
                chunk.edits_in(&inside).filter(|edit| inside.start <= edit.range.start && edit.range.end <= inside.end).filter(is_carried_out),
            );
        }
        live
    }

    /// The lines that have a part of `part`: where each starts in the text, and where it is in the chunk.
    fn lines_in(&self, part: &Range<usize>) -> impl Iterator<Item = (usize, &str, &Range<usize>)> {
        let end = part.end;
        let first = self.starts.partition_point(|start| *start <= part.start).saturating_sub(1);
        let lines = self.starts[first..].iter().zip(&self.lines[first..]).map(|(start, (line, range))| (*start, line.as_str(), range));
        lines.take_while(move |(start, ..)| *start < end).filter(|(_, line, _)| !line.is_empty())
    }

    /// The byte of the chunk for a byte of the text.
    fn chunk_offset(&self, offset: usize) -> usize {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(_, range)| (range.start + (offset - self.starts[line])).min(range.end))
    }

    /// The byte of the text for a byte of the chunk.
    fn offset(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|(_, range)| range.start <= at).saturating_sub(1);
        self.lines.get(line).map_or(0, |(text, range)| self.starts[line] + (at - range.start).min(text.len()))
    }
}
