//! Findings for people: each with the code frame, the exact characters, and what to do.

use std::collections::BTreeSet;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Findings, Lines};
use crate::check::Report;
use crate::config::ConfigFault;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::text::Span;
use crate::text::lines::{BOM, LineIndex};

/// How many lines of a long place are shown.
const LINES: usize = 6;

pub(super) fn render(findings: &Findings<'_>) -> String {
    let renderer = renderer(findings.is_colored, findings.width);
    let mut text = String::new();
    let mut lines = Lines::new(findings.sources);
    for finding in &findings.report.diagnostics {
        if finding.severity == Severity::Info && !findings.is_verbose {
            continue;
        }
        text.push_str(&renderer.render(&[group(finding, &mut lines)]));
        // Without a place there is no frame that the help could hang on.
        if let Some(help) = finding.help.as_ref().filter(|_| finding.place == Place::Project) {
            text.push('\n');
            text.push_str(&renderer.render(&[Group::with_title(Level::HELP.secondary_title(help.as_str()))]));
        }
        text.push_str("\n\n");
    }
    text
}

fn renderer(is_colored: bool, width: usize) -> Renderer {
    let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Unicode).term_width(width)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

fn group<'f>(finding: &'f Diagnostic, lines: &mut Lines<'f>) -> Group<'f> {
    let mut group = Group::with_title(level(finding.severity).primary_title(finding.message.as_str()).id(finding.rule.code));
    group = match finding.place {
        Place::Span(span) => frame(group, span, lines),
        Place::File(file) => group.element(Origin::path(lines.sources().path(file).as_str())),
        Place::Project => group,
    };
    if !finding.included_from.is_empty() {
        let mut from: Vec<String> = finding.included_from.iter().map(|site| position(*site, lines)).collect();
        from.dedup();
        let more = match finding.more_pages {
            0 => String::new(),
            1 => " and on 1 more page".to_owned(),
            count => format!(" and on {count} more pages"),
        };
        group = group.element(Level::NOTE.message(format!("included from {}{more}", from.join(", from "))));
    }
    match &finding.help {
        Some(help) if finding.place != Place::Project => group.element(Level::HELP.message(help.as_str())),
        _ => group,
    }
}

fn position(span: Span, lines: &mut Lines<'_>) -> String {
    let path = lines.sources().path(span.file);
    match lines.position(span.file, span.start) {
        Some((line, _)) => format!("{path}:{line}"),
        None => path.to_string(),
    }
}

/// Adds the lines that hold `span`, its characters marked.
fn frame<'f>(group: Group<'f>, span: Span, lines: &mut Lines<'f>) -> Group<'f> {
    let path = lines.sources().path(span.file).as_str();
    match lines.of(span.file) {
        Some((text, index)) => group.element(snippet(text, index, span.range()).path(path)),
        None => group.element(Origin::path(path)),
    }
}

fn snippet<'f>(text: &'f str, lines: &LineIndex<'_>, range: std::ops::Range<usize>) -> Snippet<'f, annotate_snippets::Annotation<'f>> {
    let first = lines.position(range.start).line;
    let last = lines.position(range.end.max(range.start)).line.min(first + LINES - 1);
    let mut from = lines.line(first).start;
    if from == 0 && text.starts_with(BOM) {
        from = BOM.len_utf8();
    }
    let to = lines.line(last).end.max(from);
    let start = range.start.clamp(from, to);
    let marked = start - from..range.end.clamp(start, to) - from;
    let annotation = AnnotationKind::Primary.span(marked);
    Snippet::source(&text[from..to]).line_start(first).fold(false).annotation(annotation)
}

/// One line that counts the findings; empty where there is none.
#[must_use]
pub fn summary(report: &Report, is_verbose: bool) -> String {
    let files: BTreeSet<_> = report.diagnostics.iter().filter_map(|finding| finding.place.file()).collect();
    let count = |severity, one: &str| match report.count(severity) {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let mut parts: Vec<String> = [count(Severity::Error, "error"), count(Severity::Warning, "warning")].into_iter().flatten().collect();
    if let Some(info) = count(Severity::Info, "hint") {
        parts.push(if is_verbose { info } else { format!("{info} (-v shows them)") });
    }
    match (parts.is_empty(), files.len()) {
        (true, _) => String::new(),
        (false, 0 | 1) => parts.join(", "),
        (false, files) => format!("{} in {files} files", parts.join(", ")),
    }
}

/// What is wrong with a configuration file.
#[must_use]
pub fn config_fault(path: &str, text: &str, fault: &ConfigFault, is_colored: bool, width: usize) -> String {
    let mut group = Group::with_title(Level::ERROR.primary_title(fault.message.as_str()));
    group = match &fault.range {
        Some(range) => group.element(snippet(text, &LineIndex::new(text), range.clone()).path(path)),
        None => group.element(Origin::path(path)),
    };
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    format!("{}\n", renderer(is_colored, width).render(&[group]))
}
