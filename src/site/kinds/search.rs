//! The search: its page, its client, and the list of its languages. The files of the indexes are made apart (`site/search`).

use super::super::{Content, Kind, Site, Subject, search};
use super::generated;
use crate::book::catalog::addresses;
use crate::source::provenance::Sourced;
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };
pub(in crate::site) static SCRIPTS: Kind = Kind { subjects: scripts, is_linked: true, make: make_script };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    if site.edition().pages.is_empty() || !site.book.config.has_search {
        Vec::new()
    } else {
        RelPath::new(addresses::SEARCH).map(|path| (path, Subject::Search)).into_iter().collect()
    }
}

fn make(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    generated::render(site, output, "search.html", "Search", Vec::new(), Vec::new())
}

fn scripts(site: &Site) -> Vec<(RelPath, Subject)> {
    if !site.book.config.has_search {
        return Vec::new();
    }
    let path = |name: &str| RelPath::new(&format!("{}/{name}", search::FOLDER));
    let names = [search::CLIENT_NAME, search::MODULE_NAME, search::LANGUAGES_NAME, search::PACKAGE_NAME];
    names.into_iter().filter_map(|name| Some((path(name).ok()?, Subject::SearchScript(name)))).collect()
}

fn make_script(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::SearchScript(name) = subject else { anyhow::bail!("`{output}` is no script of the search") };
    let script = match name {
        search::CLIENT_NAME => Sourced::constant(search::client()),
        search::MODULE_NAME => Sourced::constant(search::MODULE.to_owned()),
        search::LANGUAGES_NAME => search::languages(site),
        _ => Sourced::constant("{\"type\":\"module\"}\n".to_owned()),
    };
    Ok(script.map(|script| Content::Bytes(script.into_bytes())))
}
