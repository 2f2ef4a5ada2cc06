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
    /// What they are made from; `None` where that was not written down.
    pub made_from: Option<MadeFrom>,
}

/// What the files of an edition are made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeFrom {
    /// Of the program, the configuration, and all that pages know of one another.
    pub frame: Hash128,
    /// Of the article of each page, by the path of the page.
    pub articles: BTreeMap<RelPath, Hash128>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    edition: String,
    files: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_from: Option<MadeFromDocument>,
}

#[derive(Serialize, Deserialize)]
struct MadeFromDocument {
    frame: String,
    articles: BTreeMap<String, String>,
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
        let made_from = document.made_from.and_then(|made_from| {
            let articles = made_from.articles.into_iter().filter_map(file).collect();
            Some(MadeFrom { frame: Hash128::parse(&made_from.frame)?, articles })
        });
        Ok(Self { edition: document.edition, files: document.files.into_iter().filter_map(file).collect(), made_from })
    }

    /// The manifest as text, the same for the same files.
    #[must_use]
    pub fn to_json(&self) -> String {
        let text = |files: &BTreeMap<RelPath, Hash128>| files.iter().map(|(path, hash)| (path.to_string(), hash.to_string())).collect();
        let made_from = self.made_from.as_ref().map(|from| MadeFromDocument { frame: from.frame.to_string(), articles: text(&from.articles) });
        let document = Document { version: 1, edition: self.edition.clone(), files: text(&self.files), made_from };
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}
