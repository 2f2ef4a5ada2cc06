//! Where a link leads in one edition. The answer is data: what to write is the site's, what to report the checks'.

use ahash::HashMap;

use super::PageId;
use super::redirect::EditionRedirect;
use super::uid::Uids;
use crate::markdown::link::Target;
use crate::source::audience::AudienceIndex;
use crate::source::{Choice, Role, SourceSet};
use crate::text::FileId;
use crate::text::path::RelPath;

/// What a target is to one edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// The page itself.
    Own,
    /// A page of the edition.
    Page(PageId),
    /// An address that leads elsewhere, by its place in the edition's redirects.
    Redirect(usize),
    /// A file that is copied.
    Asset(FileId),
    /// A file that this audience may not see.
    Hidden {
        /// The file; nothing of it may be shown.
        file: FileId,
        /// Whether the audience may be told that it exists.
        known: bool,
    },
    /// A file that is there, but is no content.
    NotContent(FileId),
    /// No file.
    Missing,
    /// Nothing to look up: another site, a path from the root of the site.
    Elsewhere,
}

impl Resolution {
    /// The asset.
    #[must_use]
    pub fn asset(&self) -> Option<FileId> {
        match self {
            Self::Asset(file) => Some(*file),
            _ => None,
        }
    }
}

/// The pages of an edition by what names them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    by_published: HashMap<RelPath, PageId>,
    by_redirect: HashMap<RelPath, usize>,
    /// Old addresses that this audience may not see.
    concealed: HashMap<RelPath, Resolution>,
}

impl Addresses {
    /// Of the pages of an edition, in their order.
    pub(super) fn new<'p>(pages: impl Iterator<Item = &'p RelPath>) -> Self {
        Self { by_published: pages.enumerate().map(|(index, published)| (published.clone(), PageId::from_index(index))).collect(), ..Self::default() }
    }

    /// A page that lost its address to another, both without `--AUDIENCE`: links to it lead to that address, and so to the other.
    pub(super) fn add_loser(&mut self, loser: RelPath, winner: &RelPath) {
        if let Some(page) = self.by_published.get(winner).copied() {
            self.by_published.insert(loser, page);
        }
    }

    /// Old addresses: links to their sources lead there.
    pub(super) fn add_redirects(&mut self, redirects: &[EditionRedirect], concealed: Vec<(RelPath, Resolution)>) {
        self.concealed = concealed.into_iter().collect();
        self.by_redirect = redirects.iter().enumerate().map(|(index, redirect)| (redirect.source.clone(), index)).collect();
    }

    /// The page of this path, without `--AUDIENCE`.
    #[must_use]
    pub(super) fn page(&self, published: &RelPath) -> Option<PageId> {
        self.by_published.get(published).copied()
    }
}

/// Says where links of an edition lead.
pub(super) struct Lookup<'s> {
    /// All files.
    pub sources: &'s SourceSet,
    /// Whose edition it is.
    pub audience: Option<AudienceIndex>,
    /// The pages by their `uid`.
    pub uids: &'s Uids,
    /// The pages by what else names them.
    pub addresses: &'s Addresses,
}

impl Lookup<'_> {
    /// The TOCs of a folder that are called `name`, in whatever case, by the path that links name.
    pub(super) fn tocs_named(&self, folder: &RelPath, name: &str) -> Vec<RelPath> {
        let exact = folder.join(name).ok().filter(|path| self.sources.choose(path, self.audience) != Choice::Absent);
        if exact.is_some() {
            return exact.into_iter().collect();
        }
        let tocs = self.sources.files().iter().filter(|file| file.role == Role::Toc && file.path.parent() == *folder);
        tocs.map(|file| self.sources.published(file.id)).filter(|path| path.file_name().eq_ignore_ascii_case(name)).collect()
    }

    /// What a target is to the edition.
    #[must_use]
    pub(super) fn resolve(&self, target: &Target) -> Resolution {
        match target {
            Target::Anchor(_) | Target::Empty => Resolution::Own,
            Target::File { path, is_folder, .. } => self.written(path, *is_folder),
            Target::Uid { uid, .. } => self.uid(uid),
            Target::External | Target::Rooted | Target::LocalFile | Target::Unsafe | Target::Outside => Resolution::Elsewhere,
        }
    }

    /// What an author's path is to the edition. The address of a page, such as `a.html` or the folder of an `index.md`, stands for the page.
    fn written(&self, path: &RelPath, is_folder: bool) -> Resolution {
        let resolution = if is_folder { Resolution::Missing } else { self.file(path) };
        if resolution != Resolution::Missing {
            return resolution;
        }
        let page = match path.extension() {
            _ if is_folder => path.join("index.md").ok(),
            "html" | "htm" => Some(path.with_file_name(&format!("{}.md", path.stem()))),
            "" => path.join("index.md").ok(),
            _ => None,
        };
        match page.map(|page| self.file(&page)) {
            Some(of_page @ (Resolution::Page(_) | Resolution::Hidden { .. } | Resolution::Redirect(_))) => of_page,
            _ => Resolution::Missing,
        }
    }

    /// The first page of the edition, by path, that calls itself `uid`. A page that the audience may not see is no answer, but is told apart
    /// from none.
    #[must_use]
    pub(super) fn uid(&self, uid: &str) -> Resolution {
        let mut hidden = Resolution::Missing;
        for file in self.uids.pages(uid) {
            let published = self.sources.published(*file);
            match self.sources.choose(&published, self.audience) {
                Choice::File(chosen) if chosen == *file => return self.file(&published),
                Choice::Hidden { file, known } if hidden == Resolution::Missing => hidden = Resolution::Hidden { file, known },
                _ => {}
            }
        }
        hidden
    }

    /// What the file at `path` is to the edition.
    #[must_use]
    pub(super) fn file(&self, path: &RelPath) -> Resolution {
        if let Some(redirect) = self.addresses.by_redirect.get(path) {
            return Resolution::Redirect(*redirect);
        }
        match self.sources.choose(path, self.audience) {
            Choice::Absent => self.addresses.concealed.get(path).copied().unwrap_or(Resolution::Missing),
            Choice::Hidden { file, known } => Resolution::Hidden { file, known },
            Choice::File(file) => match self.addresses.page(&self.sources.published(file)) {
                Some(page) => Resolution::Page(page),
                None if self.sources.is_asset(file) => Resolution::Asset(file),
                None => Resolution::NotContent(file),
            },
        }
    }
}
