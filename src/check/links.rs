//! Links and images of pages: targets that are not there, not for this audience, or not where they are looked for.

use std::collections::HashMap;

use super::{Sink, of_edition};
use crate::book::{Book, Edition, EditionPage, Resolution};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::markdown::link::{self, Target};
use crate::markdown::{self, Link, LinkRole};
use crate::page::Page;
use crate::source::{AUDIENCE_LEAK, FILE_NOT_IN_EDITION, Role, SourceSet};
use crate::text::Span;
use crate::text::path::RelPath;

rules! {
    FILE_NOT_FOUND = "file-not-found", Warning;
    BOOKMARK_NOT_FOUND = "bookmark-not-found", Warning;
    LINK_OUT_OF_SCOPE = "link-out-of-scope", Warning;
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    let names = Names::new(&book.sources, edition);
    for page in &edition.pages {
        for (link, resolution) in page.page.links.iter().zip(&page.links) {
            if let Some(finding) = finding(book, edition, page, link, *resolution, &names) {
                let finding = finding.included_from(markdown::include_chain(&page.page.includes, link.via));
                sink.add(of_edition(finding, edition), Some(page.page.file));
            }
        }
    }
}

fn finding(book: &Book, edition: &Edition, page: &EditionPage, link: &Link, resolution: Resolution, names: &Names<'_>) -> Option<Diagnostic> {
    let base = book.sources.path(link.span.file);
    let found = target(&book.sources, link.span, &link.url, &link.target, resolution, names.near(base, &link.target));
    if found.is_some() || matches!(link.role, LinkRole::Image { .. }) {
        return found;
    }
    let (page, fragment) = match (&link.target, resolution) {
        (Target::Anchor(fragment), _) => (&page.page, fragment),
        (Target::File { fragment: Some(fragment), .. }, Resolution::Page(id)) => (&edition.page(id).page, fragment),
        _ => return None,
    };
    bookmark(&book.sources, link.span, page, fragment)
}

/// What is wrong with a target, of a page or of a TOC.
pub(super) fn target(
    sources: &SourceSet,
    span: Span,
    url: &str,
    target: &Target,
    resolution: Resolution,
    near: Option<String>,
) -> Option<Diagnostic> {
    match resolution {
        Resolution::Own | Resolution::Page(_) | Resolution::Asset(_) | Resolution::Elsewhere => None,
        Resolution::Missing => {
            let help = match (near, target) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Target::File { is_folder: true, .. }) => "name a page of the folder, such as its `index.md`".to_owned(),
                (None, _) => "mend the path, or remove the link".to_owned(),
            };
            Some(FILE_NOT_FOUND.at(span, format!("there is no file `{url}`")).help(help))
        }
        Resolution::NotContent(_) => {
            let finding = LINK_OUT_OF_SCOPE.at(span, format!("`{url}` is there, but is no content of this book, so it has no page"));
            Some(finding.help("take the file into the content, or link to another page"))
        }
        Resolution::Hidden { file, known } => {
            let whose = match sources.file(file) {
                Some(file) if file.role == Role::Page && sources.members(file.id).is_none() => "names no audience".to_owned(),
                _ => format!("is for {}", readers(sources, file)),
            };
            let (rule, help) = if known {
                (&FILE_NOT_IN_EDITION, "link to a page that both audiences have, or make a variant of this page for each audience")
            } else {
                (&AUDIENCE_LEAK, "remove the link, let the target name this audience too, or make a variant of this page for each audience")
            };
            Some(rule.at(span, format!("`{url}` {whose}; the link is left out")).help(help))
        }
    }
}

/// The audiences of a file, for people.
fn readers(sources: &SourceSet, file: crate::text::FileId) -> String {
    let Some(members) = sources.members(file) else { return "nobody".to_owned() };
    let names: Vec<String> = sources
        .audiences()
        .list()
        .iter()
        .enumerate()
        .filter(|(index, _)| members.holds(*index))
        .map(|(_, audience)| format!("`{}`", audience.name))
        .collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(" and ") }
}

/// What is wrong with a fragment that leads to `page`.
pub(super) fn bookmark(sources: &SourceSet, span: Span, page: &Page, fragment: &str) -> Option<Diagnostic> {
    let id = link::fragment_id(fragment);
    if id.is_empty() || id == "top" || page.has_anchor(&id) {
        return None;
    }
    let anchors: Vec<&str> = page.anchors().collect();
    let help = match config::nearest(&id, &anchors) {
        Some(near) => format!("did you mean `#{near}`?"),
        None => "use the id of a heading: its text in lower case, blanks as `-`, other signs left out".to_owned(),
    };
    let path = sources.path(page.file);
    Some(BOOKMARK_NOT_FOUND.at(span, format!("there is no `#{id}` in `{path}`")).help(help))
}

/// Files by their names, to find what was meant.
pub(super) struct Names<'s> {
    sources: &'s SourceSet,
    by_name: HashMap<String, Vec<&'s RelPath>>,
}

impl<'s> Names<'s> {
    /// The names of what an edition may show: a link to anything else would only be another fault.
    pub(super) fn new(sources: &'s SourceSet, edition: &Edition) -> Self {
        let mut by_name: HashMap<String, Vec<&RelPath>> = HashMap::new();
        let content = sources.files().iter().filter(|file| file.role == Role::Page).map(|file| (file.id, &file.path));
        let assets = sources.assets().iter().map(|asset| (asset.id, &asset.path));
        for (_, path) in content.chain(assets).filter(|(id, _)| sources.is_seen(*id, edition.audience)) {
            by_name.entry(path.file_name().to_lowercase()).or_default().push(path);
        }
        Self { sources, by_name }
    }

    /// The path, as seen from `base`, of the one file that is called like the target, or is the target in another case.
    pub(super) fn near(&self, base: &RelPath, target: &Target) -> Option<String> {
        let Target::File { path, is_folder: false, .. } = target else { return None };
        if self.sources.find(path).is_some() {
            return None;
        }
        let named = self.by_name.get(&path.file_name().to_lowercase())?;
        let same = named.iter().find(|other| other.as_str().eq_ignore_ascii_case(path.as_str()));
        let near = match (same, named.as_slice()) {
            (Some(same), _) => same,
            (None, [only]) => only,
            _ => return None,
        };
        Some(base.href_to(near))
    }
}
