//! Roles, services, phases, motions and owners, as the pages of an edition name them.

use std::sync::Arc;

use ahash::{HashMap, HashSet};

use super::super::PageId;
use super::super::vocabulary::{Terms, Vocabulary};
use crate::config::FactKind;
use crate::markdown::slug::slug;
use crate::source::provenance::Provenance;

/// What a name is the name of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameKind {
    /// Who does the work.
    Role,
    /// What it is about.
    Service,
    /// When it is done.
    Phase,
    /// Why.
    Motion,
    /// Who answers for the text.
    Owner,
}

impl NameKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Role, Self::Service, Self::Phase, Self::Motion, Self::Owner];

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// The folder of their pages in a site.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Role => "roles",
            Self::Service => "services",
            Self::Phase => "phases",
            Self::Motion => "motions",
            Self::Owner => "owners",
        }
    }

    /// What a fact of a kind names.
    #[must_use]
    pub fn of_fact(kind: FactKind) -> Option<Self> {
        match kind {
            FactKind::Phase => Some(Self::Phase),
            FactKind::Motions => Some(Self::Motion),
            FactKind::Role => Some(Self::Role),
            FactKind::Services => Some(Self::Service),
            FactKind::Owner | FactKind::Audience => None,
        }
    }

    fn terms(self, vocabulary: &Vocabulary) -> Option<&Terms> {
        match self {
            Self::Role => Some(&vocabulary.roles),
            Self::Service => Some(&vocabulary.services),
            Self::Phase => Some(&vocabulary.phases),
            Self::Motion => Some(&vocabulary.motions),
            Self::Owner => None,
        }
    }
}

/// Something that pages name.
#[derive(Debug)]
pub struct Named {
    /// As it is to be written.
    pub name: Box<str>,
    /// The name of its page, unique among its kind.
    pub slug: Arc<str>,
    /// The page that gave it its name.
    pub from: Provenance,
    /// The pages that name it, in order.
    pub pages: Vec<PageId>,
    /// The tasks that it has, by their place in the catalog.
    pub tasks: Vec<u32>,
}

/// A part of a text that is a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Its first byte in the text.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// What it names, by its place among those of its kind.
    pub name: u32,
}

/// All that pages name of one kind.
#[derive(Debug)]
pub struct Names {
    /// What it is.
    pub kind: NameKind,
    /// They, as they were met.
    pub named: Vec<Named>,
    /// Where each stands in a list of all; the same number stands by name.
    pub(super) order: Vec<usize>,
    by_meaning: HashMap<Box<str>, u32>,
    parts: HashMap<Box<str>, Box<[Part]>>,
}

/// How long the name of a page may be, in bytes.
const LONGEST_SLUG: usize = 80;

impl Names {
    pub(super) fn new(kind: NameKind) -> Self {
        Self { kind, named: Vec::new(), order: Vec::new(), by_meaning: HashMap::default(), parts: HashMap::default() }
    }

    /// The names in a text that a page holds.
    #[must_use]
    pub fn parts(&self, text: &str) -> &[Part] {
        self.parts.get(text).map_or(&[], |parts| parts)
    }

    /// They, as a list of all shows them.
    #[must_use]
    pub fn sorted(&self) -> Vec<u32> {
        let mut all: Vec<u32> = (0..u32::try_from(self.named.len()).unwrap_or(u32::MAX)).collect();
        let order = |index: u32| self.order.get(index as usize).copied().unwrap_or(0);
        all.sort_by_cached_key(|index| (order(*index), self.named[*index as usize].name.to_lowercase()));
        all
    }

    /// What a text of a page names.
    pub(super) fn read(&mut self, text: &str, vocabulary: &Vocabulary, page: PageId, from: &Provenance) -> Vec<u32> {
        if !self.parts.contains_key(text) {
            let Some(terms) = self.kind.terms(vocabulary) else { return Vec::new() };
            let mut parts = Vec::new();
            for name in terms.names(text) {
                let start = name.as_ptr().addr() - text.as_ptr().addr();
                let Some(meaning) = terms.meant(name).filter(|_| terms.is_configured() || is_plausible(name)) else { continue };
                let index = self.named(meaning, terms.name_of(meaning).unwrap_or(name), from);
                if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(start + name.len())) {
                    parts.push(Part { start, end, name: index });
                }
            }
            self.parts.insert(text.into(), parts.into());
        }
        let found: Vec<u32> = self.parts(text).iter().map(|part| part.name).collect();
        self.seen_on(&found, page);
        found
    }

    /// The owners that front matter names.
    pub(super) fn read_owners(&mut self, text: &str, page: PageId, from: &Provenance) -> Vec<u32> {
        let names = text.split([',', ';']).map(str::trim).filter(|name| !name.is_empty());
        let found: Vec<u32> = names.map(|name| self.named(&name.to_lowercase(), name, from)).collect();
        self.seen_on(&found, page);
        found
    }

    fn seen_on(&mut self, found: &[u32], page: PageId) {
        for name in found {
            let pages = &mut self.named[*name as usize].pages;
            if pages.last() != Some(&page) {
                pages.push(page);
            }
        }
    }

    fn named(&mut self, meaning: &str, name: &str, from: &Provenance) -> u32 {
        if let Some(index) = self.by_meaning.get(meaning) {
            return *index;
        }
        let index = u32::try_from(self.named.len()).unwrap_or(u32::MAX);
        self.by_meaning.insert(meaning.into(), index);
        self.named.push(Named { name: name.into(), slug: "".into(), from: from.clone(), pages: Vec::new(), tasks: Vec::new() });
        index
    }

    /// Gives each its address.
    pub(super) fn settle(&mut self) {
        // The list of all has this name.
        let mut taken: HashSet<String> = std::iter::once("index".to_owned()).collect();
        for index in self.sorted() {
            let named = &mut self.named[index as usize];
            let mut base = slug(&named.name);
            base.truncate(base.floor_char_boundary(LONGEST_SLUG));
            let mut own = base.clone();
            let mut number = 0;
            while !taken.insert(own.clone()) {
                number += 1;
                own = format!("{base}-{number}");
            }
            named.slug = own.into();
        }
    }
}

/// Whether a text can be a name, and is no sentence.
fn is_plausible(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && text.chars().count() <= 60 && !text.contains([':', '：', '\n', '。']) && !text.contains(". ")
}
