//! What `serve` adds to pages: a script that shows changes where they are, and the findings of the page being looked at.

use std::sync::Arc;

use ahash::{HashMap, HashSet};
use serde::Serialize;

use super::{Desk, Shown};
use crate::check::Report;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::{self, Card, Findings};
use crate::text::FileId;
use crate::text::escape::escaped;
use crate::text::path::RelPath;

/// The script of each page.
pub(super) const SCRIPT: &str = include_str!("live.js");
/// Its style sheet.
pub(super) const STYLE: &str = include_str!("live.css");
/// Where they are, and the events and findings.
pub(super) const BASE: &str = "__playpress/";

/// How many findings are shown at most; `playpress check` has all.
const MOST: usize = 500;

/// What is wrong, with a page or with all of the book.
#[derive(Serialize, Default)]
struct Found<'f> {
    errors: usize,
    warnings: usize,
    hints: usize,
    /// The same for the book as a whole.
    all: usize,
    /// The worst first.
    cards: Vec<Card<'f>>,
    /// Why the book is not the one on disk; empty where it is.
    problem: String,
}

/// Adds the script to a page.
pub(super) fn add_script(html: Vec<u8>) -> Vec<u8> {
    let tag = format!("<script src=\"/{BASE}live.js\" defer></script>\n");
    // Before all other scripts: it has to know the page as it came.
    let start = memchr::memmem::find(&html, b"<head>").map_or(0, |at| at + "<head>".len());
    let mut page = html;
    page.splice(start..start, tag.into_bytes());
    page
}

/// The findings of the page at a path, or of all the book, as JSON.
pub(super) fn findings(desk: &Desk, page: Option<&str>) -> String {
    let (shown, report, problem) = desk.with(|state| (state.shown.clone(), state.report.clone(), state.problem.clone()));
    let files: Option<HashSet<FileId>> = page.map(|page| {
        let page = shown.page(page).map(|(_, page)| &page.page);
        page.into_iter().flat_map(|page| page.includes.iter().map(|include| include.file).chain([page.file])).collect()
    });
    let concerns = |finding: &&Diagnostic| files.as_ref().is_none_or(|files| finding.place.file().is_some_and(|file| files.contains(&file)));
    let mut chosen: Vec<Diagnostic> = report.diagnostics.iter().filter(concerns).cloned().collect();
    // The report is in the order of files.
    chosen.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut chosen = Report { diagnostics: chosen, ..Report::default() };
    let mut found = Found {
        errors: chosen.count(Severity::Error),
        warnings: chosen.count(Severity::Warning),
        hints: chosen.count(Severity::Info),
        all: report.diagnostics.len(),
        problem: problem.unwrap_or_default(),
        cards: Vec::new(),
    };
    chosen.diagnostics.truncate(MOST);
    let places = if page.is_none() { places(&shown) } else { HashMap::default() };
    let href = |finding: &Diagnostic| {
        // A fault in what is included is looked at where it is.
        let file = finding.included_from.last().map(|site| site.file).or_else(|| finding.place.file());
        file.and_then(|file| places.get(&file)).cloned().unwrap_or_default()
    };
    let view = Findings { report: &chosen, sources: &shown.book.sources, is_strict: false, is_verbose: true, is_colored: false, width: 0 };
    found.cards = report::cards(&view, &href);
    serde_json::to_string(&found).unwrap_or_default()
}

/// Where the pages of files are.
fn places(shown: &Shown) -> HashMap<FileId, String> {
    let mut places = HashMap::default();
    for (folder, site, _) in &shown.sites {
        for page in &site.edition().pages {
            if let Ok(path) = folder.join(page.output.as_str()) {
                places.entry(page.page.file).or_insert_with(|| format!("/{}", RelPath::root().href_to(&path)));
            }
        }
    }
    places
}

/// The page that lists all findings, in the style of the first site.
pub(super) fn list_page(desk: &Arc<Desk>) -> String {
    let shown = desk.shown();
    let folder = shown.sites.first().map(|(folder, ..)| folder.as_str()).filter(|folder| !folder.is_empty());
    let home = folder.map_or_else(|| "/".to_owned(), |folder| format!("/{folder}/"));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Findings – {title}</title>\n\
         <link rel=\"stylesheet\" href=\"{home}assets/css/playpress.css\">\n<script src=\"{home}assets/js/scheme.js\"></script>\n\
         <script src=\"/{BASE}live.js\" data-list defer></script>\n</head>\n<body>\n\
         <header class=\"site-header\"><div class=\"bar\"><a class=\"site-title\" href=\"{home}\">{title}</a></div></header>\n\
         <main id=\"page.text\" class=\"content playpress-list\" tabindex=\"-1\"><h1>Findings</h1></main>\n</body>\n</html>\n",
        title = escaped(shown.book.config.title()),
    )
}
