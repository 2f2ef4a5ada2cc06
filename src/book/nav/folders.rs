//! Navigation for pages that no TOC covers: their folders, index pages first, each folder called as its index page.

use ahash::HashMap;

use super::{Nav, NavPlace, NavTarget, Tree};
use crate::book::{EditionPage, PageId};
use crate::config::Config;
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

/// Adds a tree with the pages that have no place yet.
pub(super) fn add(nav: &mut Nav, config: &Config, pages: &[EditionPage]) {
    let mut left: Vec<(PageId, &EditionPage)> = (0..).map(PageId).zip(pages).filter(|(id, _)| nav.places[id.index()].is_none()).collect();
    if left.is_empty() {
        return;
    }
    let folder_of = |page: &EditionPage| config.site_path(&page.published, &page.published).parent();
    // A folder's index page stands before all else in it, and what is in a folder before what is in those below it.
    left.sort_by_cached_key(|(_, page)| {
        let names: Vec<String> = folder_of(page).as_str().split('/').map(str::to_owned).collect();
        (names, !is_index(page), page.published.file_name().to_owned())
    });
    let mut folders = Folders { tree: Tree::default(), nodes: HashMap::default(), index_pages: HashMap::default() };
    folders.index_pages.extend(left.iter().filter(|(_, page)| is_index(page)).map(|(id, page)| (folder_of(page), (*id, *page))));
    let tree_index = nav.trees.len();
    for (id, page) in left {
        let parent = folders.node(&folder_of(page));
        let node = match parent {
            Some(node) if is_index(page) => node,
            parent => folders.tree.add(parent, title(page), NavTarget::Page(id, String::new())),
        };
        nav.places[id.index()] = Some(NavPlace { tree: tree_index, node: Some(node) });
    }
    nav.of_folders = Some(tree_index);
    nav.trees.push(folders.tree);
}

struct Folders<'p> {
    tree: Tree,
    nodes: HashMap<RelPath, usize>,
    index_pages: HashMap<RelPath, (PageId, &'p EditionPage)>,
}

impl Folders<'_> {
    /// The entry of a folder, made with those above it; the root has none.
    fn node(&mut self, folder: &RelPath) -> Option<usize> {
        if folder.as_str().is_empty() {
            return None;
        }
        if let Some(node) = self.nodes.get(folder) {
            return Some(*node);
        }
        let parent = self.node(&folder.parent());
        let node = match self.index_pages.get(folder) {
            Some((id, page)) => self.tree.add(parent, title(page), NavTarget::Page(*id, String::new())),
            // Folders are only made for pages of the edition, so their names are in its addresses anyway.
            None => self.tree.add(parent, Sourced::constant(readable(folder.file_name())), NavTarget::None),
        };
        self.nodes.insert(folder.clone(), node);
        Some(node)
    }
}

fn is_index(page: &EditionPage) -> bool {
    page.published.stem() == "index"
}

fn title(page: &EditionPage) -> Sourced<String> {
    Sourced::new(page.page.title.clone(), page.page.from.clone())
}

/// `role-guide` as `Role guide`.
fn readable(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
