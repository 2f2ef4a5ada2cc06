//! Tables of tasks and of changes, found by their headers.

use super::model::{Field, Legend, Model, RefreshRow, RefreshTable, TaskRow, TaskTable};
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
    cell: Origin,
    columns: Vec<Option<Column>>,
    tasks: Vec<TaskRow>,
    changes: Vec<RefreshRow>,
    header: Option<Origin>,
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
    pub(super) fn new(heading: Option<usize>, in_refresh: bool, origin: Origin) -> Self {
        Self {
            heading,
            in_refresh,
            origin,
            kind: Kind::Head,
            row: Vec::new(),
            cell: origin,
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

    pub(super) fn start_row(&mut self, origin: Origin) {
        self.header.get_or_insert(origin);
        self.row.clear();
    }

    pub(super) fn start_cell(&mut self, origin: Origin) {
        self.cell = origin;
    }

    pub(super) fn end_cell(&mut self, text: &Text) {
        if self.kind != Kind::Other {
            self.row.push(cell(text, self.cell));
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
        let take = |wanted: Column| self.columns.iter().position(|column| *column == Some(wanted)).and_then(|at| row.get(at)).cloned();
        match self.kind {
            Kind::Tasks(_) => {
                let (Some(id), Some(name)) = (take(Column::TaskId), take(Column::TaskName)) else { return };
                let (mandatory, role, services) = (take(Column::Mandatory), take(Column::Role), take(Column::Services));
                self.tasks.push(TaskRow { id: digits(&id), name, mandatory, role, services });
            }
            Kind::Refresh => self.changes.push(RefreshRow { date: take(Column::Date), who: take(Column::Who), what: take(Column::What) }),
            Kind::Head | Kind::Other => {}
        }
    }

    pub(super) fn finish(self, model: &mut Model) {
        let header = self.header.unwrap_or(self.origin);
        match self.kind {
            Kind::Tasks(legend) => model.tasks.push(TaskTable { heading: self.heading, legend, rows: self.tasks }),
            Kind::Refresh => model.refreshes.push(RefreshTable {
                heading: self.heading,
                header: header.span,
                columns: self.columns,
                via: header.via,
                rows: self.changes,
            }),
            Kind::Head | Kind::Other => {}
        }
    }
}

/// The digits of a cell, with their own place; where there are none, the whole cell, without text.
fn digits(cell: &Field) -> Field {
    let text = &*cell.text;
    let start = text.find(|c: char| c.is_ascii_digit());
    let Some(start) = start else { return Field { text: "".into(), ..cell.clone() } };
    let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
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
