//! The start page of a site whose authors wrote none: the topmost entries of its navigation.

use tera::{Map, Value};

use super::super::menu::Menu;
use super::super::{Content, Kind, Site, Subject};
use super::nav;
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("index.html").map(|output| (output, Subject::Edition)).into_iter().collect()
}

/// A tree of the navigation, its topmost entries shown.
struct TreeView {
    /// The topmost entries, as HTML for `nav_list`.
    items: Value,
    /// Whether these are only some of them.
    is_cut: bool,
    /// The address of the script that holds the whole tree.
    script: String,
}

impl TreeView {
    /// For a template. By hand, as HTML that was serialised would be text again.
    fn into_value(self) -> Value {
        let entries = [("items".into(), self.items), ("is_cut".into(), Value::from(self.is_cut)), ("script".into(), Value::from(self.script))];
        Value::from(Map::from_iter(entries))
    }
}

fn make(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let mut view = site.view(output);
    let tree = |index| -> anyhow::Result<Sourced<TreeView>> {
        let menu = Menu::new(site, index, output, None);
        let is_cut = menu.is_cut();
        let script = nav::path(index).map(|script| output.href_to(&script)).unwrap_or_default();
        Ok(menu.items()?.map(|items| TreeView { items, is_cut, script }))
    };
    let trees = (0..site.edition().nav.trees.len()).map(tree).collect::<anyhow::Result<_>>()?;
    view.put("trees", Sourced::all(trees).map(|trees| trees.into_iter().map(TreeView::into_value).collect::<Vec<_>>().into()));
    Ok(site.theme.render(&site.book.sources, view, "index.html")?.map(Content::Bytes))
}
