//! What is found of a page: its sections, and the rows of its tables of tasks, each with the text that it shows. All of it is what the renderer
//! holds already: the HTML between the holes, which is the page's own and nothing of others, the places of headings, and those of rows.

use html_escape::decode_html_entities;

use crate::config::SectionKind;
use crate::markdown::HoleKind;
use crate::page::model::PlaceKind;
use crate::page::{Page, TASK_ANCHOR};
use crate::site::tags::{Piece, pieces};

/// A part of a page that is found by itself.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// Its id on the page; empty: the top of the page.
    pub(super) anchor: String,
    /// Its heading; of a task its name.
    pub(super) heading: String,
    /// Its text, a line a block.
    pub(super) text: String,
    /// What is known of it if it is the row of a task, by its place among the rows of the page's model.
    pub(super) row: Option<usize>,
    /// Whether it goes on with the section before it, whose heading it has.
    pub(super) is_continued: bool,
    /// Whether it tells of changes.
    pub(super) is_change: bool,
}

/// How long a section's text may get, in bytes, before it goes on as another unit: who looks for two words wants them near each other.
const LONGEST: usize = 2400;

/// The units of a page; the first is its top, and is always there.
pub(super) fn units(page: &Page) -> Vec<Unit> {
    let html = page.body.html.as_str();
    let mut reader = Reader { page, units: vec![Unit::default()], section: 0, row: None, is_fresh: true };
    let mut headings = page.body.holes.iter().filter_map(|hole| match hole.kind {
        HoleKind::Id(heading) => Some((hole.at, heading)),
        _ => None,
    });
    let mut next_heading = headings.next();
    let mut rows = page.model.places.iter().filter_map(|place| match place.kind {
        PlaceKind::Row(row) => Some((place.at as usize, row as usize)),
        _ => None,
    });
    let mut next_row = rows.next();
    // The end tag up to which nothing is text of a unit: a heading stands above its unit, and the label of an alert is not the author's.
    let mut skipped = "";
    for Piece { text, tag: own, at: tag } in pieces(html) {
        if skipped.is_empty() {
            reader.text(text);
        }
        let Some(own) = own else { break };
        let name = name(own);
        let end = tag + own.len() + 2;
        if !skipped.is_empty() {
            if name == skipped {
                skipped = "";
            }
            continue;
        }
        while next_heading.is_some_and(|(place, _)| place <= tag) {
            next_heading = headings.next();
        }
        while next_row.is_some_and(|(place, _)| place < tag) {
            next_row = rows.next();
        }
        if let Some((_, heading)) = next_heading.filter(|(place, _)| *place <= end) {
            reader.heading(heading);
            skipped = end_of_heading(name);
        } else if let Some((_, row)) = next_row.filter(|(place, _)| *place == tag) {
            reader.row(row);
        } else if name == "/tr" {
            reader.end_row();
        } else if own == "p class=\"alert-label\"" {
            skipped = "/p";
        } else if name == "thead" && next_row.is_some_and(|(place, _)| is_header_of(&html[end..place])) {
            // Of a table of tasks, each row is found by itself.
            skipped = "/thead";
        } else if !is_inline(name.trim_start_matches('/')) {
            reader.end_block(matches!(name, "/td" | "/th"));
        } else if name == "br" {
            reader.text(" ");
        }
    }
    for unit in &mut reader.units {
        let end = unit.text.trim_end_matches([' ', '·', '\n']).len();
        unit.text.truncate(end);
    }
    reader.units
}

struct Reader<'p> {
    page: &'p Page,
    units: Vec<Unit>,
    /// The section that text belongs to.
    section: usize,
    /// The row of a task that text belongs to.
    row: Option<usize>,
    /// Whether a block begins.
    is_fresh: bool,
}

impl Reader<'_> {
    fn text(&mut self, html: &str) {
        if html.is_empty() {
            return;
        }
        let text = if html.contains('&') { decode_html_entities(html) } else { html.into() };
        let into = &mut self.units[self.row.unwrap_or(self.section)].text;
        let mut rest = &*text;
        while let Some(first) = rest.chars().next() {
            if first.is_whitespace() {
                // What CSS would fold, and what is left of a line that was empty.
                if !self.is_fresh && !into.ends_with(' ') {
                    into.push(' ');
                }
                rest = &rest[first.len_utf8()..];
            } else {
                self.is_fresh = false;
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                into.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }

    fn heading(&mut self, index: usize) {
        let heading = &self.page.headings[index];
        let is_title =
            heading.level == 1 && self.page.headings.iter().position(|heading| heading.level == 1 && !heading.text.is_empty()) == Some(index);
        self.end_row();
        self.is_fresh = true;
        let is_change = self.page.model.sections.get(index).copied().flatten() == Some(SectionKind::Refresh);
        if is_title && self.units.len() == 1 {
            return;
        }
        self.section = self.units.len();
        self.units.push(Unit { anchor: heading.id.clone(), heading: heading.text.clone(), is_change, ..Unit::default() });
    }

    fn row(&mut self, index: usize) {
        self.end_row();
        let Some((_, row)) = self.page.model.row(index).filter(|(_, row)| !row.id.text.is_empty()) else { return };
        self.row = Some(self.units.len());
        let anchor = format!("{TASK_ANCHOR}{}", row.id.text);
        self.units.push(Unit { anchor, heading: row.name.text.to_string(), row: Some(index), ..Unit::default() });
    }

    fn end_row(&mut self) {
        self.end_block(false);
        self.row = None;
    }

    /// Ends a block; what follows a cell stands in the same line.
    fn end_block(&mut self, is_cell: bool) {
        let at = self.row.unwrap_or(self.section);
        let unit = &mut self.units[at];
        let end = unit.text.trim_end().len();
        unit.text.truncate(end);
        if end > 0 && !self.is_fresh {
            unit.text.push_str(if is_cell { " · " } else { "\n" });
        } else if end > 0 && !is_cell {
            while unit.text.ends_with([' ', '·']) {
                unit.text.pop();
            }
            unit.text.push('\n');
        }
        self.is_fresh = true;
        if self.row.is_none() && end > LONGEST {
            let unit =
                Unit { anchor: unit.anchor.clone(), heading: unit.heading.clone(), is_continued: true, is_change: unit.is_change, ..Unit::default() };
            self.section = self.units.len();
            self.units.push(unit);
        }
    }
}

/// Whether what stands between the start of a table's header and a row is that header alone.
fn is_header_of(html: &str) -> bool {
    html.split_once("</thead>").is_some_and(|(_, rest)| rest.trim() == "<tbody>")
}

/// The name of a tag, with the stroke of an end tag.
fn name(tag: &str) -> &str {
    let end = tag.bytes().skip(1).position(|byte| !byte.is_ascii_alphanumeric()).map_or(tag.len(), |at| at + 1);
    &tag[..end]
}

fn end_of_heading(name: &str) -> &'static str {
    match name {
        "h1" => "/h1",
        "h2" => "/h2",
        "h3" => "/h3",
        "h4" => "/h4",
        "h5" => "/h5",
        _ => "/h6",
    }
}

/// Whether a tag stands within a line.
fn is_inline(name: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q",
        "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
    ];
    INLINE.binary_search(&name).is_ok()
}
