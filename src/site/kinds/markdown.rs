//! For programs that read: a Markdown copy of each page, and `llms.txt`, which lists them.

use std::fmt::Write;

use ahash::HashSet;

use super::super::article::{ArticleStyle, article};
use super::super::to_markdown::to_markdown;
use super::super::view::says;
use super::super::{Content, Kind, Site, Subject};
use crate::book::PageId;
use crate::book::nav::NavTarget;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };
pub(in crate::site) static LIST: Kind = Kind { subjects: list_subjects, is_linked: false, make: make_list };

/// The path of the copy of a page.
fn copy_of(output: &RelPath) -> RelPath {
    output.with_file_name(&format!("{}.md", output.stem()))
}

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.edition().pages.iter().enumerate().map(|(index, page)| (copy_of(&page.output), Subject::Markdown(PageId::from_index(index)))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Markdown(id) = subject else { anyhow::bail!("`{output}` is no copy of a page") };
    let page = site.edition().page(id);
    let folder = page.output.parent();
    // A link to a page leads to its copy.
    let link = |href: &str| {
        let (path, rest) = href.split_at(href.find(['#', '?']).unwrap_or(href.len()));
        let target = path.strip_suffix(".html").and_then(|_| folder.join(path).ok());
        let is_page = target.and_then(|target| site.outputs.get(&target)).is_some_and(|(_, subject)| matches!(subject, Subject::Page(_)));
        if is_page { format!("{}.md{rest}", path.strip_suffix(".html").unwrap_or(path)) } else { href.to_owned() }
    };
    let copy = article(site, id, ArticleStyle::Plain).map(|article| {
        let text = to_markdown(&article.whole(), &link);
        let title = if page.page.has_h1() { String::new() } else { format!("# {}\n\n", page.page.title) };
        Content::Bytes((title + &text).into_bytes())
    });
    Ok(copy)
}

fn list_subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("llms.txt").map(|output| (output, Subject::Edition)).into_iter().collect()
}

/// The pages in reading order; each topmost entry of a tree with others below it is a section.
fn make_list(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    anyhow::ensure!(subject == Subject::Edition, "`{output}` is no list of pages");
    let config = &site.book.config;
    let mut text = format!("# {}\n\n", config.title());
    if let Some(description) = &config.description {
        let _ = write!(text, "> {description}\n\n");
    }
    let base = site.address().map_or_else(String::new, |base| format!("{base}/"));
    let mut from = Vec::new();
    let mut seen = HashSet::default();
    for node in site.edition().nav.trees.iter().flat_map(|tree| &tree.nodes) {
        if node.parent.is_none() && !node.children.is_empty() {
            let gap = if text.ends_with("\n\n") { "" } else { "\n" };
            let _ = write!(text, "{gap}## {}\n\n", node.label.get());
            from.push(node.label.from().clone());
        }
        let NavTarget::Page(id, _) = &node.target else { continue };
        let page = site.edition().page(*id);
        if says(&site.book, page, "_noindex") || !seen.insert(*id) {
            continue;
        }
        let href = RelPath::root().href_to(&copy_of(&page.output));
        let description = page.page.description.as_ref().filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!(": {text}"));
        let title = page.page.heading().replace('[', "\\[").replace(']', "\\]");
        let _ = writeln!(text, "- [{title}]({base}{href}){description}");
        from.push(page.page.from.clone());
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(Sourced::new(Content::Bytes(text.into_bytes()), Provenance::union(from)))
}
