//! Merge conflicts that nobody has settled. What else is wrong in their lines comes of them.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::text::lines::split_lines;
use crate::text::{FileId, Span};

rules! {
    MERGE_CONFLICT = "merge-conflict", Warning;
}

/// The lines of each conflict, from its first mark to its last; reported once, at the first.
pub(super) fn find(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Vec<Range<usize>> {
    if memchr::memmem::find(text.as_bytes(), b"<<<<<<<").is_none() {
        return Vec::new();
    }
    let mut conflicts = Vec::new();
    // The first mark, and whether the middle one has been met.
    let mut open: Option<(usize, bool)> = None;
    // How many signs the fence has that is open.
    let mut in_code: Option<usize> = None;
    let mut at = 0;
    for line in split_lines(text) {
        let end = at + line.len();
        let bare = line.trim_end();
        let fence = bare.trim_start().bytes().take_while(|byte| matches!(byte, b'`' | b'~')).count();
        match in_code {
            None if fence >= 3 && open.is_none() => in_code = Some(fence),
            Some(opened) if fence >= opened && bare.trim_start().len() == fence => in_code = None,
            _ => {}
        }
        let is_mark = |sign: &str| bare.strip_prefix(sign).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        match open {
            _ if in_code.is_some() => {}
            None | Some((_, false)) if is_mark("<<<<<<<") => open = Some((at, false)),
            Some((start, false)) if is_mark("=======") => open = Some((start, true)),
            Some((start, true)) if is_mark(">>>>>>>") => {
                conflicts.push(start..end);
                open = None;
            }
            _ => {}
        }
        at = end;
    }
    if let Some(first) = conflicts.first() {
        let line = text[first.clone()].lines().next().unwrap_or_default();
        let span = Span::new(file, first.start..first.start + line.trim_end().len());
        let finding = MERGE_CONFLICT.at(span, "two versions of these lines stand side by side, as a merge left them");
        found.push(finding.help("keep one version, or the best of both, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"));
    }
    conflicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_marks_in_order_are_a_conflict() {
        let lines = |text: &str| {
            let mut found = Vec::new();
            (find(FileId::from_index(0), text, &mut found), found.len())
        };
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\nd\n";
        assert_eq!(&text[lines(text).0[0].clone()], &text[2..text.len() - 2]);
        for text in [
            "=======\n",
            "<<<<<<< a\n>>>>>>> b\n",
            "```\n<<<<<<< a\n=======\n>>>>>>> b\n```\n",
            "````\n```\n<<<<<<< a\n=======\n>>>>>>> b\n```\n````\n",
            "<<<<<<<a\n=======\n>>>>>>>\n",
            "a <<<<<<<\n",
        ] {
            assert_eq!(lines(text), (vec![], 0), "{text:?}");
        }
        assert_eq!(lines("<<<<<<< a\r\n=======\r\n>>>>>>> b\r\n<<<<<<< a\n=======\n>>>>>>> b").0.len(), 2);
    }
}
