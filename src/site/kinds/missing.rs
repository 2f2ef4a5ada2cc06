//! The page that a server shows where there is none. It may be shown at any address, so its own links start at the root of the site: at the path
//! of the site's address, else at that of the server.

use super::super::{Content, Kind, Site, Subject};
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("404.html").map(|output| (output, Subject::Edition)).into_iter().collect()
}

fn make(site: &Site, _output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let path = site.address().and_then(|url| url.split_once("://")?.1.split_once('/')).map_or("", |(_, path)| path);
    let root = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
    let view = site.view_at(&root, &|path| format!("{root}{}", RelPath::root().href_to(path)));
    Ok(site.theme.render(&site.book.sources, view, "404.html")?.map(Content::Bytes))
}
