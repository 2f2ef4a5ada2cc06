//! Findings as data for a browser, which shows each as a card with its lines.

use serde::Serialize;

use super::{Findings, Lines};
use crate::diagnostic::Diagnostic;
use crate::text::Span;
use crate::text::lines::BOM;

/// How many lines of a long place are shown.
const LINES: usize = 4;
/// How many characters of a line are shown before and behind the place, and of the place itself.
const BESIDE: usize = 160;

/// A finding, ready to be shown.
#[derive(Serialize, Debug)]
pub struct Card<'f> {
    /// The rule's code.
    pub code: &'f str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is.
    pub message: &'f str,
    /// What to do; empty where nothing is known.
    pub help: &'f str,
    /// The file; empty for the project as a whole.
    pub file: &'f str,
    /// 1-based; 0 for a file as a whole.
    pub line: usize,
    /// 1-based, in Unicode scalar values; 0 for a file as a whole.
    pub column: usize,
    /// The lines of the place.
    pub frame: Vec<FrameLine>,
    /// The includes that brought the place into the page, innermost first, as `file:line`.
    pub included_from: Vec<String>,
    /// Where the page can be looked at; empty where that is not known.
    pub href: String,
}

/// A line with what is marked in it.
#[derive(Serialize, PartialEq, Eq, Debug)]
pub struct FrameLine {
    /// 1-based.
    pub number: usize,
    /// What stands before the mark.
    pub before: String,
    /// What is marked.
    pub marked: String,
    /// What stands behind it.
    pub after: String,
}

/// The findings as cards; `href` knows where a finding can be looked at.
#[must_use]
pub fn cards<'f>(findings: &Findings<'f>, href: &dyn Fn(&Diagnostic) -> String) -> Vec<Card<'f>> {
    let mut lines = Lines::new(findings.sources);
    findings.report.diagnostics.iter().map(|finding| card(finding, &mut lines, href(finding))).collect()
}

fn card<'f>(finding: &'f Diagnostic, lines: &mut Lines<'f>, href: String) -> Card<'f> {
    let sources = lines.sources();
    let span = finding.place.span();
    let (line, column) = span.and_then(|span| lines.position(span.file, span.start)).unwrap_or_default();
    let mut included_from: Vec<String> = finding
        .included_from
        .iter()
        .map(|site| match lines.position(site.file, site.start) {
            Some((line, _)) => format!("{}:{line}", sources.path(site.file)),
            None => sources.path(site.file).to_string(),
        })
        .collect();
    included_from.dedup();
    Card {
        code: finding.rule.code,
        severity: finding.severity.name(),
        message: &finding.message,
        help: finding.help.as_deref().unwrap_or_default(),
        file: finding.place.file().map_or("", |file| sources.path(file).as_str()),
        line,
        column,
        frame: span.map(|span| frame(span, lines)).unwrap_or_default(),
        included_from,
        href,
    }
}

fn frame(span: Span, lines: &mut Lines<'_>) -> Vec<FrameLine> {
    let Some((text, index)) = lines.of(span.file) else { return Vec::new() };
    let range = span.range();
    let first = index.position(range.start).line;
    let last = index.position(range.end).line.min(first + LINES - 1);
    let line = |number: usize| {
        let line = index.line(number);
        let start = range.start.clamp(line.start, line.end);
        let end = range.end.clamp(start, line.end);
        let tail: Vec<char> = text[line.start..start].trim_start_matches(BOM).chars().rev().take(BESIDE).collect();
        let head = |text: &str| text.chars().take(BESIDE).collect::<String>();
        FrameLine { number, before: tail.into_iter().rev().collect(), marked: head(&text[start..end]), after: head(&text[end..line.end]) }
    };
    (first..=last).map(line).collect()
}
