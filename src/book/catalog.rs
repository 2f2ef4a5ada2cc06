//! What an edition says of tasks, and of the roles, services, phases, motions and owners that its pages name. Made of the edition's own pages
//! alone: nothing is taken from, or counted over, pages that its audience does not see.

mod changes;
mod names;
mod processes;

use std::sync::Arc;

use ahash::HashMap;
use rayon::prelude::*;

pub use changes::{Change, ChangeId};
pub use names::{NameKind, Named, Names, Part};
pub use processes::{Process, Processes};

use super::collections::{base_of, collection_of};
use super::dates::Dates;
use super::vocabulary::Vocabulary;
use super::{Book, Edition, EditionPage, PageId};
use crate::config::{Config, FactKind, Words, folded};
use crate::page::Page;
use crate::page::model::{Certainty, Mention, MentionPlace, TaskRow, TaskTable};
use crate::source::provenance::Provenance;
use crate::text::date::Date;
use crate::text::path::RelPath;

/// What an edition says of tasks, and of what its pages name.
pub struct Catalog {
    /// The tasks, by number.
    pub tasks: Vec<Task>,
    /// What the pages name, by kind.
    names: [Names; NameKind::ALL.len()],
    /// What changed, newest first.
    pub changes: Vec<Change>,
    /// The pages that say in which phase their work is done, and which follows which.
    pub processes: Processes,
    /// What is known of each page, in the order of the edition's pages.
    pub pages: Vec<PageFacts>,
    /// The dates of all rows of refresh summaries, by page, table and row.
    dated: Vec<Change>,
    by_id: HashMap<Box<str>, u32>,
}

/// What is known of a page beside what it says itself.
#[derive(Clone, Debug, Default)]
pub struct PageFacts {
    /// When it last changed: the newest row of its refresh summary, else `ms.date`.
    pub changed: Option<Date>,
    /// Who answers for it, in the list of owners.
    pub owners: Vec<u32>,
    /// When its work is done, in the list of phases.
    pub phases: Vec<u32>,
    /// Whether it belongs to the next version of a collection.
    pub is_preview: bool,
}

/// A row of a table of tasks: its page, and its place among all such rows of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RowId {
    /// The page.
    pub page: PageId,
    /// As [`crate::page::model::Model::row`] counts.
    pub row: u32,
}

/// A task, by its ID.
#[derive(Debug)]
pub struct Task {
    /// Its digits.
    pub id: Box<str>,
    /// What it is in each collection that has it, previews folded into what they are the next version of.
    pub works: Vec<Work>,
    /// Where text names it, headings included, and refresh summaries not: the page, and the place among its mentions.
    pub mentions: Vec<(PageId, u32)>,
    /// The changes that name it, newest first.
    pub changes: Vec<ChangeId>,
    /// The heading of a page of definitions that says what it is.
    pub definition: Option<(PageId, usize)>,
}

/// A task in one collection.
#[derive(Debug)]
pub struct Work {
    /// The collection's name; empty at the top of the content.
    pub collection: Box<str>,
    /// The rows, in the order of pages.
    pub rows: Vec<RowId>,
    /// The row, by its place in `rows`, from which name and cells are taken: the first in the source language that is no preview.
    pub lead: usize,
    /// Whether it has to be done; `None`: nothing says.
    pub is_mandatory: Option<bool>,
    /// Of all its rows in the language of the lead.
    pub roles: Vec<u32>,
    /// Likewise.
    pub services: Vec<u32>,
    /// Likewise, of their pages.
    pub phases: Vec<u32>,
    /// Whether only the next version of the collection has it.
    pub is_preview: bool,
    /// The pages that define it, those that are compared together.
    pub places: Vec<Places>,
}

/// Pages in one language, and all or none of them in the next version of a collection, that define a task.
#[derive(Debug)]
pub struct Places {
    /// The language, BCP 47.
    pub language: Arc<str>,
    /// Whether they belong to the next version of the collection.
    pub is_preview: bool,
    /// The pages, in their order.
    pub pages: Vec<PageId>,
    /// Where all of them come from.
    pub from: Provenance,
}

impl Work {
    /// The row from which name and cells are taken.
    #[must_use]
    pub fn lead(&self) -> RowId {
        self.rows[self.lead]
    }
}

/// The rows of tasks by ID and collection, each with whether it is of a preview.
type Rows<'b> = HashMap<(&'b str, &'b str), Vec<(RowId, bool)>>;

/// The row that an ID stands for, and its table.
#[must_use]
pub fn row(edition: &Edition, id: RowId) -> Option<(&TaskTable, &TaskRow)> {
    edition.page(id.page).page.model.row(id.row as usize)
}

/// The fact of a kind that holds at a heading: that of its section, else of the nearest section around it.
#[must_use]
pub fn fact_at(page: &Page, kind: FactKind, heading: Option<usize>) -> Option<&str> {
    let mut at = heading;
    loop {
        let found = page.model.facts.iter().find(|fact| fact.kind == kind && fact.heading == at && !fact.value.text.is_empty());
        if let Some(fact) = found {
            return Some(&fact.value.text);
        }
        let level = page.headings.get(at?)?.level;
        at = page.headings[..at?].iter().rposition(|above| above.level < level);
    }
}

impl Catalog {
    /// Reads the pages of an edition.
    #[must_use]
    pub fn new(book: &Book, edition: &Edition) -> Self {
        let config = &book.config;
        let words = Words::embedded();
        let dates = Dates::of(&words, &edition.pages);
        let vocabulary = Vocabulary::of_pages(config, &edition.pages);
        let mut names = NameKind::ALL.map(Names::new);
        let mut pages = Vec::with_capacity(edition.pages.len());
        let mut rows: Rows<'_> = HashMap::default();
        for (index, page) in edition.pages.iter().enumerate() {
            let id = PageId::from_index(index);
            let path = book.sources.path(page.page.file);
            let collection = collection_of(config, path);
            let base = base_of(config, collection);
            let mut facts = PageFacts { is_preview: base != collection, ..PageFacts::default() };
            if let Some(file) = book.sources.file(page.page.file) {
                facts.changed = dates.last_change(page, file);
                let owners = book.sources.metadata_text(file, "ft.owner").filter(|_| edition.shows_people());
                facts.owners = names[NameKind::Owner.index()].read_owners(owners.as_deref().unwrap_or_default(), id, &page.page.from);
            }
            for fact in &page.page.model.facts {
                if let Some(kind) = NameKind::of_fact(fact.kind) {
                    let found = names[kind.index()].read(&fact.value.text, &vocabulary, id, &page.page.from);
                    if kind == NameKind::Phase {
                        facts.phases.extend(found);
                    }
                }
            }
            facts.phases.dedup();
            for (number, (table, row)) in page.page.model.rows().enumerate() {
                let is_whole = table.is_whole(row);
                for (kind, cell) in [(NameKind::Role, &row.role), (NameKind::Service, &row.services)] {
                    if let Some(cell) = cell.as_ref().filter(|_| is_whole) {
                        names[kind.index()].read(&cell.text, &vocabulary, id, &page.page.from);
                    }
                }
                if row.id.text.is_empty() {
                    continue;
                }
                let row_id = RowId { page: id, row: u32::try_from(number).unwrap_or(u32::MAX) };
                rows.entry((&row.id.text, base)).or_default().push((row_id, facts.is_preview));
            }
            pages.push(facts);
        }
        for list in &mut names {
            list.settle();
        }
        let mut catalog = Self {
            tasks: Vec::new(),
            names,
            changes: Vec::new(),
            processes: Processes::default(),
            pages,
            dated: Vec::new(),
            by_id: HashMap::default(),
        };
        catalog.order_phases(edition, config);
        catalog.tasks(config, edition, rows);
        (catalog.changes, catalog.dated) = changes::read(edition, &dates);
        catalog.mentions(edition);
        catalog.definitions(book, edition);
        for (index, task) in catalog.tasks.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            for work in &task.works {
                for (kind, found) in [(NameKind::Role, &work.roles), (NameKind::Service, &work.services), (NameKind::Phase, &work.phases)] {
                    for name in found {
                        catalog.names[kind.index()].named[*name as usize].tasks.push(index);
                    }
                }
            }
        }
        for list in &mut catalog.names {
            list.named.iter_mut().for_each(|named| named.tasks.dedup());
        }
        catalog.processes = Processes::read(&catalog, config, edition);
        catalog
    }

    /// What the pages name of a kind.
    #[must_use]
    pub fn names(&self, kind: NameKind) -> &Names {
        &self.names[kind.index()]
    }

    /// The task with these digits.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<(usize, &Task)> {
        let index = *self.by_id.get(id)? as usize;
        Some((index, &self.tasks[index]))
    }

    /// The task that a mention names.
    #[must_use]
    pub fn named_by(&self, edition: &Edition, mention: &Mention) -> Option<usize> {
        let (index, task) = self.task(&mention.id.text)?;
        let is_it = match mention.certainty {
            Certainty::Sure | Certainty::Listed => true,
            Certainty::Named => {
                let (_, behind) = mention.sentence.split_once(&*mention.id.text)?;
                let behind = folded(behind);
                let is_name = |id: &RowId| row(edition, *id).is_some_and(|(_, row)| begins_with_name(&behind, &row.name.text));
                task.works.iter().flat_map(|work| work.rows.iter().take(COMPARED)).any(is_name)
            }
        };
        is_it.then_some(index)
    }

    /// The date of a row of a table of changes.
    #[must_use]
    pub fn date(&self, page: PageId, table: usize, row: usize) -> Option<Date> {
        let found = self.dated.binary_search_by_key(&(page, table, row), |change| (change.page, change.table, change.row)).ok()?;
        Some(self.dated[found].date)
    }

    /// Phases come in the order of the vocabulary, else in that in which readers meet them.
    fn order_phases(&mut self, edition: &Edition, config: &Config) {
        let mut ranks: Vec<Vec<usize>> = vec![Vec::new(); self.names(NameKind::Phase).named.len()];
        for (index, facts) in self.pages.iter().enumerate() {
            let place = edition.nav.places.get(index).copied().flatten();
            let rank = place.and_then(|place| Some(place.tree * 1_000_000 + place.node?)).unwrap_or(usize::MAX);
            for phase in &facts.phases {
                ranks[*phase as usize].push(rank);
            }
        }
        let median = |ranks: &mut Vec<usize>| {
            ranks.sort_unstable();
            ranks.get(ranks.len() / 2).copied().unwrap_or(usize::MAX)
        };
        let mut by_rank: Vec<usize> = ranks.iter_mut().map(median).collect();
        for (name, rank) in self.names(NameKind::Phase).named.iter().zip(&mut by_rank) {
            if let Some(place) = config.vocabulary.phases.get_index_of(&*name.name) {
                *rank = place;
            }
        }
        self.names[NameKind::Phase.index()].order = by_rank;
    }

    fn tasks(&mut self, config: &Config, edition: &Edition, rows: Rows<'_>) {
        let mut rows: Vec<_> = rows.into_iter().collect();
        let number = |id: &str| (id.trim_start_matches('0').len(), id.trim_start_matches('0').to_owned());
        rows.sort_by_cached_key(|((id, base), _)| (number(id), (*id).to_owned(), (*base).to_owned()));
        let works: Vec<Work> = rows.par_iter().map(|((_, base), rows)| self.work(config, edition, base, rows)).collect();
        for (((id, _), _), work) in rows.into_iter().zip(works) {
            if let Some(task) = self.tasks.last_mut().filter(|task| *task.id == *id) {
                task.works.push(work);
            } else {
                self.by_id.insert(id.into(), u32::try_from(self.tasks.len()).unwrap_or(u32::MAX));
                self.tasks.push(Task { id: id.into(), works: vec![work], mentions: Vec::new(), changes: Vec::new(), definition: None });
            }
        }
    }

    fn work(&self, config: &Config, edition: &Edition, base: &str, rows: &[(RowId, bool)]) -> Work {
        let language = |row: RowId| &*edition.page(row.page).language;
        let rank = |(row, is_preview): &(RowId, bool)| (language(*row) != config.language, *is_preview, *row);
        let lead = rows.iter().enumerate().min_by_key(|(_, row)| rank(row)).map_or(0, |(index, _)| index);
        let lead_language = language(rows[lead].0);
        let mut work = Work {
            collection: base.into(),
            lead,
            is_mandatory: None,
            roles: Vec::new(),
            services: Vec::new(),
            phases: Vec::new(),
            is_preview: rows.iter().all(|(_, is_preview)| *is_preview),
            places: Vec::new(),
            rows: rows.iter().map(|(row, _)| *row).collect(),
        };
        work.is_mandatory = row(edition, work.lead()).and_then(|(table, row)| table.is_mandatory(row));
        for id in work.rows.iter().copied().filter(|id| language(*id) == lead_language) {
            for (kind, into) in [(NameKind::Role, &mut work.roles), (NameKind::Service, &mut work.services)] {
                into.extend(self.of_row(edition, id, kind));
            }
            work.phases.extend(&self.pages[id.page.index()].phases);
        }
        for list in [&mut work.roles, &mut work.services, &mut work.phases] {
            list.sort_unstable();
            list.dedup();
        }
        for (id, is_preview) in rows.iter().copied() {
            let language = &edition.page(id.page).language;
            match work.places.iter_mut().find(|places| places.language == *language && places.is_preview == is_preview) {
                Some(places) if places.pages.last() == Some(&id.page) => {}
                Some(places) => places.pages.push(id.page),
                None => {
                    work.places.push(Places { language: language.clone(), is_preview, pages: vec![id.page], from: Provenance::default() });
                }
            }
        }
        for places in &mut work.places {
            places.from = Provenance::union(places.pages.iter().map(|page| edition.page(*page).page.from.clone()));
        }
        work
    }

    /// What a row says of a kind: its cell, else what holds where it stands.
    pub fn of_row<'c>(&'c self, edition: &'c Edition, id: RowId, kind: NameKind) -> impl Iterator<Item = u32> + 'c {
        let page = edition.page(id.page);
        let text = row(edition, id).and_then(|(table, row)| {
            let (cell, fact) = match kind {
                NameKind::Role => (&row.role, FactKind::Role),
                NameKind::Service => (&row.services, FactKind::Services),
                NameKind::Phase | NameKind::Motion | NameKind::Owner => return None,
            };
            let cell = cell.as_ref().filter(|_| table.is_whole(row));
            cell.map(|cell| &*cell.text).filter(|text| !text.is_empty()).or_else(|| fact_at(&page.page, fact, table.heading))
        });
        self.names(kind).parts(text.unwrap_or_default()).iter().map(|part| part.name)
    }

    fn mentions(&mut self, edition: &Edition) {
        for (index, page) in edition.pages.iter().enumerate() {
            for (number, mention) in page.page.model.mentions.iter().enumerate() {
                if mention.place == MentionPlace::Refresh {
                    continue;
                }
                if let Some(task) = self.named_by(edition, mention) {
                    self.tasks[task].mentions.push((PageId::from_index(index), u32::try_from(number).unwrap_or(u32::MAX)));
                }
            }
        }
        for (index, change) in self.changes.iter().enumerate() {
            for id in change.tasks(edition) {
                if let Some(task) = self.by_id.get(id) {
                    let changes = &mut self.tasks[*task as usize].changes;
                    if changes.last() != Some(&ChangeId(index)) {
                        changes.push(ChangeId(index));
                    }
                }
            }
        }
    }

    fn definitions(&mut self, book: &Book, edition: &Edition) {
        let Some(path) = &book.config.definitions else { return };
        let is_it = |page: &EditionPage| page.published == *path || book.sources.path(page.page.file) == path;
        let Some(index) = edition.pages.iter().position(is_it) else { return };
        for (number, heading) in edition.pages[index].page.headings.iter().enumerate() {
            let task = defined(&heading.text).and_then(|(id, _)| self.by_id.get(id));
            if let Some(task) = task {
                self.tasks[*task as usize].definition.get_or_insert((PageId::from_index(index), number));
            }
        }
    }
}

/// How many rows of a task are asked for its name.
const COMPARED: usize = 40;

/// Whether a folded text begins with a name, or with enough of it.
fn begins_with_name(text: &str, name: &str) -> bool {
    let name = folded(name);
    let enough: String = name.chars().take(12).collect();
    enough.chars().count() >= 3 && text.starts_with(&enough)
}

/// The ID and the name that a heading such as `983: Name` defines.
#[must_use]
pub fn defined(heading: &str) -> Option<(&str, &str)> {
    let digits = heading.bytes().take_while(u8::is_ascii_digit).count();
    let name = heading[digits..].trim_start().strip_prefix([':', '：'])?;
    (digits >= 3).then(|| (&heading[..digits], name.trim()))
}

impl Catalog {
    /// Whether something that is generated has this address, below the folder for what is generated.
    #[must_use]
    pub fn has_address(&self, path: &RelPath) -> bool {
        let has_list = |kind: &NameKind| !self.names(*kind).named.is_empty() && addresses::names(*kind).as_ref() == Some(path);
        let has_name = |kind: &NameKind| self.names(*kind).named.iter().any(|named| addresses::name(*kind, &named.slug).as_ref() == Some(path));
        match path.as_str() {
            addresses::TASKS | addresses::TASKS_JSON | addresses::TASKS_CSV => !self.tasks.is_empty(),
            addresses::WHATS_NEW | addresses::FEED => !self.changes.is_empty(),
            addresses::PRINT | addresses::SEARCH => true,
            other => match other.strip_prefix("tasks/") {
                Some(_) => self.task(path.stem()).is_some(),
                None => NameKind::ALL.iter().any(|kind| other.starts_with(kind.folder()) && (has_list(kind) || has_name(kind))),
            },
        }
    }
}

/// Whether something that is generated could have this address: a cheap question before [`Catalog::has_address`].
#[must_use]
pub fn may_have_address(path: &RelPath) -> bool {
    let path = path.as_str();
    let fixed = [addresses::PRINT, addresses::SEARCH, addresses::TASKS_JSON, addresses::TASKS_CSV, addresses::WHATS_NEW, addresses::FEED];
    let folder = path.split_once('/').map_or("", |(folder, _)| folder);
    fixed.contains(&path) || folder == "tasks" || NameKind::ALL.iter().any(|kind| kind.folder() == folder)
}

/// The addresses of what is generated, from the root of a site. Content wins over it.
pub mod addresses {
    use super::{Arc, NameKind, RelPath};

    /// The catalogue of tasks.
    pub const TASKS: &str = "tasks/index.html";
    /// The same for programs.
    pub const TASKS_JSON: &str = "tasks.json";
    /// The same for spreadsheets.
    pub const TASKS_CSV: &str = "tasks.csv";
    /// What changed.
    pub const WHATS_NEW: &str = "whats-new.html";
    /// The page of the search.
    pub const SEARCH: &str = "search.html";
    /// The book to print.
    pub const PRINT: &str = "print/index.html";
    /// The same as an Atom feed.
    pub const FEED: &str = "feed.xml";

    /// The page of a task; one whose number is longer than a file's name may be has none.
    #[must_use]
    pub fn task(id: &str) -> Option<RelPath> {
        if id.len() > 64 {
            return None;
        }
        RelPath::new(&format!("tasks/{id}.html")).ok()
    }

    /// The page of a role, a service and the like.
    #[must_use]
    pub fn name(kind: NameKind, slug: &Arc<str>) -> Option<RelPath> {
        RelPath::new(&format!("{}/{slug}.html", kind.folder())).ok()
    }

    /// The list of all roles, services and the like.
    #[must_use]
    pub fn names(kind: NameKind) -> Option<RelPath> {
        RelPath::new(&format!("{}/index.html", kind.folder())).ok()
    }
}
