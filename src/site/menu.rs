//! The navigation as one page shows it, as HTML: what is beside and above it, and what is right below it. Never the whole tree.
//! An entry is the same on every page of a folder but for what is open below it, so it is rendered once for each folder.

use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use ahash::HashMap;
use tera::{Map, Value};

use super::Site;
use super::view::PageLink;
use crate::book::Edition;
use crate::book::nav::{NavTarget, Tree};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

/// How many entries beside one another a page's navigation shows; a longer list is cut around the page's own.
const BESIDE: usize = 40;

/// How many entries a page shows beside those on its path because their authors want them shown from the start.
const EXPANDED: usize = 80;

/// Of a folder, the HTML of entries, by tree and entry, and whether something is open below: that stands where [`BELOW`] is.
type Folder = Mutex<HashMap<(usize, usize, bool), Arc<str>>>;

/// Stands for what is open below an entry. No title, address or path can hold it: they are escaped.
const BELOW: &str = "<!--below-->";

/// What the menus of an edition's pages share.
pub(super) struct Menus {
    trees: Vec<TreeMenu>,
    /// By the folder of those who share it, and `//` behind it for pages that are alone in a folder below it.
    folders: HashMap<String, Folder>,
}

/// What the menus of a tree share.
struct TreeMenu {
    /// For each entry the one whose target it leads to: itself, or for a heading without a page the first below it that has one.
    leads: Vec<usize>,
    /// What the entries below each one are made of: their labels, and the pages whose addresses they hold. Last, the topmost entries.
    sources: Vec<Provenance>,
}

impl Menus {
    pub(super) fn new(edition: &Edition) -> Self {
        let trees = edition.nav.trees.iter().map(|tree| TreeMenu::new(edition, tree)).collect();
        let mut counts: HashMap<&str, usize> = HashMap::default();
        for page in &edition.pages {
            *counts.entry(page.output.parent_str()).or_default() += 1;
        }
        let mut folders: HashMap<String, Folder> = HashMap::default();
        for page in &edition.pages {
            let folder = page.output.parent_str();
            let is_shared = counts.get(folder).is_some_and(|count| *count > 1);
            folders.entry(if is_shared { folder.to_owned() } else { beside_folder(folder) }).or_default();
        }
        Self { trees, folders }
    }

    /// What the page at `output` shares, and the folder whose entries have other addresses there than on the pages it shares with.
    fn folder<'o>(&self, output: &'o RelPath) -> (Option<&Folder>, Option<&'o str>) {
        let folder = output.parent_str();
        match self.folders.get(folder) {
            Some(shared) => (Some(shared), None),
            None => (self.folders.get(&beside_folder(folder)), Some(folder)),
        }
    }
}

/// What pages that are alone in their folders share with those in the folders beside theirs, such as `guide/a/index.html` with
/// `guide/b/index.html`: the addresses of all that is in neither folder.
fn beside_folder(folder: &str) -> String {
    format!("{}//", folder.rsplit_once('/').map_or("", |(parent, _)| parent))
}

impl TreeMenu {
    fn new(edition: &Edition, tree: &Tree) -> Self {
        let mut leads: Vec<usize> = (0..tree.nodes.len()).collect();
        // Each entry stands before those below it.
        for (index, node) in tree.nodes.iter().enumerate().rev().filter(|(_, node)| node.target == NavTarget::None) {
            let leading = node.children.iter().map(|child| leads[*child]).find(|lead| tree.nodes[*lead].target != NavTarget::None);
            leads[index] = leading.unwrap_or(index);
        }
        let made_of = |nodes: &[usize]| {
            let parts = nodes.iter().flat_map(|node| {
                let page = match &tree.nodes[leads[*node]].target {
                    NavTarget::Page(page, _) => Provenance::file(edition.page(*page).page.file),
                    NavTarget::Asset(file, _) => Provenance::file(*file),
                    NavTarget::Redirect(redirect) => Provenance::union(edition.redirects[*redirect].files.iter().map(|file| Provenance::file(*file))),
                    NavTarget::Url(_) | NavTarget::None => Provenance::default(),
                };
                [tree.nodes[*node].label.from().clone(), page]
            });
            Provenance::union(parts)
        };
        let sources = tree.nodes.iter().map(|node| &node.children).chain([&tree.roots]).map(|nodes| made_of(nodes)).collect();
        Self { leads, sources }
    }
}

/// The menu of one page, or of the start page that nobody wrote.
pub(super) struct Menu<'m> {
    site: &'m Site,
    tree: usize,
    output: &'m RelPath,
    /// The page's entry and those above it, topmost first.
    path: Vec<usize>,
}

impl<'m> Menu<'m> {
    /// Of the page at `output`, whose entry in the site's `tree`-th tree is `node`.
    pub(super) fn new(site: &'m Site, tree: usize, output: &'m RelPath, node: Option<usize>) -> Self {
        let path = node.map(|node| site.edition().nav.trees[tree].ancestors(node).into_iter().chain([node]).collect()).unwrap_or_default();
        Self { site, tree, output, path }
    }

    fn nav(&self) -> &'m Tree {
        &self.site.edition().nav.trees[self.tree]
    }

    fn shared(&self) -> &'m TreeMenu {
        &self.site.menus.trees[self.tree]
    }

    /// The entries to show: HTML for the template's `nav_list`.
    ///
    /// # Errors
    /// Where a template of playpress fails.
    pub(super) fn items(&self) -> anyhow::Result<Sourced<Value>> {
        let sources = &self.shared().sources;
        let lists = || [sources.len() - 1].into_iter().chain(self.path.iter().copied());
        let mut html = String::new();
        let mut expanded = Vec::new();
        for (depth, list) in lists().enumerate().collect::<Vec<_>>().into_iter().rev() {
            html = self.beside(list, depth, &html, &mut expanded)?;
        }
        let from = lists().chain(expanded).map(|list| sources[list].clone()).chain([self.site.theme.from().clone()]);
        Ok(Sourced::new(Value::safe_string(&html), Provenance::union(from)))
    }

    /// Whether [`Menu::items`] are only some of the topmost entries.
    pub(super) fn is_cut(&self) -> bool {
        self.nav().roots.len() > BESIDE
    }

    /// The entries above the page, topmost first.
    pub(super) fn breadcrumb(&self) -> Sourced<Value> {
        let sources = &self.shared().sources;
        let above = &self.path[..self.path.len().saturating_sub(1)];
        let links: Vec<Value> = above.iter().map(|node| Value::from_serializable(&self.link(*node))).collect();
        let lists = [sources.len() - 1].into_iter().chain(above.iter().copied()).take(above.len());
        Sourced::new(Value::from(links), Provenance::union(lists.map(|list| sources[list].clone())))
    }

    /// Some entries of one list; the one on the page's path with `below`, what is open below it. `expanded` collects the entries that are open
    /// because their authors want them so.
    fn beside(&self, list: usize, depth: usize, below: &str, expanded: &mut Vec<usize>) -> anyhow::Result<String> {
        let tree = self.nav();
        let nodes = tree.nodes.get(list).map_or(&tree.roots, |node| &node.children);
        let open = self.path.get(depth).copied();
        // Entries stand in the order in which they are read.
        let at = open.and_then(|open| nodes.binary_search(&open).ok()).unwrap_or(0);
        let start = at.saturating_sub(BESIDE / 2).min(nodes.len().saturating_sub(BESIDE));
        let shown = &nodes[start..nodes.len().min(start + BESIDE)];
        let mut html = String::with_capacity(shown.len() * 128 + below.len());
        let (shared, own_folder) = self.site.menus.folder(self.output);
        let mut shared = shared.map(|shared| shared.lock().unwrap_or_else(PoisonError::into_inner));
        for &node in shown {
            let is_open = open == Some(node);
            if is_open && self.path.len() == depth + 1 {
                html.push_str(&self.item(node, true, below)?);
                continue;
            }
            if !is_open && tree.nodes[node].is_expanded {
                let below = self.expanded(node, expanded)?;
                html.push_str(&self.item(node, false, &below)?);
                continue;
            }
            let Some(shared) = shared.as_mut().filter(|_| own_folder.is_none_or(|folder| !self.leads_into(node, folder))) else {
                html.push_str(&self.item(node, false, if is_open { below } else { "" })?);
                continue;
            };
            let item = match shared.entry((self.tree, node, is_open)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(self.item(node, false, if is_open { BELOW } else { "" })?.into()),
            };
            if !is_open {
                html.push_str(item);
                continue;
            }
            for (index, piece) in item.split(BELOW).enumerate() {
                if index > 0 {
                    html.push_str(below);
                }
                html.push_str(piece);
            }
        }
        Ok(html)
    }

    /// What is below an entry that is shown open, as long as that is not too much for a page.
    fn expanded(&self, node: usize, expanded: &mut Vec<usize>) -> anyhow::Result<String> {
        let tree = self.nav();
        let below = &tree.nodes[node].children;
        let shown: usize = expanded.iter().map(|node| tree.nodes[*node].children.len()).sum();
        if shown + below.len() > EXPANDED {
            return Ok(String::new());
        }
        expanded.push(node);
        let mut html = String::new();
        for &child in below {
            let inner = if tree.nodes[child].is_expanded { self.expanded(child, expanded)? } else { String::new() };
            html.push_str(&self.item(child, false, &inner)?);
        }
        Ok(html)
    }

    /// Whether an entry leads to something in `folder`, or below it.
    fn leads_into(&self, node: usize, folder: &str) -> bool {
        let edition = self.site.edition();
        let Some(output) = target_output(edition, &self.nav().nodes[self.shared().leads[node]].target) else { return false };
        let output = output.as_str();
        folder.is_empty() || output.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// One entry as the theme's `nav_item`.
    fn item(&self, node: usize, is_current: bool, below: &str) -> anyhow::Result<String> {
        let PageLink { title, href } = self.link(node);
        let children = &self.nav().nodes[node].children;
        let item = Map::from_iter([
            ("title".into(), Value::from(title)),
            ("href".into(), Value::from(href)),
            ("row".into(), Value::from(node)),
            ("is_current".into(), Value::from(is_current)),
            ("has_children".into(), Value::from(!children.is_empty())),
            ("is_cut".into(), Value::from(!below.is_empty() && children.len() > BESIDE)),
            ("children".into(), Value::safe_string(below)),
        ]);
        self.site.theme.render_component(&self.site.book.sources, "nav_item", ("item", Value::from(item)))
    }

    fn link(&self, node: usize) -> PageLink {
        link(self.site.edition(), self.nav(), node, self.shared().leads[node], self.output)
    }
}

/// The path in the site of what an entry leads to.
fn target_output<'e>(edition: &'e Edition, target: &NavTarget) -> Option<&'e RelPath> {
    match target {
        NavTarget::None | NavTarget::Url(_) => None,
        NavTarget::Page(page, _) => Some(&edition.page(*page).output),
        NavTarget::Redirect(redirect) => Some(&edition.redirects[*redirect].output),
        NavTarget::Asset(file, _) => edition.assets.iter().find(|(_, asset)| *asset == file).map(|(output, _)| output),
    }
}

/// An entry as a page at `output` links to it; `lead` is the entry whose target it has.
fn link(edition: &Edition, tree: &Tree, node: usize, lead: usize, output: &RelPath) -> PageLink {
    let target = &tree.nodes[lead].target;
    let href = match (target, target_output(edition, target)) {
        (NavTarget::Url(url), _) => url.clone(),
        (NavTarget::Page(_, suffix) | NavTarget::Asset(_, suffix), Some(to)) => format!("{}{suffix}", output.href_to(to)),
        (_, Some(to)) => output.href_to(to),
        (_, None) => String::new(),
    };
    PageLink { title: tree.nodes[node].label.get().clone(), href }
}

/// An entry in the script of a whole tree: what it says, where it leads from the root of the site (empty: nowhere), and the row of the entry
/// above it.
pub type TreeRow = (String, String, Option<usize>);

/// The site's `index`-th tree, each entry before those below it.
pub(super) fn tree_rows(site: &Site, index: usize) -> Sourced<Vec<TreeRow>> {
    let tree = &site.edition().nav.trees[index];
    let shared = &site.menus.trees[index];
    let root = RelPath::root();
    let rows = (0..tree.nodes.len()).map(|node| {
        let PageLink { title, href } = link(site.edition(), tree, node, shared.leads[node], &root);
        (title, href, tree.nodes[node].parent)
    });
    Sourced::new(rows.collect(), Provenance::union(shared.sources.iter().cloned()))
}
