//! What is wrong with a book. Takes a `&Book`, gives a [`Report`]; does not know who asks.

mod addresses;
mod baseline;
mod conflicts;
mod duplicates;
pub mod external;
mod facts;
mod files;
mod fix;
mod ignore;
mod language;
mod levels;
mod limit;
mod links;
mod metadata;
mod output;
mod redirect;
mod refresh;
mod registry;
mod sections;
mod since;
mod tasks;
mod toc;
mod translations;
mod uid;

use ahash::{HashMap, HashSet};
use rayon::prelude::*;

pub use baseline::{Baseline, text_of};
pub use fix::{Fixed, fix};
pub use limit::{DEFAULT as DEFAULT_MAX_PER_FILE, limited};
pub use registry::{rule, rules};
pub use since::new_since;

use crate::book::vocabulary::Vocabulary;
use crate::book::{Book, Edition};
use crate::diagnostic::{Diagnostic, Place, RuleMeta, Severity};
use crate::markdown::{CIRCULAR_REFERENCE, include_chain};
use crate::page::Page;
use crate::page::model::Field;
use crate::source::{AUDIENCE_LEAK, FILE_NOT_IN_EDITION, Role, SourceSet};
use crate::text::date::Date;
use crate::text::{FileId, Span};

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
        self.sort(&book.sources);
    }

    fn sort(&mut self, sources: &SourceSet) {
        self.diagnostics.sort_by_cached_key(|finding| {
            let path = finding.place.file().map(|file| sources.path(file).clone());
            (path, finding.place, finding.rule.code, finding.message.clone())
        });
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
    found: Vec<Found>,
    known: HashMap<(&'static str, Place, String), usize>,
}

/// A finding, and where it was met.
struct Found {
    finding: Diagnostic,
    pages: HashSet<FileId>,
    /// The editions, a bit each, of a finding that depends on the edition.
    editions: Option<u64>,
}

impl Sink {
    /// Adds a finding of `page`.
    fn add(&mut self, finding: Diagnostic, page: Option<FileId>) {
        self.put(finding, page);
    }

    /// Adds a finding that other editions with the same page may not have.
    fn add_of(&mut self, finding: Diagnostic, page: FileId, edition: usize) {
        let index = self.put(finding, Some(page));
        *self.found[index].editions.get_or_insert(0) |= 1 << edition;
    }

    /// Takes in what another collected.
    fn absorb(&mut self, other: Self) {
        for Found { finding, pages, editions } in other.found {
            let index = self.put(finding, None);
            let own = &mut self.found[index];
            own.pages.extend(pages);
            own.editions = match (own.editions, editions) {
                (Some(one), Some(two)) => Some(one | two),
                (one, two) => one.or(two),
            };
        }
    }

    fn put(&mut self, finding: Diagnostic, page: Option<FileId>) -> usize {
        // A circle is one fault, wherever it is entered.
        let place = if finding.rule.code == CIRCULAR_REFERENCE.code { Place::Project } else { finding.place };
        let key = (finding.rule.code, place, finding.message.clone());
        let next = self.found.len();
        let index = *self.known.entry(key).or_insert(next);
        if index == next {
            self.found.push(Found { finding, pages: HashSet::default(), editions: None });
        }
        self.found[index].pages.extend(page);
        index
    }

    /// The findings, each with how many more pages have it, and with the editions that have it if not all with its pages do.
    fn settle(self, book: &Book) -> Vec<Diagnostic> {
        let mut holders: HashMap<FileId, u64> = HashMap::default();
        if book.editions.len() > 1 && self.found.iter().any(|found| found.editions.is_some()) {
            for (index, edition) in book.editions.iter().enumerate() {
                for page in &edition.pages {
                    *holders.entry(page.page.file).or_default() |= 1 << index;
                }
            }
        }
        let settle = |Found { mut finding, pages, editions }: Found| {
            finding.more_pages = if finding.included_from.is_empty() { 0 } else { pages.len().saturating_sub(1) };
            let all = pages.iter().filter_map(|page| holders.get(page)).fold(0, |all, own| all | own);
            if let Some(own) = editions.filter(|own| all & !own != 0) {
                let names = book.editions.iter().enumerate().filter(|(index, _)| own & (1 << index) != 0).filter_map(|(_, edition)| edition.name());
                let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
                finding.message = format!("{} (in the {} edition)", finding.message, names.join(" and "));
            }
            finding
        };
        self.found.into_iter().map(settle).collect()
    }
}

/// Rules that are looked at together, beside other families.
type Family<'f> = &'f (dyn Fn(&mut Sink) + Sync);

/// Checks a book, as of a day.
#[must_use]
pub fn check(book: &Book, today: Date) -> Report {
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
    let families: [Family<'_>; 7] = [
        &|sink| editions(book, sink),
        &|sink| words(book, sink),
        &|sink| addresses::check(book, sink),
        &|sink| metadata::check(book, today, sink),
        &|sink| refresh::check(book, today, sink),
        &|sink| duplicates::check(book, sink),
        &|sink| {
            files::check(book, sink);
            toc::check_trails(book, sink);
            sections::check(book, sink);
        },
    ];
    let sinks: Vec<Sink> = families
        .par_iter()
        .map(|family| {
            let mut sink = Sink::default();
            family(&mut sink);
            sink
        })
        .collect();
    for family in sinks {
        sink.absorb(family);
    }
    for finding in levels::check(&book.config) {
        sink.add(finding, None);
    }
    let levels = levels::Levels::new(&book.config);
    let found = conflicts::without_what_they_cause(book, sink.settle(book));
    let judged = found.into_iter().filter_map(|finding| levels.judge(finding, &book.sources));
    let ignore::Applied { kept: mut diagnostics, ignored, about } = ignore::apply(book, judged.collect());
    diagnostics.extend(about.into_iter().filter_map(|finding| levels.judge(finding, &book.sources)));
    let mut report = Report { diagnostics, ignored, ..Report::default() };
    report.sort(&book.sources);
    report
}

/// What is wrong in each edition by itself.
fn editions(book: &Book, sink: &mut Sink) {
    for (index, edition) in book.editions.iter().enumerate() {
        pages(book, edition, sink);
        language::check(book, edition, sink);
        links::check(book, edition, sink);
        toc::check(book, edition, sink);
        output::check(book, edition, sink);
        redirect::check(book, edition, sink);
        uid::check(book, edition, sink);
        files::check_tocs(book, index, edition, sink);
    }
}

/// What depends on the words of the book.
fn words(book: &Book, sink: &mut Sink) {
    let vocabulary = Vocabulary::new(book);
    tasks::check(book, &vocabulary, sink);
    facts::check(book, &vocabulary, sink);
    translations::check(book, &vocabulary, sink);
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

/// A finding at some words of a page's model.
fn at_field(rule: &'static RuleMeta, page: &Page, field: &Field, message: impl Into<String>) -> Diagnostic {
    rule.at(field.span, message).included_from(include_chain(&page.includes, field.via))
}

/// Whether the words of a field stand in the file just so.
fn is_as_written(sources: &SourceSet, field: &Field) -> bool {
    sources.file(field.span.file).is_some_and(|file| file.text.get(field.span.range()) == Some(&*field.text))
}

/// The finding, with its fix only if the address stands at its place just so: that of a reference stands elsewhere.
fn mended_where_written(mut finding: Diagnostic, sources: &SourceSet, span: Span, url: &str) -> Diagnostic {
    if sources.file(span.file).and_then(|file| file.text.get(span.range())) != Some(url) {
        finding.fix = None;
    }
    finding
}

/// What a message shows of an author's words: not more than a line holds.
fn short(text: &str) -> String {
    const LONG: usize = 80;
    let mut shown: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = shown.char_indices().nth(LONG) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

/// Names the edition where a finding depends on it.
fn of_edition(mut finding: Diagnostic, edition: &Edition) -> Diagnostic {
    let depends = [AUDIENCE_LEAK.code, FILE_NOT_IN_EDITION.code].contains(&finding.rule.code);
    if let Some(name) = edition.name().filter(|_| depends) {
        finding.message = format!("{} (in the `{name}` edition)", finding.message);
    }
    finding
}
