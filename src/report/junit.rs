//! Findings as `JUnit` XML: a suite a file, a case a finding. An error is a failure; so is a warning where warnings fail.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Findings, Lines, at};
use crate::diagnostic::Severity;

pub(super) fn render(findings: &Findings<'_>) -> String {
    let mut lines = Lines::new(findings.sources);
    let mut report = Report::new("playpress");
    let limit = if findings.is_strict { Severity::Warning } else { Severity::Error };
    for group in findings.report.diagnostics.chunk_by(|a, b| a.place.file() == b.place.file()) {
        let file = group.first().and_then(|finding| finding.place.file());
        let name = file.map_or("project", |file| findings.sources.path(file).as_str());
        let mut suite = TestSuite::new(name);
        for finding in group {
            let place = at(finding.place, &mut lines);
            let text = format!("{place}{}{}", finding.message, finding.help.as_ref().map_or_else(String::new, |help| format!("\n{help}")));
            let mut status = TestCaseStatus::success();
            if finding.severity >= limit {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_type(finding.rule.code).set_message(finding.message.as_str()).set_description(text.as_str());
            }
            let mut case = TestCase::new(format!("{}: {}", finding.rule.code, place.trim_end_matches(": ")), status);
            case.set_classname(name);
            if finding.severity < limit {
                case.set_system_out(format!("{}: {text}", finding.severity.name()));
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if findings.report.diagnostics.is_empty() {
        let mut suite = TestSuite::new("project");
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        report.add_test_suite(suite);
    }
    let mut text = report.to_string().unwrap_or_default();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
