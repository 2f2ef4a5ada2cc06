//! Pages in several languages: what a translation lacks of the page that it is translated from, and which pages have none.

use std::collections::{BTreeMap, BTreeSet};

use super::tasks::{Row, by_id};
use super::{Sink, short};
use crate::book::languages::key;
use crate::book::vocabulary::Vocabulary;
use crate::book::{Book, EditionPage};
use crate::diagnostic::Diagnostic;
use crate::source::{Role, SourceSet};

rules! {
    TASK_TRANSLATION_DRIFT = "task-translation-drift", Warning;
    TRANSLATION_MISSING = "translation-missing", Info;
    TRANSLATION_ORPHAN = "translation-orphan", Info;
}

/// How many differences a message names.
const NAMED: usize = 6;

pub(super) fn check(book: &Book, vocabulary: &Vocabulary, sink: &mut Sink) {
    if book.config.languages.is_empty() {
        return;
    }
    // Pages that an edition does not hold are there all the same: why they are not shown is said elsewhere.
    let mut files: BTreeMap<String, usize> = BTreeMap::new();
    for file in book.sources.files().iter().filter(|file| file.role == Role::Page) {
        *files.entry(key(&book.config, &book.sources.published(file.id)).0).or_default() += 1;
    }
    for (index, edition) in book.editions.iter().enumerate() {
        let mut by_key: BTreeMap<String, Vec<&EditionPage>> = BTreeMap::new();
        for page in &edition.pages {
            by_key.entry(key(&book.config, &page.published).0).or_default().push(page);
        }
        let mut trees: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (key, pages) in &by_key {
            let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
            trees.entry(folder).or_default().extend(pages.iter().filter(|page| page.published.as_str() != key).map(|page| &*page.language));
        }
        for (key, pages) in &by_key {
            let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
            let are_all_here = files.get(key).is_some_and(|count| *count == pages.len());
            let Some(source) = pages.iter().find(|page| page.published.as_str() == key) else {
                for page in pages.iter().filter(|_| are_all_here) {
                    let finding = TRANSLATION_ORPHAN.at(page.page.file, format!("there is no `{key}` of which this is a translation"));
                    sink.add_of(
                        finding.help("add the page, give this one the name of the page that it translates, or remove it"),
                        page.page.file,
                        index,
                    );
                }
                continue;
            };
            let languages: BTreeSet<&str> = pages.iter().map(|page| &*page.language).collect();
            let missing: Vec<&str> = trees.get(folder).into_iter().flatten().copied().filter(|language| !languages.contains(language)).collect();
            if !missing.is_empty() && are_all_here {
                let finding = TRANSLATION_MISSING.at(source.page.file, format!("the page is not translated into {}", listed(&missing)));
                sink.add_of(finding.help("translate it, or leave it: readers of these languages do not find it"), source.page.file, index);
            }
            for page in pages.iter().filter(|page| page.published.as_str() != key) {
                if let Some(finding) = drift(&book.sources, source, page, vocabulary) {
                    sink.add_of(finding, page.page.file, index);
                }
            }
        }
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How the tasks of a translation differ from those of its source.
fn drift(sources: &SourceSet, source: &EditionPage, page: &EditionPage, vocabulary: &Vocabulary) -> Option<Diagnostic> {
    let ((there, is_doubtful), (here, also_doubtful)) = (by_id(sources, &source.page), by_id(sources, &page.page));
    // What is wrong with the tables themselves is said at them.
    if is_doubtful || also_doubtful || (there.is_empty() && here.is_empty()) {
        return None;
    }
    let mut said = Vec::new();
    let missing: Vec<&str> = there.keys().filter(|id| !here.contains_key(*id)).copied().collect();
    let added: Vec<&str> = here.keys().filter(|id| !there.contains_key(*id)).copied().collect();
    for (ids, what) in [(&missing, "lacks"), (&added, "has in addition")] {
        if !ids.is_empty() {
            let more = if ids.len() > NAMED { format!(" and {} more", ids.len() - NAMED) } else { String::new() };
            let shown: Vec<String> = ids.iter().take(NAMED).map(|id| short(id)).collect();
            said.push(format!("{what} {} {}{more}", if ids.len() == 1 { "task" } else { "tasks" }, shown.join(", ")));
        }
    }
    let mut first: Option<&Row<'_>> = None;
    for (id, row) in &here {
        let Some(original) = there.get(id) else { continue };
        if let Some(difference) = difference(row, original, vocabulary) {
            first.get_or_insert(row);
            said.push(format!("{} {difference}", short(id)));
        }
    }
    if said.is_empty() {
        return None;
    }
    let rest = said.len().saturating_sub(NAMED);
    said.truncate(NAMED);
    let more = if rest > 0 { format!("; and {rest} more") } else { String::new() };
    let message = format!("compared with `{}`, this page {}{more}", source.published, said.join("; "));
    let row = first.or_else(|| here.values().min_by_key(|row| row.cells.id.span));
    let finding = match row {
        Some(row) => super::at_field(&TASK_TRANSLATION_DRIFT, &page.page, &row.cells.id, message),
        None => TASK_TRANSLATION_DRIFT.at(page.page.file, message),
    };
    Some(finding.help("translate what changed in the source, or correct the source"))
}

fn difference(row: &Row<'_>, original: &Row<'_>, vocabulary: &Vocabulary) -> Option<&'static str> {
    if let (Some(here), Some(there)) = (row.is_mandatory(), original.is_mandatory())
        && here != there
    {
        return Some(if here { "is mandatory only here" } else { "is optional only here" });
    }
    if row.is_shifted() || original.is_shifted() {
        return None;
    }
    // Names of roles and services are translated: only a vocabulary tells which are the same.
    let pairs = [
        (&vocabulary.roles, &row.cells.role, &original.cells.role, "is done by another role"),
        (&vocabulary.services, &row.cells.services, &original.cells.services, "is about other services"),
    ];
    pairs.into_iter().filter(|(terms, ..)| terms.is_configured()).find_map(|(terms, here, there, what)| {
        let (here, there) = (Row::meanings(here.as_ref(), terms)?, Row::meanings(there.as_ref(), terms)?);
        (here != there).then_some(what)
    })
}
