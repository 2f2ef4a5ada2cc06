//! For programs that read: a Markdown copy of each page, and `llms.txt`, which lists them.

use std::fmt::Write;

use ahash::HashSet;

use super::super::article::{ArticleStyle, article};
use super::super::to_markdown::to_markdown;
use super::super::view::says;
use super::super::{Content, Kind, Site, Subject};
use crate::book::PageId;
use crate::book::nav::{NavTarget, Tree};
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
    let has_h1 = page.page.headings.iter().any(|heading| heading.level == 1);
    let copy = article(site, id, ArticleStyle::Plain).map(|article| {
        let text = to_markdown(&(article.title + &article.content), &link);
        let title = if has_h1 { String::new() } else { format!("# {}\n\n", page.page.title) };
        Content::Bytes((title + &text).into_bytes())
    });
    Ok(copy)
}

fn list_subjects(_site: &Site) -> Vec<(RelPath, Subject)> {
    RelPath::new("llms.txt").map(|output| (output, Subject::Edition)).into_iter().collect()
}

/// What the list says of the pages of a tree: each topmost entry with others below it is a section.
fn tree(site: &Site, tree: &Tree, line: &mut dyn FnMut(&mut String, PageId), text: &mut String, from: &mut Vec<Provenance>) {
    for (index, node) in tree.nodes.iter().enumerate() {
        if node.parent.is_none() && !node.children.is_empty() {
            let _ = write!(text, "\n## {}\n\n", node.label.get());
            from.push(node.label.from().clone());
        }
        if let NavTarget::Page(page, _) = &tree.nodes[index].target
            && !says(&site.book, site.edition().page(*page), "_noindex")
        {
            line(text, *page);
        }
    }
}

fn make_list(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    anyhow::ensure!(subject == Subject::Edition, "`{output}` is no list of pages");
    let config = &site.book.config;
    let mut text = format!("# {}\n", config.title.as_deref().unwrap_or("Playbook"));
    if let Some(description) = &config.description {
        let _ = write!(text, "\n> {description}\n");
    }
    let mut from = Vec::new();
    let mut seen = HashSet::default();
    let mut sources = Vec::new();
    let base = site.address().map_or_else(String::new, |base| format!("{base}/"));
    let mut line = |text: &mut String, id: PageId| {
        if !seen.insert(id) {
            return;
        }
        let page = site.edition().page(id);
        if !text.ends_with('\n')
            || text.ends_with(">\n")
            || !text.ends_with("\n\n") && !text.lines().next_back().is_some_and(|last| last.starts_with("- "))
        {
            text.push('\n');
        }
        let href = RelPath::root().href_to(&copy_of(&page.output));
        let description = page.page.description.as_ref().filter(|text| !text.is_empty()).map_or_else(String::new, |text| format!(": {text}"));
        let title = page.page.heading().replace('[', "\\[").replace(']', "\\]");
        let _ = writeln!(text, "- [{title}]({base}{href}){description}");
        sources.push(page.page.from.clone());
    };
    for own in &site.edition().nav.trees {
        tree(site, own, &mut line, &mut text, &mut from);
    }
    from.append(&mut sources);
    Ok(Sourced::new(Content::Bytes(text.into_bytes()), Provenance::union(from)))
}
