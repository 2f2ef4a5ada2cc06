//! What is wrong with a book. Takes a `&Book`, gives a [`Report`]; does not know who asks.

mod baseline;
mod ignore;
mod language;
mod levels;
mod limit;
mod links;
mod output;
mod redirect;
mod registry;
mod toc;
mod uid;

use ahash::{HashMap, HashSet};

pub use baseline::{Baseline, text_of};
pub use limit::{DEFAULT as DEFAULT_MAX_PER_FILE, limited};
pub use registry::{rule, rules};

use crate::book::{Book, Edition};
use crate::diagnostic::{Diagnostic, Place, RuleMeta, Severity};
use crate::markdown::CIRCULAR_REFERENCE;
use crate::source::{AUDIENCE_LEAK, FILE_NOT_IN_EDITION, Role};
use crate::text::FileId;

/// The findings of a book, each fault once, by place.
#[derive(Debug, Default)]
pub struct Report {
    /// By path, then by place.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that a baseline holds: they fail nothing.
    pub baselined: Vec<Diagnostic>,
    /// Those that a comment passes over.
    pub ignored: Vec<Diagnostic>,
}

impl Report {
    /// How many findings have this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|finding| finding.severity == severity).count()
    }

    /// With findings about `book` that were made elsewhere, such as those about a theme.
    pub fn add(&mut self, book: &Book, found: Vec<Diagnostic>) {
        let levels = levels::Levels::new(&book.config);
        self.diagnostics.extend(found.into_iter().filter_map(|finding| levels.judge(finding, &book.sources)));
    }

    /// Keeps the findings of `select` (of all rules, where it is empty) that are not in `ignore`.
    pub fn select(&mut self, select: &[&'static RuleMeta], ignore: &[&'static RuleMeta]) {
        let is_in = |rules: &[&RuleMeta], finding: &Diagnostic| rules.iter().any(|rule| rule.code == finding.rule.code);
        self.diagnostics.retain(|finding| (select.is_empty() || is_in(select, finding)) && !is_in(ignore, finding));
    }

    /// The worst severity; `None` where nothing was found.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|finding| finding.severity).max()
    }
}

/// Collects findings: one for each fault, however many pages and editions have it.
#[derive(Default)]
struct Sink {
    found: Vec<(Diagnostic, HashSet<FileId>)>,
    known: HashMap<(&'static str, Place, String), usize>,
}

impl Sink {
    /// Adds a finding of `page`.
    fn add(&mut self, finding: Diagnostic, page: Option<FileId>) {
        // A circle is one fault, wherever it is entered.
        let place = if finding.rule.code == CIRCULAR_REFERENCE.code { Place::Project } else { finding.place };
        let key = (finding.rule.code, place, finding.message.clone());
        let next = self.found.len();
        let index = *self.known.entry(key).or_insert(next);
        if index == next {
            self.found.push((finding, HashSet::default()));
        }
        self.found[index].1.extend(page);
    }
}

/// Checks a book.
#[must_use]
pub fn check(book: &Book) -> Report {
    let mut sink = Sink::default();
    for finding in &book.found {
        sink.add(finding.clone(), None);
    }
    for file in book.sources.files().iter().filter(|file| matches!(file.role, Role::Page | Role::Toc | Role::Redirections)) {
        for finding in file.diagnostics.iter().chain(book.tocs.get(&file.id).iter().flat_map(|toc| &toc.diagnostics)) {
            sink.add(finding.clone(), None);
        }
    }
    for finding in &book.redirections.diagnostics {
        sink.add(finding.clone(), None);
    }
    for edition in &book.editions {
        pages(book, edition, &mut sink);
        language::check(book, edition, &mut sink);
        links::check(book, edition, &mut sink);
        toc::check(book, edition, &mut sink);
        output::check(book, edition, &mut sink);
        redirect::check(book, edition, &mut sink);
        uid::check(book, edition, &mut sink);
    }
    for finding in levels::check(&book.config) {
        sink.add(finding, None);
    }
    let levels = levels::Levels::new(&book.config);
    let judged = sink.found.into_iter().filter_map(|(mut finding, pages)| {
        finding.more_pages = if finding.included_from.is_empty() { 0 } else { pages.len().saturating_sub(1) };
        levels.judge(finding, &book.sources)
    });
    let ignore::Applied { kept: mut diagnostics, ignored, about } = ignore::apply(book, judged.collect());
    diagnostics.extend(about.into_iter().filter_map(|finding| levels.judge(finding, &book.sources)));
    diagnostics.sort_by_cached_key(|finding| {
        let path = finding.place.file().map(|file| book.sources.path(file).clone());
        (path, finding.place, finding.rule.code, finding.message.clone())
    });
    Report { diagnostics, ignored, ..Report::default() }
}

/// What was found while the pages of an edition were read, and in the fragments that they take in.
fn pages(book: &Book, edition: &Edition, sink: &mut Sink) {
    let mut fragments = HashSet::default();
    for page in &edition.pages {
        for finding in &page.page.diagnostics {
            sink.add(of_edition(finding.clone(), edition), Some(page.page.file));
        }
        for site in page.page.includes.iter().filter(|site| fragments.insert(site.file)) {
            for finding in book.sources.file(site.file).iter().flat_map(|file| &file.diagnostics) {
                sink.add(finding.clone(), None);
            }
        }
    }
}

/// Names the edition where a finding depends on it.
fn of_edition(mut finding: Diagnostic, edition: &Edition) -> Diagnostic {
    let depends = [AUDIENCE_LEAK.code, FILE_NOT_IN_EDITION.code].contains(&finding.rule.code);
    if let Some(name) = edition.name().filter(|_| depends) {
        finding.message = format!("{} (in the `{name}` edition)", finding.message);
    }
    finding
}
