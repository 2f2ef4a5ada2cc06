//! The texts of units, with the titles and addresses of their pages, in the order of pages.

use super::files::{checksum, ends_file};
use super::units::Unit;
use super::{digits, facets};
use crate::book::{EditionPage, PageId};
use crate::site::Site;

/// The size of a file, in bytes, unless there would be more of them than `most`.
const SIZE: usize = 2 * 1024;

/// The files of texts, as they are made.
pub(super) struct Texts {
    /// How many signs a file should have.
    size: usize,
    /// What the next file holds: JSON, without its last bracket.
    open: String,
    /// The first page and unit of it.
    first: (u32, u32),
    /// The first page of the file before.
    before: u32,
    /// The first page and unit of each file: the distance to the page before, and the unit.
    pub(super) starts: String,
    /// What the files hold.
    pub(super) payloads: Vec<String>,
}

impl Texts {
    pub(super) fn new(pages: usize, most: usize) -> Self {
        // A page of a playbook has some 5 KB of text.
        let size = SIZE.max(pages * 5 * 1024 / most);
        Self { size, open: String::new(), first: (0, 0), before: 0, starts: String::new(), payloads: Vec::new() }
    }

    /// Adds a page, its units as JSON.
    pub(super) fn page(&mut self, site: &Site, id: PageId, slot: u32, units: &[String]) {
        let page = site.edition().page(id);
        if ends_file(self.open.len(), 0, self.size, || checksum(page.output.as_str()) % 4 < 2) {
            self.cut();
        }
        self.begin(site, id, slot, 0);
        for (index, unit) in units.iter().enumerate() {
            if index > 0 && self.open.len() > self.size * 2 {
                self.open.push_str("]]");
                self.cut();
                self.begin(site, id, slot, u32::try_from(index).unwrap_or(u32::MAX));
            }
            if !self.open.ends_with('[') {
                self.open.push(',');
            }
            self.open.push_str(unit);
        }
        self.open.push_str("]]");
    }

    /// Begins a page, or the rest of one.
    fn begin(&mut self, site: &Site, id: PageId, slot: u32, unit: u32) {
        if self.open.is_empty() {
            self.first = (slot, unit);
            self.open.push('[');
        } else {
            self.open.push(',');
        }
        let page = site.edition().page(id);
        let head = (slot, unit, page.output.as_str(), page.page.heading(), facets::of_page(site, id));
        let head = serde_json::to_string(&head).unwrap_or_default();
        self.open.push_str(head.strip_suffix(']').unwrap_or(&head));
        self.open.push_str(",[");
    }

    /// Ends a file.
    pub(super) fn cut(&mut self) {
        if self.open.is_empty() {
            return;
        }
        self.open.push(']');
        digits::push(&mut self.starts, self.first.0 - self.before);
        digits::push(&mut self.starts, self.first.1);
        self.before = self.first.0;
        self.payloads.push(std::mem::take(&mut self.open));
    }
}

/// A unit: its id, its heading, its text; of a task also its ID, and `M` or `O`.
pub(super) fn unit_json(page: &EditionPage, unit: &Unit) -> String {
    let Some((table, row)) = unit.row.and_then(|row| page.page.model.row(row)) else {
        return serde_json::to_string(&(&unit.anchor, &unit.heading, &unit.text)).unwrap_or_default();
    };
    let kind = table.is_mandatory(row).map_or("", |is_mandatory| if is_mandatory { "M" } else { "O" });
    let cells: Vec<&str> = [&row.role, &row.services].into_iter().flatten().map(|field| &*field.text).filter(|text| !text.is_empty()).collect();
    serde_json::to_string(&(&unit.anchor, &unit.heading, &unit.text, &row.id.text, kind, cells.join(" · "))).unwrap_or_default()
}
