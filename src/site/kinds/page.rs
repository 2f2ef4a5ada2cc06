//! A page of the content.

use tera::Value;

use super::super::menu::Menu;
use super::super::view::{self, PageLink};
use super::super::{Content, Kind, Site, Subject};
use super::nav;
use crate::book::PageId;
use crate::book::nav::NavTarget;
use crate::site::article::{ArticleStyle, article};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.edition().pages.iter().enumerate().map(|(index, page)| (page.output.clone(), Subject::Page(PageId::from_index(index)))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Page(id) = subject else { anyhow::bail!("`{output}` is no page") };
    let edition = site.edition();
    let page = edition.page(id);
    let mut view = site.view(output);
    view.put("page", view::page(site, id));
    view.put("alternates", site.alternates.of(&site.book, edition, id).map(|views| Value::from_serializable(&views)));
    let (parts, from) = article(site, id, ArticleStyle::Site).into_parts();
    view.put("title_html", Sourced::new(Value::safe_string(&parts.title), from.clone()));
    view.put("content", Sourced::new(Value::safe_string(&parts.content), from));
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
