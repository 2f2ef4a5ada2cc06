//! The site of one edition: which files it has, and each of them on demand, with its provenance. Renders; does no file I/O.

mod alternates;
mod article;
mod kinds;
mod language;
mod map;
mod menu;
mod proof;
pub mod search;
mod tags;
mod theme;
mod to_markdown;
pub mod view;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, OnceLock};

use ahash::HashMap;

pub use menu::TreeRow;
pub use proof::{Proof, Refusal};
pub use theme::Theme;
pub use view::reference as template_reference;

use crate::book::catalog::{Catalog, NameKind};
use crate::book::{Book, Edition, PageId};
use crate::source::provenance::Sourced;
use crate::text::FileId;
use crate::text::path::RelPath;

/// The site of one edition: names and what belongs there; nothing is rendered yet.
pub struct Site {
    /// The book that it shows.
    pub book: Arc<Book>,
    /// Which of the book's editions it shows.
    edition: usize,
    theme: Arc<Theme>,
    views: Arc<view::Views>,
    /// The site as all templates see it.
    lists: Sourced<tera::Value>,
    menus: Arc<menu::Menus>,
    alternates: Arc<alternates::Alternates>,
    catalog: Arc<Catalog>,
    /// The pages in reading order, in parts that can be printed.
    parts: Arc<Vec<Vec<PageId>>>,
    outputs: Arc<BTreeMap<RelPath, (&'static Kind, Subject)>>,
    /// Where what is generated is; what lost its address to content is not here.
    generated: Arc<HashMap<Subject, RelPath>>,
    /// The files of the search, made when the first of them is asked for.
    indexes: OnceLock<search::Indexes>,
}

/// What an output is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A page.
    Page(PageId),
    /// An old address, by its place in the edition's redirects.
    Redirect(usize),
    /// A file that is copied.
    Asset(FileId),
    /// A file of the theme, by its place.
    Theme(usize),
    /// A tree of the navigation, by its place.
    Nav(usize),
    /// All tasks: this page of them, from 0 on.
    Tasks(usize),
    /// All tasks, for programs.
    TasksJson,
    /// All tasks, for spreadsheets.
    TasksCsv,
    /// All tasks, for the script that filters them.
    TasksScript,
    /// A task, by its place in the catalog.
    Task(usize),
    /// All roles, services and the like.
    Names(NameKind),
    /// A role, a service and the like, by its place among its kind.
    Name(NameKind, u32),
    /// What changed: in a year, or at last.
    Changes(Option<i16>),
    /// What changed, as a feed.
    Feed,
    /// The copy of a page for programs.
    Markdown(PageId),
    /// Pages to print: the whole book or a list of its parts, or a part from 1 on.
    Print(usize),
    /// The page of the search.
    Search,
    /// A script of the search, by its name.
    SearchScript(&'static str),
    /// A sitemap: the first, or a part of it from 1 on.
    Sitemap(usize),
    /// The edition as a whole.
    Edition,
}

/// The content of an output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of this file of the project.
    Copy(FileId),
}

/// A kind of output. Its maker gives [`Sourced`] content, so that no kind can forget where its bytes came from.
struct Kind {
    /// The paths and subjects of this kind in a site.
    subjects: fn(&Site) -> Vec<(RelPath, Subject)>,
    /// Whether it is made of what the catalog knows: others link to one by its subject, and `generated-dir` moves it.
    is_linked: bool,
    /// Makes one of them.
    make: fn(&Site, &RelPath, Subject) -> anyhow::Result<Sourced<Content>>,
}

/// Plans the site of the book's `edition`-th edition. Nothing is rendered.
#[must_use]
pub fn plan(book: &Arc<Book>, edition: usize, theme: &Arc<Theme>) -> Site {
    let views = view::Views::new(&book.editions[edition]);
    let menus = menu::Menus::new(&book.editions[edition]);
    let alternates = alternates::Alternates::new(book, &book.editions[edition]);
    let catalog = Catalog::new(book, &book.editions[edition]);
    let mut site = Site {
        book: book.clone(),
        edition,
        theme: theme.clone(),
        views: Arc::new(views),
        lists: Sourced::constant(tera::Value::none()),
        menus: Arc::new(menus),
        alternates: Arc::new(alternates),
        catalog: Arc::new(catalog),
        parts: Arc::new(kinds::print::parts(&book.editions[edition])),
        outputs: Arc::default(),
        generated: Arc::default(),
        indexes: OnceLock::new(),
    };
    let mut outputs: BTreeMap<RelPath, (&'static Kind, Subject)> = BTreeMap::new();
    let mut generated: HashMap<Subject, RelPath> = HashMap::default();
    // Content wins over what is generated: it comes first.
    for kind in kinds::KINDS.iter().copied() {
        for (path, subject) in (kind.subjects)(&site) {
            let path = if kind.is_linked { book.config.generated_dir.join(path.as_str()).unwrap_or(path) } else { path };
            if let Entry::Vacant(vacant) = outputs.entry(path) {
                if kind.is_linked {
                    generated.insert(subject, vacant.key().clone());
                }
                vacant.insert((kind, subject));
            }
        }
    }
    let lists = view::SiteView::new(book, &book.editions[edition], &generated);
    site.lists = Sourced::constant(tera::Value::from_serializable(&lists));
    (site.outputs, site.generated) = (Arc::new(outputs), Arc::new(generated));
    site
}

/// Plans the site of an edition of `book` again, where `before` was planned for a book that differs in the articles of some pages at most; else anew.
#[must_use]
pub fn plan_again(before: &Site, book: &Arc<Book>, edition: usize, theme: &Arc<Theme>) -> Site {
    let shapes = |book: &Book| book.editions.iter().map(|edition| edition.shape).collect::<Vec<_>>();
    if before.edition != edition || !Arc::ptr_eq(&before.theme, theme) || shapes(&before.book) != shapes(book) {
        return plan(book, edition, theme);
    }
    Site {
        book: book.clone(),
        edition,
        theme: theme.clone(),
        views: before.views.clone(),
        lists: before.lists.clone(),
        menus: before.menus.clone(),
        alternates: before.alternates.clone(),
        catalog: before.catalog.clone(),
        parts: before.parts.clone(),
        outputs: before.outputs.clone(),
        generated: before.generated.clone(),
        indexes: OnceLock::new(),
    }
}

impl Site {
    /// The edition that it shows.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.book.editions[self.edition]
    }

    /// What the edition says of tasks and names.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The address of the site, without a slash at its end, where `book.toml` has it.
    fn address(&self) -> Option<&str> {
        let own = self.edition().settings.as_ref().map_or(self.book.config.site_url.as_deref(), |settings| settings.site_url.as_deref());
        own.map(|url| url.trim_end_matches('/'))
    }

    /// Where something that is generated is; `None`: content has its address.
    fn generated(&self, subject: Subject) -> Option<&RelPath> {
        self.generated.get(&subject)
    }

    /// Where something that is generated is, as seen from an output; empty: content has its address.
    fn href(&self, from: &RelPath, subject: Subject) -> String {
        self.generated(subject).map_or_else(String::new, |path| from.href_to(path))
    }

    /// The values that each template gets, for an output.
    fn view(&self, output: &RelPath) -> view::View {
        self.view_at(&view::root(output), &|path| output.href_to(path))
    }

    /// The same where the root of the site is at `root`, and `href` gives the address of a file of the theme.
    fn view_at(&self, root: &str, href: &dyn Fn(&RelPath) -> String) -> view::View {
        let mut view = view::View::default();
        view.put("site", self.lists.clone());
        view.put("root", Sourced::constant(tera::Value::from(root)));
        self.theme.put_files(&mut view, href);
        view
    }

    /// Where the page of a task is.
    fn task_path(&self, id: &str) -> Option<&RelPath> {
        let (index, _) = self.catalog.task(id)?;
        self.generated(Subject::Task(index))
    }

    /// The indexes of the search.
    fn indexes(&self) -> &search::Indexes {
        self.indexes.get_or_init(|| search::Indexes::new(self))
    }

    /// The paths of its files but those of the indexes of the search, which are known when they are made.
    pub fn planned_paths(&self) -> impl Iterator<Item = &RelPath> {
        self.outputs.keys()
    }

    /// Whether what is at `path` can only be a file of an index of the search.
    #[must_use]
    pub fn is_of_index(&self, path: &RelPath) -> bool {
        search::may_be_file(self, path) && !self.outputs.contains_key(path)
    }

    /// The pages whose articles, or parts of them, the file at `path` holds. All else that is in it has the edition's shape and the theme. `None`: it
    /// holds other things, too.
    #[must_use]
    pub fn articles_in(&self, path: &RelPath) -> Option<Cow<'_, [PageId]>> {
        let (_, subject) = self.outputs.get(path)?;
        Some(match *subject {
            Subject::Page(page) | Subject::Markdown(page) => Cow::Owned(vec![page]),
            Subject::Print(0) if self.parts.len() > 1 => Cow::default(),
            Subject::Print(part) => Cow::Borrowed(&self.parts[part.saturating_sub(1)]),
            Subject::Task(task) => self.catalog.tasks[task].definition.map(|(page, _)| page).into_iter().collect(),
            Subject::Asset(_) | Subject::Theme(_) => return None,
            Subject::Redirect(_)
            | Subject::Nav(_)
            | Subject::Tasks(_)
            | Subject::TasksJson
            | Subject::TasksCsv
            | Subject::TasksScript
            | Subject::Names(_)
            | Subject::Name(..)
            | Subject::Changes(_)
            | Subject::Feed
            | Subject::Search
            | Subject::SearchScript(_)
            | Subject::Sitemap(_)
            | Subject::Edition => Cow::default(),
        })
    }

    /// The paths of its files.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        let indexes = self.book.config.has_search.then(|| self.indexes());
        let of_indexes = indexes.into_iter().flat_map(search::Indexes::paths);
        self.outputs.keys().chain(of_indexes.filter(|path| !self.outputs.contains_key(*path)))
    }

    /// Whether there is a file at `path`.
    #[must_use]
    pub fn has(&self, path: &RelPath) -> bool {
        self.outputs.contains_key(path) || (search::may_be_file(self, path) && self.indexes().has(path))
    }

    /// Makes the file at `path`; `None` where the site has none.
    ///
    /// # Errors
    /// Where a template fails.
    pub fn render(&self, path: &RelPath) -> anyhow::Result<Option<Sourced<Content>>> {
        match self.outputs.get(path) {
            Some((kind, subject)) => (kind.make)(self, path, *subject).map(Some),
            None if search::may_be_file(self, path) => Ok(self.indexes().file(path)),
            None => Ok(None),
        }
    }

    /// A whole tree of the navigation, by its place, each entry before those below it.
    #[must_use]
    pub fn tree(&self, tree: usize) -> Sourced<Vec<TreeRow>> {
        menu::tree_rows(self, tree)
    }

    /// The article of a page, without a theme, its code plain.
    #[must_use]
    pub fn article(&self, page: PageId) -> Sourced<String> {
        article::article(self, page, article::ArticleStyle::Plain).map(article::Article::whole)
    }
}
