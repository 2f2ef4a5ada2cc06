//! The article of a page: its body, with what this edition knows of links, tasks and names filled in.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use ahash::HashSet;

use super::{Site, Subject};
use crate::book::catalog::NameKind;
use crate::book::{EditionPage, PageId, Resolution, asset_output};
use crate::config::Column;
use crate::markdown::link::Target;
use crate::markdown::{HoleKind, Link, LinkRole, image_gap, media_html};
use crate::page::TASK_ANCHOR;
use crate::page::model::{Fact, Place, PlaceKind, RefreshTable};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::FileId;
use crate::text::escape::{escaped, push_escaped, push_lines};
use crate::text::path::RelPath;

/// How an article is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ArticleStyle {
    /// As the dialect has it: code is text, and a table is a table.
    Plain,
    /// As a page of a site: code with its parts marked, for the theme's style sheet, tasks and names as links.
    Site,
}

/// An article in two parts, so that a theme can put something between them.
#[derive(Default)]
pub(super) struct Article {
    /// All down to the end of the first heading of level 1; empty where there is none.
    pub(super) title: String,
    /// The rest.
    pub(super) content: String,
}

impl Article {
    /// Both parts.
    pub(super) fn whole(self) -> String {
        self.title + &self.content
    }
}

/// The article of a page on its own page.
pub(super) fn article(site: &Site, id: PageId, style: ArticleStyle) -> Sourced<Article> {
    let page = site.edition().page(id);
    fill(site, id, &Filling { style, output: &page.output, prefix: "", part: 0..page.page.body.html.len(), together: &|_| None })
}

/// How an article is filled.
pub(super) struct Filling<'f> {
    /// How it is shown.
    pub(super) style: ArticleStyle,
    /// The output that shows it.
    pub(super) output: &'f RelPath,
    /// What stands before each name that must be unique there.
    pub(super) prefix: &'f str,
    /// The bytes of the body that are shown.
    pub(super) part: Range<usize>,
    /// Of a page that the same output shows, what stands before its names.
    pub(super) together: &'f dyn Fn(PageId) -> Option<String>,
}

/// An article, its body filled with what this edition knows.
pub(super) fn fill(site: &Site, id: PageId, filling: &Filling<'_>) -> Sourced<Article> {
    let page = site.edition().page(id);
    let body = &page.page.body;
    let html = String::with_capacity(filling.part.len() * 3 / 2);
    let style = filling.style;
    let mut filler = Filler {
        site,
        id,
        page,
        filling,
        html,
        title: String::new(),
        targets: BTreeSet::new(),
        from: Vec::new(),
        names: HashSet::default(),
        shown: HashSet::default(),
    };
    let Range { start, end } = filling.part.clone();
    let mut places = if style == ArticleStyle::Site { page.page.model.places.as_slice() } else { &[] };
    places = &places[places.partition_point(|place| (place.at as usize) < start)..];
    places = &places[..places.partition_point(|place| (place.end as usize) <= end)];
    let mut done = start;
    for hole in body.holes.iter().filter(|hole| (start..end).contains(&hole.at) || hole.at == body.html.len()) {
        while let Some((place, rest)) = places.split_first().filter(|(place, _)| place.at as usize <= hole.at) {
            done = filler.place(place, done);
            places = rest;
        }
        if hole.at < done {
            continue;
        }
        filler.html.push_str(&body.html[done..hole.at]);
        done = hole.at;
        match hole.kind {
            HoleKind::Id(heading) => filler.id(heading),
            HoleKind::Href(link) => filler.href(link),
            HoleKind::Image(link) => filler.image(link),
            HoleKind::Xref(link) => filler.xref(link),
            HoleKind::Prefix => filler.html.push_str(filling.prefix),
            HoleKind::Code(code) if style == ArticleStyle::Site => {
                filler.html.push_str(&body.codes[code].marked);
                done = body.codes[code].end;
            }
            HoleKind::Code(_) => {}
        }
    }
    for place in places {
        done = filler.place(place, done);
    }
    filler.html.push_str(&body.html[done..end]);
    let Filler { html: content, title, targets, from, .. } = filler;
    let targets = targets.into_iter().map(Provenance::file);
    Sourced::new(Article { title, content }, Provenance::union(targets.chain(from).chain([page.page.from.clone()])))
}

struct Filler<'f> {
    site: &'f Site,
    id: PageId,
    page: &'f EditionPage,
    filling: &'f Filling<'f>,
    html: String,
    /// What came before the end of the page's title.
    title: String,
    /// The sources of what links lead to.
    targets: BTreeSet<FileId>,
    /// The sources of what is shown of other pages.
    from: Vec<Provenance>,
    /// The names that were shown, whose sources are in `from`.
    names: HashSet<(NameKind, u32)>,
    /// The IDs of rows that have an anchor.
    shown: HashSet<&'f str>,
}

/// The start of a row and of a table in a body.
const ROW: &str = "<tr";
const TABLE: &str = "<table";

impl<'f> Filler<'f> {
    fn id(&mut self, heading: usize) {
        if let Some(heading) = self.page.page.headings.get(heading) {
            self.html.push_str(" id=\"");
            self.html.push_str(self.filling.prefix);
            push_escaped(&mut self.html, &heading.id);
            self.html.push('"');
        }
    }

    fn href(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        if let Some(url) = self.url(written, self.page.links[link]) {
            self.html.push_str(" href=\"");
            push_escaped(&mut self.html, &url);
            self.html.push('"');
        }
    }

    fn image(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        let (LinkRole::Image { alt, .. } | LinkRole::Media { alt, .. }) = &written.role else { return };
        match (self.url(written, self.page.links[link]), &written.role) {
            (Some(url), LinkRole::Media { element, mime, attributes, .. }) => self.html.push_str(&media_html(element, mime, attributes, &url)),
            (Some(url), LinkRole::Image { attributes, .. }) => {
                let _ = write!(self.html, "<img src=\"{}\" alt=\"{}\"{attributes}>", escaped(&url), escaped(alt));
            }
            _ => self.html.push_str(&image_gap(alt)),
        }
    }

    /// The name of a page, with a link to it; without such a page, what the author wrote.
    fn xref(&mut self, link: usize) {
        let written = &self.page.page.links[link];
        let LinkRole::Xref { raw, .. } = &written.role else { return };
        let resolution = self.page.links[link];
        match (resolution, self.url(written, resolution)) {
            (Resolution::Page(id), Some(url)) => {
                let site = self.site;
                let target = &site.edition().page(id).page;
                self.from.push(target.from.clone());
                let title = written.query("text").or_else(|| written.query("alt")).unwrap_or_else(|| target.title.clone());
                let _ = write!(self.html, "<a href=\"{}\">{}</a>", escaped(&url), escaped(&title));
            }
            _ => push_escaped(&mut self.html, raw),
        }
    }

    /// The URL that a link gets in this edition; `None`: it is left out.
    fn url(&mut self, link: &Link, resolution: Resolution) -> Option<String> {
        let site = self.site;
        let asset;
        let (output, source) = match resolution {
            Resolution::Page(id) => {
                let target = site.edition().page(id);
                (&target.output, Some(target.page.file))
            }
            Resolution::Redirect(index) => {
                let redirect = &site.edition().redirects[index];
                self.targets.extend(&redirect.files);
                (&redirect.output, None)
            }
            Resolution::Asset(file) => {
                asset = asset_output(&site.book.config, &site.book.sources, file);
                (&asset, Some(file))
            }
            Resolution::Missing if matches!(link.target, Target::Uid { .. }) => return None,
            // A target that nobody has may stay as it was written, as in docfx; one that is there and not shown may not.
            Resolution::Missing | Resolution::Own | Resolution::Elsewhere => return Some(link.url.trim().to_owned()),
            Resolution::Hidden { .. } | Resolution::NotContent(_) => return None,
        };
        self.targets.extend(source);
        let prefix = match resolution {
            Resolution::Page(_) if output == self.filling.output => Some(String::new()),
            Resolution::Page(id) => (self.filling.together)(id),
            _ => None,
        };
        let (query, fragment) = match &link.target {
            Target::File { query, fragment, .. } => (query.as_str(), fragment.as_deref()),
            // What a query of `xref:` asks for is how the link is shown.
            Target::Uid { fragment, .. } => ("", fragment.as_deref()),
            _ => ("", None),
        };
        let is_own = *output == *self.filling.output;
        Some(match (prefix, fragment) {
            (Some(prefix), Some(fragment)) => format!("{}#{prefix}{fragment}", if is_own { query } else { "" }),
            // Where several pages are one, each has a name of its own.
            (Some(prefix), None) if !prefix.is_empty() => format!("#{}", prefix.trim_end_matches('-')),
            (_, fragment) => {
                let mut url = if is_own { String::new() } else { self.filling.output.href_to(output) };
                url.push_str(query);
                if let Some(fragment) = fragment {
                    url.push('#');
                    url.push_str(fragment);
                }
                url
            }
        })
    }

    /// Writes what the edition knows at a place; `done` bytes of the body are written. How many are then.
    fn place(&mut self, place: &Place, done: usize) -> usize {
        let body = &self.page.page.body.html;
        let (at, end) = (place.at as usize, place.end as usize);
        // It is part of something that was replaced.
        if at < done || end > body.len() {
            return done;
        }
        self.html.push_str(&body[done..at]);
        let text = &body[at..end];
        match place.kind {
            PlaceKind::Title => self.title = std::mem::take(&mut self.html),
            PlaceKind::Facts(first, count) => {
                let facts = &self.page.page.model.facts[first as usize..first as usize + usize::from(count)];
                self.facts(facts);
            }
            PlaceKind::Row(number) => {
                if body[at..].starts_with(ROW) {
                    self.html.push_str(ROW);
                    self.row_anchor(number);
                    return at + ROW.len();
                }
            }
            PlaceKind::Id(number) => self.row_id(number, text),
            PlaceKind::Name(number) => self.elsewhere(number),
            PlaceKind::Mandatory(number) => self.mandatory(number, text),
            PlaceKind::Role(number) => self.cell(number, NameKind::Role, text),
            PlaceKind::Services(number) => self.cell(number, NameKind::Service, text),
            PlaceKind::Changes(table) => {
                if body[at..].starts_with(TABLE) && self.page.page.model.refreshes.get(table as usize).is_some_and(is_timeline) {
                    self.html.push_str("<table class=\"timeline\"");
                    return at + TABLE.len();
                }
            }
            PlaceKind::Date(table, row) => self.date(usize::from(table), row as usize, text),
            PlaceKind::Mention(number) => self.mention(number as usize, text),
        }
        end
    }

    /// The facts of a paragraph, as a list.
    fn facts(&mut self, facts: &'f [Fact]) {
        let facts: Vec<&Fact> = facts.iter().filter(|fact| !fact.value.text.is_empty()).collect();
        let Some(first) = facts.first() else { return };
        let level = first.heading.and_then(|heading| self.page.page.headings.get(heading)).map_or(1, |heading| heading.level);
        self.html.push_str(if level == 1 { "<dl class=\"facts of-page\">\n" } else { "<dl class=\"facts\">\n" });
        for fact in facts {
            self.html.push_str("<div><dt>");
            push_escaped(&mut self.html, &fact.label);
            self.html.push_str("</dt><dd>");
            match NameKind::of_fact(fact.kind) {
                Some(kind) => self.names(kind, &fact.value.text),
                None => push_lines(&mut self.html, &fact.value.text),
            }
            self.html.push_str("</dd></div>\n");
        }
        self.html.push_str("</dl>\n");
    }

    /// A text of the model with a link at each name in it.
    fn names(&mut self, kind: NameKind, text: &'f str) {
        let site = self.site;
        let names = site.catalog.names(kind);
        let mut done = 0;
        for part in names.parts(text) {
            let (start, end) = (part.start as usize, part.end as usize);
            let Some(path) = site.generated(Subject::Name(kind, part.name)) else { continue };
            push_lines(&mut self.html, &text[done..start]);
            let _ = write!(self.html, "<a href=\"{}\">", escaped(&self.filling.output.href_to(path)));
            push_lines(&mut self.html, &text[start..end]);
            self.html.push_str("</a>");
            done = end;
            if self.names.insert((kind, part.name)) {
                self.from.push(names.named[part.name as usize].from.clone());
            }
        }
        push_lines(&mut self.html, &text[done..]);
    }

    /// A cell of names; `text` is its HTML.
    fn cell(&mut self, number: u32, kind: NameKind, text: &str) {
        let row = self.page.page.model.row(number as usize).map(|(_, row)| row);
        let field = row.and_then(|row| if kind == NameKind::Role { row.role.as_ref() } else { row.services.as_ref() });
        match field {
            Some(field) => self.names(kind, &field.text),
            None => self.html.push_str(text),
        }
    }

    fn row_anchor(&mut self, number: u32) {
        let Some((_, row)) = self.page.page.model.row(number as usize) else { return };
        let id = &*row.id.text;
        if !id.is_empty() && self.shown.insert(id) && !self.page.page.has_own_anchor(&format!("{TASK_ANCHOR}{id}")) {
            let _ = write!(self.html, " id=\"{}{TASK_ANCHOR}{id}\"", self.filling.prefix);
        }
    }

    /// The ID of a row, with a link to the page of its task.
    fn row_id(&mut self, number: u32, text: &str) {
        let id = self.page.page.model.row(number as usize).map(|(_, row)| &*row.id.text);
        let path = id.and_then(|id| self.site.task_path(id));
        match path {
            Some(path) => {
                let _ = write!(self.html, "<a class=\"task-id\" href=\"{}\">{text}</a>", escaped(&self.filling.output.href_to(path)));
            }
            None => self.html.push_str(text),
        }
    }

    /// Where else the task of a row is defined: within the same collection and language.
    fn elsewhere(&mut self, number: u32) {
        let site = self.site;
        let edition = site.edition();
        let Some((id, task)) =
            self.page.page.model.row(number as usize).and_then(|(_, row)| Some((&*row.id.text, site.catalog.task(&row.id.text)?.1)))
        else {
            return;
        };
        let Some(places) = task.works.iter().flat_map(|work| &work.places).find(|places| places.pages.binary_search(&self.id).is_ok()) else {
            return;
        };
        let Some(first) = places.pages.iter().find(|page| **page != self.id) else { return };
        let page = edition.page(*first);
        self.from.push(page.page.from.clone());
        let href = format!("{}#{TASK_ANCHOR}{id}", self.filling.output.href_to(&page.output));
        let _ = write!(self.html, "<span class=\"also\">Also in <a href=\"{}\">{}</a>", escaped(&href), escaped(page.page.heading()));
        if let (more @ 1.., Some(path)) = (places.pages.len() - 2, site.task_path(id)) {
            self.from.push(places.from.clone());
            let _ = write!(self.html, " and <a href=\"{}#places\">{more} more</a>", escaped(&self.filling.output.href_to(path)));
        }
        self.html.push_str("</span>");
    }

    /// The letter of a row as a mark with its meaning.
    fn mandatory(&mut self, number: u32, text: &str) {
        let meaning = self.page.page.model.row(number as usize).and_then(|(table, row)| table.is_mandatory(row));
        let Some(is_mandatory) = meaning else {
            self.html.push_str(text);
            return;
        };
        self.html.push_str(&super::view::mandatory_mark(is_mandatory, text));
    }

    /// The date of a change, beyond doubt.
    fn date(&mut self, table: usize, row: usize, text: &str) {
        match self.site.catalog.date(self.id, table, row) {
            Some(date) => {
                let _ = write!(self.html, "<time datetime=\"{date}\">{date}</time>");
            }
            None => self.html.push_str(text),
        }
    }

    /// The digits of a task that the text names: a link to its row on the page, else to its page.
    fn mention(&mut self, number: usize, text: &str) {
        let site = self.site;
        let mention = self.page.page.model.mentions.get(number);
        let task = mention.and_then(|mention| Some(&site.catalog.tasks[site.catalog.named_by(site.edition(), mention)?]));
        let Some((id, task)) = task.map(|task| (&*task.id, task)) else {
            self.html.push_str(text);
            return;
        };
        let href = if self.page.page.model.rows().any(|(_, row)| *row.id.text == *id) {
            format!("#{}{TASK_ANCHOR}{id}", self.filling.prefix)
        } else {
            let Some(path) = site.task_path(id) else {
                self.html.push_str(text);
                return;
            };
            // That there is such a task, another page says.
            let source = site.edition().page(task.works[0].lead().page).page.file;
            self.targets.insert(source);
            self.filling.output.href_to(path)
        };
        let _ = write!(self.html, "<a class=\"task\" href=\"{}\">{text}</a>", escaped(&href));
    }
}

/// Whether a table of changes can be shown as a line of time: a date, and at most who and what.
fn is_timeline(table: &RefreshTable) -> bool {
    let known = |column: &Option<Column>| matches!(column, Some(Column::Date | Column::Who | Column::What));
    table.columns.len() <= 3 && table.columns.first() == Some(&Some(Column::Date)) && table.columns.iter().all(known)
}

/// The text below a heading, as an output elsewhere shows it; `None` where it is not a whole of its own.
pub(super) fn section(site: &Site, id: PageId, heading: usize, output: &RelPath) -> Option<Sourced<String>> {
    let page = &site.edition().page(id).page;
    let body = &page.body;
    let start_of = |heading: usize| {
        let hole = body.holes.iter().find(|hole| hole.kind == HoleKind::Id(heading))?;
        // `<h2`
        hole.at.checked_sub(3)
    };
    let level = page.headings.get(heading)?.level;
    let tag_end = "</h2>".len();
    let at = start_of(heading)?;
    let start = at + body.html[at..].find("</h")? + tag_end;
    let next = (heading + 1..page.headings.len()).find(|next| page.headings[*next].level <= level);
    let end = next.map_or(Some(body.html.len()), start_of)?;
    let part = body.html.get(start..end)?;
    if part.trim().is_empty() || !is_balanced(part) {
        return None;
    }
    let filling = Filling { style: ArticleStyle::Site, output, prefix: "definition-", part: start..end, together: &|_| None };
    Some(fill(site, id, &filling).map(Article::whole))
}

/// Whether each element that begins in a part of a body ends there, and no other does.
fn is_balanced(html: &str) -> bool {
    let mut depth = 0_usize;
    for (at, _) in html.match_indices('<') {
        let tag = html[at + 1..].split('>').next().unwrap_or_default();
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if matches!(name.as_str(), "br" | "img" | "hr" | "input" | "wbr" | "source" | "col") {
            continue;
        }
        if !tag.starts_with('/') {
            depth += 1;
        } else if depth == 0 {
            return false;
        } else {
            depth -= 1;
        }
    }
    depth == 0
}
