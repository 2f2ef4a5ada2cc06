//! Findings for machines, in the shape that `product.md` fixes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Findings, Lines};
use crate::diagnostic::{Diagnostic, Severity, TextEdit};
use crate::source::SourceSet;
use crate::text::Span;

#[derive(Serialize)]
struct Document<'d> {
    diagnostics: Vec<Finding<'d>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'d> {
    code: &'d str,
    severity: &'static str,
    message: &'d str,
    file: Option<&'d str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    help: Option<&'d str>,
    fix: Option<FixView<'d>>,
    included_from: Vec<Site<'d>>,
}

#[derive(Serialize)]
struct FixView<'d> {
    safe: bool,
    edits: Vec<EditView<'d>>,
}

#[derive(Serialize)]
struct EditView<'d> {
    file: &'d str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'d str,
}

#[derive(Serialize)]
struct Site<'d> {
    file: &'d str,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    files: usize,
}

fn site<'s>(lines: &mut Lines<'s>, span: Span) -> Option<Site<'s>> {
    let (line, column) = lines.position(span.file, span.start)?;
    Some(Site { file: lines.sources().path(span.file).as_str(), line, column })
}

fn edit_view<'d>(edit: &'d TextEdit, lines: &mut Lines<'d>) -> Option<EditView<'d>> {
    let (line, column) = lines.position(edit.span.file, edit.span.start)?;
    let (end_line, end_column) = lines.position(edit.span.file, edit.span.end)?;
    Some(EditView { file: lines.sources().path(edit.span.file).as_str(), line, column, end_line, end_column, text: &edit.text })
}

/// One finding a line, each a JSON value of its own.
pub(super) fn render_lines(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let mut text = String::new();
    for finding in &findings.report.diagnostics {
        text.push_str(&serde_json::to_string(&view(finding, findings.sources, &mut lines)).unwrap_or_default());
        text.push('\n');
    }
    text
}

pub(super) fn render(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let diagnostics: Vec<Finding<'_>> = findings.report.diagnostics.iter().map(|finding| view(finding, findings.sources, &mut lines)).collect();
    let files: BTreeSet<&str> = diagnostics.iter().filter_map(|finding| finding.file).collect();
    let summary = Summary {
        error: findings.report.count(Severity::Error),
        warning: findings.report.count(Severity::Warning),
        info: findings.report.count(Severity::Info),
        files: files.len(),
    };
    let mut text = serde_json::to_string_pretty(&Document { diagnostics, summary }).unwrap_or_default();
    text.push('\n');
    text
}

fn view<'d>(finding: &'d Diagnostic, sources: &'d SourceSet, lines: &mut Lines<'d>) -> Finding<'d> {
    let span = finding.place.span();
    let start = span.and_then(|span| lines.position(span.file, span.start));
    let end = span.and_then(|span| lines.position(span.file, span.end));
    Finding {
        code: finding.rule.code,
        severity: finding.severity.name(),
        message: &finding.message,
        file: finding.place.file().map(|file| sources.path(file).as_str()),
        line: start.map(|(line, _)| line),
        column: start.map(|(_, column)| column),
        end_line: end.map(|(line, _)| line),
        end_column: end.map(|(_, column)| column),
        help: finding.help.as_deref(),
        fix: finding
            .fix
            .as_ref()
            .map(|fix| FixView { safe: fix.is_safe, edits: fix.edits.iter().filter_map(|edit| edit_view(edit, lines)).collect() }),
        included_from: finding.included_from.iter().filter_map(|span| site(lines, *span)).collect(),
    }
}
