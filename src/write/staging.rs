//! The folder beside a target in which a site is put together. It is locked while it is used, and removed when it is dropped.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use rustix::fs::{FlockOperation, flock};

use super::manifest::MANIFEST;
use crate::text::path::RelPath;

/// Marks a staging folder as ours.
const MARK: &str = ".playpress-staging";

/// A locked, empty folder beside a target.
pub(super) struct Staging {
    path: PathBuf,
    lock: File,
    keeps: bool,
}

impl Staging {
    /// Makes the folder; what a build that died left there is removed.
    pub(super) fn create(target: &Path) -> anyhow::Result<Self> {
        let path = beside(target, "staging")?;
        let parent = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("cannot make `{}`", parent.display()))?;
        match fs::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // Only what an earlier build left there may be cleared: a folder, marked as ours or still empty.
                let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
                let is_empty = is_folder && fs::read_dir(&path)?.next().is_none();
                let is_ours = is_folder && [MARK, MANIFEST].iter().any(|name| path.join(name).is_file());
                anyhow::ensure!(is_empty || is_ours, "`{}` is in the way; remove it", path.display());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot make `{}`", path.display())),
        }
        let lock = File::open(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            anyhow::bail!("another build is writing `{}`", target.display());
        }
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
        }
        fs::write(path.join(MARK), "").with_context(|| format!("cannot write in `{}`", path.display()))?;
        Ok(Self { path, lock, keeps: false })
    }

    /// Takes the mark away, so that the folder can become a site.
    ///
    /// # Errors
    /// Where the folder is not the one that was locked any more.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let is_own =
            fs::metadata(&self.path).is_ok_and(|there| self.lock.metadata().is_ok_and(|own| own.ino() == there.ino() && own.dev() == there.dev()));
        anyhow::ensure!(is_own, "another build is writing beside `{}`", self.path.display());
        fs::remove_file(self.path.join(MARK))?;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder is now the target's: it is not removed.
    pub(super) fn keep(mut self) {
        self.keeps = true;
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.keeps {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes what a build that died has left beside a target, unless another build is at it.
pub(super) fn sweep(target: &Path) {
    if beside(target, "staging").is_ok_and(|path| path.symlink_metadata().is_ok()) {
        drop(Staging::create(target));
    }
}

/// A hidden name beside a target.
pub(super) fn beside(target: &Path, what: &str) -> anyhow::Result<PathBuf> {
    let name = target.file_name().with_context(|| format!("`{}` has no name of its own", target.display()))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".playpress-");
    hidden.push(what);
    Ok(target.with_file_name(hidden))
}

/// Writes a file and the folders above it.
pub(super) fn write_file(folder: &Path, path: &RelPath, bytes: &[u8]) -> anyhow::Result<()> {
    let place = path.under(folder);
    let result = match fs::write(&place, bytes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_parent(&place).and_then(|()| fs::write(&place, bytes)),
        result => result,
    };
    result.with_context(|| format!("cannot write `{}`", place.display()))
}

/// Makes the folders above a file.
pub(super) fn make_parent(place: &Path) -> io::Result<()> {
    place.parent().map_or(Ok(()), fs::create_dir_all)
}
