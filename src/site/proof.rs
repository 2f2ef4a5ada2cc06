//! The proof before an output leaves the program: every source of its bytes is visible to the audience.

use std::sync::Arc;

use super::Site;
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::source::AUDIENCE_PROOF;
use crate::source::provenance::{Proved, Sourced};
use crate::source::visible::{Visible, visible, visible_again};
use crate::text::FileId;
use crate::text::path::RelPath;

/// Proves the outputs of one site for one audience.
pub struct Proof {
    book: Arc<Book>,
    audience: Option<String>,
    visible: Visible,
    proved: Proved,
}

/// An output that holds bytes which its audience may not see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The output.
    pub output: RelPath,
    /// The source that the audience may not see.
    pub source: FileId,
    /// The audience.
    pub audience: String,
}

impl Proof {
    /// A proof that the site's own audience may see it. Reads every source's audiences: make one for a site, not one for an output.
    #[must_use]
    pub fn new(site: &Site) -> Self {
        Self::for_audience(site, site.edition().name())
    }

    /// The same, after some texts have changed since `before` was made.
    #[must_use]
    pub fn again(before: &Self, site: &Site) -> Self {
        let audience = site.edition().name();
        if before.audience.as_deref() != audience || before.book.config.identity != site.book.config.identity {
            return Self::new(site);
        }
        let visible = visible_again(&before.visible, &before.book.sources, &site.book.sources, &site.book.config, audience);
        Self { book: site.book.clone(), audience: before.audience.clone(), visible, proved: Proved::default() }
    }

    /// A proof that `audience`, whoever it is, may see the site.
    #[must_use]
    pub fn for_audience(site: &Site, audience: Option<&str>) -> Self {
        let visible = visible(&site.book.sources, &site.book.config, audience);
        Self { book: site.book.clone(), audience: audience.map(str::to_owned), visible, proved: Proved::default() }
    }

    /// Takes the content out of its provenance: the only way to bytes that may be written or sent.
    ///
    /// # Errors
    /// Where a source of the content is not visible to the audience.
    pub fn prove<T>(&self, output: &RelPath, content: Sourced<T>) -> Result<T, Refusal> {
        let (content, from) = content.into_parts();
        match from.first_refused(&|file| self.visible.allows(file), &self.proved) {
            None => Ok(content),
            Some(source) => Err(Refusal { output: output.clone(), source, audience: self.audience.clone().unwrap_or_default() }),
        }
    }

    /// A refusal as a finding.
    #[must_use]
    pub fn finding(&self, refusal: &Refusal) -> Diagnostic {
        let path = self.book.sources.path(refusal.source);
        AUDIENCE_PROOF
            .at(
                refusal.source,
                format!("`{}` of the `{}` edition holds something of `{path}`, which its audience may not see", refusal.output, refusal.audience),
            )
            .help("nothing of this edition was written; this is a fault of playpress: please report it")
    }
}
