//! A whole tree of the navigation, once for all pages: a script that a page loads when its reader opens more than the page's own branch.
//! A script and not JSON, so that it works from disk.

use super::super::menu::tree_rows;
use super::super::{Content, Kind, Site, Subject};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

/// The path of a tree's script.
pub(in crate::site) fn path(tree: usize) -> Option<RelPath> {
    RelPath::new(&format!("assets/nav-{tree}.js")).ok()
}

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    (0..site.edition().nav.trees.len()).filter_map(|tree| Some((path(tree)?, Subject::Nav(tree)))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Nav(index) = subject else { anyhow::bail!("`{output}` is no navigation") };
    let (rows, from) = tree_rows(site, index).into_parts();
    let script = format!("playpressNav({index},{});\n", serde_json::to_string(&rows)?);
    Ok(Sourced::new(Content::Bytes(script.into_bytes()), from))
}
