//! What `serve` adds to pages: a script that reloads them, and the findings of the page being looked at.

use serde::Serialize;

use super::Shown;
use crate::book::EditionPage;
use crate::check::Report;
use crate::diagnostic::Severity;
use crate::report::{self, FORMATS, Findings};
use crate::site::Site;

/// The script of each page.
pub(super) const SCRIPT: &str = include_str!("live.js");
/// Its style sheet.
pub(super) const STYLE: &str = include_str!("live.css");
/// Where they are, and the events and findings.
pub(super) const BASE: &str = "__playpress/";

/// Columns of the code frames in the panel.
const WIDTH: usize = 110;

/// What is wrong with a page.
#[derive(Serialize)]
struct PageFindings {
    errors: usize,
    summary: String,
    text: String,
}

/// Adds the script to a page.
pub(super) fn add_script(html: Vec<u8>) -> Vec<u8> {
    let tag = format!("<script src=\"/{BASE}live.js\" defer></script>");
    let end = memchr::memmem::rfind(&html, b"</body>").unwrap_or(html.len());
    let mut page = html;
    page.splice(end..end, tag.into_bytes());
    page
}

/// The findings of the page at `path`, as JSON.
pub(super) fn findings(shown: &Shown, path: &str) -> String {
    let found = shown.problem.as_ref().map_or_else(
        || shown.page(path).map(|(site, page)| of_page(shown, site, page)),
        |problem| {
            Some(PageFindings {
                errors: 1,
                summary: "the configuration cannot be used; this is the last good book".to_owned(),
                text: problem.clone(),
            })
        },
    );
    let none = || PageFindings { errors: 0, summary: String::new(), text: String::new() };
    serde_json::to_string(&found.unwrap_or_else(none)).unwrap_or_default()
}

fn of_page(shown: &Shown, site: &Site, page: &EditionPage) -> PageFindings {
    let files: Vec<_> = page.page.includes.iter().map(|include| include.file).chain([page.page.file]).collect();
    let concerns = |finding: &&crate::diagnostic::Diagnostic| {
        finding.severity > Severity::Info && finding.place.file().is_some_and(|file| files.contains(&file))
    };
    let report = Report { diagnostics: shown.report.diagnostics.iter().filter(concerns).cloned().collect(), ..Report::default() };
    let view = Findings { report: &report, sources: &site.book.sources, is_strict: false, is_verbose: false, is_colored: false, width: WIDTH };
    PageFindings { errors: report.count(Severity::Error), summary: report::summary(&report, true), text: (FORMATS[0].render)(&view) }
}
