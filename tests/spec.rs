//! The dialect as prose with examples that run: each document of `tests/spec/`, section by section.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use playpress::book::nav::NavTarget;
use playpress::book::{Book, PageId};
use playpress::site::{self, Content, Proof, Theme};
use playpress::text::path::RelPath;

use crate::documents::{Fence, Project, documents, sections};

/// The page that an example shows where its fence names none.
const PAGE: &str = "index.md";

#[test]
fn examples_give_the_html_that_they_show() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let update = std::env::var_os("UPDATE").is_some();
    let mut faults = Vec::new();
    for (path, document) in documents("tests/spec") {
        let mut updated = document.clone();
        for section in sections(&document).iter().filter(|section| !section.fences.is_empty()) {
            let sources: Vec<Fence> = section.fences.iter().filter(|fence| !SHOWN.contains(&fence.kind.as_str())).map(named).collect();
            let project = Project::new(&sources);
            let name = format!("{} / {}", path.file_name().expect("a name").to_string_lossy(), section.title);
            let found = project.found(None);
            if found != project.expected {
                faults.push(format!("{name}\n  expected {:#?}\n  found {:#?}", project.expected, found));
            }
            for fence in section.fences.iter().filter(|fence| SHOWN.contains(&fence.kind.as_str())) {
                let shown = match fence.kind.as_str() {
                    "tree" => tree(&project, fence, &theme),
                    "site" => files(&project, fence, &theme),
                    _ => article(&project, fence, &theme),
                };
                if shown.trim_end() != fence.text.trim_end() {
                    faults.push(format!("{name}\n--- expected\n{}\n--- shown\n{shown}", fence.text));
                    updated = updated.replacen(&fence.text, &format!("{}\n", shown.trim_end()), 1);
                }
            }
        }
        if update && updated != document {
            fs::write(&path, updated).expect("a document can be written");
        }
    }
    assert!(faults.is_empty() || update, "{}", faults.join("\n\n"));
}

/// Fences that show what comes out: an article, the navigation of a page, the files of a site.
const SHOWN: [&str; 3] = ["html", "tree", "site"];

#[test]
fn each_document_is_a_page_of_the_manual() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/dialect");
    let index = fs::read_to_string(folder.join("index.md")).expect("the chapter has a first page");
    for (path, _) in documents("tests/spec") {
        let name = path.file_name().expect("a name").to_string_lossy();
        let page = fs::read_to_string(folder.join(&*name)).unwrap_or_else(|error| panic!("content/reference/dialect/{name}: {error}"));
        assert!(page.contains(&format!("(../../../tests/spec/{name})]")), "{name} is shown");
        assert!(index.contains(&format!("]({name})")), "{name} is in the list");
    }
}

/// A fence of Markdown without a path is the page itself.
fn named(fence: &Fence) -> Fence {
    let mut fence = fence.clone();
    if fence.kind == "md" && fence.path.is_none() {
        fence.path = Some(PAGE.to_owned());
    }
    fence
}

/// The edition that a fence names, else the first that has `wanted` if that is given, else the first.
fn edition(book: &Book, fence: &Fence, wanted: Option<&RelPath>) -> usize {
    let is_named = |edition: &usize| fence.audience.is_none() || fence.audience.as_deref() == book.editions[*edition].name();
    let holds = |edition: &usize| wanted.is_none_or(|wanted| book.editions[*edition].pages.iter().any(|page| page.published == *wanted));
    (0..book.editions.len()).filter(is_named).find(holds).unwrap_or_else(|| panic!("there is an edition with {wanted:?}"))
}

fn page(book: &Book, edition: usize, wanted: &RelPath) -> PageId {
    let page = book.editions[edition].pages.iter().position(|page| page.published == *wanted);
    PageId::from_index(page.unwrap_or_else(|| panic!("`{wanted}` is a page")))
}

/// The article that an `html` fence shows: of `path=…`, else of the page; in the edition of `audience=…`, else in the first that holds it.
fn article(project: &Project, fence: &Fence, theme: &Arc<Theme>) -> String {
    let book = project.book();
    let wanted = RelPath::new(fence.path.as_deref().unwrap_or(PAGE)).expect("a path of the project");
    let edition = edition(&book, fence, Some(&wanted));
    let site = site::plan(&book, edition, theme);
    Proof::new(&site).prove(&wanted, site.article(page(&book, edition, &wanted))).expect("the page may be shown")
}

/// The whole navigation that a `tree` fence shows: that of the page of `path=…`, else each tree; a line for each entry, with the address
/// that it has at the root of the site.
fn tree(project: &Project, fence: &Fence, theme: &Arc<Theme>) -> String {
    let book = project.book();
    let wanted = fence.path.as_deref().map(|path| RelPath::new(path).expect("a path of the project"));
    let edition = edition(&book, fence, wanted.as_ref());
    let site = site::plan(&book, edition, theme);
    let nav = &book.editions[edition].nav;
    let shown = match &wanted {
        Some(wanted) => vec![nav.places[page(&book, edition, wanted).index()].expect("the page has a place").tree],
        None => (0..nav.trees.len()).collect(),
    };
    let root = RelPath::new("index.html").expect("a path");
    let mut lines = Vec::new();
    for tree in shown {
        let rows = Proof::new(&site).prove(&root, site.tree(tree)).expect("it may be shown");
        let mut depths: Vec<usize> = Vec::new();
        for (title, href, parent) in rows {
            let depth = parent.map_or(0, |parent| depths[parent] + 1);
            depths.push(depth);
            let leads = nav.trees[tree].nodes[depths.len() - 1].target != NavTarget::None;
            lines.push(format!("{}- {title}{}", "  ".repeat(depth), if leads { format!(" → {href}") } else { String::new() }));
        }
    }
    lines.join("\n") + "\n"
}

/// The files that a `site` fence shows: all pages of an edition, those that lead elsewhere with the address that they lead to.
fn files(project: &Project, fence: &Fence, theme: &Arc<Theme>) -> String {
    let book = project.book();
    let edition = edition(&book, fence, None);
    let site = site::plan(&book, edition, theme);
    let proof = Proof::new(&site);
    let mut lines = String::new();
    for path in site.paths().filter(|path| {
        // What each site has, whatever its pages say.
        let path = path.as_str();
        !["404.html", "search.html", "robots.txt", "llms.txt", "print/index.html"].contains(&path)
            && !path.starts_with("assets/")
            && !path.starts_with("search/")
            && !path.contains(".md")
    }) {
        let content = site.render(path).expect("it renders").expect("it is in the site");
        let html = match proof.prove(path, content).expect("it may be shown") {
            Content::Bytes(bytes) => String::from_utf8(bytes).expect("a page is text"),
            Content::Copy(_) => String::new(),
        };
        let target = html.split_once("content=\"0; url=").and_then(|(_, rest)| rest.split('"').next());
        lines.push_str(&target.map_or_else(|| format!("{path}\n"), |target| format!("{path} → {target}\n")));
    }
    lines
}
