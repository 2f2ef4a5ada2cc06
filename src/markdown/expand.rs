//! One page as a stream of events with their places, includes expanded. A parser runs for each file, on the stack of the one that
//! includes it: nothing is spliced as text, and no event is stored. (A push, not an iterator: the edited texts live on that stack.)

use std::ops::Range;

use pulldown_cmark::{self as cmark, CowStr, LinkType, Options, Parser, Tag, TagEnd};

use super::directive::Include;
use super::scan::{self, AlertKind, Chunk, EditKind, NoAlert, TableFault};
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
    /// Raw HTML, line breaks included.
    Html {
        /// The HTML.
        text: &'e str,
        /// Where its parts stand in the file: from this byte of `text` on, these bytes.
        pieces: &'e [(usize, Range<usize>)],
    },
    /// An alert starts.
    AlertStart(AlertKind),
    /// The alert ends.
    AlertEnd,
    /// Something had to be left out.
    Gap {
        /// Within a line.
        is_inline: bool,
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
        inclusion: Inclusion::default(),
    };
    let chunk = scan::prepare(&page.text, page.front.body_start);
    expansion.frame(page, &chunk, IncludeIndex::default(), false);
    expansion.inclusion
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

struct Expansion<'r, 's> {
    reads: &'r Reads<'s>,
    dialect: &'r Dialect,
    receive: &'r mut dyn FnMut(Event<'_>, Origin),
    stack: Vec<FileId>,
    names: Vec<RelPath>,
    fragments: usize,
    bytes: usize,
    is_full: bool,
    inclusion: Inclusion,
}

/// What is known of an open block quote.
enum Quote {
    /// Nothing of it was sent yet.
    Pending(Range<usize>),
    Plain,
    Alert,
}

/// The state of one parser.
struct Frame<'f> {
    file: &'f SourceFile,
    chunk: &'f Chunk<'f>,
    via: IncludeIndex,
    is_inline: bool,
    /// How many tags are open.
    depth: usize,
    quotes: Vec<(usize, Quote)>,
    /// Start and end of what is inside each open link or image, in the chunk.
    links: Vec<(LinkType, usize)>,
    in_code: bool,
    html: Option<Vec<(String, Range<usize>)>>,
    /// Up to here, in the chunk, a table cell was filled by an include.
    filled: usize,
}

impl Frame<'_> {
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
        let mut frame = Frame { file, chunk, via, is_inline, depth: 0, quotes: Vec::new(), links: Vec::new(), in_code: false, html: None, filled: 0 };
        for (event, range) in Parser::new_ext(&chunk.text, options()).into_offset_iter() {
            self.event(&mut frame, event, range);
        }
    }

    fn send(&mut self, frame: &Frame<'_>, event: Event<'_>, range: &Range<usize>) {
        (self.receive)(event, frame.origin(range));
    }

    fn event(&mut self, frame: &mut Frame<'_>, event: cmark::Event<'_>, range: Range<usize>) {
        let ends_table_part = matches!(event, cmark::Event::End(TagEnd::TableCell | TagEnd::TableRow | TagEnd::TableHead | TagEnd::Table));
        if range.end <= frame.filled && !ends_table_part {
            return;
        }
        match &event {
            cmark::Event::End(_) => frame.depth -= 1,
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
                self.start(frame, tag, range);
            }
            cmark::Event::End(tag) => self.end(frame, tag, range),
            cmark::Event::Html(text) => match &mut frame.html {
                Some(html) => html.push((text.into_string(), range)),
                None => self.html(frame, &text, &range),
            },
            cmark::Event::InlineHtml(text) => match masked_include(frame.chunk, &range) {
                Some((include, at)) => self.include(frame, include, at, true),
                None => self.html(frame, &text, &range),
            },
            cmark::Event::Code(text) => {
                if let Some((include, at)) = masked_include(frame.chunk, &range) {
                    return self.include(frame, include, at, true);
                }
                let original = frame.original(&range).map(code_span_content);
                self.send(frame, Event::Md(cmark::Event::Code(original.map_or(text, CowStr::from))), &range);
            }
            cmark::Event::Text(text) => {
                let original = frame.original(&range).map(str::to_owned);
                self.report_comment(frame, &range);
                self.send(frame, Event::Md(cmark::Event::Text(original.map_or(text, CowStr::from))), &range);
            }
            cmark::Event::FootnoteReference(label) => {
                let label = scoped(frame.via, label);
                self.send(frame, Event::Md(cmark::Event::FootnoteReference(label)), &range);
            }
            event => self.send(frame, Event::Md(event), &range),
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

    fn start(&mut self, frame: &mut Frame<'_>, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::HtmlBlock => frame.html = Some(Vec::new()),
            Tag::BlockQuote(_) => {
                self.report_no_alerts(frame, &range);
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
                let html = frame.html.take().unwrap_or_default();
                self.html_block(frame, html);
            }
            TagEnd::BlockQuote(_) => match frame.quotes.pop() {
                Some((_, Quote::Alert)) => self.send(frame, Event::AlertEnd, &range),
                Some((_, Quote::Pending(start))) => {
                    self.send(frame, Event::Md(cmark::Event::Start(Tag::BlockQuote(None))), &start);
                    self.send(frame, Event::Md(cmark::Event::End(tag)), &range);
                }
                _ => self.send(frame, Event::Md(cmark::Event::End(tag)), &range),
            },
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell | TagEnd::Paragraph if frame.is_inline => {}
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
    fn html_block(&mut self, frame: &mut Frame<'_>, lines: Vec<(String, Range<usize>)>) {
        let mut waiting: Vec<(String, Range<usize>)> = Vec::new();
        let mut is_comment = false;
        for (text, range) in lines {
            let mask = if is_comment { None } else { first_mask(frame.chunk, &text, &range) };
            let Some((kind, edit_range, at)) = mask else {
                is_comment = ends_in_comment(&text, is_comment);
                waiting.push((text, range));
                continue;
            };
            let before = edit_range.start - range.start;
            if !text[..before].trim().is_empty() {
                waiting.push((text[..before].to_owned(), range.start..edit_range.start));
            }
            match kind {
                EditKind::BlockInclude(include) => {
                    self.flush_html(frame, &mut waiting);
                    self.start_quote(frame);
                    self.include(frame, include, at, false);
                }
                EditKind::InlineInclude(include) => {
                    self.flush_html(frame, &mut waiting);
                    self.start_quote(frame);
                    self.include(frame, include, at, true);
                }
                EditKind::Alert(kind) if frame.quotes.last().is_some_and(|(depth, _)| *depth == frame.depth) => {
                    self.flush_html(frame, &mut waiting);
                    self.alert(frame, *kind, &edit_range);
                }
                _ => waiting.push((text[before..before + edit_range.len()].to_owned(), edit_range.clone())),
            }
            let after = edit_range.end - range.start;
            if !text[after..].trim().is_empty() {
                waiting.push((text[after..].to_owned(), edit_range.end..range.end));
            }
        }
        self.flush_html(frame, &mut waiting);
    }

    fn flush_html(&mut self, frame: &mut Frame<'_>, waiting: &mut Vec<(String, Range<usize>)>) {
        if waiting.is_empty() {
            return;
        }
        self.start_quote(frame);
        let mut text = String::new();
        let mut pieces = Vec::new();
        for (piece, range) in waiting.iter() {
            pieces.push((text.len(), frame.chunk.source(range)));
            text.push_str(frame.original(range).unwrap_or(piece));
        }
        let whole = waiting[0].1.start..waiting[waiting.len() - 1].1.end;
        waiting.clear();
        self.send(frame, Event::Html { text: &text, pieces: &pieces }, &whole);
    }

    /// Ends what the innermost quote shows so far and starts an alert.
    fn alert(&mut self, frame: &mut Frame<'_>, kind: AlertKind, range: &Range<usize>) {
        let Some((_, quote)) = frame.quotes.last_mut() else { return };
        let before = std::mem::replace(quote, Quote::Alert);
        match before {
            Quote::Pending(_) => {}
            Quote::Plain => self.send(frame, Event::Md(cmark::Event::End(TagEnd::BlockQuote(None))), range),
            Quote::Alert => self.send(frame, Event::AlertEnd, range),
        }
        self.send(frame, Event::AlertStart(kind), range);
    }

    /// A comment that is not closed within its paragraph is no comment: its text is shown.
    fn report_comment(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let start = frame.chunk.source(range).start;
        if !frame.in_code && frame.file.text[start..].starts_with("<!--") {
            let span = Span::new(frame.file.id, start..start + 4);
            let finding = HTML_COMMENT_UNCLOSED.at(span, "the comment is not closed within its paragraph, so it is shown as text");
            self.inclusion.found.push((finding.help("close it with `-->`"), frame.via));
        }
    }

    fn report_no_alerts(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        if frame.quotes.iter().any(|(_, quote)| matches!(quote, Quote::Plain)) {
            return;
        }
        for edit in frame.chunk.edits_in(range) {
            let EditKind::NoAlert { why, label } = &edit.kind else { continue };
            let span = Span::new(frame.file.id, label.clone());
            let finding = match why {
                NoAlert::TextBehind => INVALID_NOTE_SECTION
                    .at(span, "text stands behind the label, so this is a plain quote")
                    .help("put the text on the next line, behind a `>` of its own"),
                NoAlert::UnknownLabel(label) => ALERT_UNKNOWN
                    .at(span, format!("`[!{label}]` is no alert, so this is a plain quote"))
                    .help("use NOTE, TIP, IMPORTANT, CAUTION or WARNING"),
            };
            self.inclusion.found.push((finding, frame.via));
        }
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

/// The files of a circle, from the first by path back to it, however the circle was entered.
pub(crate) fn circle(files: &[RelPath]) -> String {
    let first = (0..files.len()).min_by_key(|index| &files[*index]).unwrap_or(0);
    let names: Vec<String> = (0..=files.len()).map(|step| format!("`{}`", files[(first + step) % files.len()])).collect();
    names.join(" → ")
}

/// The path that a directive in `file` names.
fn resolve(file: &SourceFile, dialect: &Dialect, written: &str) -> Result<RelPath, OutsideRoot> {
    match written.strip_prefix("~/") {
        Some(path) => dialect.tilde.join(path.trim_start_matches('/')),
        None => file.path.parent().join(written),
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

/// The first directive or label masked in a line of an HTML block and outside its comments.
fn first_mask<'c>(chunk: &'c Chunk<'_>, text: &str, range: &Range<usize>) -> Option<(&'c EditKind, Range<usize>, usize)> {
    let edit = chunk.edits_in(range).next()?;
    if text.len() != range.len() || edit.range.start < range.start || edit.range.end > range.end {
        return None;
    }
    if ends_in_comment(&text[..edit.range.start - range.start], false) {
        return None;
    }
    Some((&edit.kind, edit.range.clone(), edit.source.start))
}

/// Whether a comment is open behind `text`.
fn ends_in_comment(text: &str, is_comment: bool) -> bool {
    let rest = if is_comment {
        match text.find("-->") {
            Some(at) => &text[at + 3..],
            None => return true,
        }
    } else {
        text
    };
    matches!(raw_html::tokens(rest).last(), Some(raw_html::Token::Comment { is_closed: false, .. }))
}

/// The content of a code span as CommonMark makes it: the backticks, one blank at each end, and line breaks go.
fn code_span_content(source: &str) -> String {
    let inner = source.trim_matches('`').replace("\r\n", " ").replace('\n', " ");
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
