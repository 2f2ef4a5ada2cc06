//! The catalogue of tasks: pages of a plain table, and the same as JSON, as CSV, and as a script for the one that filters it.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::view::{Maker, TaskView};
use super::super::{Content, Kind, Site, Subject};
use super::generated;
use crate::book::catalog::{NameKind, Work, addresses};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };
pub(in crate::site) static JSON: Kind = Kind { subjects: json_subjects, is_linked: true, make: make_json };
pub(in crate::site) static CSV: Kind = Kind { subjects: csv_subjects, is_linked: true, make: make_csv };
pub(in crate::site) static SCRIPT: Kind = Kind { subjects: script_subjects, is_linked: true, make: make_script };

/// How many tasks a page of the table holds: more make a browser slow on a small machine.
const PER_PAGE: usize = 500;

/// Of each task, one entry for each collection that has it.
fn entries(site: &Site) -> impl Iterator<Item = (usize, &Work)> {
    site.catalog.tasks.iter().enumerate().flat_map(|(index, task)| task.works.iter().map(move |work| (index, work)))
}

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    let count = entries(site).count().div_ceil(PER_PAGE);
    let path = |page: usize| if page == 0 { RelPath::new(addresses::TASKS) } else { RelPath::new(&format!("tasks/page-{}.html", page + 1)) };
    (0..count).filter_map(|page| Some((path(page).ok()?, Subject::Tasks(page)))).collect()
}

/// One output, where there are tasks at all.
fn single(site: &Site, path: &str, subject: Subject) -> Vec<(RelPath, Subject)> {
    if site.catalog.tasks.is_empty() { Vec::new() } else { RelPath::new(path).map(|path| (path, subject)).into_iter().collect() }
}

fn json_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    single(site, addresses::TASKS_JSON, Subject::TasksJson)
}

fn csv_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    single(site, addresses::TASKS_CSV, Subject::TasksCsv)
}

fn script_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    single(site, "assets/tasks.js", Subject::TasksScript)
}

/// A page of the catalogue, as its template sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct CatalogueView {
    /// The tasks of this page of it.
    tasks: Vec<TaskView>,
    /// How many there are in all.
    total: usize,
    /// How many of them have to be done.
    mandatory: usize,
    /// How many may be done.
    optional: usize,
    /// The address of each page of it; empty where there is one.
    pages: Vec<String>,
    /// Which of them this is, from 1 on.
    page: usize,
    /// The address of the list of all tasks as JSON.
    json: String,
    /// The same as CSV.
    csv: String,
    /// The same as the script that the filter of the page loads.
    script: String,
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Tasks(page) = subject else { anyhow::bail!("`{output}` is no catalogue of tasks") };
    let mut maker = Maker::new(site, output);
    let tasks: Vec<TaskView> = entries(site).skip(page * PER_PAGE).take(PER_PAGE).map(|(index, work)| maker.task(index, work)).collect();
    let href = |subject: Subject| site.href(output, subject);
    let count = |is_mandatory: bool| entries(site).filter(|(_, work)| work.is_mandatory == Some(is_mandatory)).count();
    let total = entries(site).count();
    let view = CatalogueView {
        tasks,
        total,
        mandatory: count(true),
        optional: count(false),
        pages: if total > PER_PAGE { (0..total.div_ceil(PER_PAGE)).map(|page| href(Subject::Tasks(page))).collect() } else { Vec::new() },
        page: page + 1,
        json: href(Subject::TasksJson),
        csv: href(Subject::TasksCsv),
        script: href(Subject::TasksScript),
    };
    let trail = if page == 0 { Vec::new() } else { vec![("Tasks", href(Subject::Tasks(0)))] };
    let title = if page == 0 { "Tasks".to_owned() } else { format!("Tasks, page {}", page + 1) };
    generated::render(site, output, "tasks.html", &title, trail, vec![("catalogue", maker.finish(&view))])
}

/// A task, as programs read it. Names are those that the pages give.
#[derive(Serialize)]
struct Entry<'e> {
    id: &'e str,
    name: String,
    /// `mandatory`, `optional`, or empty.
    mandatory: &'static str,
    roles: Vec<String>,
    services: Vec<String>,
    phases: Vec<String>,
    collection: &'e str,
    preview: bool,
    /// The page of the task, from the root of the site.
    url: String,
    /// The rows that define it, from the root of the site.
    places: Vec<String>,
}

fn all<'s>(site: &'s Site, output: &'s RelPath) -> (Maker<'s>, Vec<Entry<'s>>) {
    let root = RelPath::root();
    let mut maker = Maker::new(site, output);
    let mut list = Vec::new();
    for (index, work) in entries(site) {
        let task = &site.catalog.tasks[index];
        let view = maker.task(index, work);
        let titles = |links: Vec<super::super::view::PageLink>| links.into_iter().map(|link| link.title).collect();
        let place = |page: &crate::book::PageId| format!("{}#task-{}", root.href_to(&site.edition().page(*page).output), task.id);
        list.push(Entry {
            id: &task.id,
            name: view.title,
            mandatory: view.mandatory,
            roles: titles(view.roles),
            services: titles(view.services),
            phases: titles(view.phases),
            collection: &work.collection,
            preview: work.is_preview,
            url: site.href(&root, Subject::Task(index)),
            places: work.places.iter().flat_map(|places| &places.pages).map(place).collect(),
        });
    }
    (maker, list)
}

fn make_json(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let (maker, list) = all(site, output);
    let mut json = serde_json::to_vec_pretty(&serde_json::json!({ "tasks": list }))?;
    json.push(b'\n');
    Ok(maker.sourced(Content::Bytes(json)))
}

fn make_csv(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let (maker, list) = all(site, output);
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(["ID", "Name", "Mandatory or optional", "Roles", "Services", "Phases", "Collection", "Preview", "Page"])?;
    for entry in &list {
        let preview = if entry.preview { "yes" } else { "" };
        let [roles, services, phases] = [&entry.roles, &entry.services, &entry.phases].map(|names| names.join(" / "));
        let cells = [entry.id, &entry.name, entry.mandatory, &roles, &services, &phases, entry.collection, preview, &entry.url];
        csv.write_record(cells.map(harmless))?;
    }
    Ok(maker.sourced(Content::Bytes(csv.into_inner().map_err(csv::IntoInnerError::into_error)?)))
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// What the script in the page needs to filter all tasks: names once, and rows that say which.
#[derive(Serialize)]
struct Script<'s> {
    roles: Vec<(&'s str, String)>,
    services: Vec<(&'s str, String)>,
    phases: Vec<(&'s str, String)>,
    /// ID, address, name, `m`, `o` or nothing, roles, services, phases, collection, whether it is a preview.
    rows: Vec<Row<'s>>,
}

type Row<'s> = (&'s str, String, String, &'static str, &'s [u32], &'s [u32], &'s [u32], String, u8);

fn make_script(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let root = RelPath::root();
    let names = |kind: NameKind| -> Vec<(&str, String)> {
        let named = site.catalog.names(kind).named.iter().enumerate();
        let href = |index: usize| site.generated(Subject::Name(kind, u32::try_from(index).ok()?)).map(|path| root.href_to(path));
        named.map(|(index, named)| (&*named.name, href(index).unwrap_or_default())).collect()
    };
    let mut maker = Maker::new(site, output);
    let mut rows = Vec::new();
    for (index, work) in entries(site) {
        let view = maker.task(index, work);
        let href = site.href(&root, Subject::Task(index));
        let id = &*site.catalog.tasks[index].id;
        let letter = view.mandatory.get(..1).unwrap_or_default();
        rows.push((id, href, view.title, letter, &*work.roles, &*work.services, &*work.phases, view.collection, u8::from(work.is_preview)));
    }
    for kind in [NameKind::Role, NameKind::Service, NameKind::Phase] {
        (0..site.catalog.names(kind).named.len()).filter_map(|name| u32::try_from(name).ok()).for_each(|name| {
            maker.name(kind, name);
        });
    }
    let script = Script { roles: names(NameKind::Role), services: names(NameKind::Service), phases: names(NameKind::Phase), rows };
    let script = format!("playpressTasks({});\n", serde_json::to_string(&script)?);
    Ok(maker.sourced(Content::Bytes(script.into_bytes())))
}
