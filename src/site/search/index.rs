//! The index of one language: its files.
//!
//! All files are scripts that hand a string to the client, so that they load from a disk too; the name of each but `root.js` says what it holds,
//! so an old one is never taken for a new one.
//!
//! - `root.js`: how many pages there are, with which word each list of words begins, and the names of all other files.
//! - `t…`: words in order, and where each is ([`super::terms`]). A very common word has a file of its own.
//! - `x…`: titles, addresses and texts of units, in the order of pages.
//! - `w…` and `v…`: all words in order, and in the order of their ends: for what is misspelt and what is part of a longer word.
//! - `facets…`: which units each phase, role and service has.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use ahash::HashMap;
use rayon::prelude::*;
use rust_stemmers::{Algorithm, Stemmer};
use serde::Serialize;

use super::stop::stop_words;
use super::terms::{PageTerms, terms};
use super::units::{Unit, units};
use super::words::{fold, is_dense};
use super::{digits, facets};
use crate::book::PageId;
use crate::config::{Column, Words};
use crate::site::Site;

/// The files of an index, as they are made.
struct Files<'l> {
    language: &'l str,
    /// From their names to what they hold.
    scripts: BTreeMap<String, String>,
}

impl Files<'_> {
    /// Adds a file: a script that hands the client its name, what it holds, and the checksum of that.
    fn add(&mut self, name: &str, payload: &str) {
        let mut script = String::with_capacity(payload.len() + payload.len() / 16 + 64);
        let _ = write!(script, "playpressSearch.add('{}/{name}',{},'", self.language, checksum(payload));
        for c in payload.chars() {
            match c {
                '\\' => script.push_str("\\\\"),
                '\'' => script.push_str("\\'"),
                '\n' => script.push_str("\\n"),
                '\r' => script.push_str("\\r"),
                '\u{2028}' => script.push_str("\\u2028"),
                '\u{2029}' => script.push_str("\\u2029"),
                c => script.push(c),
            }
        }
        script.push_str("')\n");
        self.scripts.insert(name.to_owned(), script);
    }

    /// Adds a file whose name says what it holds, and gives back the name.
    fn add_hashed(&mut self, sort: &str, payload: &str) -> String {
        let mut hash = u64::from(checksum(payload)) | ((payload.len() as u64) << 32);
        let mut name = format!("{sort}-");
        for _ in 0..7 {
            name.push(char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[usize::try_from(hash % 36).unwrap_or(0)]));
            hash /= 36;
        }
        self.add(&name, payload);
        name
    }
}

/// How many pages are read at once: what is known of each is dropped when it is in the index.
const BATCH: usize = 512;

/// The size of files of words, in signs, unless there would be more of them than [`MOST_FILES`].
const TERMS_SIZE: usize = 10 * 1024;

/// The size of files of texts, likewise.
const TEXT_SIZE: usize = 3 * 1024;

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
    terms: PageTerms,
    units: Vec<Unit>,
}

/// The index of `pages`, all of one language, in order.
pub(super) fn build(site: &Site, language: &str, pages: &[PageId]) -> BTreeMap<String, String> {
    let stop = stop_words(language);
    let edition = site.edition();
    let mut files = Files { language, scripts: BTreeMap::new() };
    let mut terms_of_all: HashMap<Box<str>, Term> = HashMap::default();
    let mut facets = facets::Collector::new(site);
    let mut weights = String::with_capacity(pages.len());
    let mut texts = Texts::new(pages.len());
    for (batch, some) in pages.chunks(BATCH).enumerate() {
        let read: Vec<Read> = some
            .par_iter()
            .map(|id| {
                let page = &edition.page(*id).page;
                let units = units(page);
                Read { terms: terms(page, &units, stop), units }
            })
            .collect();
        for (index, (id, read)) in some.iter().zip(read).enumerate() {
            let slot = u32::try_from(batch * BATCH + index).unwrap_or(u32::MAX);
            for (term, postings) in read.terms.iter() {
                let known = match terms_of_all.get_mut(term) {
                    Some(known) => known,
                    None => terms_of_all.entry(term.into()).or_default(),
                };
                digits::push(&mut known.postings, slot - known.last);
                known.postings.push_str(postings);
                known.last = slot;
                known.pages += 1;
            }
            facets.page(*id, slot, &read.units);
            weights.push(weight(site, *id, &read.units));
            texts.page(site, *id, slot, &read.units, &mut files);
        }
    }
    texts.cut(&mut files);
    let mut all: Vec<(Box<str>, Term)> = terms_of_all.into_iter().collect();
    all.par_sort_unstable_by(|a, b| order(&a.0, &b.0));
    let (first_terms, term_files) = term_files(language, &all, &mut files);
    let words: Vec<&str> = all.iter().map(|(term, _)| &**term).filter(|term| is_word(term)).collect();
    let mut reversed: Vec<String> = words.iter().map(|word| word.chars().rev().collect()).collect();
    reversed.par_sort_unstable_by(|a, b| order(a, b));
    let (words, word_files) = plain_files("w", words.iter().copied(), &mut files);
    let (ends, end_files) = plain_files("v", reversed.iter().map(String::as_str), &mut files);
    let facets = files.add_hashed("facets", &facets.finish());
    let root = Root {
        version: 1,
        pages: pages.len(),
        digits: digits::signs(),
        terms: first_terms,
        term_files,
        texts: texts.starts,
        text_files: texts.names,
        weights,
        words,
        word_files,
        ends,
        end_files,
        facets,
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

/// FNV-1a over the UTF-16 units of a text, which is what the client has of it.
fn checksum(text: &str) -> u32 {
    text.encode_utf16().fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

/// The files of words: the first word of each, and their names.
fn term_files(language: &str, all: &[(Box<str>, Term)], files: &mut Files<'_>) -> (String, String) {
    let stems = stems(language, all);
    let total: usize = all.iter().map(|(term, known)| term.len() + known.postings.len() + 4).sum();
    let size = TERMS_SIZE.max(total / MOST_FILES);
    let (mut firsts, mut names) = (String::new(), String::new());
    let (mut own, mut about, mut postings) = (String::new(), String::new(), String::new());
    let mut close = |own: &mut String, about: &mut String, postings: &mut String| {
        if own.is_empty() {
            return;
        }
        if !names.is_empty() {
            firsts.push(' ');
            names.push(' ');
        }
        firsts.push_str(own.split(' ').next().unwrap_or_default());
        names.push_str(&files.add_hashed("t", &format!("{own}\n{about}\n{postings}")));
        own.clear();
        about.clear();
        postings.clear();
    };
    for ((term, known), (shared, stem)) in all.iter().zip(&stems) {
        if ends_file(own.len() + postings.len(), known.postings.len(), size, || checksum(term).is_multiple_of(16)) {
            close(&mut own, &mut about, &mut postings);
        }
        if !own.is_empty() {
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
    }
    close(&mut own, &mut about, &mut postings);
    (firsts, names)
}

/// Whether a file that holds so much ends before something so large. What comes next says so itself where it can, so that what is added to one file
/// does not move all that is in those behind it.
fn ends_file(held: usize, next: usize, size: usize, may_end: impl Fn() -> bool) -> bool {
    held > 0 && (held + next > size * 2 || (held > size / 2 && may_end()))
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

/// Files of words alone: the first word of each, and their names.
fn plain_files<'w>(sort: &str, words: impl Iterator<Item = &'w str>, files: &mut Files<'_>) -> (String, String) {
    let (mut firsts, mut names) = (Vec::new(), Vec::new());
    let mut own: Vec<&str> = Vec::new();
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        own.push(word);
        if words.peek().is_none_or(|next| ends_file(own.len(), 1, WORDS_PER_FILE, || checksum(next).is_multiple_of(1024))) {
            firsts.push(own[0]);
            names.push(files.add_hashed(sort, &own.join(" ")));
            own.clear();
        }
    }
    (firsts.join(" "), names.join(" "))
}

/// The files of texts, as they are made.
struct Texts {
    /// How many signs a file should have.
    size: usize,
    /// What the next file holds: JSON, without its last bracket.
    open: String,
    /// The first page and unit of it.
    first: (u32, u32),
    /// The first page of the file before.
    before: u32,
    starts: String,
    names: String,
}

impl Texts {
    fn new(pages: usize) -> Self {
        // A page of a playbook has some 5 KB of text.
        let size = TEXT_SIZE.max(pages * 5 * 1024 / MOST_FILES);
        Self { size, open: String::new(), first: (0, 0), before: 0, starts: String::new(), names: String::new() }
    }

    fn page(&mut self, site: &Site, id: PageId, slot: u32, units: &[Unit], files: &mut Files<'_>) {
        let page = site.edition().page(id);
        if ends_file(self.open.len(), 0, self.size, || checksum(page.output.as_str()) % 4 < 2) {
            self.cut(files);
        }
        self.begin(site, id, slot, 0);
        for (index, unit) in units.iter().enumerate() {
            if index > 0 && self.open.len() > self.size * 2 {
                self.open.push_str("]]");
                self.cut(files);
                self.begin(site, id, slot, u32::try_from(index).unwrap_or(u32::MAX));
            }
            if !self.open.ends_with('[') {
                self.open.push(',');
            }
            self.open.push_str(&unit_json(page, unit));
        }
        self.open.push_str("]]");
    }

    /// Begins a page, or the rest of one.
    fn begin(&mut self, site: &Site, id: PageId, slot: u32, unit: u32) {
        if self.open.is_empty() {
            self.first = (slot, unit);
            self.open.push('[');
        } else {
            self.open.push(',');
        }
        let page = site.edition().page(id);
        let head = (slot, unit, page.output.as_str(), page.page.heading(), facets::of_page(site, id));
        let head = serde_json::to_string(&head).unwrap_or_default();
        self.open.push_str(head.strip_suffix(']').unwrap_or(&head));
        self.open.push_str(",[");
    }

    fn cut(&mut self, files: &mut Files<'_>) {
        if self.open.is_empty() {
            return;
        }
        self.open.push(']');
        digits::push(&mut self.starts, self.first.0 - self.before);
        digits::push(&mut self.starts, self.first.1);
        self.before = self.first.0;
        if !self.names.is_empty() {
            self.names.push(' ');
        }
        let name = files.add_hashed("x", &self.open);
        self.names.push_str(&name);
        self.open.clear();
    }
}

/// A unit: its id, its heading, its text; of a task also its ID, and `M` or `O`.
fn unit_json(page: &crate::book::EditionPage, unit: &Unit) -> String {
    let Some((table, row)) = unit.row.and_then(|row| page.page.model.row(row)) else {
        return serde_json::to_string(&(&unit.anchor, &unit.heading, &unit.text)).unwrap_or_default();
    };
    let kind = table.is_mandatory(row).map_or("", |is_mandatory| if is_mandatory { "M" } else { "O" });
    let cells: Vec<&str> = [&row.role, &row.services].into_iter().flatten().map(|field| &*field.text).filter(|text| !text.is_empty()).collect();
    serde_json::to_string(&(&unit.anchor, &unit.heading, &unit.text, &row.id.text, kind, cells.join(" · "))).unwrap_or_default()
}
