//! Findings as text: one file a format. Takes data, gives text; no I/O.

mod azure;
mod cards;
mod concise;
pub mod github;
mod json;
mod junit;
mod pretty;
mod sarif;

use ahash::HashMap;

pub use cards::{Card, FrameLine, cards};
pub use pretty::{config_fault, summary};

use crate::check::Report;
use crate::diagnostic::Place;
use crate::source::SourceSet;
use crate::text::FileId;
use crate::text::lines::LineIndex;

/// What a format is given.
#[derive(Clone, Copy)]
pub struct Findings<'f> {
    /// The findings.
    pub report: &'f Report,
    /// The files that they are about.
    pub sources: &'f SourceSet,
    /// Whether warnings fail.
    pub is_strict: bool,
    /// Whether info findings are shown to people too. Machines always get them.
    pub is_verbose: bool,
    /// Whether the text may hold terminal colors.
    pub is_colored: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// Lines of the files that findings name, each file read once.
struct Lines<'s> {
    sources: &'s SourceSet,
    indexes: HashMap<FileId, LineIndex<'s>>,
}

impl<'s> Lines<'s> {
    fn new(sources: &'s SourceSet) -> Self {
        Self { sources, indexes: HashMap::default() }
    }

    fn sources(&self) -> &'s SourceSet {
        self.sources
    }

    /// A file's text and lines; `None` for an asset.
    fn of(&mut self, file: FileId) -> Option<(&'s str, &LineIndex<'s>)> {
        let text: &'s str = &self.sources.file(file)?.text;
        Some((text, self.indexes.entry(file).or_insert_with(|| LineIndex::new(text))))
    }

    /// The line and column of a byte.
    fn position(&mut self, file: FileId, offset: u32) -> Option<(usize, usize)> {
        let position = self.of(file)?.1.position(offset as usize);
        Some((position.line, position.column))
    }
}

/// A finding's place as people write it, `file:line:column: `; empty for the project as a whole.
fn at(place: Place, lines: &mut Lines<'_>) -> String {
    let Some(file) = place.file() else { return String::new() };
    let path = lines.sources().path(file);
    match place.span().and_then(|span| lines.position(span.file, span.start)) {
        Some((line, column)) => format!("{path}:{line}:{column}: "),
        None => format!("{path}: "),
    }
}

/// A format of findings.
pub struct Format {
    /// As `--format` names it.
    pub name: &'static str,
    /// Whether it is read by people, who are not shown a thousand findings of one file, nor hints that they did not ask for.
    pub is_for_people: bool,
    /// The findings in this format.
    pub render: fn(&Findings<'_>) -> String,
}

/// All formats.
pub static FORMATS: &[Format] = &[
    Format { name: "pretty", is_for_people: true, render: pretty::render },
    Format { name: "concise", is_for_people: true, render: concise::render },
    Format { name: "json", is_for_people: false, render: json::render },
    Format { name: "jsonl", is_for_people: false, render: json::render_lines },
    Format { name: "sarif", is_for_people: false, render: sarif::render },
    Format { name: "junit", is_for_people: false, render: junit::render },
    Format { name: "github", is_for_people: true, render: github::render },
    Format { name: "azure", is_for_people: true, render: azure::render },
];
