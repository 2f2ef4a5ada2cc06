//! What a first `book.toml` says: read from the pages as they are. Proposals for people to correct, so plain lines are read plainly.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::book::Book;
use crate::config::BookToml;
use crate::config::book_toml::{Audience, Collection, Language, Vocabulary, Word};
use crate::source::{Role, SourceFile};

/// Languages by the words and tags that folders are called by.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("de", &["german", "deutsch", "de", "de-de"]),
    ("es", &["spanish", "espanol", "es", "es-es"]),
    ("fr", &["french", "francais", "fr", "fr-fr"]),
    ("it", &["italian", "italiano", "it", "it-it"]),
    ("ja", &["japanese", "ja", "jp", "ja-jp"]),
    ("ko", &["korean", "ko", "ko-kr"]),
    ("pt", &["portuguese", "portugues", "pt", "pt-br"]),
    ("zh", &["chinese", "zh", "zh-cn", "zh-hans"]),
];

/// How often a word must be used to be proposed.
const OFTEN: usize = 3;

/// The title of the start page.
pub(super) fn title(book: &Book) -> Option<String> {
    let titles: BTreeSet<&str> = book.editions.iter().filter_map(|edition| Some(edition.page(edition.index()?).page.title.as_str())).collect();
    // Start pages that are called otherwise for each audience name no book.
    titles.first().filter(|_| titles.len() == 1).map(|title| (*title).to_owned())
}

/// `my-book` as `My book`.
pub(super) fn readable(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Adds audiences, languages, collections and a vocabulary.
pub(super) fn fill(toml: &mut BookToml, book: &Book) {
    for audience in book.sources.audiences().list() {
        let settings = Audience { knows: audience.knows.clone(), people: audience.people, ..Audience::default() };
        toml.audiences.insert(audience.name.clone(), settings);
    }
    let pages: Vec<&SourceFile> = book.sources.files().iter().filter(|file| file.role == Role::Page).map(|file| &**file).collect();
    toml.language = languages(&pages);
    toml.collection = collections(book, &pages);
    toml.vocabulary = vocabulary(&pages);
}

fn languages(pages: &[&SourceFile]) -> Vec<Language> {
    let mut folders: BTreeMap<&str, (&str, Vec<&SourceFile>)> = BTreeMap::new();
    for page in pages {
        for folder in page.path.as_str().split('/').rev().skip(1) {
            if let Some(id) = language_of(folder) {
                folders.entry(folder).or_insert((id, Vec::new())).1.push(page);
            }
        }
    }
    let source = |folder: &str| {
        let english =
            pages.iter().flat_map(|page| page.path.as_str().split('/').rev().skip(1)).find(|name| name.to_lowercase().contains("english"))?;
        (english != folder).then(|| english.to_owned())
    };
    let language = |(folder, (id, pages)): (&str, (&str, Vec<&SourceFile>))| Language {
        id: id.to_owned(),
        path: format!("**/{folder}/**"),
        source: source(folder),
        suffix: suffix(&pages),
    };
    folders.into_iter().map(language).collect()
}

/// The language that a folder's name tells.
fn language_of(folder: &str) -> Option<&'static str> {
    let name = folder.to_lowercase();
    let words: Vec<&str> = name.split(['-', '_', ' ', '.']).collect();
    let is_named = |word: &&str| name == **word || (word.len() > 3 && words.iter().any(|own| own.starts_with(*word)));
    LANGUAGES.iter().find(|(_, words)| words.iter().any(is_named)).map(|(id, _)| *id)
}

/// What most of a language's file names end with.
fn suffix(pages: &[&SourceFile]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for page in pages {
        let stem = page.path.stem();
        if let Some(at) = stem.rfind('-').filter(|at| stem.len() - at == 3) {
            *counts.entry(&stem[at..]).or_default() += 1;
        }
    }
    let (suffix, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 2 > pages.len()).then(|| suffix.to_owned())
}

/// Top-level folders of the content.
fn collections(book: &Book, pages: &[&SourceFile]) -> Vec<Collection> {
    let src = &book.config.src;
    let folder = |page: &&&SourceFile| {
        let below = page.path.below(src)?;
        Some(below.as_str().split_once('/')?.0.to_owned())
    };
    let folders: BTreeSet<String> = pages.iter().filter_map(|page| folder(&page)).collect();
    if folders.len() < 2 {
        return Vec::new();
    }
    let prefix = if src.as_str().is_empty() { String::new() } else { format!("{src}/") };
    let collection = |name: &String| Collection {
        id: name.clone(),
        path: format!("{prefix}{name}/**"),
        preview_of: ["-prelim", "-preview", "-next", "-draft"]
            .iter()
            .filter_map(|ending| name.strip_suffix(ending))
            .find(|base| folders.contains(*base))
            .map(str::to_owned),
    };
    folders.iter().map(collection).collect()
}

/// Words of fact lines and task tables that are used again and again.
fn vocabulary(pages: &[&SourceFile]) -> Vocabulary {
    let mut words: [BTreeMap<String, usize>; 4] = Default::default();
    for page in pages {
        read_words(&page.text[page.front.body_start..], &mut words);
    }
    let [roles, services, phases, motions] = words;
    let roles: BTreeMap<String, usize> = roles.into_iter().filter(|(_, count)| *count >= OFTEN).collect();
    let aliases = abbreviations(&roles);
    let mut proposed: IndexMap<String, Word> = IndexMap::new();
    for role in roles.keys() {
        if !aliases.contains_key(role) {
            let aliases = aliases.iter().filter(|(_, full)| *full == role).map(|(short, _)| short.clone()).collect();
            proposed.insert(role.clone(), Word { aliases, ..Word::default() });
        }
    }
    let plain = |words: BTreeMap<String, usize>| {
        words.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(word, _)| (word, Word::default())).collect::<IndexMap<_, _>>()
    };
    Vocabulary { roles: proposed, services: plain(services), phases: plain(phases), motions: plain(motions) }
}

/// Counts the roles, services, phases and motions that a text names.
fn read_words(text: &str, words: &mut [BTreeMap<String, usize>; 4]) {
    let mut columns: Vec<Option<usize>> = Vec::new();
    for line in text.lines() {
        let line = line.trim().trim_end_matches('\\');
        if line.starts_with('|') {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            if cells.iter().all(|cell| !cell.is_empty() && cell.bytes().all(|byte| matches!(byte, b'-' | b':' | b' '))) {
                continue;
            }
            if columns.is_empty() {
                let is_task_table = cells.first().is_some_and(|cell| cell.to_lowercase().contains("task"));
                columns = cells.iter().map(|cell| column(cell).filter(|_| is_task_table)).collect();
                continue;
            }
            for (cell, column) in cells.iter().zip(&columns) {
                if let Some(column) = column {
                    count(cell, &mut words[*column], *column == 0);
                }
            }
            continue;
        }
        columns.clear();
        let Some((label, value)) = line.split_once(':') else { continue };
        let Some(value) = value.trim().strip_prefix("**").and_then(|value| value.strip_suffix("**")) else { continue };
        let list = match label.trim() {
            "Primary Role" | "Primary Roles" => 0,
            "Applies To" => 1,
            "Phase" => 2,
            "Motions" => 3,
            _ => continue,
        };
        count(value, &mut words[list], list == 0);
    }
}

/// Which list the cells of a task table's column belong to.
fn column(header: &str) -> Option<usize> {
    let header = header.to_lowercase();
    if header.ends_with("role") || header.ends_with("roles") {
        Some(0)
    } else if header.starts_with("service") {
        Some(1)
    } else {
        None
    }
}

fn count(value: &str, words: &mut BTreeMap<String, usize>, is_role: bool) {
    let separators: &[&str] = if is_role { &[" / ", ";", ","] } else { &[" / ", ";"] };
    let mut parts = vec![value];
    for separator in separators {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    for part in parts {
        let word = part.trim().trim_matches('*').trim();
        if !word.is_empty() && word != "-" && !word.contains("**") && word.chars().count() <= 60 && word.chars().any(char::is_alphabetic) {
            *words.entry(word.to_owned()).or_default() += 1;
        }
    }
}

/// Words that are the first letters of exactly one other: `FE` of `FastTrack Engineer`, with `F` for the capital letters of a word.
fn abbreviations(words: &BTreeMap<String, usize>) -> BTreeMap<String, String> {
    let initials = |word: &str| word.split_whitespace().filter_map(|part| part.chars().next()).collect::<String>();
    let mut found = BTreeMap::new();
    for short in words.keys().filter(|word| (2..=4).contains(&word.len()) && word.chars().all(|c| c.is_ascii_uppercase())) {
        let full: Vec<&String> = words.keys().filter(|word| *word != short && initials(word) == **short).collect();
        if let [full] = full.as_slice() {
            found.insert(short.clone(), (*full).clone());
        }
    }
    found
}

/// The file, with a few words above each part.
pub(super) fn with_comments(toml: &str) -> String {
    let notes = [
        ("[content]", "Which files belong to the book. Globs are seen from `src`."),
        ("[[front-matter.defaults]]", "What pages say whose front matter does not. Later tables win."),
        ("[audiences.", "Who reads the book. Each audience gets a site of its own, with the pages whose `ft.audience` names it."),
        ("[[language]]", "Languages besides the book's own."),
        ("[[collection]]", "Parts of the content that are one work each."),
        ("[vocabulary", "The words of the playbook, as its pages use them. Correct them: what is missing here is a misspelling there."),
    ];
    let mut text = "# Written by `playpress init`. All keys: `playpress schema`.\n\n".to_owned();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for line in toml.lines() {
        if let Some((start, note)) = notes.iter().find(|(start, _)| line.starts_with(start))
            && said.insert(start)
        {
            text.push_str("# ");
            text.push_str(note);
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// What was found, for the terminal.
pub(super) fn summary(toml: &BookToml, book: &Book) -> Vec<String> {
    let pages = book.sources.files().iter().filter(|file| file.role == Role::Page).count();
    let names = |names: Vec<&str>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let vocabulary = &toml.vocabulary;
    let words = vocabulary.roles.len() + vocabulary.services.len() + vocabulary.phases.len() + vocabulary.motions.len();
    let mut lines = vec![
        format!("  pages        {pages}"),
        format!("  audiences    {}", names(toml.audiences.keys().map(String::as_str).collect())),
        format!("  languages    {}", names(toml.language.iter().map(|language| language.id.as_str()).collect())),
        format!("  collections  {}", names(toml.collection.iter().map(|collection| collection.id.as_str()).collect())),
    ];
    if words > 0 {
        lines.push(format!(
            "  vocabulary   {} roles, {} services, {} phases, {} motions",
            vocabulary.roles.len(),
            vocabulary.services.len(),
            vocabulary.phases.len(),
            vocabulary.motions.len()
        ));
    }
    lines
}
