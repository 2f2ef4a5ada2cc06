//! What search engines ask for: `robots.txt`, and where the site has an address, its pages as a sitemap.

use std::fmt::Write;

use super::super::view::says;
use super::super::{Content, Kind, Site, Subject};
use crate::book::PageId;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::escape::escaped;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };
pub(in crate::site) static SITEMAP: Kind = Kind { subjects: sitemap_subjects, is_linked: false, make: make_sitemap };

/// How many addresses a sitemap may hold.
const MOST: usize = 50_000;

fn subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("robots.txt").map(|output| (output, Subject::Edition)).into_iter().collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    anyhow::ensure!(subject == Subject::Edition, "`{output}` is not for search engines");
    let mut text = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(base) = site.address() {
        let _ = writeln!(text, "Sitemap: {base}/sitemap.xml");
    }
    Ok(Sourced::constant(Content::Bytes(text.into_bytes())))
}

/// The first is the only one, or names the others.
fn sitemap_subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    if site.address().is_none() {
        return Vec::new();
    }
    let parts = site.edition().pages.len().div_ceil(MOST);
    let others = (1..=parts).filter(|_| parts > 1).map(|part| (format!("sitemap-{part}.xml"), Subject::Sitemap(part)));
    std::iter::once(("sitemap.xml".to_owned(), Subject::Sitemap(0)))
        .chain(others)
        .filter_map(|(path, subject)| Some((RelPath::new(&path).ok()?, subject)))
        .collect()
}

fn make_sitemap(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let (Subject::Sitemap(part), Some(base)) = (subject, site.address()) else { anyhow::bail!("`{output}` is no sitemap") };
    let parts = site.edition().pages.len().div_ceil(MOST);
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
    let schema = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    if part == 0 && parts > 1 {
        let mut xml = format!("{head}<sitemapindex {schema}>\n");
        for part in 1..=parts {
            let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escaped(&format!("{base}/sitemap-{part}.xml")));
        }
        xml.push_str("</sitemapindex>\n");
        return Ok(Sourced::constant(Content::Bytes(xml.into_bytes())));
    }
    let mut xml = format!("{head}<urlset {schema}>\n");
    let mut from = Vec::new();
    let first = part.saturating_sub(1) * MOST;
    for (index, page) in site.edition().pages.iter().enumerate().skip(first).take(MOST) {
        if says(&site.book, page, "_noindex") {
            continue;
        }
        from.push(Provenance::file(page.page.file));
        let address = format!("{base}/{}", RelPath::root().href_to(&page.output));
        // A folder is asked for by its name alone.
        let address = address.strip_suffix("index.html").unwrap_or(&address);
        let changed = site.catalog.pages[PageId::from_index(index).index()].changed;
        let changed = changed.map_or_else(String::new, |date| format!("<lastmod>{date}</lastmod>"));
        let _ = writeln!(xml, "<url><loc>{}</loc>{changed}</url>", escaped(address));
    }
    xml.push_str("</urlset>\n");
    Ok(Sourced::new(Content::Bytes(xml.into_bytes()), Provenance::union(from)))
}
