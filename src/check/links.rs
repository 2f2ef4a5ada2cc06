//! Links and images of pages: targets that are not there, not for this audience, or not where they are looked for.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use ahash::HashMap;
use rayon::prelude::*;

use super::{Sink, addresses, mended_where_written, of_edition};
use crate::book::{Book, Edition, EditionPage, Resolution};
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::link::{self, Target};
use crate::markdown::{self, Link, LinkRole};
use crate::page::Page;
use crate::source::{AUDIENCE_LEAK, FILE_NOT_IN_EDITION, Role, SourceSet};
use crate::text::nearest::nearest;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

rules! {
    FILE_NOT_FOUND = "file-not-found", Warning;
    BOOKMARK_NOT_FOUND = "bookmark-not-found", Warning;
    LINK_OUT_OF_SCOPE = "link-out-of-scope", Warning;
    XREF_NOT_FOUND = "xref-not-found", Warning;
    FILE_CASE_MISMATCH = "file-case-mismatch", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    let names = Names::new(&book.sources, edition);
    // Almost every link is right, which is found out side by side; what may have been meant is looked for in order.
    let is_suspect = |page: &EditionPage, link: usize| is_suspect(edition, page, &page.page.links[link], page.links[link]);
    let suspects = edition.pages.par_iter().flat_map_iter(|page| {
        let links = 0..page.links.len();
        links.filter(move |link| is_suspect(page, *link)).map(move |link| (page, link))
    });
    for (page, link) in suspects.collect::<Vec<_>>() {
        let (link, resolution) = (&page.page.links[link], page.links[link]);
        if let Some(finding) = finding(book, edition, page, link, resolution, &names) {
            let finding = mended_where_written(finding, &book.sources, link.span, &link.url);
            let finding = finding.included_from(markdown::include_chain(&page.page.includes, link.via));
            sink.add(of_edition(finding, edition), Some(page.page.file));
        }
    }
}

/// How many places of a page are looked through one by one.
const FEW_ANCHORS: usize = 64;

/// Whether something may be wrong with a link: it does not lead to what is shown, or to no heading of the page that it leads to.
fn is_suspect(edition: &Edition, page: &EditionPage, link: &Link, resolution: Resolution) -> bool {
    let leads = matches!(resolution, Resolution::Own | Resolution::Page(_) | Resolution::Redirect(_) | Resolution::Asset(_) | Resolution::Elsewhere);
    !leads || bookmarked(edition, page, link, resolution).is_some_and(|(page, fragment)| !surely_has(page, fragment))
}

/// Whether a page has a place, as far as that is known without a set of its places.
fn surely_has(page: &Page, fragment: &str) -> bool {
    let id = link::fragment_id(fragment);
    id.is_empty() || id == "top" || (page.headings.len() + page.ids.len() <= FEW_ANCHORS && page.has_anchor(&id))
}

/// The page, and the place in it, to which a link leads.
fn bookmarked<'b>(edition: &'b Edition, page: &'b EditionPage, link: &'b Link, resolution: Resolution) -> Option<(&'b Page, &'b str)> {
    if link.role != LinkRole::Anchor {
        return None;
    }
    match (&link.target, resolution) {
        (Target::Anchor(fragment), _) => Some((&page.page, fragment)),
        (Target::File { fragment: Some(fragment), .. } | Target::Uid { fragment: Some(fragment), .. }, Resolution::Page(id)) => {
            Some((&edition.page(id).page, fragment))
        }
        _ => None,
    }
}

fn finding<'b>(
    book: &'b Book,
    edition: &'b Edition,
    page: &'b EditionPage,
    link: &'b Link,
    resolution: Resolution,
    names: &Names<'b>,
) -> Option<Diagnostic> {
    let base = book.sources.path(link.span.file);
    let what = match link.role {
        // A name that no page has is text.
        LinkRole::Xref { is_explicit: false, .. } => return None,
        LinkRole::Anchor | LinkRole::Xref { .. } => "link",
        LinkRole::Image { .. } => "image",
        LinkRole::Media { element, .. } => element,
    };
    if resolution == Resolution::Missing
        && let Some(finding) = addresses::malformed(&link.url, link).or_else(|| addresses::without_scheme(&link.url, link))
    {
        return Some(finding);
    }
    let near = if resolution == Resolution::Missing { names.near(base, &link.target) } else { None };
    let wanted = Wanted { what, place: link.span.into(), url: &link.url, target: &link.target, near };
    let found = wanted.finding(&book.sources, resolution);
    if found.is_some() {
        return found;
    }
    let (page, fragment) = bookmarked(edition, page, link, resolution)?;
    let mut finding = bookmark(&book.sources, link.span, page, fragment, names)?;
    if matches!(link.target, Target::Anchor(_)) && link.span.file != page.file {
        // One fault of the fragment, whatever the pages are that take it in.
        finding.message = format!("there is no `#{}` in the page that includes this", link::fragment_id(fragment));
    }
    Some(finding)
}

/// A target, of a page or of a TOC.
pub(super) struct Wanted<'w> {
    /// `link`, `image` or `entry`.
    pub(super) what: &'static str,
    pub(super) place: Place,
    pub(super) url: &'w str,
    pub(super) target: &'w Target,
    /// What may have been meant.
    pub(super) near: Option<Near>,
}

/// A file that may have been meant.
pub(super) struct Near {
    /// The way to it.
    href: String,
    /// It is the same path in other case.
    is_case: bool,
    /// It is the only one of that name.
    is_only: bool,
}

impl Wanted<'_> {
    /// What is wrong with it.
    pub(super) fn finding(self, sources: &SourceSet, resolution: Resolution) -> Option<Diagnostic> {
        let Self { what, place, url, .. } = self;
        match resolution {
            Resolution::Own | Resolution::Page(_) | Resolution::Redirect(_) | Resolution::Asset(_) | Resolution::Elsewhere => None,
            Resolution::Missing if let Target::Uid { uid, .. } = self.target => {
                let finding = XREF_NOT_FOUND.at(place, format!("no page has the `uid` `{uid}`"));
                Some(finding.help(format!("write `uid: {uid}` into the front matter of the page that is meant, or mend the {what}")))
            }
            Resolution::Missing if let Some(Near { href, is_case: true, .. }) = &self.near => {
                let finding = FILE_CASE_MISMATCH.at(place, format!("there is no file `{url}`, only one whose name has other capital letters"));
                let href = format!("{href}{}", url.find(['?', '#']).map_or("", |end| &url[end..]));
                let finding = finding.help(format!("write `{href}`: most servers tell small letters from capital ones"));
                Some(match place {
                    Place::Span(span) => finding.fix(span, href),
                    _ => finding,
                })
            }
            Resolution::Missing => {
                let fix = self
                    .near
                    .as_ref()
                    .filter(|near| near.is_only)
                    .map(|near| format!("{}{}", near.href, url.find(['?', '#']).map_or("", |end| &url[end..])));
                let help = match (self.near.map(|near| near.href), self.target) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, Target::File { is_folder: true, .. }) => "name a page of the folder, such as its `index.md`".to_owned(),
                    (None, _) => format!("mend the path, or remove the {what}"),
                };
                let finding = FILE_NOT_FOUND.at(place, format!("there is no file `{url}`")).help(help);
                Some(match (fix, place) {
                    (Some(href), Place::Span(span)) => finding.unsafe_fix(span, href),
                    _ => finding,
                })
            }
            Resolution::NotContent(_) => {
                let finding = LINK_OUT_OF_SCOPE.at(place, format!("`{url}` is there, but is no content of this book, so it has no page"));
                Some(finding.help(format!("take the file into the content, or let the {what} lead to another page")))
            }
            Resolution::Hidden { file, known } => {
                // A page that is in no edition at all was reported for that.
                let is_page = sources.file(file).is_some_and(|file| file.role == Role::Page);
                let readers = match readers(sources, file) {
                    Some(readers) => readers,
                    None if is_page => return None,
                    None => "nobody".to_owned(),
                };
                let rule = if known { &FILE_NOT_IN_EDITION } else { &AUDIENCE_LEAK };
                let finding = rule.at(place, format!("`{url}` is for {readers}; the {what} is left out"));
                Some(
                    finding
                        .help(format!("remove the {what}, let the target name this audience too, or make a variant of this file for each audience")),
                )
            }
        }
    }
}

/// The audiences of a file, for people; `None` where there is none.
fn readers(sources: &SourceSet, file: FileId) -> Option<String> {
    let members = sources.members(file)?;
    let names: Vec<String> = sources
        .audiences()
        .list()
        .iter()
        .enumerate()
        .filter(|(index, _)| members.holds(*index))
        .map(|(_, audience)| format!("`{}`", audience.name))
        .collect();
    if names.is_empty() { None } else { Some(names.join(" and ")) }
}

/// What is wrong with a fragment that leads to `page`.
pub(super) fn bookmark<'b>(sources: &SourceSet, span: Span, page: &'b Page, fragment: &str, names: &Names<'b>) -> Option<Diagnostic> {
    let id = link::fragment_id(fragment);
    if id.is_empty() || id == "top" {
        return None;
    }
    let mut all = names.anchors.borrow_mut();
    let anchors = all.entry(page.file).or_insert_with(|| page.anchors().collect());
    if anchors.contains(id.as_str()) {
        return None;
    }
    let path = sources.path(page.file);
    let finding = BOOKMARK_NOT_FOUND.at(span, format!("there is no `#{id}` in `{path}`"));
    let Some(near) = names.nearest(&id, anchors.iter().copied()) else {
        return Some(finding.help("use the id of a heading: its text in lower case, blanks as `-`, other signs left out"));
    };
    let finding = finding.help(format!("did you mean `#{near}`?"));
    let written = sources.file(span.file).and_then(|file| file.text.get(span.range())).and_then(|url| url.find('#'));
    Some(match written {
        Some(at) => finding.unsafe_fix(Span { start: span.start + u32::try_from(at + 1).unwrap_or(0), ..span }, near),
        None => finding,
    })
}

/// How many words an edition's check compares to find what was meant.
const COMPARISONS: usize = 1_000_000;

/// Files by their names, to find what was meant.
pub(super) struct Names<'s> {
    sources: &'s SourceSet,
    by_folder: HashMap<RelPath, Vec<&'s RelPath>>,
    by_name: HashMap<String, Vec<&'s RelPath>>,
    /// The anchors of the edition's pages to which links lead.
    anchors: RefCell<HashMap<FileId, BTreeSet<&'s str>>>,
    /// How many more words may be compared, so that a book with thousands of faults is checked as fast as one without.
    left: Cell<usize>,
}

impl<'s> Names<'s> {
    /// The names of what an edition may show: a link to anything else would only be another fault.
    pub(super) fn new(sources: &'s SourceSet, edition: &Edition) -> Self {
        let mut by_name: HashMap<String, Vec<&RelPath>> = HashMap::default();
        let content = sources.files().iter().filter(|file| file.role == Role::Page).map(|file| (file.id, &file.path));
        let mut by_folder: HashMap<RelPath, Vec<&RelPath>> = HashMap::default();
        for (_, path) in content.chain(sources.copied()).filter(|(id, _)| sources.is_seen(*id, edition.audience)) {
            by_folder.entry(path.parent()).or_default().push(path);
            by_name.entry(path.file_name().to_lowercase()).or_default().push(path);
        }
        Self { sources, by_folder, by_name, anchors: RefCell::default(), left: Cell::new(COMPARISONS) }
    }

    /// The candidate that may have been meant, as long as there are not too many to compare.
    fn nearest(&self, word: &str, candidates: impl ExactSizeIterator<Item = &'s str>) -> Option<&'s str> {
        self.left.set(self.left.get().checked_sub(candidates.len())?);
        nearest(word, &candidates.collect::<Vec<_>>())
    }

    /// The path, as seen from `base`, of the one file that is called like the target, or is the target in another case.
    pub(super) fn near(&self, base: &RelPath, target: &Target) -> Option<Near> {
        let Target::File { path, is_folder: false, .. } = target else { return None };
        if self.sources.find(path).is_some() {
            return None;
        }
        let named = self.by_name.get(&path.file_name().to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let same = named.iter().find(|other| other.as_str().eq_ignore_ascii_case(path.as_str()));
        let near = |path: &RelPath, is_case: bool, is_only: bool| Some(Near { href: base.href_to(path), is_case, is_only });
        match (same, named) {
            (Some(same), _) => near(same, true, true),
            // Each folder may have an index page: that there is one says nothing of another.
            (None, [only]) if !path.stem().eq_ignore_ascii_case("index") => near(only, false, true),
            _ => near(&self.beside(path)?, false, false),
        }
    }

    /// The file of the target's folder whose name differs by the fewest letters.
    fn beside(&self, path: &RelPath) -> Option<RelPath> {
        let beside: Vec<&RelPath> =
            self.by_folder.get(&path.parent())?.iter().copied().filter(|other| other.extension() == path.extension()).collect();
        let near = self.nearest(path.stem(), beside.iter().map(|other| other.stem()))?;
        beside.into_iter().find(|other| other.stem() == near).cloned()
    }
}
