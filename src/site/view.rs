//! What templates are given: the whole template API. A value enters only with its provenance.

use serde::Serialize;
use tera::{Context, Value};

use crate::book::nav::{NavTarget, Tree};
use crate::book::{Book, Edition, EditionPage, PageId};
use crate::markdown::Heading;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

/// How many entries beside one another a page's navigation shows; a longer list is cut around the page's own.
const BESIDE: usize = 40;

/// The values of one output, and where they came from.
#[derive(Default)]
pub struct View {
    context: Context,
    from: Vec<Provenance>,
}

impl View {
    /// Gives the template a value.
    pub fn put(&mut self, key: &'static str, value: Sourced<Value>) {
        let (value, from) = value.into_parts();
        self.from.push(from);
        self.context.insert_value(key, value);
    }

    /// The values, for a template, and where they came from.
    pub(super) fn into_parts(self) -> (Context, Provenance) {
        (self.context, Provenance::union(self.from))
    }
}

/// Values that many outputs of an edition share, made once.
pub struct Views {
    site: Sourced<SiteView>,
    /// Each page as others name it, in the order of the edition's pages.
    pages: Vec<Sourced<String>>,
}

/// The site, as each template sees it.
#[derive(Clone, Serialize)]
pub struct SiteView {
    /// The book's title.
    pub title: String,
    /// The book's language, BCP 47.
    pub language: String,
    /// The audience's name; empty where the book has none.
    pub audience: String,
    /// What made the page.
    pub generator: &'static str,
}

/// A link to a page, or to an address outside. Never holds a page's body.
#[derive(Clone, Serialize)]
pub struct PageLink {
    /// What it says.
    pub title: String,
    /// Relative to the page that shows it; empty: it leads nowhere.
    pub href: String,
}

/// An entry of the navigation.
#[derive(Clone, Serialize)]
pub struct NavItem {
    /// What it says.
    pub title: String,
    /// Relative to the page that shows it; empty: it leads nowhere.
    pub href: String,
    /// Its row in the script of the whole tree.
    pub row: usize,
    /// Whether it is the page that shows it.
    pub is_current: bool,
    /// Whether there are entries below it, shown or not.
    pub has_children: bool,
    /// The entries below it, if the page is among or below them.
    pub children: Vec<NavItem>,
}

/// A heading in the contents of a page.
#[derive(Clone, Serialize)]
pub struct HeadingView {
    /// 2 or 3.
    pub level: u8,
    /// Its text.
    pub title: String,
    /// Where it is on the page.
    pub href: String,
}

/// A page, as its own template sees it.
#[derive(Clone, Serialize)]
pub struct PageView {
    /// Its title.
    pub title: String,
    /// One sentence; empty where the author gave none.
    pub description: String,
    /// Whether its text starts with a heading of level 1.
    pub has_h1: bool,
    /// From the page to the start page of the site.
    pub home: String,
    /// The address at which the page can be edited; empty where none is configured.
    pub edit_url: String,
    /// The contents of the page.
    pub headings: Vec<HeadingView>,
}

impl Views {
    /// The shared values of an edition.
    #[must_use]
    pub fn new(book: &Book, edition: &Edition) -> Self {
        let site = SiteView {
            title: book.config.title.clone().unwrap_or_else(|| "Playbook".to_owned()),
            language: book.config.language.clone(),
            audience: edition.name().unwrap_or_default().to_owned(),
            generator: concat!("playpress ", env!("CARGO_PKG_VERSION")),
        };
        let pages = edition.pages.iter().map(|page| Sourced::new(page.page.title.clone(), page.page.from.clone())).collect();
        Self { site: Sourced::constant(site), pages }
    }

    /// The site.
    #[must_use]
    pub fn site(&self) -> Sourced<Value> {
        self.site.clone().map(|site| Value::from_serializable(&site))
    }

    /// A page as a page at `from` links to it.
    #[must_use]
    pub fn link(&self, edition: &Edition, from: &RelPath, page: PageId) -> Sourced<PageLink> {
        let href = from.href_to(&edition.page(page).output);
        self.pages[page.index()].clone().map(|title| PageLink { title, href })
    }
}

/// A page itself.
#[must_use]
pub fn page(book: &Book, page: &EditionPage) -> Sourced<Value> {
    let source = book.sources.path(page.page.file);
    let edit_url = book.config.edit_url_template.as_ref().map(|template| template.replace("{path}", &RelPath::root().href_to(source)));
    let heading = |heading: &Heading| HeadingView { level: heading.level, title: heading.text.clone(), href: format!("#{}", heading.id) };
    let shown = |heading: &&Heading| matches!(heading.level, 2 | 3) && !heading.text.is_empty();
    let view = PageView {
        title: page.page.title.clone(),
        description: page.page.description.clone().or_else(|| book.config.description.clone()).unwrap_or_default(),
        has_h1: page.page.headings.iter().any(|heading| heading.level == 1),
        edit_url: edit_url.unwrap_or_default(),
        home: format!("{}index.html", root(&page.output)),
        headings: page.page.headings.iter().filter(shown).map(heading).collect(),
    };
    Sourced::new(Value::from_serializable(&view), page.page.from.clone())
}

/// From `output` to the root of the site.
#[must_use]
pub fn root(output: &RelPath) -> String {
    "../".repeat(output.as_str().matches('/').count())
}

/// An entry in the script of a whole tree: what it says, where it leads from the root of the site (empty: nowhere), and the row of the entry
/// above it.
pub type TreeRow = (String, String, Option<usize>);

/// A whole tree, each entry before those below it.
#[must_use]
pub fn tree_rows(edition: &Edition, tree: &Tree) -> Sourced<Vec<TreeRow>> {
    let root = RelPath::root();
    let mut all = Branch::new(edition, tree, &root, None);
    let rows = (0..tree.nodes.len())
        .map(|node| {
            let PageLink { title, href } = all.link(node);
            (title, href, tree.nodes[node].parent)
        })
        .collect();
    Sourced::new(rows, Provenance::union(all.from))
}

/// The navigation as one page shows it: what is beside and above it, and what is right below it. Never the whole tree.
pub struct Branch<'b> {
    edition: &'b Edition,
    tree: &'b Tree,
    output: &'b RelPath,
    /// The page's entry and those above it, topmost first.
    path: Vec<usize>,
    from: Vec<Provenance>,
}

impl<'b> Branch<'b> {
    /// The branch of the page at `output`, whose entry in `tree` is `node`.
    #[must_use]
    pub fn new(edition: &'b Edition, tree: &'b Tree, output: &'b RelPath, node: Option<usize>) -> Self {
        let path = node.map(|node| tree.ancestors(node).into_iter().chain([node]).collect()).unwrap_or_default();
        Self { edition, tree, output, path, from: Vec::new() }
    }

    /// The entries to show.
    #[must_use]
    pub fn items(mut self) -> Sourced<Value> {
        let items = self.beside(&self.tree.roots, 0);
        Sourced::new(Value::from_serializable(&items), Provenance::union(self.from))
    }

    /// The entries above the page, topmost first.
    #[must_use]
    pub fn breadcrumb(mut self) -> Sourced<Value> {
        let above = self.path[..self.path.len().saturating_sub(1)].to_vec();
        let links: Vec<PageLink> = above.into_iter().map(|node| self.link(node)).collect();
        Sourced::new(Value::from_serializable(&links), Provenance::union(self.from))
    }

    /// Some entries of one parent; the one on the page's path with what is below it.
    fn beside(&mut self, nodes: &[usize], depth: usize) -> Vec<NavItem> {
        let open = self.path.get(depth).copied();
        let at = open.and_then(|open| nodes.iter().position(|node| *node == open)).unwrap_or(0);
        let start = at.saturating_sub(BESIDE / 2).min(nodes.len().saturating_sub(BESIDE));
        let shown = &nodes[start..nodes.len().min(start + BESIDE)];
        shown.iter().map(|node| self.item(*node, open == Some(*node), depth)).collect()
    }

    fn item(&mut self, node: usize, is_open: bool, depth: usize) -> NavItem {
        let PageLink { title, href } = self.link(node);
        let tree = self.tree;
        let below = &tree.nodes[node].children;
        NavItem {
            title,
            href,
            row: node,
            is_current: is_open && self.path.len() == depth + 1,
            has_children: !below.is_empty(),
            children: if is_open { self.beside(below, depth + 1) } else { Vec::new() },
        }
    }

    fn link(&mut self, node: usize) -> PageLink {
        let entry = &self.tree.nodes[node];
        self.from.push(entry.label.from().clone());
        // A heading without a page of its own leads to the first page below it.
        let target = match &entry.target {
            NavTarget::None => self.tree.first_target(node),
            target => target,
        };
        let href = match target {
            NavTarget::None => String::new(),
            NavTarget::Url(url) => url.clone(),
            NavTarget::Page(page, fragment) => {
                let page = self.edition.page(*page);
                self.from.push(Provenance::file(page.page.file));
                let href = self.output.href_to(&page.output);
                fragment.as_ref().map_or_else(|| href.clone(), |fragment| format!("{href}#{fragment}"))
            }
        };
        PageLink { title: entry.label.get().clone(), href }
    }
}
