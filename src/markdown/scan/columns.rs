//! Rows of columns: what is in them loses the indentation that it has against the page.

use std::ops::Range;

use super::{EditKind, Editor};
use crate::markdown::colons::{self, Name};

/// Rows of columns: what is in a column may be indented as its author likes, against the column and not against the page.
pub(super) struct Columns {
    /// Where the last row ends: none that starts behind it has an end.
    last_end: usize,
    /// The indentation of the row that is open.
    row: Option<usize>,
    /// The indentation of the first line in the column that is open.
    base: Option<usize>,
    /// The signs of the code that is open.
    fence: Option<(u8, usize)>,
}

impl Columns {
    pub(super) fn new(text: &str) -> Option<Self> {
        let is_row = |at: &usize| text.as_bytes()[at.saturating_sub(3)..*at].eq_ignore_ascii_case(b"row");
        let last_end = memchr::memmem::rfind_iter(text.as_bytes(), b"-").find(is_row)?;
        Some(Self { last_end, row: None, base: None, fence: None })
    }

    pub(super) fn line(&mut self, text: &str, line: &Range<usize>, editor: &mut Editor<'_>) {
        let content = &text[line.clone()];
        let rest = content.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return;
        }
        let indentation = columns(&content[..content.len() - rest.len()]);
        let name =
            if rest.starts_with(":::") && self.fence.is_none() { colons::parse(rest).and_then(Result::ok).map(|colons| colons.name) } else { None };
        let Some(row) = self.row else {
            if name == Some(Name::Row) && line.start < self.last_end {
                self.row = Some(indentation);
            }
            return;
        };
        let wanted = if let Some(Name::RowEnd | Name::Column | Name::ColumnEnd | Name::Row) = name {
            self.base = None;
            row
        } else {
            let base = *self.base.get_or_insert(indentation);
            let sign = rest.as_bytes()[0];
            let signs = rest.bytes().take_while(|byte| *byte == sign).count();
            match self.fence {
                Some((open, count)) if sign == open && signs >= count && rest[signs..].trim().is_empty() => self.fence = None,
                None if matches!(sign, b'`' | b'~') && signs >= 3 => self.fence = Some((sign, signs)),
                _ => {}
            }
            row + indentation.saturating_sub(base)
        };
        if name == Some(Name::RowEnd) {
            self.row = None;
        }
        if wanted < indentation && editor.done <= line.start {
            let surplus = content.bytes().scan(0, |at, byte| {
                *at = if byte == b'\t' { *at / 4 * 4 + 4 } else { *at + 1 };
                Some(*at)
            });
            let surplus = surplus.take_while(|at| *at <= indentation - wanted).count();
            editor.replace(line.start..line.start + surplus, "", EditKind::Indentation);
        }
    }
}

/// How wide blanks and tabs are.
fn columns(blanks: &str) -> usize {
    blanks.bytes().fold(0, |column, byte| if byte == b'\t' { column / 4 * 4 + 4 } else { column + 1 })
}
