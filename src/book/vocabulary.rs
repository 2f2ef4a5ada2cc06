//! The words of a book: those that `book.toml` has, else those that its pages use again and again. What a name means is the same for checks and
//! for whoever asks for a role.

use std::cell::{Cell, RefCell};

use ahash::HashMap;

use super::{Book, EditionPage};
use crate::config::book_toml::Word;
use crate::config::{Config, FactKind, folded};
use crate::page::model::{self, TaskTable};
use crate::text::nearest::{has_stray, is_misspelling};

/// How often a word has to be used before another is taken for a misspelling of it.
const OFTEN: usize = 5;
/// How often two words have to stand together, and never apart, before they are one name.
const FEW: usize = 3;
/// How many words are compared in all to find what was meant.
const COMPARISONS: usize = 2_000_000;

/// All words of a book, by what they name.
pub struct Vocabulary {
    /// Who does the work.
    pub roles: Terms,
    /// What it is about.
    pub services: Terms,
    /// When it is done.
    pub phases: Terms,
    /// Why.
    pub motions: Terms,
}

/// The names of one kind.
#[derive(Default)]
pub struct Terms {
    by_folded: HashMap<String, Term>,
    /// Abbreviations and what they stand for, where the pages tell.
    aliases: HashMap<String, String>,
    is_configured: bool,
    /// Names with a slash, as they were met.
    compounds: HashMap<String, (String, usize)>,
    /// Names to which others are compared: those of the configuration, or those that are used often.
    frequent: Vec<String>,
    left: Cell<usize>,
    /// What was found out of names before.
    judged: RefCell<HashMap<String, Option<String>>>,
}

struct Term {
    /// As it is to be written.
    name: String,
    /// What it is another name of, folded; itself if it is the name.
    canonical: String,
    uses: usize,
}

/// What is wrong with a name.
pub struct Unknown {
    /// What was probably meant.
    pub near: Option<String>,
}

impl Vocabulary {
    /// Reads the words of all pages of all editions, unless they are configured.
    #[must_use]
    pub fn new(book: &Book) -> Self {
        let mut seen = ahash::HashSet::default();
        Self::of_pages(&book.config, book.editions.iter().flat_map(|edition| &edition.pages).filter(|page| seen.insert(page.page.file)))
    }

    /// Reads the words of these pages, unless they are configured.
    #[must_use]
    pub fn of_pages<'b>(config: &Config, pages: impl IntoIterator<Item = &'b EditionPage>) -> Self {
        let configured = &config.vocabulary;
        let mut vocabulary = Self {
            roles: Terms::configured(&configured.roles),
            services: Terms::configured(&configured.services),
            phases: Terms::configured(&configured.phases),
            motions: Terms::configured(&configured.motions),
        };
        // The same few texts stand in thousands of cells.
        let mut texts: HashMap<(FactKind, &str), usize> = HashMap::default();
        for page in pages {
            let model = &page.page.model;
            for row in model.tasks.iter().flat_map(TaskTable::whole_rows) {
                for (kind, cell) in [(FactKind::Role, &row.role), (FactKind::Services, &row.services)] {
                    if let Some(cell) = cell {
                        *texts.entry((kind, &cell.text)).or_default() += 1;
                    }
                }
            }
            for fact in &model.facts {
                *texts.entry((fact.kind, &fact.value.text)).or_default() += 1;
            }
        }
        let mut texts: Vec<((FactKind, &str), usize)> = texts.into_iter().collect();
        texts.sort_unstable();
        for ((kind, text), uses) in texts {
            if let Some(terms) = vocabulary.of_mut(kind) {
                terms.count(text, uses);
            }
        }
        for terms in [&mut vocabulary.roles, &mut vocabulary.services, &mut vocabulary.phases, &mut vocabulary.motions] {
            terms.settle();
        }
        vocabulary
    }

    /// The terms that a fact of a kind names.
    #[must_use]
    pub fn of(&self, kind: FactKind) -> Option<&Terms> {
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

/// Whether a name is a few capital letters.
fn is_abbreviation(name: &str) -> bool {
    (2..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Terms {
    /// Whether two texts can be told to name different things. Without a vocabulary nobody knows what a name is called in another script, or what
    /// an abbreviation stands for in a text that is `foreign` to the book.
    #[must_use]
    pub fn are_comparable(&self, one: &str, other: &str, is_foreign: bool) -> bool {
        let is_short = |text: &str| self.names(text).iter().any(|name| is_abbreviation(name.split_whitespace().next().unwrap_or_default()));
        self.is_configured || (one.is_ascii() == other.is_ascii() && !(is_foreign && (is_short(one) || is_short(other))))
    }

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
    #[must_use]
    pub fn names<'t>(&self, text: &'t str) -> Vec<&'t str> {
        model::names(text, &|name| {
            self.by_folded.get(&folded(name)).is_some_and(|term| self.is_configured || term.uses >= OFTEN || term.name.contains('/'))
        })
    }

    fn count(&mut self, text: &str, uses: usize) {
        if self.is_configured {
            return;
        }
        // `Classroom/SDS` among names with ` / ` between them may be one name.
        for part in text.split([';', ',']).flat_map(|part| part.split(" / ")).map(str::trim).filter(|part| part.contains('/')) {
            if !part.contains("/ ") && !part.contains(" /") {
                self.compounds.entry(folded(part)).or_insert_with(|| (part.to_owned(), 0)).1 += uses;
            }
        }
        for name in model::names(text, &|_| false) {
            let key = folded(name);
            let term = self.by_folded.entry(key.clone()).or_insert_with(|| Term { name: name.to_owned(), canonical: key, uses: 0 });
            term.uses += uses;
        }
    }

    /// The abbreviations that stand for exactly one name, folded, and that name, folded.
    #[must_use]
    pub fn abbreviations(&self) -> &HashMap<String, String> {
        &self.aliases
    }

    /// Makes one name of two that are never used alone.
    fn join_compounds(&mut self) {
        let mut compounds: Vec<(String, (String, usize))> = std::mem::take(&mut self.compounds).into_iter().collect();
        compounds.sort();
        for (key, (name, uses)) in compounds.into_iter().filter(|(_, (_, uses))| *uses >= FEW) {
            let parts: Vec<String> = name.split('/').map(folded).collect();
            if parts.iter().all(|part| self.by_folded.get(part).is_some_and(|term| term.uses == uses)) {
                for part in &parts {
                    self.by_folded.remove(part);
                }
                self.by_folded.insert(key.clone(), Term { name, canonical: key, uses });
            }
        }
    }

    fn settle(&mut self) {
        if self.is_configured {
            return;
        }
        self.join_compounds();
        let mut frequent: Vec<&Term> = self.by_folded.values().filter(|term| term.uses >= OFTEN).collect();
        frequent.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.name.cmp(&b.name)));
        let initials = |name: &str| name.split([' ', '-']).filter_map(|word| word.chars().next()).collect::<String>().to_lowercase();
        let mut by_initials: HashMap<String, Vec<&Term>> = HashMap::default();
        for term in frequent.iter().filter(|term| term.name.contains(' ')) {
            by_initials.entry(initials(&term.name)).or_default().push(term);
        }
        self.aliases = frequent
            .iter()
            .filter(|term| is_abbreviation(&term.name))
            .filter_map(|term| match by_initials.get(&term.name.to_lowercase()).map(Vec::as_slice) {
                Some([full]) => Some((folded(&term.name), folded(&full.name))),
                _ => None,
            })
            .collect();
        self.frequent = frequent.into_iter().map(|term| term.name.clone()).collect();
    }

    /// What a name means: all names of one thing give the same. `None`: the vocabulary does not have it.
    #[must_use]
    pub fn meaning<'t>(&'t self, name: &str) -> Option<&'t str> {
        let term = self.by_folded.get(&folded(name))?;
        Some(self.aliases.get(&term.canonical).unwrap_or(&term.canonical))
    }

    /// How a name that means this is to be written.
    #[must_use]
    pub fn name_of(&self, meaning: &str) -> Option<&str> {
        self.by_folded.get(meaning).map(|term| term.name.as_str())
    }

    /// What a name of a page most probably means: what it says, or what it is a misspelling of. `None`: the vocabulary does not have it.
    #[must_use]
    pub fn meant(&self, name: &str) -> Option<&str> {
        match self.judge(name) {
            None => self.meaning(name),
            Some(unknown) => self.meaning(&unknown.near?),
        }
    }

    /// Whether the book says which names there are.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.is_configured
    }

    /// What is wrong with a name, if something is. Without a vocabulary only what is rare and nearly a name that is used often.
    #[must_use]
    pub fn judge(&self, name: &str) -> Option<Unknown> {
        if folded(name).is_empty() {
            return None;
        }
        let known = self.by_folded.get(&folded(name));
        if self.is_configured {
            return if known.is_some() { None } else { Some(Unknown { near: self.near(name, 0) }) };
        }
        // However often it is used, a name with a stray letter is no name.
        let uses = known.map_or(0, |term| term.uses);
        self.near(name, uses).map(|near| Unknown { near: Some(near) })
    }

    /// The frequent name that is probably meant.
    fn near(&self, name: &str, uses: usize) -> Option<String> {
        let cached = self.judged.borrow().get(name).cloned();
        if let Some(near) = cached {
            return near;
        }
        self.left.set(self.left.get().checked_sub(self.frequent.len())?);
        let is_often = !self.is_configured && uses >= OFTEN;
        let is_meant = |other: &&String| {
            let is_usual = self.is_configured || self.by_folded.get(&folded(other)).is_some_and(|term| term.uses >= OFTEN.max(uses * 2));
            is_usual && if is_often { has_stray(name, other) } else { is_misspelling(name, other) }
        };
        let near = self.frequent.iter().find(is_meant).cloned();
        self.judged.borrow_mut().insert(name.to_owned(), near.clone());
        near
    }
}
