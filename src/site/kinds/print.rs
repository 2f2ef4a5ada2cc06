//! Pages to print: many pages of the content as one, in reading order. A book is cut where an entry of its navigation ends, so that no part of it
//! is more than a browser can lay out.

use std::fmt::Write;

use ahash::{HashMap, HashSet};
use schemars::JsonSchema;
use serde::Serialize;
use tera::Value;

use super::super::article::{ArticleStyle, Filling, fill};
use super::super::view::{Maker, PageLink};
use super::super::{Content, Kind, Site, Subject, language};
use super::generated;
use crate::book::catalog::addresses;
use crate::book::nav::NavTarget;
use crate::book::{Edition, PageId};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::escape::escaped;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };

/// How many pages a part holds at most.
const MOST: usize = 100;

/// The pages of an edition in reading order, cut into parts.
pub(in crate::site) fn parts(edition: &Edition) -> Vec<Vec<PageId>> {
    let mut seen = HashSet::default();
    let mut parts: Vec<Vec<PageId>> = Vec::new();
    let mut add = |pages: Vec<PageId>| {
        for pages in pages.chunks(MOST) {
            match parts.last_mut().filter(|part| part.len() + pages.len() <= MOST) {
                Some(part) => part.extend(pages),
                None => parts.push(pages.to_vec()),
            }
        }
    };
    for tree in &edition.nav.trees {
        let mut entry = Vec::new();
        for node in &tree.nodes {
            if node.parent.is_none() {
                add(std::mem::take(&mut entry));
            }
            if let NavTarget::Page(page, _) = &node.target
                && seen.insert(*page)
            {
                entry.push(*page);
            }
        }
        add(entry);
    }
    add((0..edition.pages.len()).map(PageId::from_index).filter(|page| !seen.contains(page)).collect());
    parts
}

/// One part is the whole book; several have a list of all.
fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    let others = if site.parts.len() > 1 { site.parts.len() } else { 0 };
    let path = |number: usize| if number == 0 { addresses::PRINT.to_owned() } else { format!("print/part-{number}.html") };
    let count = if site.parts.is_empty() { 0 } else { 1 + others };
    (0..count).filter_map(|number| Some((RelPath::new(&path(number)).ok()?, Subject::Print(number)))).collect()
}

/// A part of the book, in the list of all.
#[derive(Serialize, JsonSchema)]
pub(in crate::site) struct PartView {
    /// The part, named after its first page.
    first: PageLink,
    /// Its last page.
    last: String,
    /// How many pages it has.
    pages: usize,
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Print(number) = subject else { anyhow::bail!("`{output}` is not for printing") };
    let up = |number: usize| site.href(output, Subject::Print(number));
    if number == 0 && site.parts.len() > 1 {
        let mut maker = Maker::new(site, output);
        let part = |(index, pages): (usize, &Vec<PageId>)| {
            let first = PageLink { title: maker.page(*pages.first()?).title, href: up(index + 1) };
            Some(PartView { first, last: maker.page(*pages.last()?).title, pages: pages.len() })
        };
        let parts: Vec<PartView> = site.parts.iter().enumerate().filter_map(part).collect();
        return generated::render(site, output, "print.html", "Print", Vec::new(), vec![("parts", maker.finish(&parts))]);
    }
    let pages = &site.parts[number.saturating_sub(1)];
    let (title, trail) = if number == 0 { ("Print".to_owned(), Vec::new()) } else { (format!("Print, part {number}"), vec![("Print", up(0))]) };
    let numbers: HashMap<PageId, usize> = pages.iter().enumerate().map(|(index, page)| (*page, index + 1)).collect();
    let together = |page: PageId| numbers.get(&page).map(|number| format!("p{number}-"));
    let mut html = String::new();
    let mut from: Vec<Provenance> = Vec::new();
    for (index, id) in pages.iter().enumerate() {
        let page = site.edition().page(*id);
        let prefix = format!("p{}-", index + 1);
        let part = 0..page.page.body.html.len();
        let (article, own) = fill(site, *id, &Filling { style: ArticleStyle::Site, output, prefix: &prefix, part, together: &together }).into_parts();
        let (tag, direction) = (escaped(&page.language), language::direction(&page.language));
        let _ = writeln!(html, "<section class=\"print-page\" id=\"p{}\" lang=\"{tag}\" dir=\"{direction}\">", index + 1);
        if !page.page.has_h1() {
            let _ = writeln!(html, "<h1>{}</h1>", escaped(&page.page.title));
        }
        html.push_str(&article.title);
        html.push_str(&article.content);
        html.push_str("</section>\n");
        from.push(own);
    }
    let pages = Sourced::new(Value::safe_string(&html), Provenance::union(from));
    generated::render(site, output, "print.html", &title, trail, vec![("pages", pages)])
}
