//! The theme: templates and files, embedded in the binary.

use anyhow::Context;
use include_dir::{Dir, include_dir};
use tera::Tera;

use crate::text::path::RelPath;

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The folder of a site that the theme's files go to.
const ASSETS: &str = "assets";

/// Templates, ready to render, and files that are copied.
pub struct Theme {
    tera: Tera,
    files: Vec<(RelPath, &'static [u8])>,
}

impl Theme {
    /// The default theme.
    ///
    /// # Errors
    /// Where a template is broken.
    pub fn load() -> anyhow::Result<Self> {
        let mut templates = Vec::new();
        let mut files = Vec::new();
        let mut waiting = vec![&DEFAULT];
        while let Some(folder) = waiting.pop() {
            waiting.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().to_string_lossy().replace('\\', "/");
                if let Some(name) = path.strip_prefix("templates/") {
                    templates.push((name.to_owned(), file.contents_utf8().context("a template is UTF-8")?));
                } else {
                    let output = RelPath::new(&format!("{ASSETS}/{path}")).ok().context("a theme's file is in its folder")?;
                    files.push((output, file.contents()));
                }
            }
        }
        files.sort();
        let mut tera = Tera::default();
        tera.add_raw_templates(templates)?;
        Ok(Self { tera, files })
    }

    /// The files that are copied, by their path in a site.
    #[must_use]
    pub fn files(&self) -> &[(RelPath, &'static [u8])] {
        &self.files
    }

    /// The templates.
    pub(super) fn tera(&self) -> &Tera {
        &self.tera
    }
}
