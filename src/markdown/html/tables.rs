//! Tables. One whose first header cell is empty and whose first column is bold is read by its rows: that column holds headers too.

use pulldown_cmark::{self as cmark, Alignment, Tag};

use super::Writer;
use crate::markdown::Event;

/// A table that is open.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    /// The next cell's.
    column: usize,
    /// Whether a row below the header has started.
    pub(super) has_body: bool,
    /// Whether the first cell of the header is empty.
    is_matrix: bool,
    /// Where the content of the open cell starts.
    start: usize,
    /// The cell that is open but not written, since what comes next decides what it is.
    waiting: Option<&'static str>,
    /// Whether the open cell is a header.
    is_header: bool,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, column: 0, has_body: false, is_matrix: false, start: 0, waiting: None, is_header: false }
    }
}

impl Writer<'_> {
    /// Writes what has to stand before the HTML of an event: the start of a cell that waited for what is in it, that of a table's body.
    pub(super) fn open_for(&mut self, event: &Event<'_>) {
        if self.tables.is_empty() {
            return;
        }
        self.start_cell(event);
        let Some(table) = self.tables.last_mut() else { return };
        let is_row = matches!(event, Event::Md(cmark::Event::Start(Tag::TableRow)));
        if is_row || matches!(event, Event::Md(cmark::Event::Start(Tag::TableHead))) {
            table.column = 0;
        }
        if is_row && !table.has_body {
            table.has_body = true;
            self.push("<tbody>\n");
        }
    }

    pub(super) fn cell(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        let class = match table.alignments.get(table.column) {
            Some(Alignment::Center) => " class=\"align-center\"",
            Some(Alignment::Right) => " class=\"align-right\"",
            Some(Alignment::Left) => " class=\"align-left\"",
            Some(Alignment::None) | None => "",
        };
        table.column += 1;
        if table.is_matrix && table.has_body && table.column == 1 {
            table.waiting = Some(class);
        } else {
            let (is_header, scope) = (!table.has_body, "col");
            self.open_cell(is_header, scope, class);
        }
    }

    fn start_cell(&mut self, event: &Event<'_>) {
        let Some(class) = self.tables.last_mut().and_then(|table| table.waiting.take()) else { return };
        self.open_cell(matches!(event, Event::Md(cmark::Event::Start(Tag::Strong))), "row", class);
    }

    fn open_cell(&mut self, is_header: bool, scope: &str, class: &str) {
        for part in if is_header { ["<th scope=\"", scope, "\"", class] } else { ["<td", class, "", ""] } {
            self.push(part);
        }
        self.open(">");
        let start = self.body.html.len();
        if let Some(table) = self.tables.last_mut() {
            (table.start, table.is_header) = (start, is_header);
        }
    }

    pub(super) fn end_cell(&mut self) {
        let end = self.body.html.len();
        let Some(table) = self.tables.last_mut() else { return };
        if !table.has_body && table.column == 1 {
            table.is_matrix = table.start == end;
        }
        let is_header = table.is_header;
        self.close(if is_header { "</th>\n" } else { "</td>\n" });
    }
}
