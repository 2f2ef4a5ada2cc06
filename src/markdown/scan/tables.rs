//! Tables whose rows do not fit each other: padded to their widest row, so that CommonMark drops no cell.

use std::ops::Range;

use super::{EditKind, Editor, Lines, inline_at, prefix_len};
use crate::markdown::directive;

/// Rows of one table that do not fit each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::markdown) struct TableFault {
    /// Cells of the header.
    pub header: usize,
    /// Cells of the delimiter row, and the row's bytes in the file.
    pub delimiter: (usize, Range<usize>),
    /// Rows with more cells than header and delimiter: how many, and the surplus bytes in the file.
    pub rows: Vec<(usize, Range<usize>)>,
}

/// A table whose rows do not have the same number of cells.
pub(super) struct Table {
    header: Range<usize>,
    header_cells: usize,
    pub(super) delimiter: Range<usize>,
    delimiter_cells: usize,
    width: usize,
    /// The end of its last row.
    pub(super) end: usize,
    fault: TableFault,
    ends_with_bar: (bool, bool),
}

impl Table {
    /// The table whose header and delimiter rows are these lines, if it has to be padded.
    pub(super) fn at(text: &str, header: Range<usize>, delimiter: Range<usize>, rest: &Lines<'_>) -> Option<Self> {
        memchr::memchr(b'|', text[delimiter.clone()].as_bytes())?;
        let delimiter_start = delimiter.start + prefix_len(&text[delimiter.clone()], false);
        let delimiter_text = text[delimiter_start..delimiter.end].trim_end();
        let header_start = header.start + prefix_len(&text[header.clone()], true);
        let header_text = text[header_start..header.end].trim_end();
        if !delimiter_text.contains('|') || !header_text.contains('|') || !is_delimiter(delimiter_text) {
            return None;
        }
        let header_cells = cells(header_text).len();
        let delimiter_cells = cells(delimiter_text).len();
        let declared = header_cells.max(delimiter_cells);
        let mut width = declared;
        let mut rows = Vec::new();
        let mut end = delimiter.end;
        for row in rest.clone() {
            let start = row.start + prefix_len(&text[row.clone()], false);
            let row_text = text[start..row.end].trim_end();
            if row_text.is_empty() || starts_block(row_text) {
                break;
            }
            end = row.end;
            let cells = cells(row_text);
            if cells.len() > declared {
                let surplus = cells[declared].start;
                rows.push((cells.len(), start + surplus..start + row_text.len()));
                width = width.max(cells.len());
            }
        }
        let fault = TableFault { header: header_cells, delimiter: (delimiter_cells, delimiter_start..delimiter_start + delimiter_text.len()), rows };
        let ends_with_bar = (ends_with_bar(header_text), ends_with_bar(delimiter_text));
        Some(Self {
            header: header_start..header_start + header_text.len(),
            header_cells,
            delimiter,
            delimiter_cells,
            width,
            end,
            fault,
            ends_with_bar,
        })
    }

    /// Keeps CommonMark from making a table of lines that go on a paragraph.
    pub(super) fn escape(&self, editor: &mut Editor<'_>) {
        let delimiter = self.fault.delimiter.1.clone();
        if editor.done <= delimiter.start {
            editor.replace(delimiter.start..delimiter.start, "\\", EditKind::NoTable(delimiter));
        }
    }

    pub(super) fn pad_header(&self, editor: &mut Editor<'_>) {
        let missing = self.width - self.header_cells + usize::from(!self.ends_with_bar.0);
        if self.width > self.header_cells && editor.done <= self.header.end {
            editor.replace(self.header.end..self.header.end, &" |".repeat(missing), EditKind::TablePadding(Some(self.fault.clone())));
        }
    }

    pub(super) fn pad_delimiter(self, editor: &mut Editor<'_>) {
        let end = self.fault.delimiter.1.end;
        let cell = if self.ends_with_bar.1 { "-|" } else { "|-" };
        if self.width > self.delimiter_cells && editor.done <= end {
            let fault = (self.width == self.header_cells).then_some(self.fault);
            editor.replace(end..end, &cell.repeat(self.width - self.delimiter_cells), EditKind::TablePadding(fault));
        }
    }
}

/// Whether a line is text that a table cannot interrupt.
pub(super) fn is_text(line: &str) -> bool {
    let text = line[prefix_len(line, false)..].trim();
    let is_directive = text.starts_with("[!") && text.ends_with(']');
    let is_rule = text.len() >= 3 && text.bytes().all(|byte| matches!(byte, b'-' | b'=' | b' '));
    let is_item = prefix_len(line, true) > prefix_len(line, false);
    !text.is_empty() && !is_directive && !is_rule && !text.starts_with('<') && (is_item || !starts_block(text))
}

/// Whether a line ends a table because another block starts: a heading, a fence, a rule, a list item, a directive.
fn starts_block(line: &str) -> bool {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&hashes) && matches!(line.as_bytes().get(hashes), None | Some(b' ' | b'\t'));
    is_heading
        || ["```", "~~~", "***", "___"].iter().any(|fence| line.starts_with(fence))
        || prefix_len(line, true) > 0
        || directive::starts_include(line)
}

fn is_delimiter(text: &str) -> bool {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.split('|').all(|cell| {
        let cell = cell.trim();
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    })
}

fn ends_with_bar(row: &str) -> bool {
    row.ends_with('|') && row[..row.len() - 1].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
}

/// The cells of a row, outer bars aside, as ranges of it.
fn cells(row: &str) -> Vec<Range<usize>> {
    let bytes = row.as_bytes();
    let start = usize::from(bytes.first() == Some(&b'|'));
    let end = if ends_with_bar(row) { row.len() - 1 } else { row.len() };
    let mut cells = Vec::new();
    let mut cell = start;
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' => {
                cells.push(cell..at);
                cell = at + 1;
            }
            // A bar in a directive is masked with it.
            b'[' | b':' => at += inline_at(row, at..row.len()).map_or(0, |inline| inline.len() - 1),
            _ => {}
        }
        at += 1;
    }
    cells.push(cell..end.max(cell));
    cells
}
