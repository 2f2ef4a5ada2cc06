//! Which directives, tabs and rules of one text belong together. Found by a parse of its own, before any event is sent, and only for texts
//! that have such things: a tab list stands before its tabs, and a row without an end is text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ahash::{HashMap, HashSet};
use pulldown_cmark::{self as cmark, Options, Parser, Tag, TagEnd};

use super::colons::Name;
use super::html_block::Block;
use super::scan::{Chunk, EditKind};
use crate::text::escape::push_escaped;

/// What the directives and headings of a text are carried out as.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// By where a directive's mask starts in the chunk.
    directives: HashMap<usize, Carried>,
    /// Headings that are tabs, by where they start in the chunk: the group, and the place in it.
    tabs: HashMap<usize, (usize, usize)>,
    /// Where the rules that end a group of tabs start in the chunk.
    ends: HashSet<usize>,
    /// The groups of tabs, in order.
    pub groups: Vec<TabGroup>,
}

/// What a directive is carried out as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Carried {
    /// What is below it, up to its end, belongs to it.
    Open,
    /// It has no end, and so goes on to the end of what it stands in.
    OpenToTheEnd,
    /// It ends the innermost one of its name.
    Close,
    /// It has no end, so it is text.
    Unclosed,
    /// It has an end and nothing before that to describe it, so it is text.
    Undescribed,
    /// It ends nothing, so it is text.
    Stray,
    /// A zone in a zone is text.
    Nested,
    /// The end of what is text is text.
    Text,
}

/// Tabs beside one another.
#[derive(Debug, Default)]
pub struct TabGroup {
    /// The tabs, in order.
    pub tabs: Vec<Tab>,
    /// Which is shown first.
    pub active: usize,
    /// What is wrong with the group.
    pub faults: Vec<String>,
    /// Where its first heading stands, in the chunk.
    pub range: Range<usize>,
}

/// One tab.
#[derive(Debug)]
pub struct Tab {
    /// Its ids, with `+` between them.
    pub id: String,
    /// It is shown where a tab of this id is chosen in a group above; empty: always.
    pub condition: String,
    /// What it says, as HTML.
    pub title: String,
    /// Whether its condition holds at first.
    pub is_visible: bool,
}

impl Outline {
    /// What the directive whose mask starts at `at` is carried out as; `None` for one that stands alone.
    pub(super) fn directive(&self, at: usize) -> Option<Carried> {
        self.directives.get(&at).copied()
    }

    /// The group, and the place in it, of the tab whose heading starts at `at`.
    pub(super) fn tab(&self, at: usize) -> Option<(usize, usize)> {
        self.tabs.get(&at).copied()
    }

    /// Whether the rule that starts at `at` ends a group of tabs.
    pub(super) fn ends_tabs(&self, at: usize) -> bool {
        self.ends.contains(&at)
    }
}

/// Something that matters for the outline, in the order of the text.
enum Mark {
    /// A list item, quote or the like starts.
    Enter,
    /// It ends.
    Leave,
    /// A directive that takes lines as its own, or ends one that does.
    Directive { at: usize, name: Name, carried: Option<Carried> },
    /// A heading that is a tab.
    Tab { range: Range<usize>, tab: Option<Tab> },
    /// A thematic break.
    Rule(usize),
}

/// The outline of a text.
pub(super) fn outline(chunk: &Chunk<'_>, options: Options) -> Outline {
    let has_directives = chunk.edits.iter().any(|edit| matches!(&edit.kind, EditKind::BlockColons(colons) if is_paired(colons)));
    let has_tabs = memchr::memmem::find(chunk.text.as_bytes(), b"(#tab/").is_some();
    if !has_directives && !has_tabs {
        return Outline::default();
    }
    let mut marks = marks(chunk, options);
    pair(&mut marks, &chunk.text);
    group(marks)
}

/// Whether a directive has an end, or is one.
fn is_paired(colons: &super::colons::Colons) -> bool {
    colons.is_container() || colons.name.ends().is_some()
}

fn is_container(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition)
}

fn marks(chunk: &Chunk<'_>, options: Options) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut html: Option<Vec<(String, Range<usize>)>> = None;
    let mut heading: Option<Heading> = None;
    // Whether each open container is a quote.
    let mut containers: Vec<bool> = Vec::new();
    for (event, range) in Parser::new_ext(&chunk.text, options).into_offset_iter() {
        if let Some(open) = &mut heading
            && !matches!(event, cmark::Event::End(TagEnd::Heading(_)))
        {
            open.take(&event);
            continue;
        }
        match event {
            cmark::Event::Start(tag) if is_container(tag.to_end()) => {
                containers.push(matches!(tag, Tag::BlockQuote(_)));
                marks.push(Mark::Enter);
            }
            cmark::Event::End(tag) if is_container(tag) => {
                containers.pop();
                marks.push(Mark::Leave);
            }
            cmark::Event::Start(Tag::Heading { .. }) => heading = Some(Heading { range, ..Heading::default() }),
            cmark::Event::End(TagEnd::Heading(_)) => {
                if let Some((range, tab)) = heading.take().and_then(Heading::tab) {
                    marks.push(Mark::Tab { range, tab: Some(tab) });
                }
            }
            cmark::Event::Start(Tag::HtmlBlock) => html = Some(Vec::new()),
            cmark::Event::Html(text) => html.iter_mut().for_each(|lines| lines.push((text.to_string(), range.clone()))),
            cmark::Event::End(TagEnd::HtmlBlock) => {
                let lines = html.take().unwrap_or_default();
                let is_in_quote = containers.last().copied().unwrap_or(false);
                for edit in Block::new(&lines).live_edits(chunk, is_in_quote) {
                    match &edit.kind {
                        EditKind::BlockColons(colons) if is_paired(colons) => {
                            marks.push(Mark::Directive { at: edit.range.start, name: colons.name, carried: None });
                        }
                        EditKind::Label(_) => marks.extend([Mark::Leave, Mark::Enter]),
                        _ => {}
                    }
                }
            }
            cmark::Event::Rule => marks.push(Mark::Rule(range.start)),
            _ => {}
        }
    }
    marks
}

/// A heading that may be a tab: a link to `#tab/…` and nothing else.
#[derive(Default)]
struct Heading {
    range: Range<usize>,
    url: Option<String>,
    title: String,
    is_open: bool,
    is_other: bool,
}

impl Heading {
    fn take(&mut self, event: &cmark::Event<'_>) {
        match event {
            cmark::Event::Start(Tag::Link { dest_url, .. }) if self.url.is_none() => {
                self.url = Some(dest_url.to_string());
                self.is_open = true;
            }
            cmark::Event::End(TagEnd::Link) => self.is_open = false,
            _ if !self.is_open => self.is_other = true,
            cmark::Event::Text(text) => push_escaped(&mut self.title, text),
            cmark::Event::Code(text) => {
                self.title.push_str("<code>");
                push_escaped(&mut self.title, text);
                self.title.push_str("</code>");
            }
            cmark::Event::Start(Tag::Strong) => self.title.push_str("<strong>"),
            cmark::Event::End(TagEnd::Strong) => self.title.push_str("</strong>"),
            cmark::Event::Start(Tag::Emphasis) => self.title.push_str("<em>"),
            cmark::Event::End(TagEnd::Emphasis) => self.title.push_str("</em>"),
            cmark::Event::SoftBreak | cmark::Event::HardBreak => self.title.push(' '),
            _ => {}
        }
    }

    fn tab(self) -> Option<(Range<usize>, Tab)> {
        let target = self.url.filter(|_| !self.is_other)?;
        let target = target.strip_prefix("#tab/")?;
        let (id, condition) = target.split_once('/').unwrap_or((target, ""));
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_tab = id.split('+').all(is_id) && (condition.is_empty() || is_id(condition));
        is_tab.then(|| (self.range, Tab { id: id.to_owned(), condition: condition.to_owned(), title: self.title, is_visible: true }))
    }
}

/// An open container or directive.
enum Open {
    Container,
    /// The mark of its start.
    Directive(usize),
    /// A zone that is text.
    Text,
}

/// How many open directives an end looks through, and groups of tabs that share a tab; browsers nest no deeper than 512.
const NEAR: usize = 512;

/// Finds the end of each directive in `text`.
fn pair(marks: &mut [Mark], text: &str) {
    let mut open: Vec<Open> = Vec::new();
    let mut settled: Vec<(usize, Carried)> = Vec::new();
    // How many zones are open.
    let mut zones = 0_usize;
    for index in 0..marks.len() {
        match &marks[index] {
            Mark::Enter => open.push(Open::Container),
            Mark::Leave => {
                while let Some(Open::Directive(start)) = open.pop() {
                    zones -= usize::from(is_zone(&marks[start]));
                    settled.push((start, without_end(&marks[start])));
                }
            }
            Mark::Directive { name, .. } => match name.ends() {
                None => {
                    let is_nested = *name == Name::Zone && zones > 0;
                    if is_nested {
                        settled.push((index, Carried::Nested));
                    } else {
                        zones += usize::from(*name == Name::Zone);
                    }
                    open.push(if is_nested { Open::Text } else { Open::Directive(index) });
                }
                Some(wanted) => {
                    let near = open.len().saturating_sub(NEAR);
                    let inside = open[near..].iter().rposition(|open| matches!(open, Open::Container)).map_or(near, |at| near + at + 1);
                    let is_wanted = |open: &Open| match open {
                        Open::Directive(start) => matches!(marks[*start], Mark::Directive { name, .. } if name == wanted),
                        Open::Text => wanted == Name::Zone,
                        Open::Container => false,
                    };
                    match open[inside..].iter().rposition(is_wanted).map(|at| inside + at) {
                        None => settled.push((index, Carried::Stray)),
                        Some(at) => {
                            for unclosed in open.drain(at + 1..) {
                                if let Open::Directive(start) = unclosed {
                                    zones -= usize::from(is_zone(&marks[start]));
                                    settled.push((start, without_end(&marks[start])));
                                }
                            }
                            match open.pop() {
                                Some(Open::Directive(start)) => {
                                    zones -= usize::from(is_zone(&marks[start]));
                                    settled.extend(if wanted == Name::Image && is_empty(text, &marks[start], &marks[index]) {
                                        [(start, Carried::Undescribed), (index, Carried::Text)]
                                    } else {
                                        [(start, Carried::Open), (index, Carried::Close)]
                                    });
                                }
                                _ => settled.push((index, Carried::Text)),
                            }
                        }
                    }
                }
            },
            Mark::Tab { .. } | Mark::Rule(_) => {}
        }
    }
    for unclosed in open {
        if let Open::Directive(start) = unclosed {
            settled.push((start, without_end(&marks[start])));
        }
    }
    for (index, result) in settled {
        if let Mark::Directive { carried, .. } = &mut marks[index] {
            *carried = Some(result);
        }
    }
}

/// Whether nothing stands between the line of a directive and that of its end.
fn is_empty(text: &str, start: &Mark, end: &Mark) -> bool {
    let (Mark::Directive { at: start, .. }, Mark::Directive { at: end, .. }) = (start, end) else { return false };
    let between = text[*start..*end].split_once('\n').map_or("", |(_, between)| between);
    between.trim_start_matches(|c: char| c.is_whitespace() || c == '>').is_empty()
}

fn is_zone(mark: &Mark) -> bool {
    matches!(mark, Mark::Directive { name: Name::Zone, .. })
}

/// What becomes of a directive that has no end.
fn without_end(mark: &Mark) -> Carried {
    match mark {
        Mark::Directive { name: Name::Zone | Name::Moniker, .. } => Carried::OpenToTheEnd,
        _ => Carried::Unclosed,
    }
}

/// Puts tabs into groups: those of one container up to a rule, or to its end.
fn group(marks: Vec<Mark>) -> Outline {
    let mut outline = Outline::default();
    // What is open (`None`: a container), and its group that goes on.
    let mut open: Vec<(Option<Carried>, Option<usize>)> = vec![(None, None)];
    for mark in marks {
        match mark {
            Mark::Enter => open.push((None, None)),
            Mark::Leave => while let Some((Some(_), _)) = open.pop() {},
            Mark::Directive { at, carried, .. } => {
                match carried {
                    Some(Carried::Open | Carried::OpenToTheEnd) => open.push((carried, None)),
                    Some(Carried::Close) => while let Some((Some(Carried::OpenToTheEnd), _)) = open.pop() {},
                    _ => {}
                }
                outline.directives.extend(carried.map(|carried| (at, carried)));
            }
            Mark::Rule(at) => {
                if let Some((_, group)) = open.last_mut()
                    && group.take().is_some()
                {
                    outline.ends.insert(at);
                }
            }
            Mark::Tab { range, tab } => {
                let Some((_, group)) = open.last_mut() else { continue };
                let index = *group.get_or_insert_with(|| {
                    outline.groups.push(TabGroup { range: range.clone(), ..TabGroup::default() });
                    outline.groups.len() - 1
                });
                outline.tabs.insert(range.start, (index, outline.groups[index].tabs.len()));
                outline.groups[index].tabs.extend(tab);
            }
        }
    }
    select(&mut outline.groups);
    outline
}

/// Decides which tab of each group is shown first, as docfx does: the first that is visible, or the one that a group above has chosen.
fn select(groups: &mut [TabGroup]) {
    let mut chosen: Vec<Vec<String>> = Vec::new();
    // Which of these hold an id; and which ids come first in one.
    let mut holders: HashMap<String, Vec<usize>> = HashMap::default();
    let mut firsts: HashSet<String> = HashSet::default();
    for group in groups {
        for tab in &mut group.tabs {
            tab.is_visible = tab.condition.is_empty() || firsts.contains(&tab.condition);
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut ids: Vec<&str> = Vec::new();
        for id in group.tabs.iter().filter(|tab| tab.is_visible).flat_map(|tab| tab.id.split('+')) {
            let count = counts.entry(id).or_default();
            *count += 1;
            if *count == 1 {
                ids.push(id);
            }
        }
        if let Some((id, _)) = counts.iter().find(|(_, count)| **count > 1) {
            group.faults.push(format!("two tabs of the group have the id `{id}`"));
        }
        let with = |id: &str| group.tabs.iter().position(|tab| tab.is_visible && tab.id.split('+').any(|own| own == id));
        let mut active = None;
        let mut differs = false;
        let sharing: BTreeSet<usize> = ids.iter().filter_map(|id| holders.get(*id)).flatten().copied().collect();
        for before in sharing.into_iter().map(|index| &chosen[index]) {
            let shared = before.iter().filter(|id| counts.contains_key(id.as_str())).count();
            active = before.first().and_then(|first| with(first));
            let is_same = shared == before.len() && shared == ids.len();
            differs = differs || !is_same;
            if is_same || active.is_some() {
                break;
            }
        }
        if differs {
            group.faults.push("the tabs of this group differ from those of a group above that shares some of them".to_owned());
        }
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        group.active = match (active, group.tabs.iter().position(|tab| tab.is_visible)) {
            (Some(active), _) => active,
            (None, Some(first)) => {
                firsts.extend(ids.first().cloned());
                for id in &ids {
                    let holding = holders.entry(id.clone()).or_default();
                    // Who shares one tab with more groups than these has them differ long since.
                    if holding.len() < NEAR {
                        holding.push(chosen.len());
                    }
                }
                chosen.push(ids);
                first
            }
            (None, None) => {
                group.faults.push("no tab of this group is visible: no group above has what their conditions name".to_owned());
                0
            }
        };
    }
}
