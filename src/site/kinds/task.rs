//! The page of a task: what it is, where it is defined, who names it, and how it changed.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::view::{ChangeView, Maker, MentionView, PageLink, WorkView};
use super::super::{Content, Kind, Site, Subject, article};
use super::generated;
use crate::book::catalog::addresses;
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.catalog.tasks.iter().enumerate().filter_map(|(index, task)| Some((addresses::task(&task.id)?, Subject::Task(index)))).collect()
}

/// A task, as its template sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct TaskPageView {
    /// Its digits.
    id: String,
    /// What it is in each collection that has it.
    works: Vec<WorkView>,
    /// The sentences that name it.
    mentions: Vec<MentionView>,
    /// The rows of refresh summaries that name it, newest first.
    changes: Vec<ChangeView>,
    /// Where a page of definitions says what it is; without an address where there is none.
    definition: PageLink,
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Task(index) = subject else { anyhow::bail!("`{output}` is no page of a task") };
    let task = &site.catalog.tasks[index];
    let mut maker = Maker::new(site, output);
    let definition = task.definition.map(|(page, heading)| {
        let mut link = maker.page(page);
        let heading = &site.edition().page(page).page.headings[heading];
        let href = format!("{}#{}", link.href, heading.id);
        link = PageLink { title: heading.text.clone(), href };
        link
    });
    let view = TaskPageView {
        id: task.id.to_string(),
        works: task.works.iter().map(|work| maker.work(index, work)).collect(),
        mentions: maker.mentions(task),
        changes: task.changes.iter().map(|change| maker.change(&site.catalog.changes[change.0])).collect(),
        definition: definition.unwrap_or(PageLink { title: String::new(), href: String::new() }),
    };
    let shown = task.definition.and_then(|(page, heading)| article::section(site, page, heading, output));
    let name = view.works.first().map(|work| work.task.title.clone()).unwrap_or_default();
    let title = format!("{} {name}", task.id);
    let tasks = site.href(output, Subject::Tasks(0));
    let mut values = vec![("task", maker.finish(&view))];
    values.extend(shown.map(|html| ("definition", html.map(|html| tera::Value::safe_string(&html)))));
    generated::render(site, output, "task.html", title.trim(), vec![("Tasks", tasks)], values)
}
