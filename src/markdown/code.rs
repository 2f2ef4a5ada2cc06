//! Carrying out `[!code-…]` and `:::code`: finding the file, taking the part, saying what is wrong.

use std::ops::Range;

use super::event::{Event, IncludeSite};
use super::expand::{Expansion, Frame};
use super::includes::resolve;
use super::scan::Edit;
use super::snippet::{self, Lines, Missing, Part, Snippet};
use crate::diagnostic::Diagnostic;
use crate::source::{self, Fragment, SourceFile};
use crate::text::Span;
use crate::text::path::OutsideRoot;

rules! {
    CODESNIPPET_NOT_FOUND = "codesnippet-not-found", Warning;
    UNKNOWN_LANGUAGE_CODE = "unknown-language-code", Warning;
}

/// Code that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Code<'e> {
    /// Its lines.
    pub text: &'e str,
    /// As `lang-…` calls it; empty where nothing tells.
    pub language: &'e str,
    /// Lines to mark, counted from the first that is shown.
    pub highlight: &'e [Lines],
    /// What it is called; empty where the author gave no title.
    pub title: &'e str,
}

impl<'s> Expansion<'_, 's> {
    /// Shows the code that a directive asks for, or a gap.
    pub(super) fn snippet(&mut self, frame: &Frame<'_>, snippet: &Snippet, edit: &Edit) {
        let at = edit.source.start;
        let place = |range: &Range<usize>| Span::new(frame.file.id, at + range.start..at + range.end);
        let whole = Span::new(frame.file.id, edit.source.clone());
        let named = if snippet.path_range.is_empty() { whole } else { place(&snippet.path_range) };
        match self.code(frame.file, snippet, named, place(&snippet.part_range)) {
            Ok((file, text)) => {
                self.inclusion.sites.push(IncludeSite { site: whole, file: file.id, parent: frame.via });
                let language = match snippet.language.as_str() {
                    "" => snippet::language_of(&snippet.path).unwrap_or_default(),
                    language => language,
                };
                let marks_parts = matches!(snippet.part, Part::Tag(_)) && !snippet.is_notebook;
                let extension = snippet.path.rsplit_once('.').map_or("", |(_, extension)| extension);
                let written = if snippet.language.is_empty() { extension } else { language };
                if marks_parts && !snippet::is_known(written) {
                    let message = format!("it is not known how `{written}` marks parts of its code, so all ways were tried");
                    let finding = UNKNOWN_LANGUAGE_CODE.at(whole, message);
                    self.found(frame, finding.help("name another language behind `[!code-`, or take the lines by `range`"));
                }
                let code = Code { text: &text, language, highlight: &snippet.highlight, title: &snippet.title };
                self.send(frame, Event::Code(code), &edit.range);
            }
            Err(finding) => {
                if let Some(finding) = finding {
                    self.found(frame, finding);
                }
                self.send(frame, Event::Gap { is_inline: false }, &edit.range);
            }
        }
    }

    fn code(&mut self, base: &SourceFile, snippet: &Snippet, named: Span, part: Span) -> Result<(&'s SourceFile, String), Option<Diagnostic>> {
        let written = snippet.path.trim();
        let missing = |what: String, help: &str| Some(CODESNIPPET_NOT_FOUND.at(named, what).help(help));
        if written.is_empty() || written.starts_with('/') || written.contains("://") {
            return Err(missing(format!("`{written}` is no file of the project"), "write a path relative to this file, or from the root as `~/…`"));
        }
        let path = resolve(base, self.dialect, written).map_err(|OutsideRoot| {
            let finding = source::PATH_OUTSIDE_ROOT.at(named, format!("`{written}` leads out of the project"));
            Some(finding.help("copy the file into the project"))
        })?;
        let file: &'s SourceFile = match self.reads.fragment(&path) {
            Fragment::Text(file) => file,
            Fragment::Absent => return Err(missing(format!("there is no file `{path}`"), "mend the path, or add the file")),
            Fragment::Hidden { known } => {
                let rule = if known { &source::FILE_NOT_IN_EDITION } else { &source::AUDIENCE_LEAK };
                let finding = rule.at(named, format!("`{written}` is not for the readers of this page and is left out"));
                return Err(Some(finding.help("show code for this audience, or make a variant of this page for each audience")));
            }
        };
        self.within_size(file, named)?;
        // Front matter of a page is no code of it, but of a file that is shown as code it is.
        match snippet::extract(&file.text, snippet) {
            Ok(text) => Ok((file, text)),
            Err(why) => {
                let (what, help) = match (why, &snippet.part) {
                    (Missing::Tag, Part::Tag(tag)) => (
                        format!("`{path}` has no part `{tag}`"),
                        "mark the part in the file, such as `// <name>` and `// </name>`, or take the lines by `range`",
                    ),
                    (Missing::Notebook, _) => (format!("`{path}` is no notebook with such a cell"), "name a cell by its `metadata.name`"),
                    _ => (format!("`{path}` has no such lines"), "name lines that the file has"),
                };
                let place = if part.start == part.end { named } else { part };
                Err(Some(CODESNIPPET_NOT_FOUND.at(place, what).help(help)))
            }
        }
    }
}
