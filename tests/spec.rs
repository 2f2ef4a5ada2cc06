//! The dialect as prose with examples that run: each document of `tests/spec/`, section by section.

use std::fs;
use std::sync::Arc;

use playpress::book::PageId;
use playpress::site::{self, Proof, Theme};
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
            let files: Vec<Fence> = section.fences.iter().filter(|fence| fence.kind != "html").map(named).collect();
            let project = Project::new(&files);
            let name = format!("{} / {}", path.file_name().expect("a name").to_string_lossy(), section.title);
            let found = project.found();
            if found != project.expected {
                faults.push(format!("{name}\n  expected {:#?}\n  found {:#?}", project.expected, found));
            }
            for fence in section.fences.iter().filter(|fence| fence.kind == "html") {
                let shown = article(&project, fence, &theme);
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

/// A fence of Markdown without a path is the page itself.
fn named(fence: &Fence) -> Fence {
    let mut fence = fence.clone();
    if fence.kind == "md" && fence.path.is_none() {
        fence.path = Some(PAGE.to_owned());
    }
    fence
}

/// The article that an `html` fence shows: of `path=…`, else of the page; in the edition of `audience=…`, else in the first that holds it.
fn article(project: &Project, fence: &Fence, theme: &Arc<Theme>) -> String {
    let book = project.book();
    let wanted = RelPath::new(fence.path.as_deref().unwrap_or(PAGE)).expect("a path of the project");
    let holds = |edition: usize| {
        if fence.audience.is_some() && fence.audience.as_deref() != book.editions[edition].name() {
            return None;
        }
        let page = book.editions[edition].pages.iter().position(|page| page.published == wanted)?;
        Some((edition, PageId::from_index(page)))
    };
    let (edition, page) = (0..book.editions.len()).find_map(holds).unwrap_or_else(|| panic!("`{wanted}` is a page"));
    let site = site::plan(&book, edition, theme);
    Proof::new(&site).prove(&wanted, site.article(page)).expect("the page may be shown")
}
