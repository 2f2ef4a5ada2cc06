//! The other versions of a page: the same in other languages, and on the sites of other audiences.
//!
//! A version in another language is a page of this edition; the link to it carries its source like any other link. Of another audience's
//! site only the address is told, and of that only what `book.toml` and the page's own path say.

use std::collections::BTreeMap;

use ahash::HashMap;

use crate::book::{Book, Edition, EditionPage, PageId, languages};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

use super::language;
use super::view::AlternateView;

/// Which pages of an edition are the same in other languages, and on which sites of others.
pub(super) struct Alternates {
    /// Pages that are the same in several languages; empty for the others.
    twins: HashMap<PageId, Vec<PageId>>,
    /// Other audiences' sites: the audience, the address, and the page's there by output path.
    sites: Vec<OtherSite>,
}

/// The site of another audience of which this one may know.
struct OtherSite {
    audience: String,
    address: String,
    edition: usize,
    pages: HashMap<RelPath, PageId>,
}

impl Alternates {
    /// Finds the versions of all pages of an edition.
    #[must_use]
    pub(super) fn new(book: &Book, edition: &Edition) -> Self {
        let config = &book.config;
        let mut versions: BTreeMap<String, BTreeMap<&str, (bool, PageId)>> = BTreeMap::new();
        if edition.pages.iter().any(|page| *page.language != *config.language) {
            for (index, page) in edition.pages.iter().enumerate() {
                let (key, has_suffix) = languages::key(config, &page.published);
                let versions = versions.entry(key).or_default();
                // Of two pages in one language, the one that is named as its files are.
                let rank = (!has_suffix, PageId::from_index(index));
                let best = versions.entry(&page.language).or_insert(rank);
                *best = (*best).min(rank);
            }
        }
        let mut twins: HashMap<PageId, Vec<PageId>> = HashMap::default();
        for versions in versions.into_values().filter(|versions| versions.len() > 1) {
            let pages: Vec<PageId> = versions.into_values().map(|(_, page)| page).collect();
            for page in &pages {
                twins.insert(*page, pages.iter().copied().filter(|other| other != page).collect());
            }
        }
        Self { twins, sites: other_sites(book, edition) }
    }

    /// The other versions of a page: first languages by tag, then audiences in their order.
    #[must_use]
    pub(super) fn of(&self, book: &Book, edition: &Edition, id: PageId) -> Sourced<Vec<AlternateView>> {
        let page = edition.page(id);
        let mut views = Vec::new();
        let mut from = Vec::new();
        for twin in self.twins.get(&id).into_iter().flatten() {
            let other = edition.page(*twin);
            let tag = &*other.language;
            views.push(AlternateView {
                title: language::name(tag).to_owned(),
                href: page.output.href_to(&other.output),
                language: tag.to_owned(),
                audience: String::new(),
            });
            from.push(Provenance::file(other.page.file));
        }
        for site in self.sites.iter().filter(|site| site.shows(book, edition, page)) {
            views.push(AlternateView {
                title: format!("As “{}” sees it", site.audience),
                href: format!("{}/{}", site.address, RelPath::root().href_to(&page.output)),
                language: String::new(),
                audience: site.audience.clone(),
            });
            from.push(Provenance::file(page.page.file));
        }
        Sourced::new(views, Provenance::union(from))
    }
}

impl OtherSite {
    /// Whether the site has this page, and the edition may be told so.
    fn shows(&self, book: &Book, edition: &Edition, page: &EditionPage) -> bool {
        let Some(theirs) = self.pages.get(&page.output) else { return false };
        let theirs = book.editions[self.edition].page(*theirs);
        // The other audience may have got its page from a third one, of which this one knows nothing.
        theirs.published == page.published && book.sources.may_know(theirs.page.file, edition.audience)
    }
}

fn other_sites(book: &Book, edition: &Edition) -> Vec<OtherSite> {
    let Some(own) = &edition.settings else { return Vec::new() };
    let known = book.editions.iter().enumerate().filter_map(|(index, other)| Some((index, other, other.settings.as_ref()?)));
    known
        .filter(|(_, _, settings)| settings.name != own.name && own.knows.contains(&settings.name))
        .filter_map(|(index, other, settings)| {
            let address = settings.site_url.as_ref()?.trim_end_matches('/').to_owned();
            let pages = other.pages.iter().enumerate().map(|(page, placed)| (placed.output.clone(), PageId::from_index(page))).collect();
            Some(OtherSite { audience: settings.name.clone(), address, edition: index, pages })
        })
        .collect()
}
