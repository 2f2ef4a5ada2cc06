//! The dialect: Markdown in, events with their places out, and from them a body of HTML with holes. The only room that starts a Markdown parser.

pub(crate) mod blocks;
pub(crate) mod code;
mod colons;
pub(crate) mod containers;
mod directive;
pub(crate) mod event;
mod expand;
mod highlight;
pub(crate) mod html;
mod html_block;
pub(crate) mod includes;
mod inline;
mod labels;
pub mod link;
mod raw_html;
pub(crate) mod reports;
mod runs;
mod scan;
pub mod slug;
mod snippet;
pub mod toc;

pub use event::{Container, Event, IncludeIndex, IncludeSite, Inclusion, Origin, include_chain};
pub use expand::expand;
pub(crate) use html::media::html as media_html;
pub use html::{Heading, Link, LinkRole, Rendered, image_gap, render};
pub(crate) use includes::{CIRCULAR_REFERENCE, INCLUDE_SIZE, circle};
pub use labels::AlertKind;
pub use raw_html::ids as html_ids;

use std::sync::Arc;

use crate::config::Words;
use crate::text::path::RelPath;

/// What the configuration says of how Markdown is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dialect {
    /// The folder that `~/` stands for.
    pub tilde: RelPath,
    /// Hosts whose pages may be shown in an `iframe`.
    pub iframe_hosts: Vec<String>,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// The words that the model of a page is read by.
    pub words: Arc<Words>,
    /// Words, in lower case, that pages should not use, and what to write instead.
    pub terms: Arc<Vec<(String, String)>>,
}

/// HTML with holes: what another page decides is filled in when the page is written.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML between the holes.
    pub html: String,
    /// The holes, in order.
    pub holes: Vec<Hole>,
    /// Code that can be shown with its parts marked, in order.
    pub codes: Vec<MarkedCode>,
}

/// Code in a body. The body holds it plain.
#[derive(PartialEq, Eq, Debug)]
pub struct MarkedCode {
    /// Where its plain HTML ends in the body; it starts at its hole.
    pub end: usize,
    /// Its HTML with its parts marked. No element reaches over the end of a line.
    pub marked: String,
}

/// A place in a body's HTML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hole {
    /// Bytes of HTML before it.
    pub at: usize,
    /// What belongs there.
    pub kind: HoleKind,
}

/// What belongs into a hole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HoleKind {
    /// The `id` attribute of this heading.
    Id(usize),
    /// The `href` attribute of this link, or nothing.
    Href(usize),
    /// The image of this link, or a marked gap.
    Image(usize),
    /// A link to the page of a uid, or what the author wrote.
    Xref(usize),
    /// What stands before a name that must be unique on a page, where several pages are shown as one; else nothing.
    Prefix,
    /// No hole: this code starts here, which may be shown with its parts marked instead.
    Code(usize),
}
