//! A vocabulary from what the pages of a book say: names as they are used, abbreviations, and what they are called in other languages.

use std::collections::BTreeMap;

use ahash::{HashMap, HashSet};
use indexmap::IndexMap;

use crate::book::vocabulary::{self, Terms};
use crate::book::{Book, EditionPage};
use crate::config::book_toml::{Vocabulary, Word};
use crate::config::{FactKind, folded};
use crate::page::model::{Field, TaskTable};

/// The names of one kind, by language.
type Uses = BTreeMap<String, BTreeMap<String, usize>>;

/// The vocabulary of a book that has none yet.
pub(super) fn proposed(book: &Book) -> Vocabulary {
    let mut seen = HashSet::default();
    let pages: Vec<&EditionPage> = book.editions.iter().flat_map(|edition| &edition.pages).filter(|page| seen.insert(page.page.file)).collect();
    let found = vocabulary::Vocabulary::new(book);
    let main = &*book.config.language;
    let kinds: [(&Terms, FactKind); 4] = [
        (&found.roles, FactKind::Role),
        (&found.services, FactKind::Services),
        (&found.phases, FactKind::Phase),
        (&found.motions, FactKind::Motions),
    ];
    let [roles, services, phases, motions] = kinds.map(|(terms, kind)| words(&pages, terms, kind, main));
    Vocabulary { roles, services, phases, motions }
}

/// The cells and lines of a page that hold names of a kind; cells with the ID of their task.
fn fields(page: &EditionPage, kind: FactKind) -> impl Iterator<Item = (Option<&str>, &Field)> {
    let model = &page.page.model;
    let cells = model.tasks.iter().flat_map(TaskTable::whole_rows).filter_map(move |row| {
        let cell = match kind {
            FactKind::Role => row.role.as_ref(),
            FactKind::Services => row.services.as_ref(),
            _ => None,
        };
        Some((Some(&*row.id.text), cell?))
    });
    cells.chain(model.facts.iter().filter(move |fact| fact.kind == kind).map(|fact| (None, &fact.value)))
}

fn words(pages: &[&EditionPage], terms: &Terms, kind: FactKind, main: &str) -> IndexMap<String, Word> {
    // By the folded name: how it is written, and how often.
    let mut own: HashMap<String, Uses> = HashMap::default();
    let mut foreign: HashMap<String, Uses> = HashMap::default();
    let mut by_task: HashMap<(&str, bool), Vec<(&str, &str)>> = HashMap::default();
    for page in pages {
        let is_own = is_same(&page.language, main);
        let into = if is_own { &mut own } else { &mut foreign };
        for (id, field) in fields(page, kind) {
            let names: Vec<&str> = terms.names(&field.text).into_iter().filter(|name| is_name(name) && terms.judge(name).is_none()).collect();
            for name in &names {
                *into.entry(folded(name)).or_default().entry(page.language.to_string()).or_default().entry((*name).to_owned()).or_default() += 1;
            }
            if let (Some(id), [only]) = (id, names.as_slice()) {
                by_task.entry((id, is_own)).or_default().push((&page.language, only));
            }
        }
    }
    let mut all: BTreeMap<String, Word> = BTreeMap::new();
    let short = terms.abbreviations();
    for (key, uses) in own.iter().filter(|(key, _)| !short.contains_key(*key)) {
        let aliases = short.iter().filter(|(_, full)| *full == key).filter_map(|(short, _)| own.get(short)).map(usual).collect();
        all.insert(usual(uses), Word { aliases, ..Word::default() });
    }
    // Of a task that one role does in both languages, the names mean the same.
    let mut pairs: HashMap<String, BTreeMap<String, usize>> = HashMap::default();
    for ((id, _), names) in by_task.iter().filter(|((_, is_own), _)| !is_own) {
        for (_, theirs) in names {
            for (_, ours) in by_task.get(&(*id, true)).into_iter().flatten() {
                let meant = terms.meaning(ours).and_then(|meaning| own.get(meaning)).map_or_else(|| (*ours).to_owned(), usual);
                *pairs.entry(folded(theirs)).or_default().entry(meant).or_default() += 1;
            }
        }
    }
    let mut foreign: Vec<(&String, &Uses)> = foreign.iter().filter(|(key, _)| !own.contains_key(*key)).collect();
    foreign.sort_by_key(|(key, _)| *key);
    for (key, uses) in foreign {
        let counts = pairs.get(key).into_iter().flatten();
        let total: usize = counts.clone().map(|(_, count)| count).sum();
        let meant = counts.max_by_key(|(_, count)| **count).filter(|(_, count)| **count * 2 > total).and_then(|(meant, _)| all.get_mut(meant));
        match meant {
            Some(word) => {
                for (language, names) in uses {
                    word.translations.entry(language.clone()).or_default().extend(most(names));
                }
            }
            None => {
                all.insert(usual(uses), Word::default());
            }
        }
    }
    all.into_iter().collect()
}

fn is_same(language: &str, main: &str) -> bool {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    primary(language) == primary(main)
}

/// Whether a text can be a name, and is no sentence.
fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && text.chars().count() <= 60 && !text.contains([':', '：', '\n', '.', '。'])
}

/// How a name is written most often.
fn usual(uses: &Uses) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, count) in uses.values().flatten() {
        *counts.entry(name).or_default() += count;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name.to_owned()).unwrap_or_default()
}

fn most(names: &BTreeMap<String, usize>) -> Option<String> {
    names.iter().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone())
}
