//! A page of the content.

use std::collections::BTreeSet;
use std::fmt::Write;

use tera::Value;

use super::super::menu::Menu;
use super::super::view::{self, PageLink, View};
use super::super::{Content, Kind, Site, Subject};
use super::nav;
use crate::book::nav::NavTarget;
use crate::book::{EditionPage, PageId, Resolution, asset_output};
use crate::markdown::link::Target;
use crate::markdown::{HoleKind, Link, LinkRole, image_gap, media_html};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::FileId;
use crate::text::escape::{escaped, push_escaped};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.edition().pages.iter().enumerate().map(|(index, page)| (page.output.clone(), Subject::Page(PageId::from_index(index)))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Page(id) = subject else { anyhow::bail!("`{output}` is no page") };
    let edition = site.edition();
    let page = edition.page(id);
    let mut view = View::default();
    view.put("site", site.views.site());
    view.put("root", Sourced::constant(Value::from(view::root(output))));
    site.theme.put_files(&mut view, output);
    view.put("page", view::page(&site.book, page));
    view.put("alternates", site.alternates.of(&site.book, edition, id).map(|views| Value::from_serializable(&views)));
    view.put("content", article(site, id, CodeStyle::Marked).map(|html| Value::safe_string(&html)));
    let says = |key: &str| view::says(&site.book, page, key);
    if let Some(place) = edition.nav.places[id.index()] {
        let tree = &edition.nav.trees[place.tree];
        let menu = Menu::new(site, place.tree, output, place.node);
        if !says("_disableToc") {
            view.put("nav_is_cut", Sourced::constant(Value::from(menu.is_cut())));
            view.put("nav", menu.items()?);
        }
        if let Some(script) = nav::path(place.tree) {
            view.put("nav_script", Sourced::constant(Value::from(output.href_to(&script))));
        }
        if !says("_disableBreadcrumb") {
            view.put("breadcrumb", menu.breadcrumb());
        }
        if let Some(node) = place.node {
            let (previous, next) = tree.neighbours(node);
            for (key, neighbour) in [("previous", previous), ("next", next)] {
                if let Some(NavTarget::Page(id, _)) = neighbour.map(|node| &tree.nodes[node].target) {
                    view.put(key, value(site.views.link(edition, output, *id)));
                }
            }
        }
    }
    Ok(site.theme.render(&site.book.sources, view, "page.html")?.map(Content::Bytes))
}

fn value(link: Sourced<PageLink>) -> Sourced<Value> {
    link.map(|link| Value::from_serializable(&link))
}

/// How code is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::site) enum CodeStyle {
    /// As text.
    Plain,
    /// With its parts marked, for the theme's style sheet.
    Marked,
}

/// The article of a page: its body, the holes filled as this edition fills them.
pub(in crate::site) fn article(site: &Site, id: PageId, style: CodeStyle) -> Sourced<String> {
    let page = site.edition().page(id);
    let body = &page.page.body;
    let mut filler = Filler { site, page, html: String::with_capacity(body.html.len() * 5 / 4), targets: BTreeSet::new(), from: Vec::new() };
    let mut done = 0;
    for hole in &body.holes {
        filler.html.push_str(&body.html[done..hole.at]);
        done = hole.at;
        match hole.kind {
            HoleKind::Id(heading) => filler.id(heading),
            HoleKind::Href(link) => filler.href(link),
            HoleKind::Image(link) => filler.image(link),
            HoleKind::Xref(link) => filler.xref(link),
            HoleKind::Code(code) if style == CodeStyle::Marked => {
                filler.html.push_str(&body.codes[code].marked);
                done = body.codes[code].end;
            }
            HoleKind::Code(_) => {}
        }
    }
    filler.html.push_str(&body.html[done..]);
    let targets = filler.targets.into_iter().map(Provenance::file);
    Sourced::new(filler.html, Provenance::union(targets.chain(filler.from).chain([page.page.from.clone()])))
}

struct Filler<'f> {
    site: &'f Site,
    page: &'f EditionPage,
    html: String,
    /// The sources of what links lead to.
    targets: BTreeSet<FileId>,
    /// The sources of what is shown of other pages.
    from: Vec<Provenance>,
}

impl Filler<'_> {
    fn id(&mut self, heading: usize) {
        if let Some(heading) = self.page.page.headings.get(heading) {
            self.html.push_str(" id=\"");
            push_escaped(&mut self.html, &heading.id);
            self.html.push('"');
        }
    }

    fn href(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        if let Some(url) = self.url(written, self.page.links[link]) {
            self.html.push_str(" href=\"");
            push_escaped(&mut self.html, &url);
            self.html.push('"');
        }
    }

    fn image(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        let (LinkRole::Image { alt, .. } | LinkRole::Media { alt, .. }) = &written.role else { return };
        match (self.url(written, self.page.links[link]), &written.role) {
            (Some(url), LinkRole::Media { element, mime, attributes, .. }) => self.html.push_str(&media_html(element, mime, attributes, &url)),
            (Some(url), LinkRole::Image { attributes, .. }) => {
                let _ = write!(self.html, "<img src=\"{}\" alt=\"{}\"{attributes}>", escaped(&url), escaped(alt));
            }
            _ => self.html.push_str(&image_gap(alt)),
        }
    }

    /// The name of a page, with a link to it; without such a page, what the author wrote.
    fn xref(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        let LinkRole::Xref { raw, .. } = &written.role else { return };
        let resolution = self.page.links[link];
        match (resolution, self.url(written, resolution)) {
            (Resolution::Page(id), Some(url)) => {
                let site = self.site;
                let target = &site.edition().page(id).page;
                self.from.push(target.from.clone());
                let title = written.query("text").or_else(|| written.query("alt")).unwrap_or_else(|| target.title.clone());
                let _ = write!(self.html, "<a href=\"{}\">{}</a>", escaped(&url), escaped(&title));
            }
            _ => push_escaped(&mut self.html, raw),
        }
    }

    /// The URL that a link gets in this edition; `None`: it is left out.
    fn url(&mut self, link: &Link, resolution: Resolution) -> Option<String> {
        let site = self.site;
        let asset;
        let (output, source) = match resolution {
            Resolution::Page(id) => {
                let target = site.edition().page(id);
                (&target.output, Some(target.page.file))
            }
            Resolution::Redirect(index) => {
                let redirect = &site.edition().redirects[index];
                self.targets.extend(&redirect.files);
                (&redirect.output, None)
            }
            Resolution::Asset(file) => {
                asset = asset_output(&site.book.config, &site.book.sources, file);
                (&asset, Some(file))
            }
            Resolution::Missing if matches!(link.target, Target::Uid { .. }) => return None,
            // A target that nobody has may stay as it was written, as in docfx; one that is there and not shown may not.
            Resolution::Missing | Resolution::Own | Resolution::Elsewhere => return Some(link.url.trim().to_owned()),
            Resolution::Hidden { .. } | Resolution::NotContent(_) => return None,
        };
        self.targets.extend(source);
        let mut url = if *output == self.page.output { String::new() } else { self.page.output.href_to(output) };
        if let Target::File { query, fragment, .. } | Target::Uid { query, fragment, .. } = &link.target {
            // What a query of `xref:` asks for is how the link is shown.
            if !matches!(link.target, Target::Uid { .. }) {
                url.push_str(query);
            }
            if let Some(fragment) = fragment {
                url.push('#');
                url.push_str(fragment);
            }
        }
        Some(url)
    }
}
