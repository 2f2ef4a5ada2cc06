//! Old addresses of an edition that lead to what its audience may not see.

use super::links::Wanted;
use super::{Sink, of_edition};
use crate::book::{Book, Edition};
use crate::markdown::link::Target;

pub(super) fn check(book: &Book, edition: &Edition, sink: &mut Sink) {
    for issue in edition.redirect_issues.iter() {
        let wanted = Wanted { what: "redirection", place: issue.place, url: &issue.url, target: &Target::Empty, near: None };
        if let Some(finding) = wanted.finding(&book.sources, issue.resolution) {
            sink.add(of_edition(finding, edition), None);
        }
    }
}
