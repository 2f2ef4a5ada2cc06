//! What an earlier build has written and would write again: a file that is made of nothing that changed need not be made to know its bytes.

use std::fs;
use std::path::Path;

use ahash::HashSet;

use super::manifest::{MadeFrom, Manifest};
use crate::book::PageId;
use crate::site::Site;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

/// What a site is made from, for the manifest. `program` is of the program itself: another version may write other bytes.
pub(super) fn made_from(site: &Site, program: Hash128) -> MadeFrom {
    let articles = site.edition().pages.iter().map(|page| (page.output.clone(), page.page.hash));
    MadeFrom { frame: Hash128::of_value(&(program, site.edition().shape)), articles: articles.collect() }
}

/// The files of an earlier build that this one can only write again.
pub(super) struct Known<'k> {
    site: &'k Site,
    manifest: &'k Manifest,
    /// The pages whose articles are others now; `None`: everything may be another.
    changed: Option<HashSet<PageId>>,
}

impl<'k> Known<'k> {
    /// Compares what a site is made from with what the one in the manifest was.
    pub(super) fn new(site: &'k Site, manifest: &'k Manifest, now: Option<&MadeFrom>) -> Self {
        let changed = manifest.made_from.as_ref().zip(now).filter(|(before, now)| before.frame == now.frame).map(|(before, _)| {
            let pages = site.edition().pages.iter().enumerate();
            pages.filter(|(_, page)| before.articles.get(&page.output) != Some(&page.page.hash)).map(|(index, _)| PageId::from_index(index)).collect()
        });
        Self { site, manifest, changed }
    }

    /// The paths of the site. Those of the search are the ones that are there, if its index could only be the same.
    pub(super) fn paths(&self) -> Vec<&'k RelPath> {
        if self.changed.as_ref().is_some_and(HashSet::is_empty) {
            let own = self.site.planned_paths();
            return own.chain(self.manifest.files.keys().filter(|path| self.site.is_of_index(path))).collect();
        }
        self.site.paths().collect()
    }

    /// The hash of the file at `path`, if it is the one that would be made: nothing that it is made of has changed since it was written, nor has
    /// the file itself.
    pub(super) fn hash(&self, path: &RelPath, target: &Path) -> Option<Hash128> {
        let changed = self.changed.as_ref()?;
        let written = *self.manifest.files.get(path)?;
        let is_made_of_same =
            if self.site.is_of_index(path) { changed.is_empty() } else { !self.site.articles_in(path)?.iter().any(|page| changed.contains(page)) };
        let is_there = || fs::read(path.under(target)).is_ok_and(|there| Hash128::of(&there) == written);
        (is_made_of_same && is_there()).then_some(written)
    }
}
