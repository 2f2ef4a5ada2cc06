//! One page as a stream of events with their places, includes expanded. A parser runs for each file, on the stack of the one that
//! includes it: nothing is spliced as text, and no event is stored. (A push, not an iterator: the edited texts live on that stack.)

use std::ops::Range;

use pulldown_cmark::{self as cmark, CowStr, LinkType, Options, Tag, TagEnd};

use super::blocks::{self, Outline, Tab, TabGroup};
use super::code::Code;
use super::colons::Colons;
use super::containers::{labeled, rule_of};
use super::directive::Include;
use super::runs::Events;
use super::scan::{self, AlertKind, Chunk, Edit, EditKind, Label, NoAlert, TableFault};
use super::{Dialect, raw_html};
use crate::diagnostic::Diagnostic;
use crate::source::{self, Fragment, Reads, SourceFile};
use crate::text::path::{OutsideRoot, RelPath};
use crate::text::{FileId, Span};

rules! {
    INCLUDE_NOT_FOUND = "include-not-found", Error;
    INCLUDE_INVALID = "include-invalid", Warning;
    CIRCULAR_REFERENCE = "circular-reference", Error;
    INCLUDE_DEPTH = "include-depth", Error;
    INCLUDE_SIZE = "include-size", Error;
    TABLE_MALFORMED = "table-malformed", Warning;
    TABLE_ROW_CELLS = "table-row-cells", Warning;
    ALERT_UNKNOWN = "alert-unknown", Warning;
    INVALID_NOTE_SECTION = "invalid-note-section", Warning;
    HTML_COMMENT_UNCLOSED = "html-comment-unclosed", Warning;
    INVALID_ROW = "invalid-row", Warning;
    INVALID_NESTED_COLUMN = "invalid-nested-column", Warning;
    INVALID_IMAGE = "invalid-image", Error;
    INVALID_VIDEO = "invalid-video", Error;
    INVALID_CODE = "invalid-code", Error;
    INVALID_ZONE = "invalid-zone", Error;
    INVALID_MONIKER_RANGE = "invalid-moniker-range", Warning;
    INVALID_TAB_GROUP = "invalid-tab-group", Warning;
    ZONE_NOT_FILTERED = "zone-not-filtered", Info;
    MONIKER_NOT_FILTERED = "moniker-not-filtered", Info;
}

/// How deep includes may nest.
const DEPTH: usize = 64;
/// How many fragments a page may take in.
const FRAGMENTS: usize = 100_000;
/// How many bytes of fragments a page may take in.
const BYTES: usize = 32 * 1024 * 1024;

/// Which include brought an event in: 0 is the page itself, n the n-th site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct IncludeIndex(pub u32);

/// Where an event comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The innermost place. Relative links resolve against its file. At the end of a link or image: the place of the URL alone.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
}

/// A directive that was carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncludeSite {
    /// The directive.
    pub site: Span,
    /// What it brought.
    pub file: FileId,
    /// The include that the directive itself came by.
    pub parent: IncludeIndex,
}

/// What a page is made of, piece by piece.
#[derive(Debug)]
pub enum Event<'e> {
    /// As CommonMark and GFM mean it.
    Md(cmark::Event<'e>),
    /// Code of another file.
    Code(Code<'e>),
    /// Raw HTML, line breaks included.
    Html {
        /// The HTML.
        text: &'e str,
        /// Where its parts stand in the file: from this byte of `text` on, these bytes.
        pieces: &'e [(usize, Range<usize>)],
    },
    /// A block that holds others starts.
    Open(Container<'e>),
    /// It ends.
    Close(Container<'e>),
    /// An image of `:::image`, alone or within a line.
    Image {
        /// What was written.
        colons: &'e Colons,
        /// Its first colon, in bytes of the file.
        at: usize,
        /// The id of its description; `None` where there is none.
        described_by: Option<&'e str>,
    },
    /// A video.
    Video {
        /// Its address, as written.
        url: &'e str,
        /// What it shows; empty where nothing says.
        title: &'e str,
        /// The id of its description; `None` where there is none.
        described_by: Option<&'e str>,
        /// Within a line.
        is_inline: bool,
    },
    /// A page by its uid.
    Xref {
        /// As it is looked up: `xref:…`.
        url: &'e str,
        /// What is shown where there is no such page.
        raw: &'e str,
        /// Written as a link, so that it is a fault where there is no such page.
        is_explicit: bool,
    },
    /// Something had to be left out.
    Gap {
        /// Within a line.
        is_inline: bool,
    },
}

/// A block that holds others and is none of CommonMark's.
#[derive(Clone, Copy, Debug)]
pub enum Container<'e> {
    /// A quote with one of the five labels.
    Alert(AlertKind),
    /// `[!div class="x"]`
    Section {
        /// Its classes.
        class: &'e str,
    },
    /// A row of columns.
    Row,
    /// A column.
    Column {
        /// How many columns wide it is, as written.
        span: &'e str,
    },
    /// A part for some readers; it is shown to all.
    Zone {
        /// `docs`, `chromeless`, `pdf`, or nothing.
        target: &'e str,
        /// Names with commas between them, or nothing.
        pivot: &'e str,
    },
    /// A part for some versions; it is shown to all.
    Moniker {
        /// Which versions, as written.
        range: &'e str,
    },
    /// The description of a complex image or video.
    Description {
        /// Its id.
        id: &'e str,
    },
    /// Tabs, the list of which comes first.
    Tabs {
        /// The tabs.
        group: &'e TabGroup,
        /// Of the page's groups, from 1 on.
        number: usize,
    },
    /// The content of a tab.
    Panel {
        /// The tab.
        tab: &'e Tab,
        /// The number of its group.
        number: usize,
        /// Whether it is shown first.
        is_active: bool,
    },
}

/// What happened while a page was expanded.
#[derive(Debug, Default)]
pub struct Inclusion {
    /// The directives that were carried out, in order.
    pub sites: Vec<IncludeSite>,
    /// The findings, each with the include it was met in.
    pub found: Vec<(Diagnostic, IncludeIndex)>,
}

/// The directives that brought an event in, innermost first.
#[must_use]
pub fn include_chain(sites: &[IncludeSite], via: IncludeIndex) -> Vec<Span> {
    let site = |via: IncludeIndex| (via.0 as usize).checked_sub(1).and_then(|index| sites.get(index));
    std::iter::successors(site(via), |inner| site(inner.parent)).map(|site| site.site).collect()
}

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
    receive: &'r mut dyn FnMut(Event<'_>, Origin),
    stack: Vec<FileId>,
    names: Vec<RelPath>,
    fragments: usize,
    bytes: usize,
    is_full: bool,
    /// How many groups of tabs there were.
    pub(super) tab_groups: usize,
    pub(super) inclusion: Inclusion,
}

/// What is known of an open block quote.
enum Quote {
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
pub(super) struct Frame<'f> {
    pub(super) file: &'f SourceFile,
    pub(super) chunk: &'f Chunk<'f>,
    pub(super) via: IncludeIndex,
    is_inline: bool,
    pub(super) outline: &'f Outline,
    /// How many tags are open.
    pub(super) depth: usize,
    /// Blocks of the dialect that are open, and how many tags were open where they started.
    pub(super) held: Vec<(usize, Held)>,
    /// The end of what was shown otherwise: the heading of a tab, the text of a link to a uid.
    pub(super) skipped: Option<TagEnd>,
    /// How many brackets are open in the text of the block, and whether a link of raw HTML is: no address becomes a link in either.
    pub(super) brackets: usize,
    pub(super) in_raw_link: bool,
    quotes: Vec<(usize, Quote)>,
    /// Start and end of what is inside each open link or image, in the chunk.
    links: Vec<(LinkType, usize)>,
    in_code: bool,
    html: Option<Vec<(String, Range<usize>)>>,
    /// Up to here, in the chunk, a table cell was filled by an include.
    filled: usize,
    /// Here, in the chunk, a comment goes on behind the block of raw HTML in which it started.
    hidden: Range<usize>,
}

impl Frame<'_> {
    /// Whether text is shown as text, so that something may be found in it.
    fn is_plain(&self) -> bool {
        !self.in_code && self.html.is_none() && self.skipped.is_none()
    }

    /// Whether an include fills the cell in which this stands, or a comment goes on here.
    pub(super) fn is_left_out(&self, range: &Range<usize>) -> bool {
        range.end <= self.filled || self.hidden.contains(&range.start)
    }

    /// Whether a link or an image is open.
    pub(super) fn is_in_link(&self) -> bool {
        !self.links.is_empty()
    }

    fn origin(&self, range: &Range<usize>) -> Origin {
        Origin { span: Span::new(self.file.id, self.chunk.source(range)), via: self.via }
    }

    /// The author's bytes of `range` where CommonMark saw others, else `None`.
    fn original(&self, range: &Range<usize>) -> Option<&str> {
        self.chunk.edits_in(range).next()?;
        Some(&self.file.text[self.chunk.source(range)])
    }
}

impl Expansion<'_, '_> {
    fn frame(&mut self, file: &SourceFile, chunk: &Chunk<'_>, via: IncludeIndex, is_inline: bool) {
        let options = options(self.dialect);
        let outline = blocks::outline(chunk, options);
        let mut frame = Frame {
            file,
            chunk,
            via,
            is_inline,
            outline: &outline,
            depth: 0,
            held: Vec::new(),
            skipped: None,
            brackets: 0,
            in_raw_link: false,
            quotes: Vec::new(),
            links: Vec::new(),
            in_code: false,
            html: None,
            filled: 0,
            hidden: 0..0,
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
        let ends_table_part = matches!(event, cmark::Event::End(TagEnd::TableCell | TagEnd::TableRow | TagEnd::TableHead | TagEnd::Table));
        if !ends_table_part && frame.is_left_out(&range) {
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
        if frame.in_code || chunk.edits_in(&range).next().is_none() {
            let original = frame.original(&range).map(str::to_owned);
            return self.send(frame, Event::Md(cmark::Event::Text(original.map_or(text, CowStr::from))), &range);
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
    fn start_quote(&mut self, frame: &mut Frame<'_>) {
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

    /// Sends one piece of raw HTML.
    fn html(&mut self, frame: &mut Frame<'_>, text: &str, range: &Range<usize>) {
        let original = frame.original(range).map(str::to_owned);
        let pieces = [(0, frame.chunk.source(range))];
        self.send(frame, Event::Html { text: original.as_deref().unwrap_or(text), pieces: &pieces }, range);
    }

    /// Carries out what is masked in an HTML block and sends the rest as raw HTML.
    fn html_block(&mut self, frame: &mut Frame<'_>, lines: &[(String, Range<usize>)]) {
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
        if let Some(close) = chunk.text[end..].find("-->").filter(|_| is_open) {
            frame.hidden = end..end + close + "-->".len();
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
        for (start, line, range) in block.lines() {
            let (from, to) = (part.start.max(start), part.end.min(start + line.len()));
            if from >= to {
                continue;
            }
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

    /// Ends what the innermost quote shows so far and makes of it what its label says.
    fn label(&mut self, frame: &mut Frame<'_>, label: &Label, edit: &Edit) {
        self.close_held(frame, frame.depth, &edit.range);
        let Some((_, quote)) = frame.quotes.last_mut() else { return };
        let place = frame.chunk.place_of(edit);
        let now = if matches!(label, Label::Video { .. }) { Quote::Video } else { Quote::Labeled(place) };
        let before = std::mem::replace(quote, now);
        match before {
            Quote::Pending(_) | Quote::Video => {}
            Quote::Plain => self.send(frame, Event::Md(cmark::Event::End(TagEnd::BlockQuote(None))), &edit.range),
            Quote::Labeled(before) => {
                if let Some(container) = labeled(&frame.chunk.edits[before]) {
                    self.send(frame, Event::Close(container), &edit.range);
                }
            }
        }
        match label {
            Label::Video { url, title } => self.send(frame, Event::Video { url, title, described_by: None, is_inline: false }, &edit.range),
            _ => {
                if let Some(container) = labeled(edit) {
                    self.send(frame, Event::Open(container), &edit.range);
                }
            }
        }
    }

    /// A comment that is not closed within its paragraph is no comment: its text is shown.
    pub(super) fn report_comment(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let start = frame.chunk.source(range).start;
        if !frame.in_code && frame.file.text[start..].starts_with("<!--") {
            let span = Span::new(frame.file.id, start..start + 4);
            let finding = HTML_COMMENT_UNCLOSED.at(span, "the comment is not closed within its paragraph, so it is shown as text");
            self.inclusion.found.push((finding.help("close it with `-->`"), frame.via));
        }
    }

    /// Says why what starts with this text is no alert or no table.
    pub(super) fn report_escaped(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let before = range.start.saturating_sub(1)..range.start;
        let escaped = frame.chunk.edits_in(&before).last().filter(|edit| edit.range.end == range.start && !frame.in_code);
        let finding = match escaped.map(|edit| &edit.kind) {
            Some(EditKind::NoTable(delimiter)) => TABLE_MALFORMED
                .at(Span::new(frame.file.id, delimiter.clone()), "the table starts right below a line of text, so it is shown as text")
                .help("put a blank line above the header row"),
            Some(EditKind::NoAlert { why, label }) => no_alert(why, Span::new(frame.file.id, label.clone())),
            Some(EditKind::NoColons(fault, place)) => rule_of(fault.name)
                .at(Span::new(frame.file.id, place.clone()), format!("{}, so this `:::{}` stays text", fault.message, fault.name.text()))
                .help(fault.help),
            _ => return,
        };
        self.inclusion.found.push((finding, frame.via));
    }

    fn report_table(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let faults: Vec<TableFault> = frame
            .chunk
            .edits_in(range)
            .filter_map(|edit| match &edit.kind {
                EditKind::TablePadding(Some(fault)) => Some(fault.clone()),
                _ => None,
            })
            .collect();
        for fault in faults {
            let (delimiter, place) = fault.delimiter;
            let declared = fault.header.max(delimiter);
            if fault.header != delimiter {
                let message = format!("the header has {}, the delimiter row {}", cells(fault.header), cells(delimiter));
                let finding = TABLE_MALFORMED.at(Span::new(frame.file.id, place), message);
                self.inclusion.found.push((finding.help("give both rows the same number of cells"), frame.via));
            }
            let table = frame.chunk.source(range);
            for (count, place) in fault.rows.into_iter().filter(|(_, place)| table.contains(&place.start)) {
                let message = format!("the row has {}, the table {}", cells(count), cells(declared));
                let finding = TABLE_ROW_CELLS.at(Span::new(frame.file.id, place), message);
                let help = "two rows on one line? Start each row on a line of its own; or write `\\|` for a bar within a cell";
                self.inclusion.found.push((finding.help(help), frame.via));
            }
        }
    }

    /// Carries out the directive whose `[` is at byte `at` of the frame's file.
    fn include(&mut self, frame: &Frame<'_>, include: &Include, at: usize, is_inline: bool) {
        let is_inline = is_inline || frame.is_inline;
        let site = Span::new(frame.file.id, at..at + include.len);
        let path = Span::new(frame.file.id, at + include.path_range.start..at + include.path_range.end);
        match self.fragment(frame.file, include, path) {
            Ok(fragment) => {
                self.inclusion.sites.push(IncludeSite { site, file: fragment.id, parent: frame.via });
                let via = IncludeIndex(u32::try_from(self.inclusion.sites.len()).unwrap_or(u32::MAX));
                self.stack.push(fragment.id);
                self.names.push(fragment.path.clone());
                let chunk = if is_inline {
                    scan::prepare_inline(&fragment.text, fragment.front.body_start)
                } else {
                    scan::prepare(&fragment.text, fragment.front.body_start)
                };
                self.frame(fragment, &chunk, via, is_inline);
                self.stack.pop();
                self.names.pop();
            }
            Err(finding) => {
                if let Some(finding) = finding {
                    self.inclusion.found.push((finding, frame.via));
                }
                (self.receive)(Event::Gap { is_inline }, Origin { span: site, via: frame.via });
            }
        }
    }
}

impl<'s> Expansion<'_, 's> {
    /// The file that a directive takes in, within all limits; else why not, if that has not been said yet.
    fn fragment(&mut self, file: &SourceFile, include: &Include, place: Span) -> Result<&'s SourceFile, Option<Diagnostic>> {
        let written = include.path.trim();
        let missing = |what: &str, help: &str| {
            let place = if place.start == place.end { Span { start: place.start - 1, end: place.end + 1, ..place } } else { place };
            Some(INCLUDE_NOT_FOUND.at(place, what).help(help))
        };
        if written.is_empty() {
            return Err(missing("the include names no file", "write the path of a Markdown file between the parentheses"));
        }
        if written.starts_with('/') || written.contains("://") {
            let what = format!("`{written}` is no file of the project");
            return Err(missing(&what, "write a path relative to this file, or from the root as `~/…`"));
        }
        let path = resolve(file, self.dialect, written).map_err(|OutsideRoot| {
            let finding = source::PATH_OUTSIDE_ROOT.at(place, format!("`{written}` leads out of the project"));
            Some(finding.help("move the file into the project"))
        })?;
        if !path.is_markdown() {
            let finding = INCLUDE_INVALID.at(place, format!("`{written}` is not a Markdown file"));
            return Err(Some(finding.help("include a file whose name ends with `.md`")));
        }
        let fragment: &'s SourceFile = match self.reads.fragment(&path) {
            Fragment::Text(fragment) => fragment,
            Fragment::Absent => return Err(missing(&format!("there is no file `{path}`"), "mend the path, or create the file")),
            Fragment::Hidden { known } => {
                let (rule, what) = if known {
                    (&source::FILE_NOT_IN_EDITION, "is not for the readers of this page")
                } else {
                    (&source::AUDIENCE_LEAK, "must not be shown to the readers of this page")
                };
                let finding = rule.at(place, format!("`{written}` {what} and is left out"));
                return Err(Some(finding.help("include a file for this audience, or make a variant of this page for each audience")));
            }
        };
        self.within_limits(fragment, place)?;
        Ok(fragment)
    }

    fn within_limits(&mut self, fragment: &SourceFile, place: Span) -> Result<(), Option<Diagnostic>> {
        if self.is_full {
            return Err(None);
        }
        if let Some(start) = self.stack.iter().position(|open| *open == fragment.id) {
            let finding = CIRCULAR_REFERENCE.at(place, format!("the files include each other: {}", circle(&self.names[start..])));
            return Err(Some(finding.help("remove one of these includes")));
        }
        if self.stack.len() > DEPTH {
            let finding = INCLUDE_DEPTH.at(place, format!("includes are nested more than {DEPTH} deep"));
            return Err(Some(finding.help("include the inner files from the page itself")));
        }
        self.within_size(fragment, place)
    }

    pub(super) fn within_size(&mut self, fragment: &SourceFile, place: Span) -> Result<(), Option<Diagnostic>> {
        if self.is_full {
            return Err(None);
        }
        self.fragments += 1;
        self.bytes += fragment.text.len();
        if self.fragments > FRAGMENTS || self.bytes > BYTES {
            self.is_full = true;
            let finding = INCLUDE_SIZE.at(place, "the page takes in more than 100,000 files or 32 MB; the rest is left out");
            return Err(Some(finding.help("split the page, or look for files that include each other twice")));
        }
        Ok(())
    }
}

/// Whether an element stands within a line.
fn is_within_line(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// The files of a circle, from the first by path back to it, however the circle was entered.
pub(crate) fn circle(files: &[RelPath]) -> String {
    let first = (0..files.len()).min_by_key(|index| &files[*index]).unwrap_or(0);
    let names: Vec<String> = (0..=files.len()).map(|step| format!("`{}`", files[(first + step) % files.len()])).collect();
    names.join(" → ")
}

/// The path that a directive in `file` names.
pub(super) fn resolve(file: &SourceFile, dialect: &Dialect, written: &str) -> Result<RelPath, OutsideRoot> {
    match written.strip_prefix("~/") {
        Some(path) => dialect.tilde.join(path.trim_start_matches('/')),
        None => file.path.parent().join(written),
    }
}

/// Why a quote that starts like an alert is none.
fn no_alert(why: &NoAlert, place: Span) -> Diagnostic {
    match why {
        NoAlert::TextBehind => INVALID_NOTE_SECTION
            .at(place, "text stands behind the label, so this is a plain quote")
            .help("put the text on the next line, behind a `>` of its own"),
        NoAlert::UnknownLabel(label) => ALERT_UNKNOWN
            .at(place, format!("`[!{label}]` is no alert, so this is a plain quote"))
            .help("use NOTE, TIP, IMPORTANT, CAUTION or WARNING"),
    }
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
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

    fn lines(&self) -> impl Iterator<Item = (usize, &str, &Range<usize>)> {
        self.starts.iter().zip(self.lines).map(|(start, (line, range))| (*start, line.as_str(), range))
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
