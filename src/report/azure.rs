//! Findings as logging commands of Azure Pipelines.

use std::fmt::Write;

use super::{Findings, Lines};
use crate::diagnostic::Severity;

pub(super) fn render(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let mut text = String::new();
    for finding in &findings.report.diagnostics {
        if finding.severity == Severity::Info && !findings.is_verbose {
            continue;
        }
        // Azure knows errors and warnings.
        let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
        let mut properties = format!("type={kind};");
        if let Some(file) = finding.place.file() {
            let _ = write!(properties, "sourcepath={};", property(findings.sources.path(file).as_str()));
        }
        if let Some((line, column)) = finding.place.span().and_then(|span| lines.position(span.file, span.start)) {
            let _ = write!(properties, "linenumber={line};columnnumber={column};");
        }
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let _ = writeln!(text, "##vso[task.logissue {properties}code={};]{}", finding.rule.code, message(&format!("{}{help}", finding.message)));
    }
    text
}

fn message(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(';', "%3B").replace(']', "%5D")
}
