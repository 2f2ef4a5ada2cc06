//! The search: its page, its client, and the list of its languages. The files of the indexes are made apart (`site/search`).

use super::super::{Content, Kind, Site, Subject, search};
use super::generated;
use crate::book::catalog::addresses;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: true, make };
pub(in crate::site) static SCRIPTS: Kind = Kind { subjects: scripts, is_linked: true, make: make_script };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    if site.edition().pages.is_empty() {
        Vec::new()
    } else {
        RelPath::new(addresses::SEARCH).map(|path| (path, Subject::Search)).into_iter().collect()
    }
}

fn make(site: &Site, output: &RelPath, _subject: Subject) -> anyhow::Result<Sourced<Content>> {
    generated::render(site, output, "search.html", "Search", Vec::new(), Vec::new())
}

/// The names of the scripts, and what they hold; `package.json` says to Node that they are modules.
const SCRIPT_NAMES: [&str; 4] = ["core.js", "playpress-search.js", "languages.js", "package.json"];

fn scripts(_site: &Site) -> Vec<(RelPath, Subject)> {
    let path = |name: &str| RelPath::new(&format!("{}/{name}", search::FOLDER));
    SCRIPT_NAMES.iter().enumerate().filter_map(|(index, name)| Some((path(name).ok()?, Subject::SearchScript(index)))).collect()
}

fn make_script(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::SearchScript(index) = subject else { anyhow::bail!("`{output}` is no script of the search") };
    let constant = |text: &str| Sourced::constant(Content::Bytes(text.as_bytes().to_vec()));
    Ok(match SCRIPT_NAMES.get(index) {
        Some(&"core.js") => constant(&search::client()),
        Some(&"playpress-search.js") => constant(search::MODULE),
        Some(&"languages.js") => {
            // That there is a page of a language is something of the page.
            let from = Provenance::union(site.edition().pages.iter().map(|page| page.page.from.clone()));
            Sourced::new(Content::Bytes(search::languages(site).into_bytes()), from)
        }
        _ => constant("{\"type\":\"module\"}\n"),
    })
}
