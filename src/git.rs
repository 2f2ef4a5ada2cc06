//! What git knows of a project's past, asked of the program `git`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

/// Why git could not say something.
#[derive(Debug)]
pub enum GitError {
    /// It could not be started.
    Start(io::Error),
    /// It said why.
    Said(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(error) => write!(f, "cannot run `git`: {error}"),
            Self::Said(message) => write!(f, "git: {message}"),
        }
    }
}

impl std::error::Error for GitError {}

/// Runs git in a folder, apart from what the user's configuration does to files.
fn git<S: AsRef<OsStr>>(folder: &Path, index: Option<&Path>, arguments: impl IntoIterator<Item = S>) -> Result<Output, GitError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "core.quotePath=false", "-c", "filter.lfs.smudge=", "-c", "filter.lfs.required=false"]);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let output = command.args(arguments).output().map_err(GitError::Start)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it failed without a word");
    Err(GitError::Said(line.trim_start_matches("fatal: ").to_owned()))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned()
}

/// The commit from which the work in `root` started: where it left `revision`, or that itself if the two have nothing in common.
///
/// # Errors
/// Where `root` is in no repository, or there is no such revision.
pub fn start_of(root: &Path, revision: &str) -> Result<String, GitError> {
    let commit =
        text(&git(root, None, ["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")]).map_err(|error| {
            match error {
                GitError::Said(message) if message.starts_with("it failed") => GitError::Said(format!("there is no revision `{revision}`")),
                error => error,
            }
        })?);
    Ok(git(root, None, ["merge-base", &commit, "HEAD"]).map_or(commit, |output| text(&output)))
}

/// Writes the files that `root` had at a commit into an empty folder. Nothing of the repository changes.
///
/// # Errors
/// Where git cannot read the commit, or the folder cannot be written.
pub fn export(root: &Path, commit: &str, into: &Path) -> Result<(), GitError> {
    // The project may be a folder of the repository.
    let prefix = text(&git(root, None, ["rev-parse", "--show-prefix"])?);
    let tree = format!("{commit}:{}", prefix.trim_end_matches('/'));
    if git(root, None, ["cat-file", "-e", &tree]).is_err() {
        // It was not there yet.
        return Ok(());
    }
    let index = into.join(".git-index");
    git(root, Some(&index), ["read-tree", &tree])?;
    let work_tree = format!("--work-tree={}", into.display());
    git(root, Some(&index), [work_tree.as_str(), "checkout-index", "--all", "--force", "--quiet"])?;
    Ok(())
}

/// The files of `root` that have another path than at a commit, by the path that they had; both from `root`.
///
/// # Errors
/// Where git cannot compare the two.
pub fn renamed(root: &Path, commit: &str) -> Result<BTreeMap<String, String>, GitError> {
    let output = git(root, None, ["diff", "--find-renames", "--diff-filter=R", "--name-status", "--relative", "-z", commit, "--", "."])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut fields = said.split('\0');
    let mut renamed = BTreeMap::new();
    while let (Some(_), Some(before), Some(after)) = (fields.next(), fields.next(), fields.next()) {
        renamed.insert(before.to_owned(), after.to_owned());
    }
    Ok(renamed)
}
