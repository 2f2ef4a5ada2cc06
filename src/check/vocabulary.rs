//! The words of a book: those that `book.toml` has, else those that its pages use again and again.

use std::cell::Cell;

use ahash::HashMap;

use crate::book::Book;
use crate::config::book_toml::Word;
use crate::config::{FactKind, folded};
use crate::page::model;
use crate::text::nearest::is_misspelling;

/// How often a word has to be used before another is taken for a misspelling of it.
const OFTEN: usize = 5;
/// How many words are compared in all to find what was meant.
const COMPARISONS: usize = 2_000_000;

/// All words of a book, by what they name.
pub(super) struct Vocabulary {
    pub(super) roles: Terms,
    pub(super) services: Terms,
    pub(super) phases: Terms,
    pub(super) motions: Terms,
}

/// The names of one kind.
#[derive(Default)]
pub(super) struct Terms {
    by_folded: HashMap<String, Term>,
    /// Abbreviations and what they stand for, where the pages tell.
    aliases: HashMap<String, String>,
    is_configured: bool,
    /// Names to which others are compared: those of the configuration, or those that are used often.
    frequent: Vec<String>,
    left: Cell<usize>,
}

struct Term {
    /// As it is to be written.
    name: String,
    /// What it is another name of, folded; itself if it is the name.
    canonical: String,
    uses: usize,
}

/// What is wrong with a name.
pub(super) struct Unknown {
    /// What was probably meant.
    pub(super) near: Option<String>,
}

impl Vocabulary {
    pub(super) fn new(book: &Book) -> Self {
        let configured = &book.config.vocabulary;
        let mut vocabulary = Self {
            roles: Terms::configured(&configured.roles),
            services: Terms::configured(&configured.services),
            phases: Terms::configured(&configured.phases),
            motions: Terms::configured(&configured.motions),
        };
        let mut seen = ahash::HashSet::default();
        for page in book.editions.iter().flat_map(|edition| &edition.pages).filter(|page| seen.insert(page.page.file)) {
            let model = &page.page.model;
            for row in model.tasks.iter().flat_map(|table| &table.rows) {
                vocabulary.roles.count(row.role.as_ref().map(|role| &*role.text));
                vocabulary.services.count(row.services.as_ref().map(|services| &*services.text));
            }
            for fact in &model.facts {
                if let Some(terms) = vocabulary.of_mut(fact.kind) {
                    terms.count(Some(&fact.value.text));
                }
            }
        }
        for terms in [&mut vocabulary.roles, &mut vocabulary.services, &mut vocabulary.phases, &mut vocabulary.motions] {
            terms.settle();
        }
        vocabulary
    }

    /// The terms that a fact of a kind names.
    pub(super) fn of(&self, kind: FactKind) -> Option<&Terms> {
        match kind {
            FactKind::Phase => Some(&self.phases),
            FactKind::Motions => Some(&self.motions),
            FactKind::Role => Some(&self.roles),
            FactKind::Services => Some(&self.services),
            FactKind::Owner | FactKind::Audience => None,
        }
    }

    fn of_mut(&mut self, kind: FactKind) -> Option<&mut Terms> {
        match kind {
            FactKind::Phase => Some(&mut self.phases),
            FactKind::Motions => Some(&mut self.motions),
            FactKind::Role => Some(&mut self.roles),
            FactKind::Services => Some(&mut self.services),
            FactKind::Owner | FactKind::Audience => None,
        }
    }
}

impl Terms {
    fn configured(words: &indexmap::IndexMap<String, Word>) -> Self {
        let mut terms = Self { is_configured: !words.is_empty(), left: Cell::new(COMPARISONS), ..Self::default() };
        for (name, word) in words {
            let canonical = folded(name);
            for other in std::iter::once(name).chain(&word.aliases).chain(word.translations.values().flatten()) {
                terms.by_folded.entry(folded(other)).or_insert_with(|| Term { name: other.clone(), canonical: canonical.clone(), uses: 0 });
            }
            terms.frequent.push(name.clone());
        }
        terms
    }

    /// The single names of a cell or a line.
    pub(super) fn names<'t>(&self, text: &'t str) -> Vec<&'t str> {
        model::names(text, &|name| self.by_folded.get(&folded(name)).is_some_and(|term| self.is_configured || term.uses >= OFTEN))
    }

    fn count(&mut self, text: Option<&str>) {
        if self.is_configured {
            return;
        }
        for name in text.map(|text| model::names(text, &|_| false)).unwrap_or_default() {
            let key = folded(name);
            let term = self.by_folded.entry(key.clone()).or_insert_with(|| Term { name: name.to_owned(), canonical: key, uses: 0 });
            term.uses += 1;
        }
    }

    fn settle(&mut self) {
        if self.is_configured {
            return;
        }
        let mut frequent: Vec<&Term> = self.by_folded.values().filter(|term| term.uses >= OFTEN).collect();
        frequent.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.name.cmp(&b.name)));
        let initials = |name: &str| name.split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().to_lowercase();
        let mut by_initials: HashMap<String, Vec<&Term>> = HashMap::default();
        for term in frequent.iter().filter(|term| term.name.contains(' ')) {
            by_initials.entry(initials(&term.name)).or_default().push(term);
        }
        let is_short = |name: &str| (2..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase());
        self.aliases = frequent
            .iter()
            .filter(|term| is_short(&term.name))
            .filter_map(|term| match by_initials.get(&term.name.to_lowercase()).map(Vec::as_slice) {
                Some([full]) => Some((folded(&term.name), folded(&full.name))),
                _ => None,
            })
            .collect();
        self.frequent = frequent.into_iter().map(|term| term.name.clone()).collect();
    }

    /// What a name means: all names of one thing give the same. `None`: the vocabulary does not have it.
    pub(super) fn meaning<'t>(&'t self, name: &str) -> Option<&'t str> {
        let term = self.by_folded.get(&folded(name))?;
        Some(self.aliases.get(&term.canonical).unwrap_or(&term.canonical))
    }

    /// Whether the book says which names there are.
    pub(super) fn is_configured(&self) -> bool {
        self.is_configured
    }

    /// What is wrong with a name, if something is. Without a vocabulary only what is rare and nearly a name that is used often.
    pub(super) fn judge(&self, name: &str) -> Option<Unknown> {
        if folded(name).is_empty() {
            return None;
        }
        let known = self.by_folded.get(&folded(name));
        if self.is_configured {
            return if known.is_some() { None } else { Some(Unknown { near: self.near(name, 0) }) };
        }
        let uses = known.map_or(0, |term| term.uses);
        if uses >= OFTEN {
            return None;
        }
        self.near(name, uses).map(|near| Unknown { near: Some(near) })
    }

    /// The frequent name that is probably meant.
    fn near(&self, name: &str, uses: usize) -> Option<String> {
        self.left.set(self.left.get().checked_sub(self.frequent.len())?);
        let is_meant = |other: &&String| {
            let is_usual = self.is_configured || self.by_folded.get(&folded(other)).is_some_and(|term| term.uses >= OFTEN.max(uses * 2));
            is_usual && is_misspelling(name, other)
        };
        self.frequent.iter().find(is_meant).cloned()
    }
}
