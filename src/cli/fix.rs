//! `playpress check --fix` and `playpress fix`: what can be mended is mended, in the files or as a difference to look at.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;

use super::console::{self, Console};
use super::{findings, today};
use crate::book::Book;
use crate::check;
use crate::text::path::RelPath;
use crate::workspace::Workspace;

#[derive(clap::Args)]
#[group(id = "fixes")]
pub(super) struct Arguments {
    /// Mend what can be mended without a doubt.
    #[arg(long)]
    pub(super) fix: bool,
    /// Mend also what somebody should look at afterwards.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,
    /// Write nothing: print what would change, as a unified difference. Exits with 1 if something would.
    #[arg(long)]
    pub(super) diff: bool,
}

/// How often the book is read again after fixes: one may make room for the next.
const ROUNDS: usize = 20;

/// What was mended.
pub(super) struct Mended {
    /// The book as it is afterwards.
    pub(super) book: Arc<Book>,
    /// Whether `--diff` printed something.
    pub(super) is_different: bool,
}

impl Arguments {
    /// Whether anything is to be mended.
    pub(super) fn is_asked(&self) -> bool {
        self.fix || self.unsafe_fixes || self.diff
    }

    /// Mends until nothing changes. The files are written at the end, each as a whole, and only if nobody else changed them meanwhile.
    ///
    /// # Errors
    /// Where a file cannot be read or written.
    pub(super) fn run(
        &self,
        workspace: &mut Workspace,
        mut book: Arc<Book>,
        findings: &findings::Arguments,
        console: &Console,
    ) -> anyhow::Result<Mended> {
        let mut before: BTreeMap<RelPath, String> = BTreeMap::new();
        let mut after: BTreeMap<RelPath, String> = BTreeMap::new();
        let mut count = 0;
        for _ in 0..ROUNDS {
            let mut report = check::check(&book, today());
            findings.choose(&mut report, &book)?;
            let fixed = check::fix(&report, &book.sources, self.unsafe_fixes);
            if fixed.files.is_empty() {
                break;
            }
            count += fixed.count;
            for (file, text) in fixed.files {
                let Some(source) = book.sources.file(file) else { continue };
                before.entry(source.path.clone()).or_insert_with(|| source.text.to_string());
                workspace.overlay(source.path.clone(), text.clone());
                after.insert(source.path.clone(), text);
            }
            book = workspace.book();
        }
        after.retain(|path, text| before.get(path) != Some(text));
        if self.diff {
            let difference: String = after.iter().map(|(path, text)| unified(path, &before[path], text)).collect();
            console::payload(&difference);
        } else {
            for (path, text) in &after {
                write(&path.under(workspace.root()), &before[path], text)?;
            }
        }
        let what = if self.diff { "could be mended" } else { "mended" };
        let findings = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        let files = if after.len() == 1 { "1 file".to_owned() } else { format!("{} files", after.len()) };
        console.say(&if count == 0 { format!("nothing {what}") } else { format!("{findings} {what} in {files}") });
        Ok(Mended { book, is_different: self.diff && !after.is_empty() })
    }
}

/// The difference between two texts, as `patch` reads it.
fn unified(path: &RelPath, before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}

/// Replaces a file that still holds `before`. A reader sees the old file or the new one; its permissions stay.
fn write(path: &Path, before: &str, after: &str) -> anyhow::Result<()> {
    let path = path.canonicalize().with_context(|| format!("cannot find `{}`", path.display()))?;
    let said = || format!("cannot write `{}`", path.display());
    if fs::read(&path).with_context(said)? != before.as_bytes() {
        anyhow::bail!("`{}` was changed while it was mended; run the command again", path.display());
    }
    let permissions = fs::metadata(&path).with_context(said)?.permissions();
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.playpress", std::process::id()));
    let result = fs::File::create_new(&temporary)
        .and_then(|mut file| file.write_all(after.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::set_permissions(&temporary, permissions))
        .and_then(|()| fs::rename(&temporary, &path));
    if result.is_err() {
        fs::remove_file(&temporary).ok();
    }
    result.with_context(said)
}
