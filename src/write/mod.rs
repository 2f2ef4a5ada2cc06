//! Sites on disk. A whole edition is staged beside its target and exchanged with it, so that no reader sees half of it. Files of others
//! stay; a manifest says which are ours.

mod exchange;
mod known;
mod manifest;
mod staging;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use anyhow::Context;
use rayon::prelude::*;

pub use manifest::{MANIFEST, Manifest};

use self::known::Known;
use self::staging::Staging;
use crate::site::{Content, Proof, Refusal, Site};
use crate::source;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Of these, files that are new or have other bytes than before.
    pub changed: usize,
    /// Files of an earlier build that are gone.
    pub removed: usize,
    /// The target could not be exchanged as a whole, so its files were replaced one by one.
    pub in_place: bool,
}

/// Why a site was not written. The target is as it was.
#[derive(Debug)]
pub enum WriteError {
    /// An output holds bytes that its audience may not see.
    Refused(Refusal),
    /// The file system, a template, or a file of somebody else in the way.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for WriteError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The bytes of a content that was proved.
///
/// # Errors
/// Where a file to copy cannot be read.
pub fn bytes(site: &Site, content: Content) -> anyhow::Result<Vec<u8>> {
    match content {
        Content::Bytes(bytes) => Ok(bytes),
        Content::Copy(file) => source::bytes(&site.book.sources, file).with_context(|| format!("cannot read `{}`", site.book.sources.path(file))),
    }
}

/// A folder that a site may be written to.
pub struct Target<'t> {
    site: &'t Site,
    folder: &'t Path,
    before: Before,
}

/// Refuses the folders of the project itself, and folders inside another site.
fn refuse_place(site: &Site, target: &Path) -> anyhow::Result<()> {
    let absolute = std::path::absolute(target)?;
    // The nearest folder that is there tells what the target really is.
    let there = absolute.ancestors().find_map(|folder| Some((folder.canonicalize().ok()?, folder)));
    let real = there.map_or_else(|| absolute.clone(), |(real, folder)| real.join(absolute.strip_prefix(folder).unwrap_or(Path::new(""))));
    let root = site.book.sources.root();
    let content = site.book.config.src.under(root);
    if root.starts_with(&real) || content.starts_with(&real) || real.components().any(|name| name.as_os_str() == ".git") {
        anyhow::bail!("`{}` holds the project itself, so no site can be written there; choose a folder of its own", target.display());
    }
    if let Some(other) = real.ancestors().skip(1).find(|folder| folder.join(MANIFEST).is_file()) {
        anyhow::bail!("`{}` is inside the site in `{}`; `playpress clean` removes that, or choose another folder", target.display(), other.display());
    }
    Ok(())
}

/// Writes a site to `folder`, all of it or nothing.
///
/// # Errors
/// Where the proof refuses an output, a file of somebody else is in the way, or the file system fails.
pub fn write(site: &Site, folder: &Path) -> Result<Written, WriteError> {
    Target::open(site, folder)?.write(None, &|_, _| {})
}

impl<'t> Target<'t> {
    /// Looks at what is in a folder. Nothing is written yet.
    ///
    /// # Errors
    /// Where the folder cannot be read, is no place for a site, holds that of somebody else, or a file of somebody else is in the way.
    pub fn open(site: &'t Site, folder: &'t Path) -> anyhow::Result<Self> {
        refuse_place(site, folder)?;
        let before = Before::read(folder)?;
        let own = site.edition().name().unwrap_or_default();
        if !before.manifest.files.is_empty() && before.manifest.edition != own {
            let theirs = if before.manifest.edition.is_empty() { "a book without audiences" } else { &before.manifest.edition };
            anyhow::bail!("`{}` holds the site of {theirs}; `playpress clean` removes it", folder.display());
        }
        before.refuse_foreign(folder, site.planned_paths())?;
        Ok(Self { site, folder, before })
    }

    /// Writes the site; `watch` is told after each file how many of how many are made. With `program`, which is of the bytes of this very program,
    /// files are not made again that it has written before out of the same things.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn write(self, program: Option<Hash128>, watch: &(dyn Fn(usize, usize) + Sync)) -> Result<Written, WriteError> {
        let Self { site, folder: target, before } = self;
        let made_from = program.map(|program| known::made_from(site, program));
        let known = Known::new(site, &before.manifest, made_from.as_ref());
        let staging = Mutex::new(None::<Staging>);
        let proof = OnceLock::new();
        let paths = known.paths();
        before.refuse_foreign(target, paths.iter().copied())?;
        let total = paths.len();
        let done = AtomicUsize::new(0);
        let one = |path: &RelPath| {
            let made = match known.hash(path, target) {
                Some(hash) => Ok(Made { path: path.clone(), hash, is_changed: false }),
                None => make(site, proof.get_or_init(|| Proof::new(site)), &before, target, path, &staging),
            };
            watch(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            made
        };
        let made: Vec<Made> = paths.into_par_iter().map(one).collect::<Result<_, WriteError>>()?;
        let files: BTreeMap<RelPath, Hash128> = made.iter().map(|made| (made.path.clone(), made.hash)).collect();
        let stale: Vec<RelPath> = before.manifest.files.keys().filter(|path| !files.contains_key(*path)).cloned().collect();
        let changed = made.iter().filter(|made| made.is_changed).count();
        let mut written = Written { files: made.len(), changed, removed: stale.len(), in_place: false };
        let manifest = Manifest { edition: site.edition().name().unwrap_or_default().to_owned(), files, made_from };
        if changed == 0 && stale.is_empty() && before.manifest == manifest {
            staging::sweep(target);
            return Ok(written);
        }
        let staging = staging.into_inner().unwrap_or_default();
        let staging = match staging {
            Some(staging) => staging,
            None => Staging::create(target)?,
        };
        let same: Vec<RelPath> = made.into_iter().filter(|made| !made.is_changed).map(|made| made.path).collect();
        let keep = exchange::Keep { same: &same, foreign: &before.foreign, folders: &before.folders, stale: &stale, has_mounts: before.has_mounts };
        written.in_place = exchange::publish(staging, target, &keep, &manifest)?;
        Ok(written)
    }
}

/// A file of the site, made and compared with what is there.
struct Made {
    path: RelPath,
    hash: Hash128,
    is_changed: bool,
}

fn make(site: &Site, proof: &Proof, before: &Before, target: &Path, path: &RelPath, staging: &Mutex<Option<Staging>>) -> Result<Made, WriteError> {
    let content = site.render(path)?.with_context(|| format!("`{path}` is not in the site"))?;
    let content = proof.prove(path, content).map_err(WriteError::Refused)?;
    let bytes = bytes(site, content)?;
    let hash = Hash128::of(&bytes);
    // The manifest says what was written, the disk what is there: both must agree that nothing changed.
    let is_same = before.manifest.files.get(path) == Some(&hash) && fs::read(path.under(target)).is_ok_and(|there| there == bytes);
    if !is_same {
        let folder = {
            let mut staging = staging.lock().map_err(|_| anyhow::anyhow!("another file could not be written"))?;
            match &*staging {
                Some(staging) => staging.path().to_path_buf(),
                None => staging.insert(Staging::create(target)?).path().to_path_buf(),
            }
        };
        staging::write_file(&folder, path, &bytes)?;
    }
    Ok(Made { path: path.clone(), hash, is_changed: !is_same })
}

/// What a target holds before it is written.
struct Before {
    manifest: Manifest,
    /// Files and links that are not ours.
    foreign: Vec<RelPath>,
    /// Folders, outermost first.
    folders: Vec<RelPath>,
    /// Whether another file system is mounted somewhere inside.
    has_mounts: bool,
}

impl Before {
    fn read(target: &Path) -> anyhow::Result<Self> {
        match fs::metadata(target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { manifest: Manifest::default(), foreign: Vec::new(), folders: Vec::new(), has_mounts: false });
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", target.display())),
            Ok(metadata) if !metadata.is_dir() => anyhow::bail!("`{}` is a file, so no site can be written there", target.display()),
            Ok(_) => {}
        }
        let manifest = Manifest::read(target)?;
        let mut foreign = Vec::new();
        let mut folders = Vec::new();
        let mut has_mounts = false;
        let device = fs::metadata(target)?.dev();
        let mut waiting = vec![(target.to_path_buf(), RelPath::root())];
        while let Some((folder, below)) = waiting.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
                let entry = entry?;
                let name = entry.file_name();
                let path = name.to_str().and_then(|name| below.join(name).ok());
                let path = path.with_context(|| format!("`{}` has a name that is no Unicode", entry.path().display()))?;
                if entry.file_type()?.is_dir() {
                    has_mounts |= entry.metadata()?.dev() != device;
                    folders.push(path.clone());
                    waiting.push((entry.path(), path));
                } else if path.as_str() != MANIFEST && !manifest.files.contains_key(&path) {
                    foreign.push(path);
                }
            }
        }
        foreign.sort();
        folders.sort();
        Ok(Self { manifest, foreign, folders, has_mounts })
    }

    /// A file that we did not write stays what it is.
    fn refuse_foreign<'p>(&self, target: &Path, paths: impl Iterator<Item = &'p RelPath>) -> anyhow::Result<()> {
        // Almost always there are none.
        if self.foreign.is_empty() {
            return Ok(());
        }
        for path in paths {
            let is_in_the_way = |foreign: &RelPath| foreign == path || path.below(foreign).is_some() || foreign.below(path).is_some();
            if let Some(foreign) = self.foreign.iter().find(|foreign| is_in_the_way(foreign)) {
                let place: PathBuf = foreign.under(target);
                anyhow::bail!(
                    "`{}` was not written by playpress, but `{path}` belongs there; move it away, or build into another folder",
                    place.display()
                );
            }
        }
        Ok(())
    }
}

/// Removes the files that a manifest in `target` lists, and folders that are empty then. Returns how many files there were.
///
/// # Errors
/// Where the file system fails.
pub fn clean(target: &Path) -> anyhow::Result<usize> {
    if !target.join(MANIFEST).is_file() {
        return Ok(0);
    }
    let manifest = Manifest::read(target)?;
    let mut removed = 0;
    for (path, hash) in &manifest.files {
        // What somebody changed since is theirs now.
        let is_ours = !exchange::is_behind_link(target, path) && fs::read(path.under(target)).is_ok_and(|bytes| Hash128::of(&bytes) == *hash);
        removed += usize::from(is_ours && exchange::remove_file(target, path)?);
    }
    fs::remove_file(target.join(MANIFEST))?;
    let _ = fs::remove_dir(target);
    Ok(removed)
}
