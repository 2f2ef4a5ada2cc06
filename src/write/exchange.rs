//! Putting a staged edition in the place of its target: by one exchange where the system has it, else by two renames, and file by file
//! where the target is a mount point or a link.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::manifest::{MANIFEST, Manifest};
use super::staging::{self, Staging};
use crate::text::path::RelPath;

/// What a target holds that stays, and what goes.
pub(super) struct Keep<'k> {
    /// Files of ours that do not change.
    pub(super) same: &'k [RelPath],
    /// Files of others.
    pub(super) foreign: &'k [RelPath],
    /// Folders, outermost first.
    pub(super) folders: &'k [RelPath],
    /// Files of ours that are not in the site any more.
    pub(super) stale: &'k [RelPath],
    /// Whether another file system is mounted somewhere inside.
    pub(super) has_mounts: bool,
}

/// Completes `staging`, which holds what changed, and puts it in the place of `target`. Returns whether that was done file by file.
pub(super) fn publish(staging: Staging, target: &Path, keep: &Keep<'_>, manifest: &Manifest) -> anyhow::Result<bool> {
    let stale = keep.stale;
    if keep.has_mounts || !can_exchange(target) {
        in_place(&staging, target, stale, manifest)?;
        return Ok(true);
    }
    for path in keep.same.iter().chain(keep.foreign) {
        keep_file(target, staging.path(), path)?;
    }
    keep_folders(target, staging.path(), keep)?;
    staging.check()?;
    staging::write_file(staging.path(), &manifest_path()?, manifest.to_json().as_bytes())?;
    if !target.exists() {
        fs::rename(staging.path(), target).with_context(|| format!("cannot make `{}`", target.display()))?;
        staging.keep();
        return Ok(false);
    }
    match renameat_with(CWD, staging.path(), CWD, target, RenameFlags::EXCHANGE) {
        // What was the target is now the staging folder, and goes with it.
        Ok(()) => Ok(false),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => two_renames(staging, target).map(|()| false),
        Err(Errno::BUSY | Errno::XDEV) => in_place(&staging, target, stale, manifest).map(|()| true),
        Err(error) => Err(io::Error::from(error)).with_context(|| format!("cannot put the new site in the place of `{}`", target.display())),
    }
}

fn manifest_path() -> anyhow::Result<RelPath> {
    RelPath::new(MANIFEST).ok().context("the manifest has a plain name")
}

/// Whether a target is an ordinary folder: no link, and no mount point.
fn can_exchange(target: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(own) = fs::symlink_metadata(target) else { return true };
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    !own.is_symlink() && fs::metadata(parent).is_ok_and(|parent| parent.dev() == own.dev())
}

/// Gives the staged folder the folders that are not ours alone, with their permissions.
fn keep_folders(target: &Path, staged: &Path, keep: &Keep<'_>) -> anyhow::Result<()> {
    let is_ours = |folder: &RelPath| {
        let holds = |path: &RelPath| path.below(folder).is_some();
        keep.same.iter().chain(keep.stale).any(holds) && !keep.foreign.iter().any(holds)
    };
    for folder in keep.folders {
        let place = folder.under(staged);
        if !place.is_dir() && !is_ours(folder) {
            fs::create_dir_all(&place).with_context(|| format!("cannot keep `{}`", folder.under(target).display()))?;
        }
    }
    for folder in keep.folders.iter().chain([&RelPath::root()]).filter(|folder| folder.under(staged).is_dir()) {
        if let Ok(permissions) = fs::metadata(folder.under(target)).map(|metadata| metadata.permissions()) {
            fs::set_permissions(folder.under(staged), permissions)?;
        }
    }
    Ok(())
}

/// For systems without an exchange: for a moment there is no target.
fn two_renames(staging: Staging, target: &Path) -> anyhow::Result<()> {
    let old = staging::beside(target, "old")?;
    fs::rename(target, &old).with_context(|| format!("cannot move `{}` away", target.display()))?;
    if let Err(error) = fs::rename(staging.path(), target) {
        fs::rename(&old, target)?;
        return Err(error).with_context(|| format!("cannot make `{}`", target.display()));
    }
    staging.keep();
    fs::remove_dir_all(&old).with_context(|| format!("cannot remove `{}`", old.display()))
}

/// Gives the staged folder a file that does not change: a hard link, or a copy where there can be none.
fn keep_file(target: &Path, staged: &Path, path: &RelPath) -> anyhow::Result<()> {
    let (from, to) = (path.under(target), path.under(staged));
    let link = || fs::hard_link(&from, &to);
    let linked = match link() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => staging::make_parent(&to).and_then(|()| link()),
        result => result,
    };
    linked.or_else(|_| fs::copy(&from, &to).map(|_| ())).with_context(|| format!("cannot keep `{}`", from.display()))
}

/// Replaces files one by one: assets, then pages, then what is stale, the manifest last.
fn in_place(staging: &Staging, target: &Path, stale: &[RelPath], manifest: &Manifest) -> anyhow::Result<()> {
    let mut changed: Vec<&RelPath> = manifest.files.keys().filter(|path| path.under(staging.path()).exists()).collect();
    changed.sort_by_key(|path| path.extension() == "html");
    for path in changed {
        let place = path.under(target);
        staging::make_parent(&place)?;
        let new = place.with_file_name(format!(".{}.playpress-new", path.file_name()));
        // A link of that name would lead the copy elsewhere.
        let _ = fs::remove_file(&new);
        let moved = fs::copy(path.under(staging.path()), &new).and_then(|_| fs::rename(&new, &place));
        moved.with_context(|| format!("cannot write `{}`", place.display()))?;
    }
    for path in stale {
        remove_file(target, path)?;
    }
    staging::write_file(target, &manifest_path()?, manifest.to_json().as_bytes())
}

/// Whether a folder above the file is a symbolic link, so that the file is not in the target at all.
pub(super) fn is_behind_link(target: &Path, path: &RelPath) -> bool {
    let mut folder = path.parent();
    while !folder.as_str().is_empty() {
        if folder.under(target).is_symlink() {
            return true;
        }
        folder = folder.parent();
    }
    false
}

/// Removes a file of ours and the folders that are empty then. Returns whether it was there.
pub(super) fn remove_file(target: &Path, path: &RelPath) -> anyhow::Result<bool> {
    let place = path.under(target);
    match fs::remove_file(&place) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).with_context(|| format!("cannot remove `{}`", place.display())),
    }
    let mut folder = path.parent();
    while !folder.as_str().is_empty() && fs::remove_dir(folder.under(target)).is_ok() {
        folder = folder.parent();
    }
    Ok(true)
}
