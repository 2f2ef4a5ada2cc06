//! A project that is open: its configuration, its files, and the pages built so far. The only value that lives long and changes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ahash::HashMap;
use rayon::prelude::*;

use crate::book::{self, Book};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::page::{self, Built, Page};
use crate::source::audience::AudienceIndex;
use crate::source::discover::OpenError;
use crate::source::{self, Changes, SourceSet, Vfs};
use crate::text::FileId;
use crate::text::path::RelPath;

/// An open project.
pub struct Workspace {
    config: Arc<Config>,
    vfs: Vfs,
    /// The pages of the last book, by source: more than one where audiences read different fragments.
    memo: HashMap<FileId, Vec<Built>>,
    /// The last book, if the configuration is still its.
    last: Option<Arc<Book>>,
}

impl Workspace {
    /// Opens the project at `root`.
    ///
    /// # Errors
    /// Where the folder or its configuration cannot be read or used.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        let (config, vfs) = source::open(root)?;
        Ok(Self { config: Arc::new(config), vfs, memo: HashMap::default(), last: None })
    }

    /// How the project is configured.
    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The project's root in the file system.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.vfs.root()
    }

    /// From now on a file is read as if it held this text.
    pub fn overlay(&mut self, path: RelPath, text: String) {
        self.vfs.overlay(path, text.into_bytes());
    }

    /// Reads the configuration again. Pages that are still what they were are kept.
    ///
    /// # Errors
    /// Where the configuration cannot be read or used; the workspace stays as it was.
    pub fn reopen(&mut self) -> Result<(), OpenError> {
        let (config, _) = source::open(self.vfs.root())?;
        if config.identity == self.config.identity {
            return Ok(());
        }
        if book::dialect(&config) != book::dialect(&self.config) || config.metadata != self.config.metadata {
            self.memo.clear();
        }
        self.config = Arc::new(config);
        self.last = None;
        Ok(())
    }

    /// Reads the project as it is now and puts its book together.
    pub fn book(&mut self) -> Arc<Book> {
        self.book_watched(&|_, _| {})
    }

    /// Like [`Workspace::book`]; `watch` is told after each page of an edition how many of how many are done.
    pub fn book_watched(&mut self, watch: &(dyn Fn(usize, usize) + Sync)) -> Arc<Book> {
        let (sources, found) = source::discover(&self.config, &mut self.vfs, None);
        self.put_together(Arc::new(sources), found, watch)
    }

    /// Reads what may have changed since the last book, and puts the book together again. It is what [`Workspace::book`] would give, and sooner,
    /// if `changes` names all that is another.
    pub fn book_after(&mut self, changes: &Changes) -> Arc<Book> {
        let Some(before) = self.last.clone() else { return self.book() };
        if let Some(sources) = source::discover_again(&self.config, &self.vfs, &before.sources, changes) {
            let sources = Arc::new(sources);
            let members = before.editions.iter().map(|edition| edition.pages.iter().map(|page| page.page.file).collect::<Vec<_>>());
            let members = before.editions.iter().map(|edition| edition.audience).zip(members).collect();
            let pages = self.pages(&sources, members, &|_, _| {});
            let book = book::assemble_again(&before, &sources, &pages).map(Arc::new);
            let book = book.unwrap_or_else(|| self.put_together(sources, before.found.clone(), &|_, _| {}));
            self.last = Some(book.clone());
            return book;
        }
        let (sources, found) = source::discover(&self.config, &mut self.vfs, Some((&before.sources, changes)));
        self.put_together(Arc::new(sources), found, &|_, _| {})
    }

    fn put_together(&mut self, sources: Arc<SourceSet>, found: Vec<Diagnostic>, watch: &(dyn Fn(usize, usize) + Sync)) -> Arc<Book> {
        let members = book::audiences(&sources).into_iter().map(|audience| (audience, book::members(&sources, audience))).collect();
        let pages = self.pages(&sources, members, watch);
        let book = Arc::new(book::assemble(self.config.clone(), sources, found, pages));
        self.last = Some(book.clone());
        book
    }

    /// The pages of each edition, which has these files. What was built before and is not among them is forgotten.
    fn pages(
        &mut self,
        sources: &SourceSet,
        editions: Vec<(Option<AudienceIndex>, Vec<FileId>)>,
        watch: &(dyn Fn(usize, usize) + Sync),
    ) -> Vec<Vec<Arc<Page>>> {
        let mut memo: HashMap<FileId, Vec<Built>> = HashMap::default();
        let mut pages_of = Vec::new();
        for (audience, members) in editions {
            let done = AtomicUsize::new(0);
            let page = |file: &FileId| {
                let page = self.page(sources, &memo, *file, audience);
                watch(done.fetch_add(1, Ordering::Relaxed) + 1, members.len());
                page
            };
            let pages: Vec<Built> = members.par_iter().filter_map(page).collect();
            for built in &pages {
                let known = memo.entry(built.page.file).or_default();
                if !known.iter().any(|other| Arc::ptr_eq(&other.page, &built.page)) {
                    known.push(built.clone());
                }
            }
            pages_of.push(pages.into_iter().map(|built| built.page).collect());
        }
        self.memo = memo;
        pages_of
    }

    /// The page of `file` for `audience`: one built before, for this book or the last, if nothing that it read has changed.
    fn page(&self, sources: &SourceSet, fresh: &HashMap<FileId, Vec<Built>>, file: FileId, audience: Option<AudienceIndex>) -> Option<Built> {
        let source = sources.file(file)?;
        let mut before = fresh.get(&file).into_iter().chain(self.memo.get(&file)).flatten();
        let current = before.find(|built| built.is_current(sources, source, audience));
        Some(current.cloned().unwrap_or_else(|| page::build(sources, source, audience, &book::dialect(&self.config))))
    }
}
