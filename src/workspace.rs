//! A project that is open: its configuration, its files, and the pages built so far. The only value that lives long and changes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ahash::HashMap;
use rayon::prelude::*;

use crate::book::{self, Book};
use crate::config::Config;
use crate::page::{self, Built};
use crate::source::audience::AudienceIndex;
use crate::source::discover::OpenError;
use crate::source::{self, SourceSet, Vfs};
use crate::text::FileId;
use crate::text::path::RelPath;

/// An open project.
pub struct Workspace {
    config: Arc<Config>,
    vfs: Vfs,
    /// The pages of the last book, by source: more than one where audiences read different fragments.
    memo: HashMap<FileId, Vec<Built>>,
}

impl Workspace {
    /// Opens the project at `root`.
    ///
    /// # Errors
    /// Where the folder or its configuration cannot be read or used.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        let (config, vfs) = source::open(root)?;
        Ok(Self { config: Arc::new(config), vfs, memo: HashMap::default() })
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
        if book::dialect(&config) != book::dialect(&self.config) || config.metadata != self.config.metadata {
            self.memo.clear();
        }
        self.config = Arc::new(config);
        Ok(())
    }

    /// Reads the project as it is now and puts its book together.
    pub fn book(&mut self) -> Arc<Book> {
        self.book_watched(&|_, _| {})
    }

    /// Like [`Workspace::book`]; `watch` is told after each page of an edition how many of how many are done.
    pub fn book_watched(&mut self, watch: &(dyn Fn(usize, usize) + Sync)) -> Arc<Book> {
        let (sources, found) = source::discover(&self.config, &mut self.vfs);
        let sources = Arc::new(sources);
        let mut memo: HashMap<FileId, Vec<Built>> = HashMap::default();
        let mut editions = Vec::new();
        for audience in book::audiences(&sources) {
            let members = book::members(&sources, audience);
            let done = AtomicUsize::new(0);
            let page = |file: &FileId| {
                let page = self.page(&sources, &memo, *file, audience);
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
            editions.push(pages.into_iter().map(|built| built.page).collect());
        }
        self.memo = memo;
        Arc::new(book::assemble(self.config.clone(), sources, found, editions))
    }

    /// The page of `file` for `audience`: one built before, for this book or the last, if nothing that it read has changed.
    fn page(&self, sources: &SourceSet, fresh: &HashMap<FileId, Vec<Built>>, file: FileId, audience: Option<AudienceIndex>) -> Option<Built> {
        let source = sources.file(file)?;
        let mut before = fresh.get(&file).into_iter().chain(self.memo.get(&file)).flatten();
        let current = before.find(|built| built.is_current(sources, source, audience));
        Some(current.cloned().unwrap_or_else(|| page::build(sources, source, audience, &book::dialect(&self.config))))
    }
}
