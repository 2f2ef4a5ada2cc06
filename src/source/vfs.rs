//! The only reader of the project's files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ahash::HashMap;

use super::SourceSet;
use crate::text::FileId;
use crate::text::path::RelPath;

/// A project's file system. Ids are given once and kept while it lives.
#[derive(Debug)]
pub struct Vfs {
    root: PathBuf,
    ids: HashMap<RelPath, FileId>,
    /// What files are taken to hold instead of what is on disk.
    overlay: HashMap<RelPath, Vec<u8>>,
}

impl Vfs {
    /// The file system below `root`.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root, ids: HashMap::default(), overlay: HashMap::default() }
    }

    /// The folder that all paths are relative to.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The id of `path`, a new one if it was never asked for.
    pub fn id(&mut self, path: &RelPath) -> FileId {
        let next = FileId::from_index(self.ids.len());
        *self.ids.entry(path.clone()).or_insert(next)
    }

    /// How many ids were given.
    #[must_use]
    pub fn id_count(&self) -> usize {
        self.ids.len()
    }

    /// From now on `path` is read as if it held these bytes.
    pub fn overlay(&mut self, path: RelPath, bytes: Vec<u8>) {
        self.overlay.insert(path, bytes);
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn read(&self, path: &RelPath) -> io::Result<Vec<u8>> {
        if let Some(bytes) = self.overlay.get(path) {
            return Ok(bytes.clone());
        }
        fs::read(path.under(&self.root))
    }
}

/// The bytes of a file that is copied as it is.
///
/// # Errors
/// Those of the file system.
pub fn bytes(sources: &SourceSet, file: FileId) -> io::Result<Vec<u8>> {
    fs::read(sources.path(file).under(sources.root()))
}
