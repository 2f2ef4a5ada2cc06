//! Navigation of one edition: trees from TOC files, else from the folders, and the place of each page in them.

mod folders;

use std::collections::BTreeMap;

use ahash::{HashMap, HashSet};

use super::resolve::{Lookup, Resolution};
use super::toc::{HrefKind, Placed, Toc, TocEntry, TocLink};
use super::{Conflict, ConflictKind, EditionPage, PageId, Whole};
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
    /// The tree of the folders, of pages that no TOC covers.
    pub of_folders: Option<usize>,
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
    /// Whether the entries below are shown from the start.
    pub is_expanded: bool,
}

/// Where an entry leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NavTarget {
    /// Nowhere: it is a heading for what is below.
    None,
    /// A page of the edition; `?` and `#` with what follows them.
    Page(PageId, String),
    /// An old address, by its place in the edition's redirects.
    Redirect(usize),
    /// A file that is copied; `?` and `#` with what follows them.
    Asset(FileId, String),
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
    /// A folder without a TOC.
    NoToc,
}

/// How deep TOCs may take in each other.
const DEPTH: usize = 64;
/// How many TOCs an edition's TOCs may take in.
const SPLICES: usize = 20_000;

impl Nav {
    /// The files that entries lead to.
    pub fn assets(&self) -> impl Iterator<Item = FileId> {
        self.trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| match node.target {
            NavTarget::Asset(file, _) => Some(file),
            _ => None,
        })
    }
}

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
        self.nodes.push(NavNode { label, target, parent, children: Vec::new(), is_expanded: false });
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
pub(super) fn build(whole: &Whole<'_>, lookup: &Lookup<'_>, pages: &[EditionPage], conflicts: &mut Vec<Conflict>) -> Nav {
    let Whole { config, sources, tocs, .. } = *whole;
    let mut reader = Reader {
        sources,
        tocs,
        lookup,
        src: &config.src,
        pages,
        open: Vec::new(),
        spliced: HashSet::default(),
        splices: 0,
        issues: Vec::new(),
        reports_hidden: false,
    };
    let mut by_folder: BTreeMap<RelPath, (FileId, Tree)> = BTreeMap::new();
    let mut shown: HashMap<RelPath, FileId> = HashMap::default();
    for file in sources.files().iter().filter(|file| file.role == Role::Toc && tocs.contains_key(&file.id)) {
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
            // Of two in one folder the last by path is there, as of two pages with one address.
            if let Some(loser) = shown.insert(published.parent(), file.id) {
                conflicts.push(Conflict { output: published.parent(), winner: file.id, loser, kind: ConflictKind::Toc });
            }
            by_folder.insert(published.parent(), (file.id, tree));
        }
    }
    let Reader { spliced, issues, .. } = reader;
    let standing = by_folder.into_iter().filter(|(_, (file, _))| !spliced.contains(file));
    let (folders, trees): (Vec<Folder>, Vec<Tree>) =
        standing.map(|(path, (file, tree))| (Folder { path, order: tocs.get(&file).map_or(0, |toc| toc.order) }, tree)).unzip();
    let mut nav = Nav { places: place(&trees, &folders, pages), trees, of_folders: None, issues };
    folders::add(&mut nav, config, pages);
    nav
}

/// Where a tree's TOC is.
struct Folder {
    path: RelPath,
    order: i64,
}

/// Reads TOCs as one audience sees them.
struct Reader<'r> {
    sources: &'r SourceSet,
    tocs: &'r HashMap<FileId, Toc>,
    lookup: &'r Lookup<'r>,
    /// The folder that `~/` stands for.
    src: &'r RelPath,
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
        let toc = entry.toc.as_ref().filter(|link| link.kind == HrefKind::Toc).and_then(|link| self.toc_file(&link.href));
        let target = match self.entry_target(entry, toc) {
            Ok(target) => target,
            // What the audience may not see drops with its name; what is below it moves up.
            Err(LeftOut) => return self.below(entry, toc, tree, parent),
        };
        let from = Provenance::file(entry.span.file);
        let label = match (&entry.name, &target) {
            (Some(name), _) => Sourced::new(name.text.clone(), from),
            (None, NavTarget::Page(page, _)) => {
                let page = &self.pages[page.index()].page;
                Sourced::new(page.title.clone(), Provenance::union([from, page.from.clone()]))
            }
            (None, NavTarget::Url(url)) => Sourced::new(url.clone(), from),
            (None, NavTarget::Asset(file, _)) => Sourced::new(self.sources.published(*file).file_name().to_owned(), from),
            (None, NavTarget::None | NavTarget::Redirect(_)) => return self.below(entry, toc, tree, parent),
        };
        let is_group = target == NavTarget::None;
        let node = tree.add(parent, label, target);
        tree.nodes[node].is_expanded = entry.is_expanded;
        self.below(entry, toc, tree, Some(node));
        if is_group && tree.nodes.len() == node + 1 {
            tree.nodes.pop();
            match parent {
                Some(parent) => tree.nodes[parent].children.pop(),
                None => tree.roots.pop(),
            };
        }
    }

    /// Where an entry leads, by the first of its keys that says so: the address that stands for a TOC, the page, the first page of a folder,
    /// the `uid`.
    fn entry_target(&mut self, entry: &TocEntry, toc: Option<FileId>) -> Result<NavTarget, LeftOut> {
        if let Some(TocLink { href, kind: HrefKind::Address }) = &entry.toc {
            return self.target(href);
        }
        if let Some(topic) = &entry.topic {
            let found = self.target(topic);
            // A page that is not there gives way to that of the `uid`; one that is not for this audience takes its entry along.
            if entry.uid.is_none() || self.lookup.resolve(&self.classify(topic)) != Resolution::Missing {
                return found;
            }
        }
        match &entry.toc {
            Some(TocLink { href, kind: HrefKind::Folder }) => return self.folder(href),
            // Not there, or not for this audience.
            Some(TocLink { href, .. }) if toc.is_none() => return self.target(href),
            _ => {}
        }
        match &entry.uid {
            Some(uid) => self.target(&Placed { text: format!("xref:{}", uid.text), span: uid.span }),
            None => Ok(NavTarget::None),
        }
    }

    /// Adds what is below an entry: the TOC that it names, then its items.
    fn below(&mut self, entry: &TocEntry, toc: Option<FileId>, tree: &mut Tree, parent: Option<usize>) {
        if let (Some(file), Some(TocLink { href, .. })) = (toc, &entry.toc) {
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
        link::classify(&href.text, &self.sources.path(href.span.file).parent(), self.src, false)
    }

    /// The TOC file that an entry names.
    fn toc_file(&self, href: &Placed) -> Option<FileId> {
        let Target::File { path, is_folder: false, .. } = self.classify(href) else { return None };
        match self.sources.choose(&path, self.lookup.audience) {
            Choice::File(file) if self.tocs.contains_key(&file) => Some(file),
            _ => None,
        }
    }

    /// Where a URL leads.
    fn target(&mut self, href: &Placed) -> Result<NavTarget, LeftOut> {
        let target = self.classify(href);
        let resolution = self.lookup.resolve(&target);
        let found = match (&target, resolution) {
            (Target::External | Target::Rooted, _) => return Ok(NavTarget::Url(href.text.clone())),
            (Target::File { .. } | Target::Uid { .. }, Resolution::Page(page)) => {
                let id = fragment(&target).map(|fragment| link::fragment_id(fragment)).unwrap_or_default();
                if id.is_empty() || id == "top" || self.pages[page.index()].page.has_anchor(&id) {
                    return Ok(NavTarget::Page(page, suffix(&target)));
                }
                Ok(NavTarget::Page(page, suffix(&target)))
            }
            (_, Resolution::Redirect(redirect)) => return Ok(NavTarget::Redirect(redirect)),
            (_, Resolution::Asset(file)) => return Ok(NavTarget::Asset(file, suffix(&target))),
            (_, Resolution::Hidden { .. }) if !self.reports_hidden => return Err(LeftOut),
            _ => Err(LeftOut),
        };
        self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault: NavFault::Target(target, resolution) });
        found
    }

    /// The first page of a folder's TOC; where it has none, its index page.
    fn folder(&mut self, href: &Placed) -> Result<NavTarget, LeftOut> {
        let Target::File { path: folder, .. } = self.classify(href) else { return self.target(href) };
        let names = ["toc.md", "toc.json", "toc.yml"];
        let choose = |name: &&RelPath| match self.sources.choose(name, self.lookup.audience) {
            Choice::File(file) if self.tocs.contains_key(&file) => Some(Ok(file)),
            Choice::Hidden { file, known } => Some(Err(Resolution::Hidden { file, known })),
            _ => None,
        };
        let candidates: Vec<RelPath> = names.iter().flat_map(|name| self.lookup.tocs_named(&folder, name)).collect();
        let resolution = match candidates.iter().find_map(|path| choose(&path)) {
            Some(Ok(file)) => {
                let found = self.tocs.get(&file).and_then(|toc| self.first_target(&toc.entries, &mut HashSet::from_iter([file])));
                return found.ok_or(LeftOut);
            }
            Some(Err(hidden)) => hidden,
            None => Resolution::Missing,
        };
        if let Resolution::Hidden { .. } = resolution {
            if self.reports_hidden {
                let fault = NavFault::Target(self.classify(href), resolution);
                self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault });
            }
            return Err(LeftOut);
        }
        self.issues.push(NavIssue { span: href.span, href: href.text.clone(), fault: NavFault::NoToc });
        match folder.join("index.md").map(|index| self.lookup.file(&index)) {
            Ok(Resolution::Page(page)) => Ok(NavTarget::Page(page, String::new())),
            _ => Err(LeftOut),
        }
    }

    /// The first target among entries, then among those below them. Faults of that TOC are reported where it is read.
    fn first_target(&self, entries: &[TocEntry], seen: &mut HashSet<FileId>) -> Option<NavTarget> {
        let own = |entry: &TocEntry| {
            let href = entry.topic.as_ref()?;
            let target = self.classify(href);
            match (&target, self.lookup.resolve(&target)) {
                (_, Resolution::Page(page)) => Some(NavTarget::Page(page, suffix(&target))),
                (_, Resolution::Redirect(redirect)) => Some(NavTarget::Redirect(redirect)),
                (Target::External | Target::Rooted, _) => Some(NavTarget::Url(href.text.clone())),
                _ => None,
            }
        };
        let mut below = |entry: &TocEntry| {
            let taken = entry.toc.as_ref().filter(|link| link.kind == HrefKind::Toc).and_then(|link| self.toc_file(&link.href));
            let taken = taken.filter(|file| seen.len() < DEPTH && seen.insert(*file)).and_then(|file| self.tocs.get(&file));
            taken.and_then(|toc| self.first_target(&toc.entries, seen)).or_else(|| self.first_target(&entry.items, seen))
        };
        entries.iter().find_map(own).or_else(|| entries.iter().find_map(&mut below))
    }
}

/// An entry whose target is not there, or not for this audience.
struct LeftOut;

/// What is behind the `#` of a target.
fn fragment(target: &Target) -> Option<&String> {
    match target {
        Target::File { fragment, .. } | Target::Uid { fragment, .. } => fragment.as_ref(),
        _ => None,
    }
}

/// What follows the path of a target.
fn suffix(target: &Target) -> String {
    let query = match target {
        Target::File { query, .. } => query.as_str(),
        _ => "",
    };
    fragment(target).map_or_else(|| query.to_owned(), |fragment| format!("{query}#{fragment}"))
}

/// How well a tree suits a page: its order, steps down, steps up.
type Distance = (i64, usize, usize);

/// The tree that each page shows: of those that name it the one of the lowest order, then the nearest by folder, else the nearest at or above it.
fn place(trees: &[Tree], folders: &[Folder], pages: &[EditionPage]) -> Vec<Option<NavPlace>> {
    let mut places: Vec<Option<(Distance, NavPlace)>> = vec![None; pages.len()];
    for (index, tree) in trees.iter().enumerate() {
        for (node, entry) in tree.nodes.iter().enumerate() {
            let NavTarget::Page(page, _) = entry.target else { continue };
            let (down, up) = distance(pages[page.index()].published.parent_str(), folders[index].path.as_str());
            let distance = (folders[index].order, down, up);
            let place = &mut places[page.index()];
            if place.as_ref().is_none_or(|(best, _)| distance < *best) {
                *place = Some((distance, NavPlace { tree: index, node: Some(node) }));
            }
        }
    }
    let nearest = |page: &EditionPage| {
        let folder = page.published.parent();
        let above = folders.iter().enumerate().filter(|(_, toc)| folder == toc.path || folder.below(&toc.path).is_some());
        above.max_by_key(|(_, toc)| toc.path.as_str().len()).map(|(tree, _)| NavPlace { tree, node: None })
    };
    places.into_iter().zip(pages).map(|(place, page)| place.map(|(_, place)| place).or_else(|| nearest(page))).collect()
}

/// How far a TOC's folder is from a page's: steps down, then steps up.
fn distance(page: &str, toc: &str) -> (usize, usize) {
    let (page, toc) = (|| page.split('/').filter(|name| !name.is_empty()), || toc.split('/').filter(|name| !name.is_empty()));
    let shared = page().zip(toc()).take_while(|(a, b)| a == b).count();
    (toc().count() - shared, page().count() - shared)
}
