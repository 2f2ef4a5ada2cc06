//! One source and its fragments as a page. Pure: the same reads give the same page. A page never reads another page.

mod language;
mod mentions;
pub mod model;
mod read;
pub(crate) mod style;
mod tables;

use std::ops::Range;
use std::sync::Arc;

use self::model::Model;
use self::read::Reader;
use self::style::Style;
use crate::config::SectionKind;
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Body, Dialect, Heading, IncludeSite, Link};
use crate::source::audience::AudienceIndex;
use crate::source::provenance::Provenance;
use crate::source::{Answer, Reads, SourceFile, SourceSet};
use crate::text::hash::Hash128;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

/// A page, as each edition that reads the same texts shows it.
#[derive(Debug)]
pub struct Page {
    /// Its source.
    pub file: FileId,
    /// From the front matter, else its first heading of level 1 to 3, else its file's name.
    pub title: String,
    /// From the front matter.
    pub description: Option<String>,
    /// The language of its text, where its script or its commonest words tell beyond doubt: a tag of two letters.
    pub written_in: Option<&'static str>,
    /// The article.
    pub body: Body,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The links and images that the book looks up.
    pub links: Vec<Link>,
    /// Ids and names of raw HTML.
    pub ids: Vec<String>,
    /// The includes that were carried out.
    pub includes: Vec<IncludeSite>,
    /// What it says as a part of a playbook.
    pub model: Model,
    /// The comments that speak to playpress.
    pub remarks: Vec<Span>,
    /// The findings in its own text and in what it includes.
    pub diagnostics: Vec<Diagnostic>,
    /// Its source and all that came in.
    pub from: Provenance,
    /// Of all that it was made of: pages of one file with the same hash are the same.
    pub hash: Hash128,
    /// Of what others may say of it: all but its article and where things stand. While somebody writes in its text, it stays the same.
    pub said: Hash128,
}

impl Page {
    /// What stands above its text: the first heading of level 1, else its title. Titles often repeat the name of the site.
    #[must_use]
    pub fn heading(&self) -> &str {
        self.headings.iter().find(|heading| heading.level == 1 && !heading.text.is_empty()).map_or(&self.title, |heading| &heading.text)
    }

    /// Whether it has a heading of level 1.
    #[must_use]
    pub fn has_h1(&self) -> bool {
        self.headings.iter().any(|heading| heading.level == 1)
    }

    /// Whether the page has an element with this id or name; the row of a task has one.
    #[must_use]
    pub fn has_anchor(&self, id: &str) -> bool {
        let is_task = |task: &str| self.model.rows().any(|(_, row)| *row.id.text == *task);
        self.has_own_anchor(id) || id.strip_prefix(TASK_ANCHOR).is_some_and(is_task)
    }

    /// Whether a heading or raw HTML of the page has this id or name.
    #[must_use]
    pub fn has_own_anchor(&self, id: &str) -> bool {
        self.headings.iter().any(|heading| heading.id == id) || self.ids.iter().any(|own| own == id)
    }

    /// The links of the sections of next steps, as places in [`Page::links`].
    pub fn next_steps(&self) -> impl Iterator<Item = Range<usize>> {
        next_steps(&self.headings, &self.model, self.links.len())
    }

    /// All ids and names of the page.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().map(|heading| heading.id.as_str()).chain(self.ids.iter().map(String::as_str))
    }
}

/// The links below the headings of next steps.
fn next_steps(headings: &[Heading], model: &Model, links: usize) -> impl Iterator<Item = Range<usize>> {
    let sections = model.sections.iter().enumerate().filter(|(_, section)| **section == Some(SectionKind::NextSteps));
    sections.map(move |(index, _)| {
        let heading = &headings[index];
        let end = headings[index + 1..].iter().find(|below| below.level <= heading.level).map_or(links, |below| below.first_link);
        heading.first_link.min(end)..end
    })
}

/// What stands before the digits of a task in the id of its row.
pub const TASK_ANCHOR: &str = "task-";

/// A page with what it read, to be used again as long as the same questions get the same answers.
#[derive(Clone, Debug)]
pub struct Built {
    /// Of the page's own source.
    hash: Hash128,
    log: Arc<[(RelPath, Answer)]>,
    /// The page.
    pub page: Arc<Page>,
}

impl Built {
    /// Whether building `file` for `audience` would give this page again.
    #[must_use]
    pub fn is_current(&self, sources: &SourceSet, file: &SourceFile, audience: Option<AudienceIndex>) -> bool {
        self.hash == file.hash && Reads::new(sources, audience).agrees_with(&self.log)
    }
}

/// Builds the page of `file` as `audience` reads it.
#[must_use]
pub fn build(sources: &SourceSet, file: &SourceFile, audience: Option<AudienceIndex>, dialect: &Dialect) -> Built {
    let reads = Reads::new(sources, audience);
    let mut reader = Reader::new(&dialect.words);
    let mut style = Style::new(sources, &dialect.terms);
    let mut rendered = markdown::render(&reads, sources, dialect, file, &mut |event, origin, at| {
        reader.event(event, origin, at);
        style.event(event, origin);
    });
    for (finding, via) in style.into_found(file.id) {
        rendered.diagnostics.push(finding.included_from(markdown::include_chain(&rendered.includes, via)));
    }
    rendered.links.shrink_to_fit();
    rendered.headings.shrink_to_fit();
    rendered.diagnostics.shrink_to_fit();
    let from = Provenance::union(std::iter::once(file.id).chain(rendered.includes.iter().map(|site| site.file)).map(Provenance::file));
    let heading = rendered.headings.iter().find(|heading| heading.level <= 3 && !heading.text.is_empty());
    let title =
        sources.metadata_text(file, "title").or_else(|| heading.map(|heading| heading.text.clone())).unwrap_or_else(|| file.path.stem().to_owned());
    let model = reader.into_model();
    let log = reads.into_log();
    let said = {
        let front = &file.text[..file.front.body_start];
        let headings: Vec<_> = rendered.headings.iter().map(|heading| (heading.level, &heading.text, &heading.id)).collect();
        let includes: Vec<FileId> = rendered.includes.iter().map(|site| site.file).collect();
        // Where a reader goes next stands on the map.
        let next = next_steps(&rendered.headings, &model, rendered.links.len()).flat_map(|links| &rendered.links[links]);
        let next: Vec<_> = next.map(|link| &link.target).collect();
        Hash128::of_value(&(front, &title, headings, &rendered.ids, includes, &model, next))
    };
    let page = Page {
        file: file.id,
        title,
        description: sources.metadata_text(file, "description"),
        written_in: language::detect(&file.text[file.front.body_start..]),
        body: rendered.body,
        headings: rendered.headings,
        links: rendered.links,
        ids: rendered.ids,
        includes: rendered.includes,
        model,
        remarks: rendered.remarks,
        diagnostics: rendered.diagnostics,
        from,
        hash: Hash128::of_value(&(file.hash, &log)),
        said,
    };
    Built { hash: file.hash, log: log.into(), page: Arc::new(page) }
}
