//! The pages of roles, services, phases, motions and owners, and the lists of all of each.

use std::collections::BTreeMap;

use ahash::HashSet;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::view::{GroupView, ListedPageView, Maker, NameView, PageLink, TaskView};
use super::super::{Content, Kind, Site, Subject, map};
use super::generated;
use crate::book::PageId;
use crate::book::catalog::{NameKind, Work, addresses};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };
pub(in crate::site) static LISTS: Kind = Kind { subjects: list_subjects, is_linked: true, make: make_list };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    let of = |kind: NameKind| {
        let named = site.catalog.names(kind).named.iter().enumerate();
        named.filter_map(move |(index, named)| Some((addresses::name(kind, &named.slug)?, Subject::Name(kind, u32::try_from(index).ok()?))))
    };
    NameKind::ALL.into_iter().flat_map(of).collect()
}

fn list_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    let has_some = |kind: &NameKind| !site.catalog.names(*kind).named.is_empty();
    NameKind::ALL.into_iter().filter(has_some).filter_map(|kind| Some((addresses::names(kind)?, Subject::Names(kind)))).collect()
}

/// What a list of all is called, and one of them.
fn titles(kind: NameKind) -> (&'static str, &'static str) {
    match kind {
        NameKind::Role => ("Roles", "Role"),
        NameKind::Service => ("Services", "Service"),
        NameKind::Phase => ("Phases", "Phase"),
        NameKind::Motion => ("Motions", "Motion"),
        NameKind::Owner => ("Owners", "Owner"),
    }
}

/// A role, a service and the like, as its template sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct NamePageView {
    /// `role`, `service`, `phase`, `motion` or `owner`.
    kind: String,
    /// What it is called.
    title: String,
    /// How many tasks it has that have to be done.
    mandatory: usize,
    /// How many it has that may be done.
    optional: usize,
    /// How many tasks it has in all.
    total: usize,
    /// Its tasks: by phase; those of a phase by page.
    groups: Vec<GroupView>,
    /// How many tasks are not shown; the catalogue has them.
    more_tasks: usize,
    /// The pages that name it.
    pages: Vec<ListedPageView>,
    /// How many pages name it.
    page_count: usize,
    /// How many of them are not shown.
    more_pages: usize,
    /// The catalogue of tasks, those of this name alone; empty where there is none.
    catalogue: String,
}

/// Tasks by their place in the catalog, each as one collection has it.
type Tasks<'s> = Vec<(usize, &'s Work)>;

/// The tasks of a name, each as the first collection has it where it has the name.
fn tasks_of(site: &Site, kind: NameKind, name: u32) -> Tasks<'_> {
    let has = |work: &&Work| match kind {
        NameKind::Role => work.roles.contains(&name),
        NameKind::Service => work.services.contains(&name),
        NameKind::Phase => work.phases.contains(&name),
        NameKind::Motion | NameKind::Owner => false,
    };
    let tasks = &site.catalog.names(kind).named[name as usize].tasks;
    tasks.iter().filter_map(|task| Some((*task as usize, site.catalog.tasks[*task as usize].works.iter().find(has)?))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Name(kind, name) = subject else { anyhow::bail!("`{output}` is no page of a name") };
    let mut maker = Maker::new(site, output);
    let tasks = tasks_of(site, kind, name);
    // A task of several phases stands in each of them.
    let mut all: BTreeMap<(bool, Option<Key>), Tasks<'_>> = BTreeMap::new();
    let order = site.catalog.names(NameKind::Phase).sorted();
    for (index, work) in tasks.iter().copied() {
        let mut own: Vec<Option<Key>> = match kind {
            NameKind::Phase => {
                let in_phase = |page: &PageId| site.catalog.pages[page.index()].phases.contains(&name);
                work.places.iter().take(1).flat_map(|places| &places.pages).copied().filter(in_phase).map(|page| Some(Key::Page(page))).collect()
            }
            _ => work
                .phases
                .iter()
                .map(|phase| Some(Key::Phase(order.iter().position(|other| other == phase).unwrap_or(usize::MAX), *phase)))
                .collect(),
        };
        if own.is_empty() {
            own.push(None);
        }
        for key in own {
            all.entry((key.is_none(), key)).or_default().push((index, work));
        }
    }
    // Nobody reads thousands of rows: the catalogue has them all.
    let mut left = MOST;
    let mut groups = Vec::new();
    for ((_, key), tasks) in all {
        let shown = tasks.len().min(left);
        left -= shown;
        if shown > 0 {
            groups.push(group(&mut maker, key, &tasks, shown));
        }
    }
    let shown: HashSet<&str> = groups.iter().flat_map(|group| &group.tasks).map(|task| task.id.as_str()).collect();
    let more_tasks = tasks.len() - shown.len().min(tasks.len());
    let pages = &site.catalog.names(kind).named[name as usize].pages;
    let (list, one) = titles(kind);
    let catalogue = match (kind, site.generated(Subject::Tasks(0))) {
        (NameKind::Role | NameKind::Service | NameKind::Phase, Some(path)) if !tasks.is_empty() => {
            let title =
                percent_encoding::utf8_percent_encode(&site.catalog.names(kind).named[name as usize].name, percent_encoding::NON_ALPHANUMERIC);
            format!("{}?{}={title}", output.href_to(path), one.to_lowercase())
        }
        _ => String::new(),
    };
    let view = NamePageView {
        kind: one.to_lowercase(),
        title: maker.name(kind, name).title,
        mandatory: count(&tasks, true),
        optional: count(&tasks, false),
        total: tasks.len(),
        groups,
        more_tasks,
        pages: pages.iter().take(MOST).map(|page| maker.listed(*page)).collect(),
        page_count: pages.len(),
        more_pages: pages.len().saturating_sub(MOST),
        catalogue,
    };
    let up = site.href(output, Subject::Names(kind));
    let title = view.title.clone();
    generated::render(site, output, "name.html", &title, vec![(list, up)], vec![("name", maker.finish(&view))])
}

/// What tasks are grouped by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// A phase, and its place among all.
    Phase(usize, u32),
    /// A page.
    Page(PageId),
}

fn count(tasks: &[(usize, &Work)], is_mandatory: bool) -> usize {
    tasks.iter().filter(|(_, work)| work.is_mandatory == Some(is_mandatory)).count()
}

/// How many tasks and how many pages the page of a name shows.
const MOST: usize = 300;

fn group(maker: &mut Maker<'_>, key: Option<Key>, tasks: &[(usize, &Work)], shown: usize) -> GroupView {
    let heading = match key {
        Some(Key::Phase(_, phase)) => maker.name(NameKind::Phase, phase),
        Some(Key::Page(page)) => maker.page(page),
        None => PageLink { title: "Without a phase".to_owned(), href: String::new() },
    };
    let views: Vec<TaskView> = tasks[..shown].iter().map(|(index, work)| maker.task(*index, work)).collect();
    GroupView { heading, mandatory: count(tasks, true), optional: count(tasks, false), tasks: views }
}

/// A process and those that follow it.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct StepsView {
    /// Its phase.
    phase: PageLink,
    /// The process.
    page: PageLink,
    /// The processes that its next steps lead to.
    next: Vec<PageLink>,
}

/// All processes, by phase: what the map shows, as text.
fn steps(maker: &mut Maker<'_>, site: &Site) -> Vec<StepsView> {
    let processes = &site.catalog.processes;
    let of = |phase: u32| processes.all.iter().filter(move |process| process.phase == phase);
    let in_order = processes.phases.iter().flat_map(|phase| of(*phase)).take(MOST);
    in_order
        .map(|process| StepsView {
            phase: maker.name(NameKind::Phase, process.phase),
            page: maker.page(process.page),
            next: process.next.iter().map(|next| maker.page(processes.all[*next].page)).collect(),
        })
        .collect()
}

/// A list of all roles, services and the like, as its template sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct NamesView {
    /// `roles`, `services`, `phases`, `motions` or `owners`.
    kind: &'static str,
    /// All of them.
    names: Vec<NameView>,
}

fn make_list(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Names(kind) = subject else { anyhow::bail!("`{output}` is no list of names") };
    let names = site.catalog.names(kind);
    let mut maker = Maker::new(site, output);
    let views = names.sorted().into_iter().map(|name| {
        let tasks = tasks_of(site, kind, name);
        NameView {
            page: maker.name(kind, name),
            mandatory: count(&tasks, true),
            optional: count(&tasks, false),
            tasks: tasks.len(),
            pages: names.named[name as usize].pages.len(),
        }
    });
    let view = NamesView { kind: kind.folder(), names: views.collect() };
    let mut values = vec![("list", maker.finish(&view))];
    if kind == NameKind::Phase {
        let mut maker = Maker::new(site, output);
        let steps = steps(&mut maker, site);
        values.push(("steps", maker.finish(&steps)));
        values.push(("map", map::draw(site, output).map(|map| map.map_or(tera::Value::none(), |svg| tera::Value::safe_string(&svg)))));
    }
    generated::render(site, output, "names.html", titles(kind).0, Vec::new(), values)
}
