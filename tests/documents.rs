//! Documents whose fences are the files of small projects, and what is expected of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use playpress::book::Book;
use playpress::check::{self, Report};
use playpress::diagnostic::Place;
use playpress::site::Theme;
use playpress::text::date::Date;
use playpress::text::lines::LineIndex;
use playpress::workspace::Workspace;
use tempfile::TempDir;

/// The day on which the documents are checked.
pub(crate) const TODAY: Date = Date::constant(2026, 11, 26);

/// A fence of a document.
#[derive(Clone, Debug)]
pub(crate) struct Fence {
    /// The first word of its info string.
    pub(crate) kind: String,
    /// `path=…` of its info string.
    pub(crate) path: Option<String>,
    /// `audience=…` of its info string.
    pub(crate) audience: Option<String>,
    /// What is in it.
    pub(crate) text: String,
}

/// A part of a document: a heading of level 2 and what follows it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// The heading's text; empty for what comes before the first.
    pub(crate) title: String,
    /// Its fences.
    pub(crate) fences: Vec<Fence>,
}

/// The sections of a document.
pub(crate) fn sections(document: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut open: Option<(usize, Fence)> = None;
    for line in document.lines() {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        match &mut open {
            Some((opened, fence)) if ticks >= *opened && line[ticks..].trim().is_empty() => {
                let fence = fence.clone();
                sections.last_mut().expect("there is a section").fences.push(fence);
                open = None;
            }
            Some((_, fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            None if ticks >= 3 => {
                let info = &line[ticks..];
                let path = info.split_once("path=").map(|(_, path)| path.trim().to_owned());
                let audience = info.split_once("audience=").and_then(|(_, name)| name.split_whitespace().next()).map(str::to_owned);
                let kind = info.split_whitespace().next().unwrap_or_default().to_owned();
                open = Some((ticks, Fence { kind, path, audience, text: String::new() }));
            }
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    sections.push(Section { title: title.to_owned(), fences: Vec::new() });
                }
            }
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    sections
}

/// A finding as documents write it: `line:column-end_line:end_column severity[code]`; without a place for whole files and the project.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expected {
    pub(crate) file: Option<String>,
    pub(crate) place: Option<(usize, usize, usize)>,
    pub(crate) what: String,
}

impl std::fmt::Debug for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = self.file.as_deref().unwrap_or("(project)");
        match self.place {
            Some((line, column, end)) => write!(f, "{file}:{line}:{column}-{end} {}", self.what),
            None => write!(f, "{file} {}", self.what),
        }
    }
}

/// A project on disk, and the findings that its fences mark.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) expected: Vec<Expected>,
}

impl Project {
    /// Writes the fences that have a path. Lines that mark findings are left out of the files.
    pub(crate) fn new(fences: &[Fence]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut project = Self { folder, expected: Vec::new() };
        for fence in fences {
            let Some(path) = &fence.path else { continue };
            match numbered(path) {
                Some((before, range, after)) => {
                    for number in range {
                        let text = fence.text.replace("{n}", &number.to_string()).replace("{n+1}", &(number + 1).to_string());
                        project.file(&fence.kind, &format!("{before}{number}{after}"), &text);
                    }
                }
                None => project.file(&fence.kind, path, &fence.text),
            }
        }
        project.expected.sort();
        project
    }

    fn file(&mut self, kind: &str, path: &str, text: &str) {
        let place = self.root().join(path);
        fs::create_dir_all(place.parent().expect("a file is in a folder")).expect("folders can be made");
        match kind {
            "link" => std::os::unix::fs::symlink(text.trim(), place).expect("links can be made"),
            "hex" => {
                let digits: String = text.split_whitespace().collect();
                let bytes: Vec<u8> =
                    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("two digits")).collect();
                fs::write(place, bytes).expect("files can be written");
                // What a byte is worth is no text: the finding is marked in the fence before or behind.
            }
            _ => {
                let text = self.take_marks(path, text);
                fs::write(place, text).expect("files can be written");
            }
        }
    }

    /// Removes the lines that mark findings, and remembers what they expect.
    fn take_marks(&mut self, path: &str, text: &str) -> String {
        let mut kept = String::new();
        let mut line_number = 0;
        for line in text.split_inclusive('\n') {
            match mark(line) {
                Some(Mark::Carets { column, width, what }) => {
                    self.expected.push(Expected { file: Some(path.to_owned()), place: Some((line_number, column, column + width)), what });
                }
                Some(Mark::File(what)) => self.expected.push(Expected { file: Some(path.to_owned()), place: None, what }),
                Some(Mark::Project(what)) => self.expected.push(Expected { file: None, place: None, what }),
                None => {
                    line_number += 1;
                    kept.push_str(line);
                }
            }
        }
        kept
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::open(self.root()).unwrap_or_else(|error| panic!("the project opens: {error:?}"))
    }

    pub(crate) fn book(&self) -> Arc<Book> {
        self.workspace().book()
    }

    /// The findings of the project, as documents write them.
    /// Hints, and keys that front matter lacks, are left out unless the document marks one, or is about the rule: examples are small.
    pub(crate) fn found(&self, about: Option<&str>) -> Vec<Expected> {
        let is_marked = |found: &Expected| self.expected.iter().any(|expected| expected.what == found.what);
        let is_about = |found: &Expected| about.is_some_and(|code| found.what.ends_with(&format!("[{code}]")));
        let mut found = self.all_found();
        let is_small = |found: &Expected| found.what.starts_with("info[") || found.what == "warning[missing-attribute]";
        found.retain(|found| !is_small(found) || is_marked(found) || is_about(found));
        found
    }

    fn all_found(&self) -> Vec<Expected> {
        let book = self.book();
        let mut report = check::check(&book, TODAY);
        report.add(&book, Theme::of_project(&book.config, &book.sources).expect("the theme loads").take_findings());
        found(&book, &report)
    }
}

/// Findings as documents write them. Of a place over several lines the part on its first line counts.
pub(crate) fn found(book: &Book, report: &Report) -> Vec<Expected> {
    let one = |finding: &playpress::diagnostic::Diagnostic| {
        let place = match finding.place {
            Place::Span(span) => {
                let text = &book.sources.file(span.file).expect("a span has a text").text;
                let lines = LineIndex::new(text);
                let start = lines.position(span.start as usize);
                let end = lines.position((span.end as usize).min(lines.line(start.line).end));
                Some((start.line, start.column, end.column))
            }
            Place::File(_) | Place::Project => None,
        };
        let file = finding.place.file().map(|file| book.sources.path(file).to_string());
        Expected { file, place, what: format!("{}[{}]", finding.severity.name(), finding.rule.code) }
    };
    let mut found: Vec<Expected> = report.diagnostics.iter().map(one).collect();
    found.sort();
    found
}

enum Mark {
    Carets { column: usize, width: usize, what: String },
    File(String),
    Project(String),
}

/// Reads `<!--   ^^^^ warning[code] -->`, `# ^^^^ error[code]`, `<!-- file: error[code] -->` and `<!-- project: info[code] -->`.
fn mark(line: &str) -> Option<Mark> {
    let trimmed = line.trim_end().trim_end_matches("-->").trim_end();
    let what_at =
        trimmed.rfind(['e', 'w', 'i']).and(trimmed.find("error[").or_else(|| trimmed.find("warning[")).or_else(|| trimmed.find("info[")))?;
    let what = trimmed[what_at..].to_owned();
    if !what.ends_with(']') {
        return None;
    }
    let before = trimmed[..what_at].trim_end();
    let bare = before.trim_start_matches("<!--").trim_start_matches('#').trim();
    match bare {
        "file:" => Some(Mark::File(what)),
        "project:" => Some(Mark::Project(what)),
        carets if !carets.is_empty() && carets.bytes().all(|byte| byte == b'^') => {
            let column = before.chars().count() - carets.len() + 1;
            Some(Mark::Carets { column, width: carets.len(), what })
        }
        _ => None,
    }
}

/// Splits `chain-{1..66}.md`.
fn numbered(path: &str) -> Option<(&str, std::ops::RangeInclusive<usize>, &str)> {
    let (before, rest) = path.split_once('{')?;
    let (range, after) = rest.split_once('}')?;
    let (from, to) = range.split_once("..")?;
    Some((before, from.parse().ok()?..=to.parse().ok()?, after))
}

/// The documents in a folder of the repository, by path.
pub(crate) fn documents(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).expect("a document is text"))).collect()
}
