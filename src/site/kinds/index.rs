//! The start page of a site whose authors wrote none: the topmost entries of its navigation.

use tera::Value;

use super::super::menu::Menu;
use super::super::view::{View, root};
use super::super::{Content, Kind, Site, Subject};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, make };

fn subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("index.html").map(|output| (output, Subject::Edition)).into_iter().collect()
}

fn make(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let mut view = View::default();
    let trees = (0..site.edition().nav.trees.len()).map(|tree| Menu::new(site, tree, output, None).items());
    view.put("trees", Sourced::all(trees.collect::<anyhow::Result<_>>()?).map(Value::from));
    site.theme.put_files(&mut view, output);
    view.put("site", site.views.site());
    view.put("root", Sourced::constant(Value::from(root(output))));
    Ok(site.theme.render(&site.book.sources, view, "index.html")?.map(Content::Bytes))
}
