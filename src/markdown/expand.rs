//! One page as a stream of events with their places, includes expanded. A parser runs for each file, on the stack of the one that
//! includes it: nothing is spliced as text, and no event is stored. (A push, not an iterator: the edited texts live on that stack.)

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{self as cmark, CowStr, LinkType, Options, Tag, TagEnd};

use super::Dialect;
use super::blocks::{self, Outline};
use super::containers::labeled;
use super::directive::Include;
use super::event::{Event, IncludeIndex, Inclusion, Origin};
use super::inline;
use super::runs::Events;
use super::scan::{self, Chunk, EditKind};
use crate::source::{Reads, SourceFile};
use crate::text::lines::LineIndex;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

/// Sends the events of `page` to `receive`, in order.
pub fn expand(reads: &Reads<'_>, dialect: &Dialect, page: &SourceFile, receive: &mut dyn FnMut(Event<'_>, Origin)) -> Inclusion {
    let mut expansion = Expansion {
        reads,
        dialect,
        receive,
        stack: vec![page.id],
        names: vec![page.path.clone()],
        fragments: 0,
        bytes: 0,
        is_full: false,
        tab_groups: 0,
        inclusion: Inclusion::default(),
    };
    let chunk = scan::prepare(&page.text, page.front.body_start);
    expansion.frame(page, &chunk, IncludeIndex::default(), false);
    expansion.inclusion
}

pub(super) fn options(dialect: &Dialect) -> Options {
    let always = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    if dialect.math { always | Options::ENABLE_MATH } else { always }
}

pub(super) struct Expansion<'r, 's> {
    pub(super) reads: &'r Reads<'s>,
    pub(super) dialect: &'r Dialect,
    pub(super) receive: &'r mut dyn FnMut(Event<'_>, Origin),
    pub(super) stack: Vec<FileId>,
    pub(super) names: Vec<RelPath>,
    pub(super) fragments: usize,
    pub(super) bytes: usize,
    pub(super) is_full: bool,
    /// How many groups of tabs there were.
    pub(super) tab_groups: usize,
    pub(super) inclusion: Inclusion,
}

/// What is known of an open block quote.
pub(super) enum Quote {
    /// Nothing of it was sent yet.
    Pending(Range<usize>),
    Plain,
    /// It has a label, the edit of this place in the chunk's edits.
    Labeled(usize),
    /// A video, which holds nothing.
    Video,
}

/// A block that holds others, by where its parts are found again.
#[derive(Clone, Copy)]
pub(super) enum Held {
    /// A directive, the edit of this place in the chunk's edits.
    Directive(usize),
    /// The description of an image or video.
    Description(usize),
    /// A group of tabs, and its number.
    Tabs { group: usize, number: usize },
    /// A tab.
    Panel { group: usize, tab: usize, number: usize },
}

/// The state of one parser.
#[expect(clippy::struct_excessive_bools, reason = "each says of its own whether it is so here")]
pub(super) struct Frame<'f> {
    pub(super) file: &'f SourceFile,
    pub(super) chunk: &'f Chunk<'f>,
    pub(super) via: IncludeIndex,
    pub(super) is_inline: bool,
    pub(super) outline: &'f Outline,
    /// How many tags are open, those that were left out aside.
    pub(super) depth: usize,
    /// Of each tag that CommonMark has open, whether it was left out. What is in it and its end go the way of its start.
    open: Vec<bool>,
    /// Blocks of the dialect that are open, and how many tags were open where they started.
    pub(super) held: Vec<(usize, Held)>,
    /// The end of what was shown otherwise: the heading of a tab, the text of a link to a uid.
    pub(super) skipped: Option<TagEnd>,
    /// How many brackets are open in the text of the block, and whether a link of raw HTML is: no address becomes a link in either.
    pub(super) brackets: usize,
    pub(super) in_raw_link: bool,
    /// Whether the chunk holds `www.` anywhere.
    pub(super) has_www: bool,
    pub(super) quotes: Vec<(usize, Quote)>,
    /// Start and end of what is inside each open link or image, in the chunk.
    links: Vec<(LinkType, usize)>,
    pub(super) in_code: bool,
    html: Option<Vec<(String, Range<usize>)>>,
    /// Up to here, in the chunk, a table cell was filled by an include.
    filled: usize,
    /// Here, in the chunk, a comment goes on behind the block of raw HTML in which it started.
    pub(super) hidden: Range<usize>,
    /// Where the last `-->` of the chunk starts, if there is one, once it was looked for.
    last_comment_end: OnceCell<Option<usize>>,
    /// The lines of the file, once they were counted.
    pub(super) lines: OnceCell<LineIndex<'f>>,
}

impl Frame<'_> {
    /// Whether text is shown as text, so that something may be found in it.
    fn is_plain(&self) -> bool {
        !self.in_code && self.html.is_none() && self.skipped.is_none()
    }

    /// Whether an include fills the cell in which this stands, or a comment goes on here or ended in the midst of the block.
    pub(super) fn is_left_out(&self, range: &Range<usize>) -> bool {
        self.open.last() == Some(&true) || range.end <= self.filled || self.hidden.contains(&range.start)
    }

    /// One past the first `-->` from here on. One that is not there is looked for once.
    pub(super) fn comment_end(&self, from: usize) -> Option<usize> {
        let text = &self.chunk.text;
        let last = *self.last_comment_end.get_or_init(|| text.rfind("-->"));
        last.filter(|last| *last >= from)?;
        text[from..].find("-->").map(|at| from + at + "-->".len())
    }

    /// Whether a link or an image is open.
    pub(super) fn is_in_link(&self) -> bool {
        !self.links.is_empty()
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        Origin { span: Span::new(self.file.id, self.chunk.source(range)), via: self.via }
    }

    /// The author's bytes of `range` where CommonMark saw others, else `None`.
    pub(super) fn original(&self, range: &Range<usize>) -> Option<&str> {
        self.chunk.edits_in(range).next()?;
        Some(&self.file.text[self.chunk.source(range)])
    }
}

impl Expansion<'_, '_> {
    pub(super) fn frame(&mut self, file: &SourceFile, chunk: &Chunk<'_>, via: IncludeIndex, is_inline: bool) {
        let options = options(self.dialect);
        let outline = blocks::outline(chunk, options);
        let mut frame = Frame {
            file,
            chunk,
            via,
            is_inline,
            outline: &outline,
            depth: 0,
            open: Vec::new(),
            held: Vec::new(),
            skipped: None,
            brackets: 0,
            in_raw_link: false,
            has_www: inline::has_www(&chunk.text),
            quotes: Vec::new(),
            links: Vec::new(),
            in_code: false,
            html: None,
            filled: 0,
            hidden: 0..0,
            last_comment_end: OnceCell::new(),
            lines: OnceCell::new(),
        };
        let mut events = Events::new(chunk, options);
        while let Some((event, range)) = events.next() {
            match event {
                cmark::Event::Text(text) if frame.is_plain() => self.run(&mut frame, &text, range, &mut events),
                event => self.event(&mut frame, event, range),
            }
        }
        let end = chunk.text.len()..chunk.text.len();
        self.close_held(&mut frame, 0, &end);
    }

    pub(super) fn send(&mut self, frame: &Frame<'_>, event: Event<'_>, range: &Range<usize>) {
        (self.receive)(event, frame.origin(range));
    }

    pub(super) fn event(&mut self, frame: &mut Frame<'_>, event: cmark::Event<'_>, range: Range<usize>) {
        let is_left_out = match event {
            cmark::Event::End(_) => frame.open.pop() == Some(true),
            _ => frame.is_left_out(&range),
        };
        if let cmark::Event::Start(_) = event {
            frame.open.push(is_left_out);
        }
        if is_left_out {
            return;
        }
        if let Some(skipped) = frame.skipped {
            match event {
                cmark::Event::Start(_) => frame.depth += 1,
                cmark::Event::End(tag) => {
                    frame.depth -= 1;
                    frame.skipped = frame.skipped.filter(|_| tag != skipped);
                }
                _ => {}
            }
            return;
        }
        match &event {
            cmark::Event::End(tag) => {
                frame.depth -= 1;
                if *tag != TagEnd::HtmlBlock {
                    self.close_held(frame, frame.depth + 1, &(range.end..range.end));
                }
            }
            cmark::Event::Start(Tag::HtmlBlock) => {}
            // A label may still make an alert of the quote.
            _ if frame.html.is_some() => {}
            _ => self.start_quote(frame),
        }
        let ends_link = matches!(event, cmark::Event::End(TagEnd::Link | TagEnd::Image));
        if let Some((_, inner_end)) = frame.links.last_mut().filter(|_| !ends_link) {
            *inner_end = (*inner_end).max(range.end);
        }
        match event {
            cmark::Event::Start(tag) => {
                frame.depth += 1;
                if !is_within_line(&tag) {
                    (frame.brackets, frame.in_raw_link) = (0, false);
                }
                self.start(frame, tag, range);
            }
            cmark::Event::End(tag) => self.end(frame, tag, range),
            cmark::Event::Html(text) => match &mut frame.html {
                Some(html) => html.push((text.into_string(), range)),
                None => self.html(frame, &text, &range),
            },
            cmark::Event::InlineHtml(text) => {
                frame.note_raw_link(&text);
                match masked_include(frame.chunk, &range) {
                    Some((include, at)) => self.include(frame, include, at, true),
                    None if frame.is_inline && &*text == scan::HARD_BREAK => self.send(frame, Event::Md(cmark::Event::HardBreak), &range),
                    None => self.html(frame, &text, &range),
                }
            }
            cmark::Event::Code(text) => {
                // In a cell CommonMark takes the backslash from `\|`, and of a Windows line break it makes two blanks.
                let is_changed = frame.is_inline || frame.chunk.edits_in(&range).next().is_some() || text.contains("  ");
                let original = is_changed.then(|| code_span_content(&frame.file.text[frame.chunk.source(&range)]));
                self.send(frame, Event::Md(cmark::Event::Code(original.map_or(text, CowStr::from))), &range);
            }
            cmark::Event::Text(text) => self.text(frame, text, range),
            cmark::Event::FootnoteReference(label) => {
                let label = scoped(frame.via, label);
                self.send(frame, Event::Md(cmark::Event::FootnoteReference(label)), &range);
            }
            cmark::Event::Rule if frame.outline.ends_tabs(range.start) => self.close_tabs(frame, &range),
            event => self.send(frame, Event::Md(event), &range),
        }
    }

    /// Sends text, carrying out what is masked in it; in code the author's bytes.
    pub(super) fn text(&mut self, frame: &mut Frame<'_>, text: CowStr<'_>, range: Range<usize>) {
        let chunk = frame.chunk;
        if chunk.edits_in(&range).next().is_none() {
            return self.send(frame, Event::Md(cmark::Event::Text(text)), &range);
        }
        if frame.in_code {
            let original = CowStr::from(&frame.file.text[chunk.source(&range)]);
            return self.send(frame, Event::Md(cmark::Event::Text(original)), &range);
        }
        let mut done = range.start;
        for edit in chunk.edits_in(&range) {
            match &edit.kind {
                EditKind::InlineInclude(include) => {
                    self.slice(frame, done..edit.range.start);
                    self.include(frame, include, edit.source.start, true);
                }
                EditKind::InlineColons(colons) => {
                    self.slice(frame, done..edit.range.start);
                    self.inline_colons(frame, colons, edit);
                }
                _ => continue,
            }
            done = edit.range.end;
        }
        self.slice(frame, done..range.end);
    }

    /// Sends a part of the chunk as text.
    pub(super) fn slice(&mut self, frame: &Frame<'_>, range: Range<usize>) {
        if !range.is_empty() {
            let text = &frame.chunk.text[range.clone()];
            self.send(frame, Event::Md(cmark::Event::Text(CowStr::from(text))), &range);
        }
    }

    /// Sends the start of a quote that turned out to be no alert.
    pub(super) fn start_quote(&mut self, frame: &mut Frame<'_>) {
        let Some((_, quote)) = frame.quotes.last_mut() else { return };
        if let Quote::Pending(range) = quote {
            let start = range.start..range.start;
            *quote = Quote::Plain;
            self.send(frame, Event::Md(cmark::Event::Start(Tag::BlockQuote(None))), &start);
        }
    }

    /// Makes ready for something within a line that is sent in place of text.
    pub(super) fn start_inline(&mut self, frame: &mut Frame<'_>, range: &Range<usize>) {
        self.start_quote(frame);
        if let Some((_, inner_end)) = frame.links.last_mut() {
            *inner_end = (*inner_end).max(range.end);
        }
    }

    fn start(&mut self, frame: &mut Frame<'_>, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::HtmlBlock => frame.html = Some(Vec::new()),
            Tag::Link { link_type: LinkType::Autolink, dest_url, .. } if dest_url.starts_with("xref:") => {
                frame.skipped = Some(TagEnd::Link);
                let raw = frame.file.text[frame.chunk.source(&range)].to_owned();
                self.send(frame, Event::Xref { url: &dest_url, raw: &raw, is_explicit: true }, &range);
            }
            Tag::Strikethrough if !frame.chunk.text[range.start..].starts_with("~~") => self.slice(frame, range.start..range.start + 1),
            Tag::BlockQuote(_) => {
                frame.quotes.push((frame.depth, Quote::Pending(range)));
            }
            Tag::TableRow if frame.is_inline && range.start >= scan::CELL_OPEN.len() => {
                self.send(frame, Event::Md(cmark::Event::Text(CowStr::from(" "))), &(range.start..range.start));
            }
            Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell | Tag::Paragraph if frame.is_inline => {}
            Tag::TableCell => {
                let lone = lone_include(frame.chunk, &range);
                self.send(frame, Event::Md(cmark::Event::Start(Tag::TableCell)), &range);
                if let Some((include, at)) = lone {
                    frame.filled = range.end;
                    self.include(frame, include, at, false);
                }
            }
            Tag::FootnoteDefinition(label) => {
                let label = scoped(frame.via, label);
                self.send(frame, Event::Md(cmark::Event::Start(Tag::FootnoteDefinition(label))), &range);
            }
            Tag::Heading { level, .. } if let Some(tab) = frame.outline.tab(range.start) => self.tab(frame, tab, level, &range),
            tag => {
                match &tag {
                    Tag::Table(_) => self.report_table(frame, &range),
                    Tag::CodeBlock(_) => frame.in_code = true,
                    Tag::Link { link_type, .. } => frame.links.push((*link_type, range.start + 1)),
                    Tag::Image { link_type, .. } => frame.links.push((*link_type, range.start + 2)),
                    _ => {}
                }
                self.send(frame, Event::Md(cmark::Event::Start(tag)), &range);
            }
        }
    }

    fn end(&mut self, frame: &mut Frame<'_>, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::HtmlBlock => {
                let lines = frame.html.take().unwrap_or_default();
                self.html_block(frame, &lines);
            }
            TagEnd::BlockQuote(_) => match frame.quotes.pop() {
                Some((_, Quote::Labeled(edit))) => {
                    if let Some(container) = labeled(&frame.chunk.edits[edit]) {
                        self.send(frame, Event::Close(container), &range);
                    }
                }
                Some((_, Quote::Video)) => {}
                Some((_, Quote::Pending(start))) => {
                    self.send(frame, Event::Md(cmark::Event::Start(Tag::BlockQuote(None))), &start);
                    self.send(frame, Event::Md(cmark::Event::End(tag)), &range);
                }
                _ => self.send(frame, Event::Md(cmark::Event::End(tag)), &range),
            },
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Paragraph if frame.is_inline => {}
            TagEnd::Strikethrough if !frame.chunk.text[range.start..].starts_with("~~") => self.slice(frame, range.end - 1..range.end),
            TagEnd::Link | TagEnd::Image => {
                let url = match frame.links.pop() {
                    Some((link_type, inner_end)) => url_range(&frame.chunk.text, link_type, inner_end, &range),
                    None => range.clone(),
                };
                if let Some((_, outer_end)) = frame.links.last_mut() {
                    *outer_end = (*outer_end).max(range.end);
                }
                self.send(frame, Event::Md(cmark::Event::End(tag)), &url);
            }
            tag => {
                if tag == TagEnd::CodeBlock {
                    frame.in_code = false;
                }
                self.send(frame, Event::Md(cmark::Event::End(tag)), &range);
            }
        }
    }
}

/// Whether an element stands within a line.
fn is_within_line(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// A footnote label of an included file, so that it meets none of another file.
fn scoped(via: IncludeIndex, label: CowStr<'_>) -> CowStr<'_> {
    if via.0 == 0 { label } else { CowStr::from(format!("{}-{label}", via.0)) }
}

/// The include that `range` of a chunk masks, and where it is in the file.
fn masked_include<'c>(chunk: &'c Chunk<'_>, range: &Range<usize>) -> Option<(&'c Include, usize)> {
    let edit = chunk.edits_in(range).next()?;
    match &edit.kind {
        EditKind::BlockInclude(include) | EditKind::InlineInclude(include) if edit.range == *range => Some((include, edit.source.start)),
        _ => None,
    }
}

/// The include that is all a table cell holds.
fn lone_include<'c>(chunk: &'c Chunk<'_>, cell: &Range<usize>) -> Option<(&'c Include, usize)> {
    let text = &chunk.text[cell.clone()];
    let text = text.strip_prefix('|').unwrap_or(text);
    let start = cell.end - text.trim_start().len();
    let trimmed = text.trim_end_matches('|').trim();
    masked_include(chunk, &(start..start + trimmed.len()))
}

/// The content of a code span as CommonMark makes it: the backticks, one blank at each end, and line breaks go.
fn code_span_content(source: &str) -> String {
    let ticks = source.bytes().take_while(|byte| *byte == b'`').count();
    let inner = source.get(ticks..source.len() - ticks).unwrap_or_default().replace("\r\n", " ").replace('\n', " ");
    match inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' ')) {
        Some(padded) if !inner.trim().is_empty() => padded.to_owned(),
        _ => inner,
    }
}

/// The bytes of a link's URL; where they cannot be told apart (a reference), those of the whole link.
fn url_range(text: &str, link_type: LinkType, inner_end: usize, link: &Range<usize>) -> Range<usize> {
    match link_type {
        LinkType::Autolink | LinkType::Email => link.start + 1..link.end.saturating_sub(1).max(link.start + 1),
        LinkType::Inline => {
            let inner_end = inner_end.min(link.end);
            let Some(open) = text[inner_end..link.end].find("](").map(|at| inner_end + at + 2) else { return link.clone() };
            let rest = &text[open..link.end - 1];
            let start = open + (rest.len() - rest.trim_start().len());
            let rest = rest.trim_start();
            let length = match rest.strip_prefix('<') {
                Some(inner) => return start + 1..start + 1 + inner.find('>').unwrap_or(inner.len()),
                None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
            };
            if length == 0 { link.clone() } else { start..start + length }
        }
        _ => link.clone(),
    }
}
