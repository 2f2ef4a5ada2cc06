//! Findings, a line each: what an editor jumps to, and what `grep` finds.

use std::fmt::Write;

use super::{Findings, Lines, at};
use crate::diagnostic::Severity;

pub(super) fn render(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let mut text = String::new();
    for finding in &findings.report.diagnostics {
        if finding.severity == Severity::Info && !findings.is_verbose {
            continue;
        }
        let place = at(finding.place, &mut lines);
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let _ = writeln!(text, "{place}{}[{}]: {}{help}", finding.severity.name(), finding.rule.code, finding.message);
    }
    text
}
