//! The manifest of a written edition: which files are ours, and the hash of each.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::text::hash::Hash128;
use crate::text::path::RelPath;

pub use crate::source::discover::MANIFEST;

/// The files of an edition.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Manifest {
    /// The audience's name; empty where the book has none.
    pub edition: String,
    /// The hash of each file.
    pub files: BTreeMap<RelPath, Hash128>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    edition: String,
    files: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads the manifest in `folder`; where there is none, nothing is ours.
    ///
    /// # Errors
    /// Where it cannot be read, or is no manifest.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        let document: Document = serde_json::from_str(&text).with_context(|| format!("`{}` is no manifest; remove it", path.display()))?;
        let file = |(path, hash): (String, String)| {
            // A path that is not as we write it could lead out of the folder.
            let own = RelPath::new(&path).ok().filter(|own| own.as_str() == path && !path.is_empty())?;
            Some((own, Hash128::parse(&hash)?))
        };
        Ok(Self { edition: document.edition, files: document.files.into_iter().filter_map(file).collect() })
    }

    /// The manifest as text, the same for the same files.
    #[must_use]
    pub fn to_json(&self) -> String {
        let files = self.files.iter().map(|(path, hash)| (path.to_string(), hash.to_string())).collect();
        let document = Document { version: 1, edition: self.edition.clone(), files };
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}
