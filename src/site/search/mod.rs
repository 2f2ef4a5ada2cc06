//! The search of a site: an index a language, and the client that reads it (`core.js`), which is the only code that knows how to find something:
//! browsers, Node and `playpress search` run the same.
//!
//! An index is made of its edition's own pages alone, when the first of its files is asked for.

mod digits;
mod facets;
mod files;
mod index;
mod run;
mod stop;
mod terms;
mod texts;
mod units;
mod words;

use std::collections::BTreeMap;

use ahash::HashMap;

pub use run::{Hit, Hits, Preview, ReadAs, Row, Searcher};

use super::{Content, Site};
use crate::book::PageId;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

/// The folder of the client and of all indexes.
pub(super) const FOLDER: &str = "search";

/// The names of the client, of the module, of the list of languages, and of what says to Node that all of them are modules.
pub(super) const CLIENT_NAME: &str = "core.js";
pub(super) const MODULE_NAME: &str = "playpress-search.js";
pub(super) const LANGUAGES_NAME: &str = "languages.js";
pub(super) const PACKAGE_NAME: &str = "package.json";

/// The client, as it is written.
const CLIENT: &str = include_str!("core.js");

/// The client as a module, for those who import it.
pub(super) const MODULE: &str = include_str!("playpress-search.js");

/// The client as readers load it: without comments, which stand on lines of their own, and without the blanks before lines.
pub(super) fn client() -> String {
    let mut script = String::from("// The search of this site, made with playpress.\n");
    for line in
        CLIENT.lines().map(str::trim).filter(|line| !line.is_empty() && !["//", "/**", "* ", "*/"].iter().any(|start| line.starts_with(start)))
    {
        script.push_str(line);
        script.push('\n');
    }
    script
}

/// The files of all indexes of a site.
pub(super) struct Indexes {
    files: BTreeMap<RelPath, (usize, String)>,
    /// The sources of each index.
    from: Vec<Provenance>,
}

impl Indexes {
    /// Makes the indexes of a site.
    pub(super) fn new(site: &Site) -> Self {
        let mut files = BTreeMap::new();
        let mut from = Vec::new();
        for (number, (language, mut pages)) in pages_by_language(site).into_iter().enumerate() {
            pages.sort_unstable_by(|a, b| site.edition().page(*a).output.cmp(&site.edition().page(*b).output));
            from.push(Provenance::union(pages.iter().map(|id| site.edition().page(*id).page.from.clone())));
            for (name, script) in index::build(site, &language, &pages) {
                if let Ok(path) = folder(site).join(&format!("{language}/{name}.js")) {
                    files.insert(path, (number, script));
                }
            }
        }
        Self { files, from }
    }

    /// Whether there is a file at a path.
    pub(super) fn has(&self, path: &RelPath) -> bool {
        self.files.contains_key(path)
    }

    /// The paths of the files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.files.keys()
    }

    /// The file at a path.
    pub(super) fn file(&self, path: &RelPath) -> Option<Sourced<Content>> {
        let (index, script) = self.files.get(path)?;
        Some(Sourced::new(Content::Bytes(script.clone().into_bytes()), self.from[*index].clone()))
    }
}

/// The folder of the client and of all indexes in a site.
fn folder(site: &Site) -> RelPath {
    site.book.config.generated_dir.join(FOLDER).unwrap_or_else(|_| RelPath::root())
}

/// Whether a path may be that of a file of an index: asked before they are made.
pub(super) fn may_be_file(site: &Site, path: &RelPath) -> bool {
    site.book.config.has_search && path.as_str().strip_prefix(folder(site).as_str()).is_some_and(|rest| rest.starts_with('/'))
}

/// The pages of each language; languages by their tags, in lower case.
fn pages_by_language(site: &Site) -> BTreeMap<String, Vec<PageId>> {
    let mut tags: HashMap<&str, String> = HashMap::default();
    let mut pages: BTreeMap<String, Vec<PageId>> = BTreeMap::new();
    for (index, page) in site.edition().pages.iter().enumerate() {
        let tag = tags.entry(&page.language).or_insert_with(|| page.language.to_ascii_lowercase());
        match pages.get_mut(tag.as_str()) {
            Some(known) => known.push(PageId::from_index(index)),
            None => {
                pages.insert(tag.clone(), vec![PageId::from_index(index)]);
            }
        }
    }
    pages
}

/// The script that tells the client which languages there are: the book's own first, then those with most pages.
pub(super) fn languages(site: &Site) -> Sourced<String> {
    let own = site.book.config.language.to_ascii_lowercase();
    let mut languages: Vec<(String, usize)> = pages_by_language(site).into_iter().map(|(tag, pages)| (tag, pages.len())).collect();
    languages.sort_by_key(|(tag, pages)| (*tag != own, std::cmp::Reverse(*pages)));
    let tags: Vec<&str> = languages.iter().map(|(tag, _)| tag.as_str()).collect();
    // That there is a page of a language is something of the page.
    let from = Provenance::union(site.edition().pages.iter().map(|page| page.page.from.clone()));
    Sourced::new(format!("playpressSearch.languages({})\n", serde_json::to_string(&tags).unwrap_or_default()), from)
}

#[cfg(test)]
mod tests {
    use unicode_general_category::{GeneralCategory, get_general_category};

    use super::words::{Piece, words};
    use super::*;

    /// The words of a text, as the client has them.
    fn words_of_client(texts: &[String]) -> Vec<Vec<String>> {
        let context = rquickjs::Context::full(&rquickjs::Runtime::new().expect("it has memory")).expect("it has memory");
        let json: String = context.with(|ctx| {
            ctx.eval::<(), _>(client()).expect("the client runs");
            let of_all = "texts => JSON.stringify(JSON.parse(texts).map(text => playpressSearch.parse(text).flatMap(word => word.isDense ? [...(word.parts ?? []), Array.from(word.text).at(-1)] : [word.text])))";
            let function: rquickjs::Function = ctx.eval(of_all).expect("it is a function");
            function.call((serde_json::to_string(texts).expect("texts are JSON"),)).expect("the client answers")
        });
        serde_json::from_str(&json).expect("it is JSON")
    }

    #[test]
    fn the_client_takes_a_query_apart_as_the_index_was_made() {
        // Each sign beside letters, beside its like, and alone; of the many signs of one script some. What Unicode got lately, not all know yet.
        let is_known = |c: &char| get_general_category(*c) != GeneralCategory::Unassigned && !"\"“”„«»「」".contains(*c);
        let is_one_of_many = |c: &char| matches!(c, '\u{3400}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{10000}'..) && u32::from(*c) % 41 != 0;
        let signs = (1..0x3_0000_u32).filter_map(char::from_u32).filter(|c| is_known(c) && !is_one_of_many(c));
        let mut texts: Vec<String> = signs.map(|c| format!("ab{c}cd {c}{c} {c}")).collect();
        texts.extend(["Kick-off don’t 3-4 m365-e5", "ΣΑΣ Straße İstanbul", "e\u{301}\u{327}a ½ ﬃ", "がガ か\u{3099}"].map(str::to_owned));
        let mut odd = Vec::new();
        for (text, client) in texts.iter().zip(words_of_client(&texts)) {
            let mut own = Vec::new();
            words(text, 0, &mut |word, piece, _| {
                if piece != Piece::Joined {
                    own.push(word.to_owned());
                }
            });
            if own != client {
                odd.push((text.clone(), own, client));
            }
        }
        assert!(odd.is_empty(), "{} differ: {:?}", odd.len(), &odd[..odd.len().min(12)]);
    }
}
