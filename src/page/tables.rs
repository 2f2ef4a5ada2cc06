//! Tables of tasks and of changes, found by their headers.

use super::model::{Field, Legend, Model, Place, PlaceKind, RefreshRow, RefreshTable, TaskRow, TaskTable};
use super::read::{Text, cell};
use crate::config::{Column, Words};
use crate::markdown::Origin;

/// A table that is being read.
pub(super) struct Table {
    heading: Option<usize>,
    /// Whether it stands where changes are expected.
    in_refresh: bool,
    origin: Origin,
    kind: Kind,
    /// The cells of the open row.
    row: Vec<Field>,
    /// Where they stand in the HTML.
    spots: Vec<Spot>,
    cell: Origin,
    /// Where in the HTML the open cell starts.
    cell_at: u32,
    /// Where in the HTML the table starts, and where its open row does.
    at: u32,
    row_at: u32,
    /// Of its rows, counted from its first.
    places: Vec<Place>,
    columns: Vec<Option<Column>>,
    tasks: Vec<TaskRow>,
    changes: Vec<RefreshRow>,
    header: Option<Origin>,
}

/// Where a cell stands in the HTML.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether it holds nothing but text, emphasized or not, and line breaks.
    pub(super) is_plain: bool,
    /// Its first digits, where they stand in one piece of text that is not part of a link.
    pub(super) digits: Option<(u32, u32)>,
}

/// What a table holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its header is being read.
    Head,
    Tasks(Legend),
    Refresh,
    Other,
}

impl Table {
    pub(super) fn new(heading: Option<usize>, in_refresh: bool, origin: Origin, at: u32) -> Self {
        Self {
            heading,
            in_refresh,
            origin,
            kind: Kind::Head,
            row: Vec::new(),
            spots: Vec::new(),
            cell: origin,
            cell_at: at,
            at,
            row_at: at,
            places: Vec::new(),
            columns: Vec::new(),
            tasks: Vec::new(),
            changes: Vec::new(),
            header: None,
        }
    }

    pub(super) fn is_refresh(&self) -> bool {
        self.kind == Kind::Refresh
    }

    /// Whether the cell that is open is that of a task's ID.
    pub(super) fn is_in_id(&self) -> bool {
        matches!(self.kind, Kind::Tasks(_)) && self.columns.get(self.row.len()) == Some(&Some(Column::TaskId))
    }

    pub(super) fn start_row(&mut self, origin: Origin, at: u32) {
        self.header.get_or_insert(origin);
        self.row.clear();
        self.spots.clear();
        self.row_at = at;
    }

    pub(super) fn start_cell(&mut self, origin: Origin) {
        self.cell = origin;
        self.cell_at = u32::MAX;
    }

    /// Something of the cell is written at `at`: only now its own start tag is.
    pub(super) fn in_cell(&mut self, at: u32) {
        self.cell_at = self.cell_at.min(at);
    }

    pub(super) fn end_cell(&mut self, text: &Text, at: u32, is_plain: bool) {
        if self.kind != Kind::Other {
            self.row.push(cell(text, self.cell));
            let digits = if self.kind == Kind::Head { None } else { first_digits(&text.plain).and_then(|range| text.spot(&range)) };
            self.spots.push(Spot { start: self.cell_at.min(at), end: at, is_plain, digits });
        }
    }

    pub(super) fn end_head(&mut self, words: &Words) {
        let legends: Vec<Option<Legend>> = self.row.iter().map(|cell| legend(&cell.text)).collect();
        self.columns = self.row.iter().zip(&legends).map(|(cell, legend)| words.column(&cell.text).or(legend.map(|_| Column::Mandatory))).collect();
        self.place_by_legend();
        let has = |column: Column| self.columns.contains(&Some(column));
        self.kind = if has(Column::TaskId) && has(Column::TaskName) {
            let legend = legends.iter().flatten().next().copied().unwrap_or_default();
            self.place_translated();
            Kind::Tasks(legend)
        } else if self.in_refresh || (has(Column::Date) && (has(Column::Who) || has(Column::What))) {
            Kind::Refresh
        } else {
            Kind::Other
        };
    }

    /// The letters are explained in no other table: before them stand ID and name, however a translation calls them.
    fn place_by_legend(&mut self) {
        let Some(letter) = self.columns.iter().position(|column| *column == Some(Column::Mandatory)) else { return };
        if letter != 2 || self.columns.len() < 3 {
            return;
        }
        for (at, column) in [(0, Column::TaskId), (1, Column::TaskName)] {
            if self.columns[at].is_none() && !self.columns.contains(&Some(column)) {
                self.columns[at] = Some(column);
            }
        }
    }

    /// Translations have odd words for role and services; behind ID, name and letter they stand in this order.
    fn place_translated(&mut self) {
        let Some(letter) = self.columns.iter().position(|column| *column == Some(Column::Mandatory)) else { return };
        for (at, column) in [(letter + 1, Column::Role), (letter + 2, Column::Services)] {
            if !self.columns.contains(&Some(column))
                && let Some(free @ None) = self.columns.get_mut(at)
            {
                *free = Some(column);
            }
        }
    }

    pub(super) fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.iter().all(|cell| cell.text.is_empty()) {
            return;
        }
        let position = |wanted: Column| self.columns.iter().position(|column| *column == Some(wanted));
        let take = |wanted: Column| position(wanted).and_then(|at| row.get(at)).cloned();
        let spot = |wanted: Column| position(wanted).and_then(|at| self.spots.get(at)).copied();
        let whole = |wanted: Column| spot(wanted).filter(|spot| spot.is_plain && spot.start < spot.end).map(|spot| (spot.start, spot.end));
        match self.kind {
            Kind::Tasks(_) => {
                let (Some(id), Some(name)) = (take(Column::TaskId), take(Column::TaskName)) else { return };
                let (mandatory, role, services) = (take(Column::Mandatory), take(Column::Role), take(Column::Services));
                let index = u32::try_from(self.tasks.len()).unwrap_or(u32::MAX);
                let places = [
                    (Some((self.row_at, self.row_at)), PlaceKind::Row(index)),
                    (spot(Column::TaskId).and_then(|spot| spot.digits), PlaceKind::Id(index)),
                    (spot(Column::TaskName).map(|spot| (spot.end, spot.end)), PlaceKind::Name(index)),
                    (whole(Column::Mandatory), PlaceKind::Mandatory(index)),
                    (whole(Column::Role), PlaceKind::Role(index)),
                    (whole(Column::Services), PlaceKind::Services(index)),
                ];
                self.places.extend(places.into_iter().filter_map(|(range, kind)| range.map(|(at, end)| Place { at, end, kind })));
                self.tasks.push(TaskRow { id: digits(&id), name, mandatory, role, services });
            }
            Kind::Refresh => {
                let index = u32::try_from(self.changes.len()).unwrap_or(u32::MAX);
                self.places.extend(whole(Column::Date).map(|(at, end)| Place { at, end, kind: PlaceKind::Date(0, index) }));
                self.changes.push(RefreshRow { date: take(Column::Date), who: take(Column::Who), what: take(Column::What) });
            }
            Kind::Head | Kind::Other => {}
        }
    }

    pub(super) fn finish(self, model: &mut Model) {
        let header = self.header.unwrap_or(self.origin);
        match self.kind {
            Kind::Tasks(legend) => {
                let before = u32::try_from(model.rows().count()).unwrap_or(u32::MAX);
                model.places.extend(self.places.into_iter().map(|place| place.counted_from(before)));
                model.tasks.push(TaskTable { heading: self.heading, legend, rows: self.tasks });
            }
            Kind::Refresh => {
                if let Ok(number) = u16::try_from(model.refreshes.len()) {
                    let date = |place: Place| match place.kind {
                        PlaceKind::Date(_, row) => Place { kind: PlaceKind::Date(number, row), ..place },
                        _ => place,
                    };
                    model.places.extend(self.places.into_iter().map(date));
                    model.places.push(Place { at: self.at, end: self.at, kind: PlaceKind::Changes(u32::from(number)) });
                }
                model.refreshes.push(RefreshTable {
                    heading: self.heading,
                    header: header.span,
                    columns: self.columns,
                    via: header.via,
                    rows: self.changes,
                });
            }
            Kind::Head | Kind::Other => {}
        }
    }
}

/// The first digits of a text.
fn first_digits(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    Some(start..start + length)
}

/// The digits of a cell, with their own place; where there are none, the whole cell, without text.
fn digits(cell: &Field) -> Field {
    let text = &*cell.text;
    let Some(found) = first_digits(text) else { return Field { text: "".into(), ..cell.clone() } };
    let (start, length) = (found.start, found.len());
    let is_as_written = cell.span.range().len() == text.len();
    let mut span = cell.span;
    if is_as_written {
        let at = |offset: usize| cell.span.start + u32::try_from(offset).unwrap_or(0);
        (span.start, span.end) = (at(start), at(start + length));
    }
    Field { text: text[start..start + length].into(), span, via: cell.via }
}

/// The letters that a header explains, such as `(M)andatory / (O)ptional` or `O(b)rigatório / (O)pcional`; `None` where it explains none.
fn legend(header: &str) -> Option<Legend> {
    let mut letters = Vec::new();
    for (open, _) in header.match_indices(['(', '（']) {
        let mut rest = header[open..].chars().skip(1);
        if let (Some(letter), Some(')' | '）')) = (rest.next(), rest.next())
            && letter.is_alphabetic()
        {
            letters.push(letter);
        }
    }
    match letters.as_slice() {
        [] => None,
        [mandatory, optional] if !mandatory.to_lowercase().eq(optional.to_lowercase()) && !mandatory.eq_ignore_ascii_case(&'o') => {
            Some(Legend(Some((*mandatory, *optional))))
        }
        // It cannot be read: the letters of English hold.
        _ => Some(Legend(None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_of_all_languages() {
        for (header, letters) in [
            ("(M)andatory / (O)ptional", Some(Some(('M', 'O')))),
            ("(M) Mandatory (O) Optional", Some(Some(('M', 'O')))),
            ("(E)rforderlich / (O)ptional", Some(Some(('E', 'O')))),
            ("O(b)rigatório / (O)pcional", Some(Some(('b', 'O')))),
            ("(M) 必須 (O) オプション", Some(Some(('M', 'O')))),
            ("（M）强制性/（O）可选", Some(Some(('M', 'O')))),
            ("((M)andatorio", Some(None)),
            ("(O) bligatorio (O) Optional", Some(None)),
            ("Services (all)", None),
            ("Task Name", None),
        ] {
            assert_eq!(legend(header).map(|legend| legend.0), letters, "{header}");
        }
    }
}
