//! The project's files, read once: what each is, who may see it, which stands for which. Immutable when made; the only room that reads the project.

pub mod audience;
pub mod front_matter;
pub mod json;
pub mod provenance;
pub mod visible;
pub mod yaml;

mod code;
pub(crate) mod conflicts;
pub(crate) mod discover;
mod reads;
mod vfs;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use ahash::{HashMap, HashSet};
use serde_yaml::Value;

pub use discover::{Changes, discover, discover_again, open};
pub use reads::{Answer, Fragment, Reads};
pub use vfs::{Vfs, bytes};

use self::audience::{AudienceIndex, Audiences, Members};
use self::front_matter::FrontMatter;
use crate::config::Metadata;
use crate::diagnostic::Diagnostic;
use crate::text::FileId;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

rules! {
    PATH_OUTSIDE_ROOT = "path-outside-root", Error, fixed;
    AUDIENCE_LEAK = "audience-leak", Error, fixed;
    FILE_NOT_IN_EDITION = "file-not-in-edition", Warning;
    AUDIENCE_PROOF = "audience-proof", Error, fixed;
    THEME_TEMPLATE_INVALID = "theme-template-invalid", Error;
    THEME_FILE_NOT_FOUND = "theme-file-not-found", Error;
}

/// What a text file is to the book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Content: it becomes a page of each edition that may see it.
    Page,
    /// Markdown that is no content of its own, but can be included.
    Fragment,
    /// A table of contents.
    Toc,
    /// A list of pages that are gone, and where they went.
    Redirections,
    /// A template of the project's theme.
    Template,
    /// Code of which a page shows a part. It is an asset too, if it may be one.
    Code,
}

/// A text file, as it was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its id.
    pub id: FileId,
    /// From the root of the project.
    pub path: RelPath,
    /// The decoded text, byte order mark included.
    pub text: Box<str>,
    /// Of the bytes on disk.
    pub hash: Hash128,
    /// What it is.
    pub role: Role,
    /// What stands above its text; empty for a TOC.
    pub front: FrontMatter,
    /// The lines of merge conflicts that nobody has settled, from the first mark to the last.
    pub conflicts: Vec<Range<usize>>,
    /// What was found wrong while reading it. Reported once the file is part of a book.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that is copied as it is, if a page uses it.
#[derive(Debug)]
pub struct Asset {
    /// Its id.
    pub id: FileId,
    /// From the root of the project.
    pub path: RelPath,
}

/// Who may see a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Access {
    members: Members,
    /// Whether anything names an audience. A page that names none is for nobody, any other file for all.
    named: bool,
    is_page: bool,
}

/// What a path means to one audience.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Choice {
    /// This file: the path's own, or its variant for the audience.
    File(FileId),
    /// There is such a file, but not for this audience.
    Hidden {
        /// A file of that path; nothing of it may be shown.
        file: FileId,
        /// Whether the audience may be told that it exists.
        known: bool,
    },
    /// There is no such file.
    Absent,
}

/// All files of a project.
#[derive(Debug)]
pub struct SourceSet {
    root: PathBuf,
    files: Vec<Arc<SourceFile>>,
    names: Arc<Names>,
    metadata: Arc<Metadata>,
}

/// Which files there are and who may see them: what stays as it is while somebody writes in the text of a file.
#[derive(Debug)]
struct Names {
    assets: Vec<Asset>,
    /// The files of code that may be copied.
    code_assets: HashSet<FileId>,
    /// Where an id's file is: in `files`, or behind them in `assets`.
    slots: Vec<Option<usize>>,
    by_path: HashMap<RelPath, FileId>,
    /// Variants (and the plain file) by the path they are published as.
    by_published: HashMap<RelPath, Vec<FileId>>,
    access: HashMap<FileId, Access>,
    /// What a symbolic link, or a file behind one, really is.
    real: HashMap<FileId, RelPath>,
    audiences: Audiences,
}

impl SourceFile {
    /// Whether a byte is part of a merge conflict that nobody has settled.
    #[must_use]
    pub fn is_in_conflict(&self, at: usize) -> bool {
        self.conflicts.iter().any(|lines| lines.contains(&at))
    }
}

impl SourceSet {
    /// The root of the project in the file system.
    #[must_use]
    pub fn root(&self) -> &std::path::Path {
        &self.root
    }

    /// Whether this is `before` with other texts at most: the same files, of which each says the same in its front matter.
    #[must_use]
    pub fn has_names_of(&self, before: &Self) -> bool {
        Arc::ptr_eq(&self.names, &before.names) && Arc::ptr_eq(&self.metadata, &before.metadata)
    }

    /// Of which files there are and who may see them.
    #[must_use]
    pub fn names_hash(&self) -> Hash128 {
        let file = |id: FileId, path| (id, path, self.names.access.get(&id), self.names.real.get(&id));
        let texts: Vec<_> = self.files.iter().map(|text| (file(text.id, &text.path), text.role, self.names.code_assets.contains(&text.id))).collect();
        let assets: Vec<_> = self.names.assets.iter().map(|asset| file(asset.id, &asset.path)).collect();
        Hash128::of_value(&(texts, assets))
    }

    /// The files whose texts are not those of `before`, which has the same names.
    pub fn changed_since<'s>(&'s self, before: &'s Self) -> impl Iterator<Item = &'s Arc<SourceFile>> {
        self.files.iter().zip(&before.files).filter(|(file, before)| file.hash != before.hash).map(|(file, _)| file)
    }

    /// All text files, by path.
    #[must_use]
    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// Whether a file is copied as it is where a page links to it.
    #[must_use]
    pub fn is_asset(&self, id: FileId) -> bool {
        self.file(id).is_none_or(|file| file.role == Role::Code && self.names.code_assets.contains(&id))
    }

    /// All files that are copied where a page uses them, with their paths.
    pub fn copied(&self) -> impl Iterator<Item = (FileId, &RelPath)> {
        let code = self.files.iter().filter(|file| self.names.code_assets.contains(&file.id)).map(|file| (file.id, &file.path));
        code.chain(self.names.assets.iter().map(|asset| (asset.id, &asset.path)))
    }

    /// All other files that may be copied, by path.
    #[must_use]
    pub fn assets(&self) -> &[Asset] {
        &self.names.assets
    }

    /// The audiences of the book; empty where it has none.
    #[must_use]
    pub fn audiences(&self) -> &Audiences {
        &self.names.audiences
    }

    /// One more than the largest index of an id.
    #[must_use]
    pub fn id_count(&self) -> usize {
        self.names.slots.len()
    }

    /// The text file of this id; `None` for an asset.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.names.slots.get(id.index()).copied().flatten().and_then(|slot| self.files.get(slot))
    }

    /// The path of a file or asset.
    ///
    /// # Panics
    /// Where the id belongs to no file of this set.
    #[must_use]
    pub fn path(&self, id: FileId) -> &RelPath {
        let slot = self.names.slots[id.index()].expect("an id of this set has a file");
        match self.files.get(slot) {
            Some(file) => &file.path,
            None => &self.names.assets[slot - self.files.len()].path,
        }
    }

    /// The file or asset at `path`, for whomever it is.
    #[must_use]
    pub fn find(&self, path: &RelPath) -> Option<FileId> {
        self.names.by_path.get(path).copied()
    }

    /// What a file says of `key`: its front matter, else the configuration. A key that is null in the front matter is taken away.
    #[must_use]
    pub fn metadata<'s>(&'s self, file: &'s SourceFile, key: &str) -> Option<&'s Value> {
        match file.front.get(key) {
            Some(entry) => Some(&entry.value).filter(|value| !value.is_null()),
            None => self.metadata.get(&file.path, file.role == Role::Page, key),
        }
    }

    /// The same as text; `None` where it is missing, blank or no scalar.
    #[must_use]
    pub fn metadata_text(&self, file: &SourceFile, key: &str) -> Option<String> {
        let text = front_matter::scalar_text(self.metadata(file, key)?)?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// Whether a file says yes to `key`.
    #[must_use]
    pub fn metadata_flag(&self, file: &SourceFile, key: &str) -> bool {
        self.metadata_text(file, key).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// The address that a file is published under: its path without `--AUDIENCE`.
    #[must_use]
    pub fn published(&self, id: FileId) -> RelPath {
        let path = self.path(id);
        self.names.audiences.variant(path).map_or_else(|| path.clone(), |(_, plain)| plain)
    }

    /// The path that a symbolic link leads to; `None` for a file that is where it says.
    #[must_use]
    pub fn real_path(&self, id: FileId) -> Option<&RelPath> {
        self.names.real.get(&id)
    }

    /// The audiences of a file; `None` where nothing names one.
    #[must_use]
    pub fn members(&self, id: FileId) -> Option<Members> {
        self.names.access.get(&id).filter(|access| access.named).map(|access| access.members)
    }

    /// Whether the edition of `audience` may hold the file.
    #[must_use]
    pub fn is_seen(&self, id: FileId, audience: Option<AudienceIndex>) -> bool {
        let Some(audience) = audience else { return true };
        let Some(access) = self.names.access.get(&id) else { return false };
        if access.named { access.members.meets(self.names.audiences.sees(audience)) } else { !access.is_page }
    }

    /// Whether the edition of `audience` may tell that there is such a page: it holds it, or knows somebody who may see it.
    #[must_use]
    pub fn may_know(&self, id: FileId, audience: Option<AudienceIndex>) -> bool {
        let knows = |audience| self.members(id).is_some_and(|members| members.meets(self.names.audiences.knows(audience)));
        self.is_seen(id, audience) || audience.is_some_and(knows)
    }

    /// What `path`, as a link, an include or a TOC writes it, means to `audience`.
    #[must_use]
    pub fn choose(&self, path: &RelPath, audience: Option<AudienceIndex>) -> Choice {
        let alone;
        let candidates: &[FileId] = match self.names.by_published.get(path) {
            Some(candidates) => candidates,
            None => match self.find(path) {
                None => return Choice::Absent,
                Some(file) => {
                    alone = [file];
                    &alone
                }
            },
        };
        if let [only] = candidates
            && self.is_seen(*only, audience)
        {
            return Choice::File(*only);
        }
        let seen = candidates.iter().filter(|file| self.is_seen(**file, audience));
        if let Some(best) = seen.min_by_key(|file| self.rank(**file, audience)) {
            return Choice::File(*best);
        }
        let known = audience.is_some_and(|audience| {
            let knows = self.names.audiences.knows(audience);
            candidates.iter().any(|file| self.members(*file).is_some_and(|members| members.meets(knows)))
        });
        Choice::Hidden { file: candidates[0], known }
    }

    /// Orders the variants of one path for an audience: the first of what it sees, a variant before the plain file.
    fn rank(&self, file: FileId, audience: Option<AudienceIndex>) -> (usize, bool, usize) {
        let is_plain = self.names.audiences.variant(self.path(file)).is_none();
        let Some(audience) = audience else { return (0, !is_plain, file.index()) };
        let members = self.members(file).unwrap_or(Members::ALL);
        let sees = &self.names.audiences.list()[audience].sees;
        let place = sees.iter().position(|name| self.names.audiences.index(name).is_some_and(|index| members.holds(index)));
        (place.unwrap_or(usize::MAX), is_plain, file.index())
    }
}
