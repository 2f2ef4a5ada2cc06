//! The language of a page, and which pages are the same in several languages.

use std::sync::Arc;

use crate::config::{self, Config, LanguageConfig};
use crate::page::Page;
use crate::source::SourceFile;
use crate::text::path::RelPath;

/// The language of a page: what it says itself, else what its path or its name says, else what its text is written in, else the book's.
pub(super) fn language_of(config: &Config, book: &Arc<str>, file: &SourceFile, page: &Page, published: &RelPath) -> Arc<str> {
    if let Some(own) = file.front.text("lang").filter(|tag| config::is_language_tag(tag)) {
        return own.into();
    }
    if let Some(language) = language_by_path(config, published) {
        return language.id.as_str().into();
    }
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_lowercase();
    match page.written_in {
        Some(found) if primary(book) != found => found.into(),
        _ => book.clone(),
    }
}

fn language_by_path<'c>(config: &'c Config, path: &RelPath) -> Option<&'c LanguageConfig> {
    let in_folder = config.languages.iter().find(|language| language.files.holds(path));
    in_folder.or_else(|| config.languages.iter().find(|language| has_suffix(language, path)))
}

fn has_suffix(language: &LanguageConfig, path: &RelPath) -> bool {
    language.suffix.as_deref().is_some_and(|suffix| path.stem().len() > suffix.len() && path.stem().ends_with(suffix))
}

/// What all versions of a page have in common: the path of the page that they are translated from. And whether the name says the language.
#[must_use]
pub fn key(config: &Config, path: &RelPath) -> (String, bool) {
    let Some(language) = language_by_path(config, path) else { return (path.to_string(), true) };
    let folder: Vec<&str> = language.folder.split('/').filter(|name| !name.is_empty()).collect();
    let source: Vec<&str> = language.source.as_deref().unwrap_or_default().split('/').filter(|name| !name.is_empty()).collect();
    let parent = path.parent();
    let mut names: Vec<&str> = parent.as_str().split('/').filter(|name| !name.is_empty()).collect();
    let is_source = config.languages.iter().any(|other| other.source.as_deref().is_some_and(|source| source == language.folder));
    if !folder.is_empty()
        && !is_source
        && let Some(at) = names.windows(folder.len()).position(|window| window == folder)
    {
        // `content/ja` and `en` are siblings, as are `content/ja` and `content/en`; without a source, the pages stand right above.
        let shared = source.len().clamp(1, folder.len());
        let end = at + folder.len();
        names.splice(end - shared..end, source[source.len().saturating_sub(shared)..].iter().copied());
    }
    let is_named = has_suffix(language, path);
    let cut = language.suffix.as_deref().filter(|_| is_named).map_or(0, str::len);
    let stem = &path.stem()[..path.stem().len() - cut];
    names.push(stem);
    (names.join("/") + &path.file_name()[path.stem().len()..], is_named)
}
