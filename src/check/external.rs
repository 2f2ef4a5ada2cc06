//! Web addresses of other sites: which are to be asked for, and what their answers mean for a book. Who asks is not known here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Sink, mended_where_written, short};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::markdown::link::{self, Target};
use crate::markdown::{self, Link};

rules! {
    LINK_BROKEN = "link-broken", Error;
    LINK_UNREACHABLE = "link-unreachable", Warning;
    LINK_BOOKMARK_NOT_FOUND = "link-bookmark-not-found", Warning;
    REDIRECTED_LINK = "redirected-link", Info;
}

/// What is known of an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What its host said.
    pub answer: Answer,
    /// The address to which it has moved for good.
    pub moved: Option<String>,
    /// Of the places that links name, those that the page has; `None` where that cannot be told.
    pub places: Option<BTreeSet<String>>,
}

/// What a host said of an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is there, or only its readers may see it.
    Found,
    /// It is not there; the status of HTTP.
    Gone(u16),
    /// It may be there: why that cannot be told.
    Unsure(String),
}

/// The web addresses that a book's pages lead to, without what is behind `#`, each with the places that links name.
#[must_use]
pub fn addresses(book: &Book) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        for (url, place) in page.page.links.iter().filter_map(|link| asked(book, link)) {
            all.entry(url).or_default().extend(place);
        }
    }
    all
}

/// The address that a link asks for, and the place in it.
fn asked(book: &Book, link: &Link) -> Option<(String, Option<String>)> {
    if link.target != Target::External {
        return None;
    }
    let url = link.url.trim();
    let scheme = url.split_once("://")?.0;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (address, fragment) = url.split_once('#').map_or((url, None), |(address, fragment)| (address, Some(fragment)));
    let sites = book.sources.audiences().list().iter().filter_map(|audience| audience.site_url.as_deref()).chain(book.config.site_url.as_deref());
    // The book's own sites are looked up in its sources.
    let is_own =
        sites.map(|site| site.trim_end_matches('/')).any(|site| address.get(..site.len()).is_some_and(|start| start.eq_ignore_ascii_case(site)));
    if is_own || !book.config.checks.external.holds(address) {
        return None;
    }
    // `#/x`, `#!x` and `#:~:text=x` are for scripts and browsers.
    let place = fragment.map(link::fragment_id).filter(|id| !id.is_empty() && id != "top" && !id.starts_with(['/', '!', ':']));
    Some((address.to_owned(), place))
}

/// The findings about the addresses of a book.
#[must_use]
pub fn findings(book: &Book, outcomes: &BTreeMap<String, Outcome>) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        for link in &page.page.links {
            let Some((url, place)) = asked(book, link) else { continue };
            let Some(finding) = outcomes.get(&url).and_then(|outcome| judge(link, place.as_deref(), outcome)) else { continue };
            let finding = mended_where_written(finding, &book.sources, link.span, &link.url);
            sink.add(finding.included_from(markdown::include_chain(&page.page.includes, link.via)), Some(page.page.file));
        }
    }
    sink.settle(book)
}

fn judge(link: &Link, place: Option<&str>, outcome: &Outcome) -> Option<Diagnostic> {
    let url = short(&link.url);
    match &outcome.answer {
        Answer::Gone(status) => {
            let finding = LINK_BROKEN.at(link.span, format!("`{url}` is not there: its host answers {status}"));
            Some(finding.help("look for the page that took its place, or remove the link"))
        }
        Answer::Unsure(why) => {
            let finding = LINK_UNREACHABLE.at(link.span, format!("nobody can tell whether `{url}` is there: {why}"));
            Some(finding.help("look at it yourself, or ask again later; `[check.external] exclude` leaves an address out"))
        }
        Answer::Found => {
            if let (Some(place), Some(places)) = (place, &outcome.places)
                && !places.contains(place)
            {
                let finding = LINK_BOOKMARK_NOT_FOUND.at(link.span, format!("the page has no place `#{}`", short(place)));
                return Some(finding.help("use the id of one of its headings, or link to the page as a whole"));
            }
            let moved = outcome.moved.as_ref()?;
            let new = match link.url.split_once('#') {
                Some((_, fragment)) if !moved.contains('#') => format!("{moved}#{fragment}"),
                _ => moved.clone(),
            };
            let finding = REDIRECTED_LINK.at(link.span, format!("`{url}` has moved for good"));
            Some(finding.help(format!("write `{}`", short(&new))).unsafe_fix(link.span, new))
        }
    }
}
