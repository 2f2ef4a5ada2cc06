//! What a first `book.toml` says: read from the pages as they are. Proposals for people to correct, so plain lines are read plainly.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary;
use crate::book::Book;
use crate::config::BookToml;
use crate::config::book_toml::{Audience, Collection, Language};
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
    toml.vocabulary = vocabulary::proposed(book);
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
