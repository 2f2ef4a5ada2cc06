//! Findings as annotations of GitHub Actions, and all of them for the summary of the step.

use std::fmt::Write;

use super::{Findings, Lines};
use crate::diagnostic::{Diagnostic, Severity};

/// How many bytes GitHub takes for the summary of a step.
const SUMMARY: usize = 1024 * 1024;

/// Worst first, as GitHub shows ten of each kind a step.
pub(super) fn render(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let mut text = String::new();
    for finding in worst_first(findings).into_iter().filter(|finding| finding.severity > Severity::Info || findings.is_verbose) {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let mut properties = vec![format!("title={}", property(finding.rule.code))];
        if let Some(file) = finding.place.file() {
            properties.push(format!("file={}", property(findings.sources.path(file).as_str())));
        }
        if let Some(span) = finding.place.span()
            && let Some((line, column)) = lines.position(span.file, span.start)
            && let Some((end_line, end_column)) = lines.position(span.file, span.end)
        {
            properties.push(format!("line={line},endLine={end_line},col={column}"));
            // GitHub refuses a last column where the place has several lines.
            if line == end_line {
                properties.push(format!("endColumn={end_column}"));
            }
        }
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
        let _ = writeln!(text, "::{command} {}::{}", properties.join(","), message(&format!("{}{help}", finding.message)));
    }
    text
}

/// All findings as Markdown for `$GITHUB_STEP_SUMMARY`, worst first, as many as GitHub takes.
#[must_use]
pub fn summary(findings: &Findings<'_>) -> String {
    let counted = super::summary(findings.report, true);
    let mut text = format!("### playpress: {}\n\n", if counted.is_empty() { "no findings" } else { &counted });
    if findings.report.diagnostics.is_empty() {
        return text;
    }
    text.push_str("| | Place | Finding |\n| - | - | - |\n");
    let mut lines = Lines::new(findings.sources);
    let all = worst_first(findings);
    for (index, finding) in all.iter().enumerate() {
        let place = super::at(finding.place, &mut lines);
        let place = place.trim_end_matches(": ");
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!("<br>{}", cell(help)));
        let row = format!("| {} | {} | {} `{}`{help} |\n", finding.severity.name(), cell(place), cell(&finding.message), finding.rule.code);
        if text.len() + row.len() + 100 > SUMMARY {
            let _ = writeln!(text, "\nand {} more", all.len() - index);
            break;
        }
        text.push_str(&row);
    }
    text
}

fn worst_first<'f>(findings: &Findings<'f>) -> Vec<&'f Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = findings.report.diagnostics.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    sorted
}

fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace(['\n', '\r'], " ")
}

/// A message of a workflow command.
fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
