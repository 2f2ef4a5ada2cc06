//! What a page is made of, piece by piece, each with its place.

use std::ops::Range;

use pulldown_cmark as cmark;

use super::blocks::{Tab, TabGroup};
use super::code::Code;
use super::colons::Colons;
use super::labels::AlertKind;
use crate::diagnostic::Diagnostic;
use crate::text::{FileId, Span};

/// Which include brought an event in: 0 is the page itself, n the n-th site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct IncludeIndex(pub u32);

/// Where an event comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The innermost place. Relative links resolve against its file. At the end of a link or image: the place of the URL alone.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
}

/// A directive that was carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncludeSite {
    /// The directive.
    pub site: Span,
    /// What it brought.
    pub file: FileId,
    /// The include that the directive itself came by.
    pub parent: IncludeIndex,
}

/// What a page is made of, piece by piece.
#[derive(Debug)]
pub enum Event<'e> {
    /// As CommonMark and GFM mean it.
    Md(cmark::Event<'e>),
    /// Code of another file.
    Code(Code<'e>),
    /// Raw HTML, line breaks included.
    Html {
        /// The HTML.
        text: &'e str,
        /// Where its parts stand in the file: from this byte of `text` on, these bytes.
        pieces: &'e [(usize, Range<usize>)],
    },
    /// A block that holds others starts.
    Open(Container<'e>),
    /// It ends.
    Close(Container<'e>),
    /// An image of `:::image`, alone or within a line.
    Image {
        /// What was written.
        colons: &'e Colons,
        /// Its first colon, in bytes of the file.
        at: usize,
        /// The id of its description; `None` where there is none.
        described_by: Option<&'e str>,
    },
    /// A video.
    Video {
        /// Its address, as written.
        url: &'e str,
        /// What it shows; empty where nothing says.
        title: &'e str,
        /// The id of its description; `None` where there is none.
        described_by: Option<&'e str>,
        /// Within a line.
        is_inline: bool,
    },
    /// A page by its uid.
    Xref {
        /// As it is looked up: `xref:…`.
        url: &'e str,
        /// What is shown where there is no such page.
        raw: &'e str,
        /// Written as a link, so that it is a fault where there is no such page.
        is_explicit: bool,
    },
    /// Something had to be left out.
    Gap {
        /// Within a line.
        is_inline: bool,
    },
}

/// A block that holds others and is none of CommonMark's.
#[derive(Clone, Copy, Debug)]
pub enum Container<'e> {
    /// A quote with one of the five labels.
    Alert(AlertKind),
    /// `[!div class="x"]`
    Section {
        /// Its classes.
        class: &'e str,
    },
    /// A row of columns.
    Row,
    /// A column.
    Column {
        /// How many columns wide it is, as written.
        span: &'e str,
    },
    /// A part for some readers; it is shown to all.
    Zone {
        /// `docs`, `chromeless`, `pdf`, or nothing.
        target: &'e str,
        /// Names with commas between them, or nothing.
        pivot: &'e str,
    },
    /// A part for some versions; it is shown to all.
    Moniker {
        /// Which versions, as written.
        range: &'e str,
    },
    /// The description of a complex image or video.
    Description {
        /// Its id.
        id: &'e str,
    },
    /// Tabs, the list of which comes first.
    Tabs {
        /// The tabs.
        group: &'e TabGroup,
        /// Of the page's groups, from 1 on.
        number: usize,
    },
    /// The content of a tab.
    Panel {
        /// The tab.
        tab: &'e Tab,
        /// The number of its group.
        number: usize,
        /// Whether it is shown first.
        is_active: bool,
    },
}

/// What happened while a page was expanded.
#[derive(Debug, Default)]
pub struct Inclusion {
    /// The directives that were carried out, in order.
    pub sites: Vec<IncludeSite>,
    /// The findings, each with the include it was met in.
    pub found: Vec<(Diagnostic, IncludeIndex)>,
}

/// The directives that brought an event in, innermost first.
#[must_use]
pub fn include_chain(sites: &[IncludeSite], via: IncludeIndex) -> Vec<Span> {
    let site = |via: IncludeIndex| (via.0 as usize).checked_sub(1).and_then(|index| sites.get(index));
    std::iter::successors(site(via), |inner| site(inner.parent)).map(|site| site.site).collect()
}
