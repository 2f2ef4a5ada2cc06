//! What is said of texts that are shown otherwise than their authors may have meant: alerts, tables, comments and directives that are none.

use std::ops::Range;

use super::containers::rule_of;
use super::expand::{Expansion, Frame};
use super::labels::NoAlert;
use super::scan::{EditKind, TableFault};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::text::nearest::nearest;

rules! {
    TABLE_MALFORMED = "table-malformed", Warning;
    TABLE_ROW_CELLS = "table-row-cells", Warning;
    ALERT_UNKNOWN = "alert-unknown", Warning;
    INVALID_NOTE_SECTION = "invalid-note-section", Warning;
    HTML_COMMENT_UNCLOSED = "html-comment-unclosed", Warning;
}

impl Expansion<'_, '_> {
    /// A comment that is not closed within its paragraph is no comment: its text is shown.
    pub(super) fn report_comment(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        if frame.chunk.text[range.start..].starts_with("<!--") && !frame.in_code {
            let start = frame.chunk.source(range).start;
            let span = Span::new(frame.file.id, start..start + 4);
            let finding = HTML_COMMENT_UNCLOSED.at(span, "the comment is not closed within its paragraph, so it is shown as text");
            self.inclusion.found.push((finding.help("close it with `-->`"), frame.via));
        }
    }

    /// Says why what starts with this text is no alert or no table.
    pub(super) fn report_escaped(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let Some(before) = range.start.checked_sub(1).map(|start| start..range.start) else { return };
        if frame.chunk.text.as_bytes()[before.start] != b'\\' {
            return;
        }
        let escaped = frame.chunk.edits_in(&before).last().filter(|edit| edit.range.end == range.start && !frame.in_code);
        let finding = match escaped.map(|edit| &edit.kind) {
            Some(EditKind::NoTable(delimiter)) => TABLE_MALFORMED
                .at(Span::new(frame.file.id, delimiter.clone()), "the table starts right below a line of text, so it is shown as text")
                .help("put a blank line above the header row"),
            Some(EditKind::NoAlert { why, label }) => no_alert(why, Span::new(frame.file.id, label.clone())),
            Some(EditKind::NoColons(fault, place)) => rule_of(fault.name)
                .at(Span::new(frame.file.id, place.clone()), format!("{}, so this `:::{}` stays text", fault.message, fault.name.text()))
                .help(fault.help),
            _ => return,
        };
        self.inclusion.found.push((finding, frame.via));
    }

    pub(super) fn report_table(&mut self, frame: &Frame<'_>, range: &Range<usize>) {
        let faults: Vec<TableFault> = frame
            .chunk
            .edits_in(range)
            .filter_map(|edit| match &edit.kind {
                EditKind::TablePadding(Some(fault)) => Some(fault.clone()),
                _ => None,
            })
            .collect();
        for fault in faults {
            let (delimiter, place) = fault.delimiter;
            let declared = fault.header.max(delimiter);
            if fault.header != delimiter {
                let message = format!("the header has {}, the delimiter row {}", cells(fault.header), cells(delimiter));
                let span = Span::new(frame.file.id, place);
                let finding = TABLE_MALFORMED.at(span, message).help("give both rows the same number of cells");
                let finding = match delimiter_row(&frame.file.text[span.range()], fault.header, delimiter) {
                    Some(row) => finding.fix(span, row),
                    None => finding,
                };
                self.inclusion.found.push((finding, frame.via));
            }
            let table = frame.chunk.source(range);
            for (count, place) in fault.rows.into_iter().filter(|(_, place)| table.contains(&place.start)) {
                let message = format!("the row has {}, the table {}", cells(count), cells(declared));
                let finding = TABLE_ROW_CELLS.at(Span::new(frame.file.id, place), message);
                let help = "two rows on one line? Start each row on a line of its own; or write `\\|` for a bar within a cell";
                self.inclusion.found.push((finding.help(help), frame.via));
            }
        }
    }
}

/// The labels of alerts.
const LABELS: &[&str] = &["NOTE", "TIP", "IMPORTANT", "CAUTION", "WARNING"];

/// Why a quote that starts like an alert is none.
fn no_alert(why: &NoAlert, place: Span) -> Diagnostic {
    match why {
        NoAlert::TextBehind => INVALID_NOTE_SECTION
            .at(place, "text stands behind the label, so this is a plain quote")
            .help("put the text on the next line, behind a `>` of its own"),
        NoAlert::UnknownLabel(label) => {
            let finding = ALERT_UNKNOWN.at(place, format!("`[!{label}]` is no alert, so this is a plain quote"));
            match nearest(&label.trim().to_uppercase(), LABELS) {
                Some(near) => finding.help(format!("did you mean `[!{near}]`?")).unsafe_fix(place, format!("[!{near}]")),
                None => finding.help("use NOTE, TIP, IMPORTANT, CAUTION or WARNING"),
            }
        }
    }
}

/// A delimiter row of `found` cells with as many as are wanted; `None` where it would lose some.
fn delimiter_row(row: &str, wanted: usize, found: usize) -> Option<String> {
    let missing = wanted.checked_sub(found)?;
    let row = row.trim_end();
    let more = if row.ends_with('|') { " - |" } else { " | -" };
    Some(row.to_owned() + &more.repeat(missing))
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}
