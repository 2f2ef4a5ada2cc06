//! Pages that say in which phase their work is done, and which of them follows which: what a map of the whole shows.

use ahash::{HashMap, HashSet};

use super::{Catalog, NameKind};
use crate::book::{Edition, PageId, Resolution};
use crate::config::Config;

/// A page that says in which phase its work is done.
#[derive(Clone, Debug)]
pub struct Process {
    /// The page.
    pub page: PageId,
    /// The first of its phases.
    pub phase: u32,
    /// The processes that its next steps lead to, by their place in the list.
    pub next: Vec<usize>,
}

/// All of them, each before those that readers meet later.
#[derive(Clone, Debug, Default)]
pub struct Processes {
    /// The pages.
    pub all: Vec<Process>,
    /// The phases that have some, in their order.
    pub phases: Vec<u32>,
}

impl Processes {
    /// Finds the processes of an edition. Translations and previews show the same once more and are left out, unless there is nothing else.
    pub(super) fn read(catalog: &Catalog, config: &Config, edition: &Edition) -> Self {
        let of = |is_wanted: &dyn Fn(usize) -> bool| -> Vec<PageId> {
            (0..edition.pages.len()).filter(|index| !catalog.pages[*index].phases.is_empty() && is_wanted(*index)).map(PageId::from_index).collect()
        };
        let mut pages = of(&|index| *edition.pages[index].language == *config.language && !catalog.pages[index].is_preview);
        if pages.is_empty() {
            pages = of(&|_| true);
        }
        let rank = |page: &PageId| {
            let place = edition.nav.places.get(page.index()).copied().flatten();
            (place.map(|place| (place.tree, place.node.unwrap_or(usize::MAX))), *page)
        };
        pages.sort_by_key(rank);
        let mut all: Vec<Process> = pages
            .iter()
            .filter_map(|page| Some(Process { page: *page, phase: *catalog.pages[page.index()].phases.first()?, next: Vec::new() }))
            .collect();
        let by_page: HashMap<PageId, usize> = all.iter().enumerate().map(|(index, process)| (process.page, index)).collect();
        for (index, process) in all.iter_mut().enumerate() {
            let next = next_steps(edition, process.page).filter_map(|page| by_page.get(&page).copied());
            process.next = next.filter(|other| *other != index).collect();
            process.next.sort_unstable();
            process.next.dedup();
        }
        let used: HashSet<u32> = all.iter().map(|process| process.phase).collect();
        let phases = catalog.names(NameKind::Phase).sorted().into_iter().filter(|phase| used.contains(phase)).collect();
        Self { all, phases }
    }
}

/// The pages that the sections of next steps of a page link to.
fn next_steps(edition: &Edition, id: PageId) -> impl Iterator<Item = PageId> {
    let placed = edition.page(id);
    placed.page.next_steps().flat_map(move |links| {
        placed.links[links].iter().filter_map(|link| match link {
            Resolution::Page(page) => Some(*page),
            _ => None,
        })
    })
}
