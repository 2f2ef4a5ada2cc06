//! What all pages that nobody wrote have in common.

use tera::Value;

use super::super::view::{PageLink, root};
use super::super::{Content, Site};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

/// The values that its template gets besides those of all.
pub(super) type Values = Vec<(&'static str, Sourced<Value>)>;

/// Renders such a page: its template gets `title`, `breadcrumb`, `home` and what else is given.
pub(super) fn render(
    site: &Site,
    output: &RelPath,
    template: &str,
    title: &str,
    trail: Vec<(&str, String)>,
    values: Values,
) -> anyhow::Result<Sourced<Content>> {
    let mut view = site.view(output);
    let constant = |value: Value| Sourced::constant(value);
    let trail: Vec<PageLink> = trail.into_iter().map(|(title, href)| PageLink { title: title.to_owned(), href }).collect();
    for (key, value) in values {
        view.put(key, value);
    }
    // The list that it is, or that it belongs to.
    view.put("section", constant(Value::from(trail.first().map_or(title, |link| link.title.as_str()))));
    view.put("title", constant(Value::from(title)));
    view.put("breadcrumb", constant(Value::from_serializable(&trail)));
    view.put("home", constant(Value::from(format!("{}index.html", root(output)))));
    Ok(site.theme.render(&site.book.sources, view, template)?.map(Content::Bytes))
}
