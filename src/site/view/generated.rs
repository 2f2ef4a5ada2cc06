//! What the templates of generated pages are given.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::PageLink;
use crate::book::catalog::{Change, NameKind, RowId, Task, Work, fact_at, row};
use crate::book::{Edition, PageId};
use crate::config::FactKind;
use crate::page::TASK_ANCHOR;
use crate::page::model::Field;
use crate::site::{Site, Subject, language};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::escape::{escaped, push_lines};
use crate::text::path::RelPath;

/// A task in a list.
#[derive(Clone, Serialize, JsonSchema)]
pub struct TaskView {
    /// Its digits.
    pub id: String,
    /// Its page; empty where it has none.
    pub href: String,
    /// What it is called.
    pub title: String,
    /// `mandatory`, `optional`, or empty where nothing says.
    pub mandatory: &'static str,
    /// Who does it.
    pub roles: Vec<PageLink>,
    /// What it is about.
    pub services: Vec<PageLink>,
    /// When it is done.
    pub phases: Vec<PageLink>,
    /// The collection that it belongs to, where others have a task with its ID; else empty.
    pub collection: String,
    /// Whether only the next version of the collection has it.
    pub is_preview: bool,
}

/// A task in one collection, on its own page.
#[derive(Clone, Serialize, JsonSchema)]
pub struct WorkView {
    /// The task as lists show it.
    pub task: TaskView,
    /// What it is called in other languages.
    pub translations: Vec<TranslationView>,
    /// The rows that define it.
    pub places: Vec<PlaceView>,
    /// Whether the rows, those in one language, say different things of it.
    pub differs: bool,
}

/// What a task is called in another language.
#[derive(Clone, Serialize, JsonSchema)]
pub struct TranslationView {
    /// What it is called.
    pub title: String,
    /// The language, BCP 47.
    pub language: String,
    /// What the language calls itself.
    pub language_name: String,
}

/// A row that defines a task.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PlaceView {
    /// The page, with the row's anchor.
    pub page: PageLink,
    /// The heading above it; empty where there is none.
    pub section: String,
    /// The language of the page, BCP 47.
    pub language: String,
    /// Whether the page belongs to the next version of the collection.
    pub is_preview: bool,
    /// What the row says, in the order name, mandatory or optional, role, services.
    pub cells: Vec<CellView>,
}

/// A cell of a row that defines a task.
#[derive(Clone, Serialize, JsonSchema)]
pub struct CellView {
    /// As written.
    pub text: String,
    /// Whether most other rows of the task say something else.
    pub differs: bool,
}

/// A sentence that names a task.
#[derive(Clone, Serialize, JsonSchema)]
pub struct MentionView {
    /// The page, with the heading that the sentence stands below.
    pub page: PageLink,
    /// The sentence.
    pub sentence: String,
    /// The language of the page, BCP 47.
    pub language: String,
}

/// A row of a refresh summary.
#[derive(Clone, Serialize, JsonSchema)]
pub struct ChangeView {
    /// When, as `2026-11-21`.
    pub date: String,
    /// The page.
    pub page: PageLink,
    /// What changed, as HTML: the tasks that it names are links.
    pub what_html: String,
    /// Who changed it; empty where readers are not to know.
    pub who: String,
    /// The language of the page, BCP 47.
    pub language: String,
    /// Whether the page belongs to the next version of a collection.
    pub is_preview: bool,
}

/// Tasks under one heading.
#[derive(Clone, Serialize, JsonSchema)]
pub struct GroupView {
    /// The heading.
    pub heading: PageLink,
    /// The tasks.
    pub tasks: Vec<TaskView>,
    /// How many of them have to be done.
    pub mandatory: usize,
    /// How many of them may be done.
    pub optional: usize,
}

/// A role, a service and the like in a list of all.
#[derive(Clone, Serialize, JsonSchema)]
pub struct NameView {
    /// Its page.
    pub page: PageLink,
    /// How many tasks it has that have to be done.
    pub mandatory: usize,
    /// How many it has that may be done.
    pub optional: usize,
    /// How many tasks it has in all.
    pub tasks: usize,
    /// How many pages name it.
    pub pages: usize,
}

/// A page in a list of pages.
#[derive(Clone, Serialize, JsonSchema)]
pub struct ListedPageView {
    /// The page.
    pub page: PageLink,
    /// When it last changed, as `2026-11-21`; empty where nothing says.
    pub changed: String,
    /// Its phases.
    pub phases: Vec<PageLink>,
    /// Its language, BCP 47.
    pub language: String,
    /// Whether it belongs to the next version of a collection.
    pub is_preview: bool,
}

/// The letter for mandatory or optional, with its meaning in words for those who do not see its form. `letter` is HTML.
#[must_use]
pub fn mandatory_mark(is_mandatory: bool, letter: &str) -> String {
    let (class, word) = if is_mandatory { ("is-mandatory", "Mandatory") } else { ("is-optional", "Optional") };
    format!(
        "<span class=\"mo {class}\" title=\"{word}\"><span aria-hidden=\"true\">{letter}</span><span class=\"visually-hidden\" lang=\"en\">{word}</span></span>"
    )
}

/// Makes the views of one output, and keeps where they come from.
pub struct Maker<'s> {
    site: &'s Site,
    edition: &'s Edition,
    output: &'s RelPath,
    from: Vec<Provenance>,
}

impl<'s> Maker<'s> {
    /// Views for the output at a path.
    #[must_use]
    pub fn new(site: &'s Site, output: &'s RelPath) -> Self {
        Self { site, edition: site.edition(), output, from: Vec::new() }
    }

    /// A value made of these views, with their sources.
    #[must_use]
    pub fn finish<T: Serialize>(self, value: &T) -> Sourced<tera::Value> {
        Sourced::new(tera::Value::from_serializable(value), Provenance::union(self.from))
    }

    /// A value that is no template's, with the sources of the views.
    #[must_use]
    pub fn sourced<T>(self, value: T) -> Sourced<T> {
        Sourced::new(value, Provenance::union(self.from))
    }

    /// A link to something that is generated, or its name where there is no page of it.
    fn generated(&self, subject: Subject, title: &str) -> PageLink {
        PageLink { title: title.to_owned(), href: self.site.href(self.output, subject) }
    }

    /// A role, a service and the like.
    pub fn name(&mut self, kind: NameKind, name: u32) -> PageLink {
        let named = &self.site.catalog.names(kind).named[name as usize];
        self.from.push(named.from.clone());
        self.generated(Subject::Name(kind, name), &named.name)
    }

    fn names(&mut self, kind: NameKind, names: &[u32]) -> Vec<PageLink> {
        names.iter().map(|name| self.name(kind, *name)).collect()
    }

    /// A page of the content.
    pub fn page(&mut self, id: PageId) -> PageLink {
        let page = self.edition.page(id);
        self.from.push(page.page.from.clone());
        PageLink { title: page.page.heading().to_owned(), href: self.output.href_to(&page.output) }
    }

    /// A page in a list of pages.
    pub fn listed(&mut self, id: PageId) -> ListedPageView {
        let facts = &self.site.catalog.pages[id.index()];
        ListedPageView {
            page: self.page(id),
            changed: facts.changed.map(|date| date.to_string()).unwrap_or_default(),
            phases: self.names(NameKind::Phase, &facts.phases),
            language: self.edition.page(id).language.to_string(),
            is_preview: facts.is_preview,
        }
    }

    /// A task, as one of its collections has it.
    pub fn task(&mut self, index: usize, work: &Work) -> TaskView {
        let task = &self.site.catalog.tasks[index];
        let lead = work.lead();
        self.from.push(self.edition.page(lead.page).page.from.clone());
        // What roles and services it has, all its rows say.
        self.from.extend(work.places.iter().map(|places| places.from.clone()));
        TaskView {
            id: task.id.to_string(),
            href: self.generated(Subject::Task(index), "").href,
            title: row(self.edition, lead).map_or_else(String::new, |(_, row)| one_line(&row.name)),
            mandatory: match work.is_mandatory {
                Some(true) => "mandatory",
                Some(false) => "optional",
                None => "",
            },
            roles: self.names(NameKind::Role, &work.roles),
            services: self.names(NameKind::Service, &work.services),
            phases: self.names(NameKind::Phase, &work.phases),
            collection: if task.works.len() > 1 { work.collection.to_string() } else { String::new() },
            is_preview: work.is_preview,
        }
    }

    /// A task in one collection, with all that is known of it there.
    pub fn work(&mut self, index: usize, work: &Work) -> WorkView {
        let task = self.task(index, work);
        let language_of = |id: &RowId| self.edition.page(id.page).language.clone();
        let lead_language = language_of(&work.lead());
        let mut translations: Vec<TranslationView> = Vec::new();
        for id in work.rows.iter().filter(|id| language_of(id) != lead_language) {
            let Some((_, row)) = row(self.edition, *id) else { continue };
            let translation = TranslationView {
                title: one_line(&row.name),
                language: language_of(id).to_string(),
                language_name: language::name(&language_of(id)).to_owned(),
            };
            let is_known = |other: &TranslationView| other.language == translation.language && other.title == translation.title;
            if !translations.iter().any(is_known) {
                translations.push(translation);
            }
        }
        translations.sort_by(|a, b| a.language.cmp(&b.language));
        let mut places: Vec<PlaceView> = work.rows.iter().map(|id| self.place(&task.id, *id)).collect();
        let mut differs = false;
        for cell in 0..4 {
            // The columns of role and services are compared by what they mean, and all others by their words.
            let said: Vec<String> = work.rows.iter().zip(&places).map(|(id, place)| self.said(*id, cell, &place.cells[cell].text)).collect();
            for group in groups(&places) {
                let Some(usual) = most(&group.iter().map(|place| said[*place].as_str()).collect::<Vec<_>>()) else { continue };
                for place in group.iter().filter(|place| said[**place] != usual) {
                    places[*place].cells[cell].differs = true;
                    differs = true;
                }
            }
        }
        WorkView { task, translations, places, differs }
    }

    /// What a cell says, so that two that say the same are equal.
    fn said(&self, id: RowId, cell: usize, text: &str) -> String {
        let kind = match cell {
            2 => NameKind::Role,
            3 => NameKind::Service,
            _ => return crate::config::folded(&text.replace('&', " and ")),
        };
        let mut names: Vec<u32> = self.site.catalog.of_row(self.edition, id, kind).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() { text.to_owned() } else { format!("{names:?}") }
    }

    fn place(&mut self, task: &str, id: RowId) -> PlaceView {
        let page = self.edition.page(id.page);
        let mut link = self.page(id.page);
        link.href = format!("{}#{TASK_ANCHOR}{task}", link.href);
        let (table, cells) = row(self.edition, id).map_or((None, Vec::new()), |(table, row)| {
            let role = row.role.as_ref().filter(|cell| !cell.text.is_empty()).map(one_line);
            let services = row.services.as_ref().filter(|cell| !cell.text.is_empty()).map(one_line);
            let around = |kind| fact_at(&page.page, kind, table.heading).map(|text| text.replace('\n', " "));
            let cells = [
                one_line(&row.name),
                row.mandatory.as_ref().map(one_line).unwrap_or_default(),
                role.or_else(|| around(FactKind::Role)).unwrap_or_default(),
                services.or_else(|| around(FactKind::Services)).unwrap_or_default(),
            ];
            (Some(table), cells.into_iter().map(|text| CellView { text, differs: false }).collect())
        });
        let heading = table.and_then(|table| section(&page.page.headings, table.heading?));
        PlaceView {
            page: link,
            section: heading.unwrap_or_default(),
            language: page.language.to_string(),
            is_preview: self.site.catalog.pages[id.page.index()].is_preview,
            cells,
        }
    }

    /// The sentences that name a task.
    pub fn mentions(&mut self, task: &Task) -> Vec<MentionView> {
        let mut views: Vec<MentionView> = Vec::new();
        let mut last: Option<(PageId, std::sync::Arc<str>)> = None;
        for (id, number) in &task.mentions {
            let page = self.edition.page(*id);
            let Some(mention) = page.page.model.mentions.get(*number as usize) else { continue };
            // A sentence that names it twice is one.
            if last.as_ref().is_some_and(|(page, sentence)| page == id && *sentence == mention.sentence) {
                continue;
            }
            last = Some((*id, mention.sentence.clone()));
            let mut link = self.page(*id);
            if let Some(heading) = mention.heading.and_then(|heading| page.page.headings.get(heading)) {
                link.href = format!("{}#{}", link.href, heading.id);
            }
            views.push(MentionView { page: link, sentence: mention.sentence.to_string(), language: page.language.to_string() });
        }
        views
    }

    /// A row of a refresh summary.
    pub fn change(&mut self, change: &Change) -> ChangeView {
        let page = self.edition.page(change.page);
        let row = change.cells(self.edition);
        let who = row.and_then(|row| row.who.as_ref()).filter(|_| self.edition.shows_people()).map(one_line).unwrap_or_default();
        let what = row.and_then(|row| row.what.as_ref()).map(|what| &*what.text).unwrap_or_default();
        ChangeView {
            date: change.date.to_string(),
            page: self.page(change.page),
            what_html: self.linked(what, change),
            who,
            language: page.language.to_string(),
            is_preview: self.site.catalog.pages[change.page.index()].is_preview,
        }
    }

    /// A text as HTML, the tasks that it names as links.
    fn linked(&mut self, text: &str, change: &Change) -> String {
        let mut html = String::with_capacity(text.len() + 64);
        let mut rest = text;
        for id in change.tasks(self.edition) {
            let Some(at) = rest.find(id) else { continue };
            push_lines(&mut html, &rest[..at]);
            match self.site.catalog.task(id) {
                Some((index, task)) => {
                    self.from.push(self.edition.page(task.works[0].lead().page).page.from.clone());
                    match self.site.generated(Subject::Task(index)) {
                        Some(path) => {
                            let _ = write!(html, "<a class=\"task\" href=\"{}\">{id}</a>", escaped(&self.output.href_to(path)));
                        }
                        None => html.push_str(id),
                    }
                }
                None => html.push_str(id),
            }
            rest = &rest[at + id.len()..];
        }
        push_lines(&mut html, rest);
        html
    }
}

/// The text of a cell on one line.
fn one_line(field: &Field) -> String {
    field.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The heading of the step that a table stands in: not the one right above it, which only says that tasks follow.
fn section(headings: &[crate::markdown::Heading], at: usize) -> Option<String> {
    let own = headings.get(at)?;
    let above = headings[..at].iter().rfind(|above| above.level < own.level && above.level > 1);
    Some(above.filter(|_| own.level > 3).unwrap_or(own).text.clone())
}

/// The places that are compared with each other: in one language, and all or none of them in a preview.
fn groups(places: &[PlaceView]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let is_like = |group: &&mut Vec<usize>| {
            let other = &places[group[0]];
            other.language == place.language && other.is_preview == place.is_preview
        };
        match groups.iter_mut().find(is_like) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

/// What most say; of two that are said equally often, the first.
fn most<'t>(said: &[&'t str]) -> Option<&'t str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for text in said {
        match counts.iter_mut().find(|(other, _)| other == text) {
            Some((_, count)) => *count += 1,
            None => counts.push((text, 1)),
        }
    }
    let best = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == best).map(|(text, _)| text)
}

/// A text in at most so many lines, each of at most so many columns; what does not fit is cut.
#[must_use]
pub fn wrapped(text: &str, columns: usize, most: usize) -> Vec<String> {
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    let mut lines: Vec<String> = vec![String::new()];
    // Scripts without blanks may break anywhere.
    let words = text.split_whitespace().flat_map(|word| {
        let is_long = width(word) > columns;
        let pieces: Vec<String> = if is_long { word.chars().map(String::from).collect() } else { vec![word.to_owned()] };
        pieces.into_iter().enumerate().map(move |(index, piece)| (piece, index > 0))
    });
    let mut is_cut = false;
    for (word, is_joined) in words {
        let Some(line) = lines.last_mut() else { break };
        let blank = if is_joined || line.is_empty() { "" } else { " " };
        if width(line) + blank.len() + width(&word) <= columns {
            line.push_str(blank);
            line.push_str(&word);
        } else if lines.len() < most {
            lines.push(word);
        } else {
            is_cut = true;
            break;
        }
    }
    if is_cut && let Some(line) = lines.last_mut() {
        while width(line) >= columns {
            line.pop();
        }
        line.push('…');
    }
    lines
}
