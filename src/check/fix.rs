//! Ways to mend findings, carried out: all edits of a fix or none, and no two fixes that meet.

use std::collections::BTreeMap;

use super::Report;
use crate::diagnostic::{Fix, TextEdit};
use crate::source::SourceSet;
use crate::source::discover::INVALID_UTF8;
use crate::text::FileId;

/// What fixes make of files.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new texts.
    pub files: BTreeMap<FileId, String>,
    /// How many fixes were carried out.
    pub count: usize,
}

/// Carries out the fixes of a report that do not meet; those that do can be carried out once the book is read again.
#[must_use]
pub fn fix(report: &Report, sources: &SourceSet, with_unsafe: bool) -> Fixed {
    let mut taken: BTreeMap<FileId, BTreeMap<u32, &TextEdit>> = BTreeMap::new();
    let mut count = 0;
    let is_lossy = |file: FileId| sources.file(file).is_none_or(|file| file.diagnostics.iter().any(|finding| finding.rule.code == INVALID_UTF8.code));
    for fix in report.diagnostics.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.is_safe || with_unsafe) {
        // What a file holds that is no text would be lost.
        if fix.edits.is_empty() || fix.edits.iter().any(|edit| is_lossy(edit.span.file)) || meets(fix, &taken) {
            continue;
        }
        for edit in &fix.edits {
            taken.entry(edit.span.file).or_default().insert(edit.span.start, edit);
        }
        count += 1;
    }
    let text = |(id, edits): (FileId, BTreeMap<u32, &TextEdit>)| Some((id, edited(&sources.file(id)?.text, edits.values().copied())));
    Fixed { files: taken.into_iter().filter_map(text).collect(), count }
}

/// Whether an edit of the fix touches one that is taken.
fn meets(fix: &Fix, taken: &BTreeMap<FileId, BTreeMap<u32, &TextEdit>>) -> bool {
    fix.edits.iter().any(|edit| {
        let Some(edits) = taken.get(&edit.span.file) else { return false };
        let before = edits.range(..=edit.span.end).next_back();
        before.is_some_and(|(_, other)| other.span.end >= edit.span.start)
    })
}

/// A text with edits that are in its order and do not meet.
fn edited<'e>(text: &str, edits: impl Iterator<Item = &'e TextEdit>) -> String {
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        new.push_str(&text[at..edit.span.start as usize]);
        new.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    new.push_str(&text[at..]);
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn edit(range: std::ops::Range<usize>, text: &str) -> TextEdit {
        TextEdit { span: Span::new(FileId::from_index(0), range), text: text.to_owned() }
    }

    #[test]
    fn edits_that_touch_do_not_go_together() {
        let first = edit(3..6, "x");
        let taken = BTreeMap::from([(FileId::from_index(0), BTreeMap::from([(3, &first)]))]);
        for (range, does) in [(0..2, false), (0..3, true), (2..4, true), (4..5, true), (6..9, true), (7..9, false), (0..20, true), (3..3, true)] {
            assert_eq!(meets(&Fix { is_safe: true, edits: vec![edit(range.clone(), "")] }, &taken), does, "{range:?}");
        }
    }

    #[test]
    fn all_else_stays_as_it_was() {
        let edits = [edit(3..4, "B"), edit(6..8, "")];
        assert_eq!(edited("\u{feff}a\r\nb\r\nc", edits.iter()), "\u{feff}B\r\n\nc");
    }
}
