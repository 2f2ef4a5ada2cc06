//! Runs of text: CommonMark splits text at each sign that might have meant something. Put together again, it is searched for addresses,
//! emoji and uids. An address is read from the text itself, so it may hold signs that CommonMark took for emphasis.

use std::ops::Range;

use pulldown_cmark::{self as cmark, CowStr, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::event::Event;
use super::expand::{Expansion, Frame};
use super::inline::{self, Found, Wanted};
use super::scan::{Chunk, EditKind};

/// The events of a parser, some of which may be given back.
pub(super) struct Events<'c> {
    parser: OffsetIter<'c>,
    /// Those that were given back, the next one last.
    ahead: Vec<(cmark::Event<'c>, Range<usize>)>,
}

impl<'c> Events<'c> {
    pub(super) fn new(chunk: &'c Chunk<'_>, options: Options) -> Self {
        Self { parser: Parser::new_ext(&chunk.text, options).into_offset_iter(), ahead: Vec::new() }
    }

    pub(super) fn next(&mut self) -> Option<(cmark::Event<'c>, Range<usize>)> {
        self.ahead.pop().or_else(|| self.parser.next())
    }

    fn give_back(&mut self, event: cmark::Event<'c>, range: Range<usize>) {
        self.ahead.push((event, range));
    }

    /// Takes all events up to `end`, if what starts among them ends among them and nothing ends that started before; else none.
    fn take_until(&mut self, chunk: &'c Chunk<'_>, end: usize) -> bool {
        let mut taken = Vec::new();
        let mut depth = 0_usize;
        let is_whole = loop {
            let Some((event, range)) = self.next() else { break depth == 0 };
            match event {
                cmark::Event::End(_) if depth == 0 => {
                    let is_whole = taken.last().is_some_and(|(_, last): &(_, Range<usize>)| last.end == end);
                    self.give_back(event, range);
                    break is_whole;
                }
                cmark::Event::End(_) => depth -= 1,
                _ if range.start >= end => {
                    self.give_back(event, range);
                    break depth == 0;
                }
                cmark::Event::Start(_) => depth += 1,
                cmark::Event::Text(_) if range.end > end && depth == 0 => {
                    let rest = end..range.end;
                    self.give_back(cmark::Event::Text(CowStr::from(&chunk.text[rest.clone()])), rest);
                    taken.push((event, range));
                    break true;
                }
                _ if range.end > end => {
                    self.give_back(event, range);
                    break false;
                }
                _ => {}
            }
            taken.push((event, range));
        };
        if !is_whole {
            for (event, range) in taken.into_iter().rev() {
                self.give_back(event, range);
            }
        }
        is_whole
    }
}

/// Whether a text is what stands there, and no character reference.
fn is_as_written(chunk: &Chunk<'_>, range: &Range<usize>, text: &str) -> bool {
    let written = &chunk.text[range.clone()];
    std::ptr::eq(written, text) || written == text
}

impl Frame<'_> {
    /// How many brackets are open behind a text that comes next.
    fn brackets_in(&self, text: &str) -> usize {
        memchr::memchr2_iter(b'[', b']', text.as_bytes()).fold(self.brackets, |open, at| match text.as_bytes()[at] {
            b'[' => open + 1,
            _ => open.saturating_sub(1),
        })
    }

    /// Remembers whether a link of raw HTML is open.
    pub(super) fn note_raw_link(&mut self, tag: &str) {
        let is = |start: &str| tag.get(..start.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(start));
        if is("</a") {
            self.in_raw_link = false;
        } else if is("<a") && !tag[2..].starts_with(|c: char| c.is_alphanumeric()) {
            self.in_raw_link = true;
        }
    }
}

impl Expansion<'_, '_> {
    /// Sends a text, and the texts right behind it, with what is found in them.
    pub(super) fn run<'c>(&mut self, frame: &mut Frame<'c>, text: &CowStr<'c>, range: Range<usize>, events: &mut Events<'c>) {
        let chunk = frame.chunk;
        if frame.is_left_out(&range) {
            return;
        }
        self.report_comment(frame, &range);
        self.report_escaped(frame, &range);
        if !is_as_written(chunk, &range, text) {
            // A character reference: nothing is found in what it stands for.
            return self.event(frame, cmark::Event::Text(text.clone()), range);
        }
        let mut run = range;
        while let Some((event, next)) = events.next() {
            let is_more = match &event {
                cmark::Event::Text(text) => next.start == run.end && is_as_written(chunk, &next, text) && !frame.is_left_out(&next),
                _ => false,
            };
            if !is_more {
                events.give_back(event, next);
                break;
            }
            self.report_comment(frame, &next);
            self.report_escaped(frame, &next);
            run.end = next.end;
        }
        let mut done = run.start;
        let wanted = Wanted { links: !frame.in_raw_link && !frame.is_in_link(), www: frame.has_www };
        while let Some(found) = inline::find(&chunk.text, done..run.end, wanted) {
            let at = found.range().clone();
            // What was masked is no text.
            let masked = chunk.edits_in(&at).find(|edit| matches!(edit.kind, EditKind::InlineInclude(_) | EditKind::InlineColons(_)));
            let may_link = matches!(found, Found::Emoji(..)) || frame.brackets_in(&chunk.text[done..at.start]) == 0;
            if let Some(edit) = masked.map(|edit| edit.range.end.min(run.end)).or_else(|| (!may_link).then_some(at.end.min(run.end))) {
                self.plain(frame, done..edit);
                done = edit;
                continue;
            }
            self.plain(frame, done..at.start);
            match found {
                Found::Emoji(range, emoji) => {
                    self.event(frame, cmark::Event::Text(CowStr::from(emoji)), range.clone());
                    done = range.end;
                }
                Found::Uid(range, uid) => {
                    self.start_inline(frame, &range);
                    let url = format!("xref:{}", &chunk.text[uid]);
                    self.send(frame, Event::Xref { url: &url, raw: &chunk.text[range.clone()], is_explicit: false }, &range);
                    done = range.end;
                }
                Found::Url(range, target) => {
                    let end = if range.end <= run.end || events.take_until(chunk, range.end) { range.end } else { run.end };
                    // Emphasis around an address ends it.
                    let target = target[..target.len() - (range.end - end)].to_owned();
                    self.link(frame, range.start..end, target);
                    done = end;
                    run.end = run.end.max(end);
                }
            }
        }
        self.plain(frame, done..run.end);
    }

    /// Sends a part of the chunk in which nothing was found.
    fn plain(&mut self, frame: &mut Frame<'_>, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let text = &frame.chunk.text[range.clone()];
        frame.brackets = frame.brackets_in(text);
        self.start_inline(frame, &range);
        self.text(frame, CowStr::from(text), range);
    }

    /// Sends a link to the address that stands at `range`.
    fn link(&mut self, frame: &mut Frame<'_>, range: Range<usize>, target: String) {
        let shown = &frame.chunk.text[range.clone()];
        let shown = shown.strip_prefix("mailto:").unwrap_or(shown);
        let tag = Tag::Link { link_type: LinkType::Autolink, dest_url: CowStr::from(target), title: CowStr::from(""), id: CowStr::from("") };
        self.start_inline(frame, &range);
        self.send(frame, Event::Md(cmark::Event::Start(tag)), &range);
        self.send(frame, Event::Md(cmark::Event::Text(CowStr::from(shown))), &range);
        self.send(frame, Event::Md(cmark::Event::End(TagEnd::Link)), &range);
    }
}
