//! Findings as SARIF 2.1.0, which code hosts read. Those that a baseline or a comment passes over stay in it, as suppressed.

use ahash::HashMap;
use serde_json::{Value, json};

use super::{Findings, Lines};
use crate::check;
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::text::Span;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

pub(super) fn render(findings: &Findings<'_>) -> String {
    let rules = check::rules();
    let index: HashMap<&str, usize> = rules.iter().enumerate().map(|(index, rule)| (rule.code, index)).collect();
    let described: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": { "text": summary(rule.document) },
                "fullDescription": { "text": rule.document, },
                "help": { "text": rule.document, "markdown": rule.document },
                "defaultConfiguration": { "enabled": rule.is_on, "level": level(rule.severity) },
            })
        })
        .collect();
    let mut lines = Lines::new(findings.sources);
    let mut seen: HashMap<String, usize> = HashMap::default();
    let report = findings.report;
    let all = report.diagnostics.iter().map(|finding| (finding, None));
    let all = all.chain(report.baselined.iter().map(|finding| (finding, Some("external"))));
    let all = all.chain(report.ignored.iter().map(|finding| (finding, Some("inSource"))));
    let results: Vec<Value> = all.map(|(finding, suppression)| result(finding, suppression, &index, &mut seen, findings, &mut lines)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "playpress",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": described,
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "the root of the project" } } },
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn result(
    finding: &Diagnostic,
    suppression: Option<&str>,
    index: &HashMap<&str, usize>,
    seen: &mut HashMap<String, usize>,
    findings: &Findings<'_>,
    lines: &mut Lines<'_>,
) -> Value {
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!(". {help}"));
    let path = finding.place.file().map(|file| findings.sources.path(file));
    // What is the same wherever the lines move: the rule, the file, the characters, and which of several.
    let print = format!("{}\n{}\n{}", finding.rule.code, path.map(RelPath::as_str).unwrap_or_default(), check::text_of(finding, findings.sources));
    let nth = seen.entry(print.clone()).or_default();
    *nth += 1;
    let mut result = json!({
        "ruleId": finding.rule.code,
        "level": level(finding.severity),
        "message": { "text": format!("{}{help}", finding.message) },
        "partialFingerprints": { "playpress/v1": Hash128::of(format!("{print}\n{nth}").as_bytes()).to_string() },
    });
    if let Some(index) = index.get(finding.rule.code) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(path) = path {
        let mut physical = json!({ "artifactLocation": artifact(path) });
        if let Some(region) = finding.place.span().and_then(|span| region(span, lines)) {
            physical["region"] = region;
        }
        result["locations"] = json!([{ "physicalLocation": physical }]);
    }
    let from: Vec<Value> = finding.included_from.iter().filter_map(|site| included_from(*site, findings, lines)).collect();
    if !from.is_empty() {
        result["relatedLocations"] = json!(from);
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| fixed(fix, findings, lines)) {
        result["fixes"] = json!([fix]);
    }
    if let Some(kind) = suppression {
        result["suppressions"] = json!([{ "kind": kind }]);
    }
    result
}

fn included_from(site: Span, findings: &Findings<'_>, lines: &mut Lines<'_>) -> Option<Value> {
    let path = findings.sources.path(site.file);
    Some(json!({
        "message": { "text": "included from here" },
        "physicalLocation": { "artifactLocation": artifact(path), "region": region(site, lines)? },
    }))
}

fn fixed(fix: &Fix, findings: &Findings<'_>, lines: &mut Lines<'_>) -> Option<Value> {
    let mut changes = Vec::new();
    for edits in fix.edits.chunk_by(|a, b| a.span.file == b.span.file) {
        let path = findings.sources.path(edits.first()?.span.file);
        let replacements: Option<Vec<Value>> =
            edits.iter().map(|edit| Some(json!({ "deletedRegion": region(edit.span, lines)?, "insertedContent": { "text": edit.text } }))).collect();
        changes.push(json!({ "artifactLocation": artifact(path), "replacements": replacements? }));
    }
    let text = if fix.is_safe { "a safe fix" } else { "a fix to look at" };
    Some(json!({ "description": { "text": text }, "artifactChanges": changes }))
}

fn region(span: Span, lines: &mut Lines<'_>) -> Option<Value> {
    let (line, column) = lines.position(span.file, span.start)?;
    let (end_line, end_column) = lines.position(span.file, span.end)?;
    Some(json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column }))
}

fn artifact(path: &RelPath) -> Value {
    json!({ "uri": RelPath::root().href_to(path), "uriBaseId": "ROOT" })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The first sentence of a rule's document.
fn summary(document: &str) -> &str {
    document.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default()
}
