//! The index of one language: its files.
//!
//! All files are scripts that hand a string to the client, so that they load from a disk too; the name of each but `root.js` says what it holds,
//! so an old one is never taken for a new one.
//!
//! - `root.js`: how many pages there are, with which word each list of words begins, and the names of all other files.
//! - `t…`: words in order, and where each is ([`super::terms`]). A very common word has a file of its own.
//! - `x…`: titles, addresses and texts of units, in the order of pages.
//! - `w…` and `v…`: all words in order, and in the order of their ends: for what is misspelt and what is part of a longer word.
//! - `f…`: which units each phase, role and service has.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use ahash::HashMap;
use rayon::prelude::*;
use rust_stemmers::{Algorithm, Stemmer};
use serde::Serialize;

use super::files::{Files, checksum, ends_file};
use super::stop::stop_words;
use super::terms::{PageTerms, terms};
use super::texts::{Texts, unit_json};
use super::units::{Unit, units};
use super::words::{fold, is_dense};
use super::{digits, facets};
use crate::book::PageId;
use crate::config::{Column, Words};
use crate::site::Site;

/// How many pages are read at once: what is known of each is dropped when it is in the index.
const BATCH: usize = 512;

/// The size of files of words, in signs, unless there would be more of them than [`MOST_FILES`].
const TERMS_SIZE: usize = 10 * 1024;

/// How many files of one sort there should be at most.
const MOST_FILES: usize = 4000;

/// How many words a file of all words holds.
const WORDS_PER_FILE: usize = 4000;

/// What the client has to know first.
#[derive(Serialize)]
struct Root<'r> {
    /// The form of all files.
    version: u32,
    pages: usize,
    /// The signs of numbers.
    digits: &'static str,
    /// The first word of each file of words.
    terms: String,
    term_files: String,
    /// The first page and unit of each file of texts: the distance to the page before, and the unit.
    texts: String,
    text_files: String,
    /// What each page counts for: `0` is a page like most.
    weights: String,
    /// The first word of each file of all words, and of those in the order of their ends.
    words: String,
    word_files: String,
    ends: String,
    end_files: String,
    facets: String,
    /// The commonest words.
    stop: &'r [&'static str],
    /// Words that stand before the ID of a task and say nothing more.
    task_words: Vec<String>,
}

/// What is known of a word in all pages.
#[derive(Default)]
struct Term {
    postings: String,
    pages: u32,
    last: u32,
}

/// What is known of a page before it is put into the index.
struct Read {
    id: PageId,
    terms: PageTerms,
    units: Vec<Unit>,
    /// The units, as the files of texts hold them.
    texts: Vec<String>,
}

/// What is known of all pages so far.
struct Index<'s> {
    site: &'s Site,
    terms: HashMap<Box<str>, Term>,
    facets: facets::Collector<'s>,
    weights: String,
    texts: Texts,
}

impl Index<'_> {
    /// Adds pages, in order.
    fn add(&mut self, pages: Vec<Read>) {
        for read in pages {
            // One sign a page.
            let slot = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
            for (term, postings) in read.terms.iter() {
                let known = match self.terms.get_mut(term) {
                    Some(known) => known,
                    None => self.terms.entry(term.into()).or_default(),
                };
                digits::push(&mut known.postings, slot - known.last);
                known.postings.push_str(postings);
                known.last = slot;
                known.pages += 1;
            }
            self.facets.page(read.id, slot, &read.units);
            self.weights.push(weight(self.site, read.id, &read.units));
            self.texts.page(self.site, read.id, slot, &read.texts);
        }
    }
}

/// The index of `pages`, all of one language, in order: its files by name.
pub(super) fn build(site: &Site, language: &str, pages: &[PageId]) -> BTreeMap<String, String> {
    let stop = stop_words(language);
    let read = |pages: &[PageId]| -> Vec<Read> {
        let one = |id: &PageId| {
            let page = site.edition().page(*id);
            let units = units(&page.page);
            let texts = units.iter().map(|unit| unit_json(page, unit)).collect();
            Read { id: *id, terms: terms(&page.page, &units, stop), units, texts }
        };
        pages.par_iter().map(one).collect()
    };
    let mut index = Index {
        site,
        terms: HashMap::default(),
        facets: facets::Collector::new(site),
        weights: String::with_capacity(pages.len()),
        texts: Texts::new(pages.len(), MOST_FILES),
    };
    // While some pages are added, the next are read.
    let mut batches = pages.chunks(BATCH);
    let mut waiting = batches.next().map(read);
    while let Some(pages) = waiting.take() {
        let next = batches.next();
        (waiting, ()) = rayon::join(|| next.map(read), || index.add(pages));
    }
    index.texts.cut();
    let Index { terms, facets, weights, texts, .. } = index;
    let mut files = Files::new(language);
    let mut all: Vec<(Box<str>, Term)> = terms.into_iter().collect();
    all.par_sort_unstable_by(|a, b| order(&a.0, &b.0));
    let words: Vec<&str> = all.iter().map(|(term, _)| &**term).filter(|term| is_word(term)).collect();
    let mut reversed: Vec<String> = words.iter().map(|word| word.chars().rev().collect()).collect();
    reversed.par_sort_unstable_by(|a, b| order(a, b));
    let (first_words, of_words) = plain_files(&words);
    let (first_ends, of_ends) = plain_files(&reversed.iter().map(String::as_str).collect::<Vec<_>>());
    let (first_terms, of_terms) = term_files(language, &all);
    let root = Root {
        version: 1,
        pages: pages.len(),
        digits: digits::signs(),
        terms: first_terms,
        term_files: files.add_hashed('t', of_terms),
        texts: texts.starts,
        text_files: files.add_hashed('x', texts.payloads),
        weights,
        words: first_words,
        word_files: files.add_hashed('w', of_words),
        ends: first_ends,
        end_files: files.add_hashed('v', of_ends),
        facets: files.add_hashed('f', vec![facets.finish()]),
        stop,
        task_words: task_words(),
    };
    let root = serde_json::to_string(&root).unwrap_or_default();
    files.add("root", &root);
    files.scripts
}

/// The words that call a number a task, in all languages.
fn task_words() -> Vec<String> {
    let words = Words::embedded();
    let mut found: Vec<String> =
        words.mentions.iter().map(String::as_str).chain(words.names_of(Column::TaskId)).flat_map(str::split_whitespace).map(fold).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What a page counts for: `1` is little.
fn weight(site: &Site, id: PageId, units: &[Unit]) -> char {
    let is_preview = site.catalog().pages[id.index()].is_preview;
    let path = &site.edition().page(id).published;
    let name = path.stem().to_ascii_lowercase();
    let is_log = ["change-log", "changelog", "release-notes", "archive"].iter().any(|word| name.contains(word))
        || path.as_str().split('/').any(|folder| folder.eq_ignore_ascii_case("archive") || folder.eq_ignore_ascii_case("archived"));
    let changes: usize = units.iter().filter(|unit| unit.is_change).map(|unit| unit.text.len()).sum();
    let all: usize = units.iter().map(|unit| unit.text.len()).sum();
    if is_log || (changes * 2 > all && all > 0) {
        '1'
    } else if is_preview {
        '2'
    } else {
        '0'
    }
}

/// Whether a word may be misspelt, or part of another: one of letters.
fn is_word(term: &str) -> bool {
    term.len() >= 3 && !term.chars().any(|c| c.is_ascii_digit() || is_dense(c))
}

/// The order of texts in JavaScript: by UTF-16 units.
fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// Files of words: the first word of each, and what they hold.
fn term_files(language: &str, all: &[(Box<str>, Term)]) -> (String, Vec<String>) {
    let stems = stems(language, all);
    let total: usize = all.iter().map(|(term, known)| term.len() + known.postings.len() + 4).sum();
    let size = TERMS_SIZE.max(total / MOST_FILES);
    let mut firsts: Vec<&str> = Vec::new();
    let mut payloads = Vec::new();
    let (mut own, mut about, mut postings) = (String::new(), String::new(), String::new());
    let mut terms = all.iter().zip(&stems).peekable();
    while let Some(((term, known), (shared, stem))) = terms.next() {
        if own.is_empty() {
            firsts.push(term);
        } else {
            own.push(' ');
        }
        own.push_str(term);
        digits::push(&mut about, u32::try_from(known.postings.len()).unwrap_or(u32::MAX));
        digits::push(&mut about, known.pages);
        digits::push(&mut about, *shared);
        if *shared > 0 {
            digits::push(&mut about, *stem);
        }
        postings.push_str(&known.postings);
        let held = own.len() + postings.len();
        let is_last = terms.peek().is_none_or(|((next, known), _)| ends_file(held, known.postings.len(), size, || checksum(next).is_multiple_of(16)));
        if is_last {
            payloads.push(format!("{own}\n{about}\n{postings}"));
            own.clear();
            about.clear();
            postings.clear();
        }
    }
    (firsts.join(" "), payloads)
}

/// Of each word, how many of its first letters all words with the same stem share, and a number that stands for the stem; 0: it is the only one.
fn stems(language: &str, all: &[(Box<str>, Term)]) -> Vec<(u32, u32)> {
    let mut found = vec![(0, 0); all.len()];
    let Some(algorithm) = algorithm(language) else { return found };
    let stemmer = Stemmer::create(algorithm);
    let of_words: Vec<(String, usize)> =
        all.iter().enumerate().filter(|(_, (term, _))| is_word(term)).map(|(index, (term, _))| (stemmer.stem(term).into_owned(), index)).collect();
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::default();
    for (stem, index) in &of_words {
        groups.entry(stem).or_default().push(*index);
    }
    for (stem, _) in &of_words {
        let Some(group) = groups.remove(stem.as_str()) else { continue };
        let first: &str = &all[group[0]].0;
        let shared = group[1..].iter().fold(first.encode_utf16().count(), |shared, index| {
            shared.min(first.encode_utf16().zip(all[*index].0.encode_utf16()).take_while(|(a, b)| a == b).count())
        });
        if group.len() < 2 || shared < 3 {
            continue;
        }
        for index in group {
            found[index] = (u32::try_from(shared).unwrap_or(0).min(60), checksum(stem) % 1600);
        }
    }
    found
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language.split('-').next()? {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

/// Files of words alone: the first word of each, and what they hold.
fn plain_files(words: &[&str]) -> (String, Vec<String>) {
    let (mut firsts, mut payloads) = (Vec::new(), Vec::new());
    let mut start = 0;
    for end in 1..=words.len() {
        let is_last = words.get(end).is_none_or(|next| ends_file(end - start, 1, WORDS_PER_FILE, || checksum(next).is_multiple_of(1024)));
        if is_last {
            firsts.push(words[start]);
            payloads.push(words[start..end].join(" "));
            start = end;
        }
    }
    (firsts.join(" "), payloads)
}
