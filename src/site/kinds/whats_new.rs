//! What changed, newest first: a page of the newest, a page for each year, and an Atom feed.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::view::{ChangeView, Maker, PageLink};
use super::super::{Content, Kind, Site, Subject};
use super::generated;
use crate::book::catalog::{Change, addresses};
use crate::source::provenance::Sourced;
use crate::text::escape::escaped;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };
pub(in crate::site) static FEED: Kind = Kind { subjects: feed_subjects, is_linked: true, make: make_feed };

/// How many changes the first page shows, and the feed.
const NEWEST: usize = 200;
const IN_FEED: usize = 50;

fn years(site: &Site) -> Vec<i16> {
    let mut years: Vec<i16> = site.catalog.changes.iter().map(|change| change.date.year()).collect();
    years.dedup();
    years
}

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    if site.catalog.changes.is_empty() {
        return Vec::new();
    }
    let years = if site.catalog.changes.len() > NEWEST { years(site) } else { Vec::new() };
    let first = RelPath::new(addresses::WHATS_NEW).map(|path| (path, Subject::Changes(None)));
    let of_year = |year: i16| Some((RelPath::new(&format!("whats-new/{year}.html")).ok()?, Subject::Changes(Some(year))));
    first.into_iter().chain(years.into_iter().filter_map(of_year)).collect()
}

fn feed_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    if site.catalog.changes.is_empty() {
        return Vec::new();
    }
    RelPath::new(addresses::FEED).map(|path| (path, Subject::Feed)).into_iter().collect()
}

/// The changes of one day.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct DayView {
    /// As `2026-11-21`.
    date: String,
    /// They, by page.
    changes: Vec<ChangeView>,
}

/// Changes, as their template sees them.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct WhatsNewView {
    /// The days that have some, newest first.
    days: Vec<DayView>,
    /// How many changes there are in all.
    total: usize,
    /// How many of them are shown.
    shown: usize,
    /// The year that is shown; empty on the page of the newest.
    year: String,
    /// The pages of years; empty where this one shows all.
    years: Vec<PageLink>,
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Changes(year) = subject else { anyhow::bail!("`{output}` is no page of changes") };
    let all = &site.catalog.changes;
    let mut shown: Vec<&Change> = match year {
        Some(year) => all.iter().filter(|change| change.date.year() == year).collect(),
        None => all.iter().take(NEWEST).collect(),
    };
    // A day is shown as a whole.
    if let (None, Some(last)) = (year, shown.last().copied()) {
        shown.extend(all[shown.len()..].iter().take_while(|change| change.date == last.date).take(NEWEST));
    }
    let mut maker = Maker::new(site, output);
    let mut days: Vec<DayView> = Vec::new();
    for change in &shown {
        let view = maker.change(change);
        match days.last_mut().filter(|day| day.date == view.date) {
            Some(day) => day.changes.push(view),
            None => days.push(DayView { date: view.date.clone(), changes: vec![view] }),
        }
    }
    let link = |year: i16| Some(PageLink { title: year.to_string(), href: output.href_to(site.generated(Subject::Changes(Some(year)))?) });
    let view = WhatsNewView {
        year: year.map(|year| year.to_string()).unwrap_or_default(),
        days,
        total: all.len(),
        shown: shown.len(),
        years: years(site).into_iter().filter_map(link).collect(),
    };
    let title = year.map_or_else(|| "What’s new".to_owned(), |year| format!("What was new in {year}"));
    let first = site.generated(Subject::Changes(None)).filter(|_| year.is_some()).map(|path| ("What’s new", output.href_to(path)));
    generated::render(site, output, "whats-new.html", &title, first.into_iter().collect(), vec![("changes", maker.finish(&view))])
}

fn make_feed(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    anyhow::ensure!(subject == Subject::Feed, "`{output}` is no feed");
    let mut maker = Maker::new(site, output);
    let book = &site.book;
    let title = book.config.title();
    let base = site.address();
    // A feed needs names that never change; where the site has no address yet, they are made of its title.
    let name =
        |of: &str| format!("urn:playpress:{}", Hash128::of(format!("{title}\n{}\n{of}", site.edition().name().unwrap_or_default()).as_bytes()));
    let address = |href: &str| base.map_or_else(|| href.to_owned(), |base| format!("{base}/{href}"));
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let updated = site.catalog.changes.first().map(|change| change.date.to_string()).unwrap_or_default();
    let _ = write!(
        xml,
        "<title>{}</title>\n<id>{}</id>\n<updated>{updated}T00:00:00Z</updated>\n<link rel=\"self\" href=\"{}\"/>\n<link href=\"{}\"/>\n<author><name>{}</name></author>\n<generator>playpress</generator>\n",
        escaped(title),
        base.map_or_else(|| name("feed"), |base| escaped(&format!("{base}/"))),
        escaped(&address(output.as_str())),
        escaped(&address("index.html")),
        escaped(title),
    );
    for change in site.catalog.changes.iter().take(IN_FEED) {
        let view = maker.change(change);
        let what = change.cells(site.edition()).and_then(|row| row.what.as_ref()).map(|what| visible(&what.text)).unwrap_or_default();
        let id = name(&format!("{}\n{}\n{what}", view.page.href, view.date));
        let author = if view.who.is_empty() { String::new() } else { format!("<author><name>{}</name></author>\n", escaped(&visible(&view.who))) };
        let _ = write!(
            xml,
            "<entry>\n<title>{}</title>\n<id>{id}</id>\n<updated>{}T00:00:00Z</updated>\n<link href=\"{}\"/>\n{author}<content type=\"text\">{}</content>\n</entry>\n",
            escaped(&visible(&view.page.title)),
            view.date,
            escaped(&address(&view.page.href)),
            escaped(&what),
        );
    }
    xml.push_str("</feed>\n");
    Ok(maker.sourced(Content::Bytes(xml.into_bytes())))
}

/// A text without the characters that XML does not allow.
fn visible(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)).collect()
}
