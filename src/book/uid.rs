//! Pages by the `uid` of their front matter: a name that a link keeps when the page moves.

use ahash::HashMap;

use crate::source::{Role, SourceSet};
use crate::text::{FileId, Span};

/// The pages of a project that have a `uid`.
#[derive(Debug, Default)]
pub struct Uids {
    by_uid: HashMap<String, Vec<FileId>>,
}

/// The `uid` of a page, and its place.
#[must_use]
pub fn of_page(sources: &SourceSet, file: FileId) -> Option<(String, Span)> {
    let front = &sources.file(file)?.front;
    let place = Span::new(file, front.get("uid")?.range.clone());
    Some((front.text("uid")?, place))
}

impl Uids {
    /// Those of all pages, whoever may see them.
    #[must_use]
    pub fn read(sources: &SourceSet) -> Self {
        let mut by_uid: HashMap<String, Vec<FileId>> = HashMap::default();
        for file in sources.files().iter().filter(|file| file.role == Role::Page) {
            if let Some((uid, _)) = of_page(sources, file.id) {
                by_uid.entry(uid).or_default().push(file.id);
            }
        }
        Self { by_uid }
    }

    /// The pages that call themselves `uid`, by path.
    #[must_use]
    pub fn pages(&self, uid: &str) -> &[FileId] {
        self.by_uid.get(uid).map(Vec::as_slice).unwrap_or_default()
    }
}
