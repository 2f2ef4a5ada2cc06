//! Navigation of one edition: trees from TOC files, else from the folders, and the place of each page in them.

mod folders;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::resolve::{Lookup, Resolution};
use super::toc::{Placed, Toc, TocEntry};
use super::{EditionPage, PageId};
use crate::markdown::link::{self, Target};
use crate::source::provenance::{Provenance, Sourced};
use crate::source::{Choice, Role, SourceSet};
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

/// The navigation of an edition.
#[derive(Debug, Default)]
pub struct Nav {
    /// One for each TOC that is not part of another, and perhaps one of the folders.
    pub trees: Vec<Tree>,
    /// The place of each page, in the order of the edition's pages.
    pub places: Vec<Option<NavPlace>>,
    /// TOC entries that lead where they cannot.
    pub issues: Vec<NavIssue>,
}

/// Where a page is in the navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NavPlace {
    /// In [`Nav::trees`].
    pub tree: usize,
    /// In [`Tree::nodes`]; `None`: the tree is the nearest, but does not name the page.
    pub node: Option<usize>,
}

/// Entries in the order in which they are read, each before those below it.
#[derive(Debug, Default)]
pub struct Tree {
    /// All entries.
    pub nodes: Vec<NavNode>,
    /// The topmost ones.
    pub roots: Vec<usize>,
}

/// An entry of the navigation.
#[derive(Debug)]
pub struct NavNode {
    /// What it says, and whose bytes that is.
    pub label: Sourced<String>,
    /// Where it leads.
    pub target: NavTarget,
    /// The entry above.
    pub parent: Option<usize>,
    /// The entries below.
    pub children: Vec<usize>,
}

/// Where an entry leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NavTarget {
    /// Nowhere: it is a heading for what is below.
    None,
    /// A page of the edition, perhaps an id on it.
    Page(PageId, Option<String>),
    /// An address outside.
    Url(String),
}

/// A TOC entry that leads where it cannot.
#[derive(Clone, Debug)]
pub struct NavIssue {
    /// The URL's place.
    pub span: Span,
    /// As written.
    pub href: String,
    /// What is wrong.
    pub fault: NavFault,
}

/// What is wrong with a TOC entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NavFault {
    /// What the target is to this edition.
    Target(Target, Resolution),
    /// The TOC is part of itself; the files of the circle.
    Cycle(Vec<RelPath>),
    /// TOCs are nested too deep, or take in too many.
    TooMuch,
}

/// How deep TOCs may take in each other.
const DEPTH: usize = 64;
/// How many TOCs an edition's TOCs may take in.
const SPLICES: usize = 20_000;

impl Tree {
    /// Takes back the entries from the `len`-th on.
    fn truncate(&mut self, len: usize) {
        self.nodes.truncate(len);
        self.roots.retain(|node| *node < len);
        for node in &mut self.nodes {
            node.children.retain(|child| *child < len);
        }
    }

    /// Adds an entry below `parent`.
    fn add(&mut self, parent: Option<usize>, label: Sourced<String>, target: NavTarget) -> usize {
        let index = self.nodes.len();
        self.nodes.push(NavNode { label, target, parent, children: Vec::new() });
        match parent {
            Some(parent) => self.nodes[parent].children.push(index),
            None => self.roots.push(index),
        }
        index
    }

    /// The entries above `node`, topmost first.
    #[must_use]
    pub fn ancestors(&self, node: usize) -> Vec<usize> {
        let mut above: Vec<usize> = std::iter::successors(self.nodes[node].parent, |above| self.nodes[*above].parent).collect();
        above.reverse();
        above
    }

    /// The target of an entry, else the first target below it.
    #[must_use]
    pub fn first_target(&self, node: usize) -> &NavTarget {
        let mut waiting = vec![node];
        while let Some(next) = waiting.pop() {
            let entry = &self.nodes[next];
            if entry.target != NavTarget::None {
                return &entry.target;
            }
            waiting.extend(entry.children.iter().rev());
        }
        &NavTarget::None
    }

    /// The entry beside `node` that leads to another page: the one before it, the one behind it.
    #[must_use]
    pub fn neighbours(&self, node: usize) -> (Option<usize>, Option<usize>) {
        let page = |index: &usize| match &self.nodes[*index].target {
            NavTarget::Page(page, _) => Some(*page),
            _ => None,
        };
        let own = page(&node);
        let is_other = |index: &usize| page(index).is_some() && page(index) != own;
        ((0..node).rev().find(is_other), (node + 1..self.nodes.len()).find(is_other))
    }
}

/// Builds the navigation of an edition.
pub(super) fn build(src: &RelPath, tocs: &HashMap<FileId, Toc>, lookup: &Lookup<'_>, pages: &[EditionPage]) -> Nav {
    let sources = lookup.sources;
    let mut reader =
        Reader { sources, tocs, lookup, pages, open: Vec::new(), spliced: HashSet::new(), splices: 0, issues: Vec::new(), reports_hidden: false };
    let mut by_path: BTreeMap<RelPath, (FileId, Tree)> = BTreeMap::new();
    for file in sources.files().iter().filter(|file| file.role == Role::Toc) {
        let published = sources.published(file.id);
        if lookup.sources.choose(&published, lookup.audience) != Choice::File(file.id) {
            continue;
        }
        let mut tree = Tree::default();
        reader.reports_hidden = sources.audiences().variant(&file.path).is_some();
        reader.toc(file.id, &mut tree, None);
        // A TOC is for an audience that sees a page of it; one made for the audience by its name may hold addresses alone.
        let is_page = |node: &NavNode| matches!(node.target, NavTarget::Page(..));
        if tree.nodes.iter().any(is_page) || (reader.reports_hidden && !tree.nodes.is_empty()) {
            by_path.insert(published, (file.id, tree));
        }
    }
    let Reader { spliced, issues, .. } = reader;
    let (folders, trees): (Vec<RelPath>, Vec<Tree>) =
        by_path.into_iter().filter(|(_, (file, _))| !spliced.contains(file)).map(|(path, (_, tree))| (path.parent(), tree)).unzip();
    let mut nav = Nav { places: place(&trees, &folders, pages), trees, issues };
    folders::add(&mut nav, pages, src);
    nav
}

/// Reads TOCs as one audience sees them.
struct Reader<'r> {
    sources: &'r SourceSet,
    tocs: &'r HashMap<FileId, Toc>,
    lookup: &'r Lookup<'r>,
    pages: &'r [EditionPage],
    /// The TOCs being read, outermost first.
    open: Vec<FileId>,
    spliced: HashSet<FileId>,
    /// How many TOCs were taken in by others.
    splices: usize,
    issues: Vec<NavIssue>,
    /// In a TOC made for this audience an entry that it may not see is a fault; in one for all it is not meant for this audience.
    reports_hidden: bool,
}

impl Reader<'_> {
    fn toc(&mut self, file: FileId, tree: &mut Tree, parent: Option<usize>) {
        let tocs = self.tocs;
        let Some(toc) = tocs.get(&file) else { return };
        self.open.push(file);
        for entry in &toc.entries {
            self.entry(entry, tree, parent);
        }
        self.open.pop();
    }

    fn entry(&mut self, entry: &TocEntry, tree: &mut Tree, parent: Option<usize>) {
        let toc = entry.href.as_ref().and_then(|href| self.toc_file(href));
        let link = if toc.is_some() { entry.topic.as_ref() } else { entry.href.as_ref().or(entry.topic.as_ref()) };
        let target = match link.map(|link| self.target(link)) {
            None => NavTarget::None,
            Some(Some(target)) => target,
            // What the audience may not see drops with its name; what is below it moves up.
            Some(None) => return self.below(entry, toc, tree, parent),
        };
        let from = Provenance::file(entry.span.file);
        let label = match (&entry.name, &target) {
            (Some(name), _) => Sourced::new(name.text.clone(), from),
            (None, NavTarget::Page(page, _)) => {
                let page = &self.pages[page.index()].page;
                Sourced::new(page.title.clone(), Provenance::union([from, page.from.clone()]))
            }
            (None, NavTarget::Url(url)) => Sourced::new(url.clone(), from),
            (None, NavTarget::None) => return self.below(entry, toc, tree, parent),
        };
        let is_group = target == NavTarget::None;
        let node = tree.add(parent, label, target);
        self.below(entry, toc, tree, Some(node));
        if is_group && tree.nodes.len() == node + 1 {
            tree.nodes.pop();
            match parent {
                Some(parent) => tree.nodes[parent].children.pop(),
                None => tree.roots.pop(),
            };
        }
    }

    /// Adds what is below an entry: the TOC that it names, then its items.
    fn below(&mut self, entry: &TocEntry, toc: Option<FileId>, tree: &mut Tree, parent: Option<usize>) {
        if let (Some(file), Some(href)) = (toc, &entry.href) {
            if let Some(start) = self.open.iter().position(|open| *open == file) {
                let chain = self.open[start..].iter().map(|file| self.sources.path(*file).clone()).collect();
                self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault: NavFault::Cycle(chain) });
            } else if self.open.len() >= DEPTH || self.splices >= SPLICES {
                self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault: NavFault::TooMuch });
            } else {
                self.splices += 1;
                self.spliced.insert(file);
                let start = tree.nodes.len();
                self.toc(file, tree, parent);
                let is_suffixed = self.sources.audiences().variant(self.sources.path(file)).is_some();
                if !is_suffixed && !tree.nodes[start..].iter().any(|node| matches!(node.target, NavTarget::Page(..))) {
                    tree.truncate(start);
                }
            }
        }
        for item in &entry.items {
            self.entry(item, tree, parent);
        }
    }

    fn classify(&self, href: &Placed) -> Target {
        link::classify(&href.text, &self.sources.path(href.span.file).parent(), &RelPath::root(), false)
    }

    /// The TOC file that an entry names.
    fn toc_file(&self, href: &Placed) -> Option<FileId> {
        let Target::File { path, is_folder: false, .. } = self.classify(href) else { return None };
        match self.sources.choose(&path, self.lookup.audience) {
            Choice::File(file) if self.tocs.contains_key(&file) => Some(file),
            _ => None,
        }
    }

    /// Where an entry leads; `None` where the audience may not go there or nothing is there.
    fn target(&mut self, href: &Placed) -> Option<NavTarget> {
        let target = self.classify(href);
        let resolution = match &target {
            Target::File { path, is_folder: true, .. } => path.join("toc.yml").map_or(Resolution::Missing, |toc| self.first_page(&toc)),
            target => self.lookup.resolve(target),
        };
        match (&target, resolution) {
            (Target::External | Target::Rooted, _) => return Some(NavTarget::Url(href.text.clone())),
            (Target::File { fragment, .. }, Resolution::Page(page)) => return Some(NavTarget::Page(page, fragment.clone())),
            (_, Resolution::Hidden { .. }) if !self.reports_hidden => {}
            _ => self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault: NavFault::Target(target, resolution) }),
        }
        None
    }

    /// The first page of a folder's TOC, else its index page.
    fn first_page(&self, toc: &RelPath) -> Resolution {
        let Choice::File(file) = self.sources.choose(toc, self.lookup.audience) else {
            return toc.parent().join("index.md").map_or(Resolution::Missing, |index| self.lookup.file(&index));
        };
        let mut waiting: Vec<&TocEntry> = self.tocs.get(&file).map(|toc| toc.entries.iter().rev().collect()).unwrap_or_default();
        while let Some(entry) = waiting.pop() {
            let page = entry.href.as_ref().map(|href| self.lookup.resolve(&self.classify(href)));
            if let Some(Resolution::Page(page)) = page {
                return Resolution::Page(page);
            }
            waiting.extend(entry.items.iter().rev());
        }
        Resolution::Missing
    }
}

/// The tree that each page shows: of those that name it the nearest by folder, else the nearest at or above it.
fn place(trees: &[Tree], folders: &[RelPath], pages: &[EditionPage]) -> Vec<Option<NavPlace>> {
    let mut places: Vec<Option<((usize, usize), NavPlace)>> = vec![None; pages.len()];
    for (index, tree) in trees.iter().enumerate() {
        for (node, entry) in tree.nodes.iter().enumerate() {
            let NavTarget::Page(page, _) = entry.target else { continue };
            let distance = distance(pages[page.index()].published.parent_str(), folders[index].as_str());
            let place = &mut places[page.index()];
            if place.as_ref().is_none_or(|(best, _)| distance < *best) {
                *place = Some((distance, NavPlace { tree: index, node: Some(node) }));
            }
        }
    }
    let nearest = |page: &EditionPage| {
        let folder = page.published.parent();
        let above = folders.iter().enumerate().filter(|(_, toc)| folder == **toc || folder.below(toc).is_some());
        above.max_by_key(|(_, toc)| toc.as_str().len()).map(|(tree, _)| NavPlace { tree, node: None })
    };
    places.into_iter().zip(pages).map(|(place, page)| place.map(|(_, place)| place).or_else(|| nearest(page))).collect()
}

/// How far a TOC's folder is from a page's: steps down, then steps up.
fn distance(page: &str, toc: &str) -> (usize, usize) {
    let (page, toc) = (|| page.split('/').filter(|name| !name.is_empty()), || toc.split('/').filter(|name| !name.is_empty()));
    let shared = page().zip(toc()).take_while(|(a, b)| a == b).count();
    (toc().count() - shared, page().count() - shared)
}
