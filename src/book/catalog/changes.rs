//! The rows of refresh summaries, of all pages of an edition.

use std::cmp::Reverse;

use ahash::HashSet;

use super::super::dates::Dates;
use super::super::{Edition, PageId};
use crate::page::model::{Certainty, Field, MentionPlace, RefreshRow};
use crate::text::date::Date;

/// A change, by its place in the catalog.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChangeId(pub usize);

/// A row of a refresh summary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// When.
    pub date: Date,
    /// The page; of a row that an include brought, the first that has it.
    pub page: PageId,
    /// The place of the table among the page's tables of changes.
    pub table: usize,
    /// The place of the row in it.
    pub row: usize,
}

impl Change {
    /// The row itself.
    #[must_use]
    pub fn cells<'e>(&self, edition: &'e Edition) -> Option<&'e RefreshRow> {
        edition.page(self.page).page.model.refreshes.get(self.table)?.rows.get(self.row)
    }

    /// The IDs that the row names.
    pub fn tasks<'e>(&self, edition: &'e Edition) -> impl Iterator<Item = &'e str> + use<'e> {
        let page = &edition.page(self.page).page;
        let what = self.cells(edition).and_then(|row| row.what.as_ref());
        let inside = move |id: &Field| what.is_some_and(|what| is_within(id, what));
        let mentions = page.model.mentions.iter().filter(|mention| mention.place == MentionPlace::Refresh && mention.certainty != Certainty::Named);
        mentions.filter(move |mention| inside(&mention.id)).map(|mention| &*mention.id.text)
    }
}

/// Whether a field is a part of another.
fn is_within(part: &Field, whole: &Field) -> bool {
    part.span.file == whole.span.file && part.via == whole.via && whole.span.start <= part.span.start && part.span.end <= whole.span.end
}

/// All rows with a date, newest first, on one day by page and in their order there; and the same once more for each page that an include
/// brought them to, in the order of pages.
pub(super) fn read(edition: &Edition, dates: &Dates<'_>) -> (Vec<Change>, Vec<Change>) {
    let mut seen = HashSet::default();
    let mut changes = Vec::new();
    let mut all = Vec::new();
    for (index, page) in edition.pages.iter().enumerate() {
        for (table_index, table) in page.page.model.refreshes.iter().enumerate() {
            let reading = dates.reading(page, table);
            for (row_index, row) in table.rows.iter().enumerate() {
                let Some(field) = &row.date else { continue };
                if let Some(date) = dates.read(field, reading) {
                    let change = Change { date, page: PageId::from_index(index), table: table_index, row: row_index };
                    all.push(change);
                    if seen.insert(field.span) {
                        changes.push(change);
                    }
                }
            }
        }
    }
    changes.sort_by_key(|change| (Reverse(change.date), change.page, change.table, change.row));
    (changes, all)
}
