//! Entries of TOC files: what they lead to, judged as the links of pages are.

use std::sync::Arc;

use super::{Sink, links, mended_where_written, of_edition};
use crate::book::nav::NavFault;
use crate::book::toc::TOC_NOT_FOUND;
use crate::book::{Book, Edition, Resolution};
use crate::diagnostic::Diagnostic;
use crate::markdown::link::Target;
use crate::markdown::{self, CIRCULAR_REFERENCE, INCLUDE_SIZE};
use crate::source::yaml::{self, Node, Value};
use crate::source::{PATH_OUTSIDE_ROOT, Role, SourceFile};
use crate::text::Span;

rules! {
    TOC_BREADCRUMB_LINK_EXTERNAL = "toc-breadcrumb-link-external", Info;
}

/// The trails of sites: TOCs that `breadcrumb_path` names, and that are no navigation.
pub(super) fn check_trails(book: &Book, sink: &mut Sink) {
    let is_trail = |file: &&Arc<SourceFile>| file.role == Role::Toc && !book.tocs.contains_key(&file.id) && !file.path.is_markdown();
    for file in book.sources.files().iter().filter(is_trail) {
        if let Ok(Some(root)) = yaml::read(&file.text, file.front.body_start..file.text.len()) {
            trail(file, &root, sink);
        }
    }
}

fn trail(file: &SourceFile, node: &Node, sink: &mut Sink) {
    match &node.value {
        Value::Mapping(pairs) => {
            for (key, value) in pairs {
                let is_link = matches!(key.as_str(), Some("href" | "tocHref" | "topicHref" | "homepage"));
                if is_link && value.as_str().is_some_and(|url| url.contains("://")) {
                    let finding =
                        TOC_BREADCRUMB_LINK_EXTERNAL.at(Span::new(file.id, value.range.clone()), "the trail of the site leads to another site");
                    sink.add(finding.help("name a page of this site: readers follow the trail back to where they came from"), None);
                }
                trail(file, value, sink);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| trail(file, item, sink)),
        Value::Null | Value::Scalar(_) => {}
    }
}

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    if edition.nav.issues.is_empty() {
        return;
    }
    let names = links::Names::new(&book.sources, edition);
    for issue in &edition.nav.issues {
        let finding: Option<Diagnostic> = match &issue.fault {
            NavFault::Cycle(chain) => {
                let finding = CIRCULAR_REFERENCE.at(issue.span, format!("the tables of contents take each other in: {}", markdown::circle(chain)));
                Some(finding.help("remove one of these entries"))
            }
            NavFault::TooMuch => {
                let finding = INCLUDE_SIZE.at(issue.span, "the tables of contents take in too many others, or are nested more than 64 deep");
                Some(finding.help("name the pages themselves, or look for tables of contents that take in the same one twice"))
            }
            NavFault::NoToc => {
                let finding = TOC_NOT_FOUND.at(issue.span, format!("there is no table of contents in `{}`", issue.href));
                Some(finding.help("add a `toc.yml` to the folder, or name a page"))
            }
            NavFault::Target(
                Target::File { fragment: Some(fragment), .. } | Target::Uid { fragment: Some(fragment), .. },
                Resolution::Page(page),
            ) => links::bookmark(&book.sources, issue.span, &edition.page(*page).page, fragment, &names),
            NavFault::Target(Target::Outside, _) => {
                Some(PATH_OUTSIDE_ROOT.at(issue.span, format!("`{}` leads out of the project", issue.href)).help("name a page of this project"))
            }
            NavFault::Target(target, resolution) => {
                let near = names.near(book.sources.path(issue.span.file), target);
                links::Wanted { what: "entry", place: issue.span.into(), url: &issue.href, target, near }.finding(&book.sources, *resolution)
            }
        };
        if let Some(finding) = finding.map(|finding| mended_where_written(finding, &book.sources, issue.span, &issue.href)) {
            sink.add(of_edition(finding, edition), None);
        }
    }
}
