//! Blocks of the dialect that hold others, as the expansion opens and closes them: rows, columns, zones, monikers, tabs, images and videos
//! with a description. The outline has said which belong together; here they become events.

use std::ops::Range;

use pulldown_cmark::{self as cmark, CowStr, HeadingLevel, Tag, TagEnd};

use super::blocks::Carried;
use super::colons::{Colons, Name};
use super::event::{Container, Event};
use super::expand::{Expansion, Frame, Held, Quote};
use super::labels::Label;
use super::scan::{Edit, EditKind};
use super::snippet;
use crate::diagnostic::{Diagnostic, RuleMeta};
use crate::text::Span;
use crate::text::lines::LineIndex;

rules! {
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

/// The rule about faults of a directive.
pub(super) fn rule_of(name: Name) -> &'static RuleMeta {
    match name {
        Name::Row | Name::RowEnd => &INVALID_ROW,
        Name::Column | Name::ColumnEnd => &INVALID_NESTED_COLUMN,
        Name::Zone | Name::ZoneEnd => &INVALID_ZONE,
        Name::Moniker | Name::MonikerEnd => &INVALID_MONIKER_RANGE,
        Name::Video | Name::VideoEnd => &INVALID_VIDEO,
        Name::Code => &INVALID_CODE,
        Name::Image | Name::ImageEnd | Name::NoLoc => &INVALID_IMAGE,
    }
}

/// What a quote with a label is.
pub(super) fn labeled(edit: &Edit) -> Option<Container<'_>> {
    match &edit.kind {
        EditKind::Label(Label::Alert(kind)) => Some(Container::Alert(*kind)),
        EditKind::Label(Label::Section(class)) => Some(Container::Section { class }),
        _ => None,
    }
}

/// What a directive opens; `None` for one that holds nothing.
fn container(edit: &Edit) -> Option<Container<'_>> {
    let EditKind::BlockColons(colons) = &edit.kind else { return None };
    match colons.name {
        Name::Row => Some(Container::Row),
        Name::Column => Some(Container::Column { span: colons.text("span") }),
        Name::Zone => Some(Container::Zone { target: colons.text("target"), pivot: colons.text("pivot") }),
        Name::Moniker => Some(Container::Moniker { range: colons.text("range") }),
        _ => None,
    }
}

impl Expansion<'_, '_> {
    /// Ends what the innermost quote shows so far and makes of it what its label says.
    pub(super) fn label(&mut self, frame: &mut Frame<'_>, label: &Label, edit: &Edit) {
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

    /// Carries out a `:::` directive that is alone on its line.
    pub(super) fn block_colons(&mut self, frame: &mut Frame<'_>, colons: &Colons, edit: &Edit) {
        let place = frame.chunk.place_of(edit);
        let span = Span::new(frame.file.id, edit.source.clone());
        let name = colons.name.text();
        match frame.outline.directive(edit.range.start) {
            None if colons.name == Name::Code => self.snippet(frame, &snippet::of_colons(colons), edit),
            None if colons.name == Name::Video => {
                let (url, title) = (colons.text("source"), colons.text("title"));
                self.send(frame, Event::Video { url, title, described_by: None, is_inline: false }, &edit.range);
            }
            None | Some(Carried::Text) => self.literal(frame, edit),
            Some(Carried::Open) => self.hold(frame, place, edit),
            Some(Carried::OpenToTheEnd) => {
                let finding = rule_of(colons.name).at(span, format!("this `:::{name}` has no end, so it goes on to the end of what it stands in"));
                self.found(frame, finding.help(format!("close it with `:::{name}-end` on a line of its own")));
                self.hold(frame, place, edit);
            }
            Some(Carried::Close) => {
                let wanted = colons.name.ends();
                let is_wanted = |(_, held): &(usize, Held)| match held {
                    Held::Directive(start) | Held::Description(start) => {
                        matches!(&frame.chunk.edits[*start].kind, EditKind::BlockColons(start) if Some(start.name) == wanted)
                    }
                    _ => false,
                };
                if let Some(at) = frame.held.iter().rposition(is_wanted) {
                    self.close_down_to(frame, at, &edit.range);
                }
            }
            Some(Carried::Unclosed) => {
                let finding = rule_of(colons.name).at(span, format!("this `:::{name}` has no end, so it stays text"));
                self.found(frame, finding.help(format!("close it with `:::{name}-end:::` on a line of its own, in the same list item or quote")));
                self.literal(frame, edit);
            }
            Some(Carried::Undescribed) => {
                let finding = rule_of(colons.name).at(span, "this image is complex and has no description, so it stays text");
                self.found(frame, finding.help("write the description above its `:::image-end:::`, or remove `type=\"complex\"` and the end"));
                self.literal(frame, edit);
            }
            Some(Carried::Stray) => {
                let finding = rule_of(colons.name).at(span, format!("this `:::{name}` ends nothing, so it stays text"));
                self.found(frame, finding.help("remove it, or open what it ends in the same list item or quote"));
                self.literal(frame, edit);
            }
            Some(Carried::Nested) => {
                let finding = rule_of(colons.name).at(span, "this zone stands in another, so it stays text");
                self.found(frame, finding.help("end the outer zone first"));
                self.literal(frame, edit);
            }
        }
    }

    /// Opens what a directive holds.
    fn hold(&mut self, frame: &mut Frame<'_>, place: usize, edit: &Edit) {
        let EditKind::BlockColons(colons) = &edit.kind else { return };
        let span = Span::new(frame.file.id, edit.source.clone());
        match colons.name {
            Name::Zone => self.found(
                frame,
                ZONE_NOT_FILTERED.at(span, "a zone is shown to all readers, with a label that says for whom it is").help("nothing has to be done"),
            ),
            Name::Moniker => self.found(
                frame,
                MONIKER_NOT_FILTERED
                    .at(span, "a part for some versions is shown to all readers, with a label that says for which it is")
                    .help("nothing has to be done"),
            ),
            _ => {}
        }
        if let Some(container) = container(edit) {
            self.send(frame, Event::Open(container), &edit.range);
            frame.held.push((frame.depth, Held::Directive(place)));
            return;
        }
        let id = description_id(frame, edit);
        match colons.name {
            Name::Video => {
                self.send(
                    frame,
                    Event::Video { url: colons.text("source"), title: colons.text("title"), described_by: Some(&id), is_inline: false },
                    &edit.range,
                );
            }
            _ => self.send(frame, Event::Image { colons, at: edit.source.start, described_by: Some(&id) }, &edit.range),
        }
        self.send(frame, Event::Open(Container::Description { id: &id }), &edit.range);
        frame.held.push((frame.depth, Held::Description(place)));
    }

    /// Carries out a `:::` directive within a line.
    pub(super) fn inline_colons(&mut self, frame: &Frame<'_>, colons: &Colons, edit: &Edit) {
        match colons.name {
            Name::Image => self.send(frame, Event::Image { colons, at: edit.source.start, described_by: None }, &edit.range),
            Name::Video => {
                let (url, title) = (colons.text("source"), colons.text("title"));
                self.send(frame, Event::Video { url, title, described_by: None, is_inline: true }, &edit.range);
            }
            _ => self.send(frame, Event::Md(cmark::Event::Text(CowStr::from(colons.text("text")))), &edit.range),
        }
    }

    /// Shows a directive as the text that it is.
    fn literal(&mut self, frame: &Frame<'_>, edit: &Edit) {
        let text = &frame.file.text[edit.source.clone()];
        self.send(frame, Event::Md(cmark::Event::Start(Tag::Paragraph)), &edit.range);
        self.send(frame, Event::Md(cmark::Event::Text(CowStr::from(text))), &edit.range);
        self.send(frame, Event::Md(cmark::Event::End(TagEnd::Paragraph)), &edit.range);
    }

    /// Shows the next tab of a group, the list of all of them before the first.
    pub(super) fn tab(&mut self, frame: &mut Frame<'_>, (group, tab): (usize, usize), level: HeadingLevel, range: &Range<usize>) {
        // The heading's own start is counted already.
        let depth = frame.depth - 1;
        frame.skipped = Some(TagEnd::Heading(level));
        let outline = frame.outline;
        if tab == 0 {
            self.tab_groups += 1;
            let number = self.tab_groups;
            let first = frame.chunk.source(&outline.groups[group].range);
            let line = first.start..first.start + frame.file.text[first.clone()].lines().next().map_or(0, str::len);
            for fault in &outline.groups[group].faults {
                let finding = INVALID_TAB_GROUP.at(Span::new(frame.file.id, line.clone()), fault.clone());
                self.found(frame, finding.help("give the tabs of all groups that belong together the same ids, each once in a group"));
            }
            self.send(frame, Event::Open(Container::Tabs { group: &outline.groups[group], number }), range);
            frame.held.push((depth, Held::Tabs { group, number }));
        } else if let Some(at) = frame.held.iter().rposition(|(_, held)| matches!(held, Held::Panel { group: own, .. } if *own == group)) {
            self.close_down_to(frame, at, range);
        }
        let number = frame.held.iter().rev().find_map(|(_, held)| match held {
            Held::Tabs { group: own, number } if *own == group => Some(*number),
            _ => None,
        });
        let held = Held::Panel { group, tab, number: number.unwrap_or_default() };
        if let Some(container) = held_container(frame, held) {
            self.send(frame, Event::Open(container), range);
        }
        frame.held.push((depth, held));
    }

    /// Ends the innermost group of tabs.
    pub(super) fn close_tabs(&mut self, frame: &mut Frame<'_>, range: &Range<usize>) {
        if let Some(at) = frame.held.iter().rposition(|(_, held)| matches!(held, Held::Tabs { .. })) {
            self.close_down_to(frame, at, range);
        }
    }

    /// Ends what was opened where `depth` tags or more were open.
    pub(super) fn close_held(&mut self, frame: &mut Frame<'_>, depth: usize, range: &Range<usize>) {
        let inner = frame.held.iter().rev().take_while(|(opened, _)| *opened >= depth).count();
        self.close_down_to(frame, frame.held.len() - inner, range);
    }

    fn close_down_to(&mut self, frame: &mut Frame<'_>, len: usize, range: &Range<usize>) {
        while frame.held.len() > len {
            let Some((_, held)) = frame.held.pop() else { return };
            if let Held::Description(place) = held {
                let id = description_id(frame, &frame.chunk.edits[place]);
                self.send(frame, Event::Close(Container::Description { id: &id }), range);
            } else if let Some(container) = held_container(frame, held) {
                self.send(frame, Event::Close(container), range);
            }
        }
    }

    pub(super) fn found(&mut self, frame: &Frame<'_>, finding: Diagnostic) {
        self.inclusion.found.push((finding, frame.via));
    }
}

fn held_container<'f>(frame: &Frame<'f>, held: Held) -> Option<Container<'f>> {
    let (chunk, outline) = (frame.chunk, frame.outline);
    match held {
        Held::Directive(place) => container(&chunk.edits[place]),
        Held::Description(_) => None,
        Held::Tabs { group, number } => Some(Container::Tabs { group: &outline.groups[group], number }),
        Held::Panel { group, tab, number } => {
            let tabs = &outline.groups[group];
            Some(Container::Panel { tab: &tabs.tabs[tab], number, is_active: tabs.active == tab })
        }
    }
}

/// The id of an image's description: its line and column from 0, as in docfx; behind an include with its number before it.
fn description_id(frame: &Frame<'_>, edit: &Edit) -> String {
    let place = frame.lines.get_or_init(|| LineIndex::new(&frame.file.text)).position(edit.source.start);
    let (line, column) = (place.line - 1, place.column - 1);
    match frame.via.0 {
        0 => format!("{line}-{column}"),
        via => format!("{via}-{line}-{column}"),
    }
}
