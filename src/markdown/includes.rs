//! Carrying out `[!INCLUDE …]`: which file is meant, whether its readers may see it, and how much may be taken in.

use super::Dialect;
use super::directive::Include;
use super::event::{Event, IncludeIndex, IncludeSite, Origin};
use super::expand::{Expansion, Frame};
use super::scan;
use crate::diagnostic::Diagnostic;
use crate::source::{self, Fragment, SourceFile};
use crate::text::Span;
use crate::text::path::{OutsideRoot, RelPath};

rules! {
    INCLUDE_NOT_FOUND = "include-not-found", Error;
    INCLUDE_INVALID = "include-invalid", Warning;
    CIRCULAR_REFERENCE = "circular-reference", Error;
    INCLUDE_DEPTH = "include-depth", Error, fixed;
    INCLUDE_SIZE = "include-size", Error, fixed;
}

/// How deep includes may nest.
const DEPTH: usize = 64;
/// How many fragments a page may take in.
const FRAGMENTS: usize = 100_000;
/// How many bytes of fragments a page may take in.
const BYTES: usize = 32 * 1024 * 1024;

impl Expansion<'_, '_> {
    /// Carries out the directive whose `[` is at byte `at` of the frame's file.
    pub(super) fn include(&mut self, frame: &Frame<'_>, include: &Include, at: usize, is_inline: bool) {
        let is_inline = is_inline || frame.is_inline;
        let site = Span::new(frame.file.id, at..at + include.len);
        let path = Span::new(frame.file.id, at + include.path_range.start..at + include.path_range.end);
        match self.fragment(frame.file, include, path) {
            Ok(fragment) => {
                self.inclusion.sites.push(IncludeSite { site, file: fragment.id, parent: frame.via });
                let via = IncludeIndex(u32::try_from(self.inclusion.sites.len()).unwrap_or(u32::MAX));
                self.stack.push(fragment.id);
                self.names.push(fragment.path.clone());
                let chunk = if is_inline {
                    scan::prepare_inline(&fragment.text, fragment.front.body_start)
                } else {
                    scan::prepare(&fragment.text, fragment.front.body_start)
                };
                self.frame(fragment, &chunk, via, is_inline);
                self.stack.pop();
                self.names.pop();
            }
            Err(finding) => {
                if let Some(finding) = finding {
                    self.inclusion.found.push((finding, frame.via));
                }
                (self.receive)(Event::Gap { is_inline }, Origin { span: site, via: frame.via });
            }
        }
    }
}

impl<'s> Expansion<'_, 's> {
    /// The file that a directive takes in, within all limits; else why not, if that has not been said yet.
    fn fragment(&mut self, file: &SourceFile, include: &Include, place: Span) -> Result<&'s SourceFile, Option<Diagnostic>> {
        let written = include.path.trim();
        let missing = |what: &str, help: &str| {
            let place = if place.start == place.end { Span { start: place.start - 1, end: place.end + 1, ..place } } else { place };
            Some(INCLUDE_NOT_FOUND.at(place, what).help(help))
        };
        if written.is_empty() {
            return Err(missing("the include names no file", "write the path of a Markdown file between the parentheses"));
        }
        if written.starts_with('/') || written.contains("://") {
            let what = format!("`{written}` is no file of the project");
            return Err(missing(&what, "write a path relative to this file, or from the root as `~/…`"));
        }
        let path = resolve(file, self.dialect, written).map_err(|OutsideRoot| {
            let finding = source::PATH_OUTSIDE_ROOT.at(place, format!("`{written}` leads out of the project"));
            Some(finding.help("move the file into the project"))
        })?;
        if !path.is_markdown() {
            let finding = INCLUDE_INVALID.at(place, format!("`{written}` is not a Markdown file"));
            return Err(Some(finding.help("include a file whose name ends with `.md`")));
        }
        let fragment: &'s SourceFile = match self.reads.fragment(&path) {
            Fragment::Text(fragment) => fragment,
            Fragment::Absent => return Err(missing(&format!("there is no file `{path}`"), "mend the path, or create the file")),
            Fragment::Hidden { known } => {
                let (rule, what) = if known {
                    (&source::FILE_NOT_IN_EDITION, "is not for the readers of this page")
                } else {
                    (&source::AUDIENCE_LEAK, "must not be shown to the readers of this page")
                };
                let finding = rule.at(place, format!("`{written}` {what} and is left out"));
                return Err(Some(finding.help("include a file for this audience, or make a variant of this page for each audience")));
            }
        };
        self.within_limits(fragment, place)?;
        Ok(fragment)
    }

    fn within_limits(&mut self, fragment: &SourceFile, place: Span) -> Result<(), Option<Diagnostic>> {
        if self.is_full {
            return Err(None);
        }
        if let Some(start) = self.stack.iter().position(|open| *open == fragment.id) {
            let finding = CIRCULAR_REFERENCE.at(place, format!("the files include each other: {}", circle(&self.names[start..])));
            return Err(Some(finding.help("remove one of these includes")));
        }
        if self.stack.len() > DEPTH {
            let finding = INCLUDE_DEPTH.at(place, format!("includes are nested more than {DEPTH} deep"));
            return Err(Some(finding.help("include the inner files from the page itself")));
        }
        self.within_size(fragment, place)
    }

    pub(super) fn within_size(&mut self, fragment: &SourceFile, place: Span) -> Result<(), Option<Diagnostic>> {
        if self.is_full {
            return Err(None);
        }
        self.fragments += 1;
        self.bytes += fragment.text.len();
        if self.fragments > FRAGMENTS || self.bytes > BYTES {
            self.is_full = true;
            let finding = INCLUDE_SIZE.at(place, "the page takes in more than 100,000 files or 32 MB; the rest is left out");
            return Err(Some(finding.help("split the page, or look for files that include each other twice")));
        }
        Ok(())
    }
}

/// The files of a circle, from the first by path back to it, however the circle was entered.
pub(crate) fn circle(files: &[RelPath]) -> String {
    let first = (0..files.len()).min_by_key(|index| &files[*index]).unwrap_or(0);
    let names: Vec<String> = (0..=files.len()).map(|step| format!("`{}`", files[(first + step) % files.len()])).collect();
    names.join(" → ")
}

/// The path that a directive in `file` names.
pub(super) fn resolve(file: &SourceFile, dialect: &Dialect, written: &str) -> Result<RelPath, OutsideRoot> {
    match written.strip_prefix("~/") {
        Some(path) => dialect.tilde.join(path.trim_start_matches('/')),
        None => file.path.parent().join(written),
    }
}
