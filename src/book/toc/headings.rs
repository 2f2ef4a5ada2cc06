//! `toc.md`: entries as headings. docfx gave this form up; it is still read.

use super::{HrefKind, INVALID_TOC_LEVEL, INVALID_TOC_SYNTAX, Placed, TOC_DEPRECATED, Toc, TocEntry, TocLink, kind, span};
use crate::markdown::toc::{self, Item, Line};
use crate::source::SourceFile;

/// How deep entries may be below each other.
const DEPTH: usize = 64;

pub(super) fn read(file: &SourceFile) -> Toc {
    let finding = TOC_DEPRECATED.at(file.id, "tables of contents in Markdown are deprecated");
    let mut result = Toc { diagnostics: vec![finding.help("write the same entries as `toc.yml`")], ..Toc::default() };
    // The entries that the next one may be below, with their levels.
    let mut open: Vec<(usize, TocEntry)> = Vec::new();
    let mut first_level = None;
    for line in toc::read(&file.text, file.front.body_start..file.text.len()) {
        match line {
            Line::Invalid(range) => {
                let finding = INVALID_TOC_SYNTAX.at(span(file, &range), "this is no heading with one link, one `uid` or plain text");
                result.diagnostics.push(finding.help("write each entry as `# [Name](page.md)`, with one `#` for each level"));
            }
            Line::Heading { level, item, range } => {
                while open.len() >= DEPTH || open.last().is_some_and(|(above, _)| *above >= level) {
                    close(&mut open, &mut result.entries);
                }
                let above = open.last().map_or_else(|| *first_level.get_or_insert(level - 1), |(above, _)| *above);
                if level != above + 1 {
                    let finding = INVALID_TOC_LEVEL.at(span(file, &range), format!("the level goes from {above} to {level}"));
                    result.diagnostics.push(finding.help("start with the topmost level, and go down by one `#` at a time"));
                }
                open.push((level, entry(file, item, &range)));
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut result.entries);
    }
    result
}

/// Puts the last open entry below the one before it.
fn close(open: &mut Vec<(usize, TocEntry)>, roots: &mut Vec<TocEntry>) {
    if let Some((_, entry)) = open.pop() {
        match open.last_mut() {
            Some((_, parent)) => parent.items.push(entry),
            None => roots.push(entry),
        }
    }
}

fn entry(file: &SourceFile, item: Item, range: &std::ops::Range<usize>) -> TocEntry {
    let placed = |part: Option<toc::Placed>| part.map(|(text, range)| Placed { text, span: span(file, &range) });
    let mut entry = TocEntry {
        name: placed(item.name),
        toc: None,
        topic: None,
        uid: placed(item.uid),
        items: Vec::new(),
        is_expanded: false,
        span: span(file, range),
    };
    if let Some(href) = placed(item.href) {
        match kind(&href.text) {
            kind @ (HrefKind::Toc | HrefKind::Folder) => entry.toc = Some(TocLink { href, kind }),
            HrefKind::Address | HrefKind::Page => entry.topic = Some(href),
        }
    }
    entry
}
