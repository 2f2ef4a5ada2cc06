//! What templates are given: the whole template API. A value enters only with its provenance.

use ahash::HashMap;
use schemars::JsonSchema;
use serde::Serialize;
use tera::{Context, Value};

use crate::book::catalog::NameKind;
use crate::book::{Book, Edition, EditionPage, PageId};
use crate::markdown::Heading;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

use super::{Site, Subject, language, search};

mod generated;
mod reference;

pub use generated::{ChangeView, GroupView, ListedPageView, Maker, MentionView, NameView, TaskView, WorkView, mandatory_mark, wrapped};
pub use reference::reference;

/// The values of one output, and where they came from.
#[derive(Default)]
pub struct View {
    context: Context,
    from: Vec<Provenance>,
    text_size: usize,
}

impl View {
    /// Gives the template a value.
    pub fn put(&mut self, key: &'static str, value: Sourced<Value>) {
        let (value, from) = value.into_parts();
        self.from.push(from);
        self.text_size += value.as_str().map_or(0, str::len);
        self.context.insert_value(key, value);
    }

    /// How many bytes the values have that are texts themselves.
    pub(super) fn text_size(&self) -> usize {
        self.text_size
    }

    /// The values, for a template, and where they came from.
    pub(super) fn into_parts(self) -> (Context, Provenance) {
        (self.context, Provenance::union(self.from))
    }
}

/// How pages of an edition name one another.
pub struct Views {
    /// Each page as others name it, in the order of the edition's pages.
    pages: Vec<Sourced<String>>,
}

/// The site, as each template sees it.
#[derive(Clone, Serialize, JsonSchema)]
pub struct SiteView {
    /// The book's title.
    pub title: String,
    /// The book's language, BCP 47.
    pub language: String,
    /// `ltr` or `rtl`, as that language is written.
    pub direction: &'static str,
    /// The audience's name; empty where the book has none.
    pub audience: String,
    /// The image beside the title, from the root of the site; empty where there is none.
    pub logo: String,
    /// The icon of the window, from the root of the site; empty: the theme's.
    pub icon: String,
    /// What stands at the foot of each page; empty: what the theme says.
    pub footer: String,
    /// What made the page.
    pub generator: &'static str,
    /// The lists of what the pages say: tasks, roles and so on. Their addresses are seen from the root of the site.
    pub sections: Vec<PageLink>,
    /// The page to print, from the root of the site; empty where there is none.
    pub print: String,
    /// The feed of what changed, from the root of the site; empty where there is none.
    pub feed: String,
    /// The page of the search, from the root of the site; empty where there is none.
    pub search: String,
    /// The client of the search, likewise.
    pub search_client: String,
}

/// A link to a page, or to an address outside. Never holds a page's body.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PageLink {
    /// What it says.
    pub title: String,
    /// Relative to the page that shows it; empty: it leads nowhere.
    pub href: String,
}

/// Another version of a page. Never holds anything of that page but its address.
#[derive(Clone, Serialize, JsonSchema)]
pub struct AlternateView {
    /// What it says.
    pub title: String,
    /// Relative to the page that shows it, or the address on another site.
    pub href: String,
    /// The language, BCP 47, of a version in another one; else empty.
    pub language: String,
    /// The audience of a version on another site; else empty.
    pub audience: String,
}

/// A heading in the contents of a page.
#[derive(Clone, Serialize, JsonSchema)]
pub struct HeadingView {
    /// 2 or 3.
    pub level: u8,
    /// Its text.
    pub title: String,
    /// Where it is on the page.
    pub href: String,
}

/// A page, as its own template sees it.
#[derive(Clone, Serialize, JsonSchema)]
pub struct PageView {
    /// Its title.
    pub title: String,
    /// Its language, BCP 47.
    pub language: String,
    /// `ltr` or `rtl`, as that language is written.
    pub direction: &'static str,
    /// Its title with that of the site, for the window and for search engines.
    pub document_title: String,
    /// Whether search engines are asked to leave it out.
    pub is_unlisted: bool,
    /// One sentence; empty where the author gave none.
    pub description: String,
    /// Whether its text starts with a heading of level 1.
    pub has_h1: bool,
    /// From the page to the start page of the site.
    pub home: String,
    /// The address at which the page can be edited; empty where none is configured.
    pub edit_url: String,
    /// The contents of the page.
    pub headings: Vec<HeadingView>,
    /// Who answers for it, where readers may know.
    pub owners: Vec<PageLink>,
    /// When it last changed, as `2026-11-21`; empty where nothing says.
    pub changed: String,
}

impl Views {
    /// Those of an edition.
    #[must_use]
    pub fn new(edition: &Edition) -> Self {
        let pages = edition.pages.iter().map(|page| Sourced::new(page.page.heading().to_owned(), page.page.from.clone())).collect();
        Self { pages }
    }

    /// A page as a page at `from` links to it.
    #[must_use]
    pub fn link(&self, edition: &Edition, from: &RelPath, page: PageId) -> Sourced<PageLink> {
        let href = from.href_to(&edition.page(page).output);
        self.pages[page.index()].clone().map(|title| PageLink { title, href })
    }
}

impl SiteView {
    /// What the templates of an edition are told of its site, which has these lists.
    #[must_use]
    pub(super) fn new(book: &Book, edition: &Edition, generated: &HashMap<Subject, RelPath>) -> Self {
        let images = [edition.images.logo, edition.images.icon];
        let [logo, icon] = images.map(|file| {
            let output = file.and_then(|file| edition.assets.iter().find(|(_, asset)| **asset == file));
            output.map_or_else(String::new, |(output, _)| RelPath::root().href_to(output))
        });
        let footer = book.config.metadata.get(&RelPath::root(), true, "_appFooter").and_then(|footer| footer.as_str().map(plain));
        let mut site = Self {
            logo,
            icon,
            footer: footer.unwrap_or_default(),
            title: book.config.title().to_owned(),
            language: book.config.language.clone(),
            direction: language::direction(&book.config.language),
            audience: edition.name().unwrap_or_default().to_owned(),
            generator: concat!("playpress ", env!("CARGO_PKG_VERSION")),
            sections: Vec::new(),
            feed: String::new(),
            search: String::new(),
            search_client: String::new(),
            print: String::new(),
        };
        let lists = [
            (Subject::Tasks(0), "Tasks"),
            (Subject::Names(NameKind::Role), "Roles"),
            (Subject::Names(NameKind::Service), "Services"),
            (Subject::Names(NameKind::Phase), "Phases"),
            (Subject::Names(NameKind::Motion), "Motions"),
            (Subject::Names(NameKind::Owner), "Owners"),
            (Subject::Changes(None), "What’s new"),
        ];
        let href = |path: &RelPath| RelPath::root().href_to(path);
        let link = |(subject, title): &(Subject, &str)| Some(PageLink { title: (*title).to_owned(), href: href(generated.get(subject)?) });
        site.sections = lists.iter().filter_map(link).collect();
        site.print = generated.get(&Subject::Print(0)).map(href).unwrap_or_default();
        site.feed = generated.get(&Subject::Feed).map(href).unwrap_or_default();
        if let (Some(page), Some(client)) = (generated.get(&Subject::Search), generated.get(&Subject::SearchScript(search::CLIENT_NAME))) {
            (site.search, site.search_client) = (href(page), href(client));
        }
        site
    }
}

/// The text of a little HTML.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for (index, piece) in html.split('<').enumerate() {
        match piece.split_once('>').filter(|_| index > 0) {
            Some((_, rest)) => text.push_str(rest),
            None if index == 0 => text.push_str(piece),
            None => {
                text.push('<');
                text.push_str(piece);
            }
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    html_escape::decode_html_entities(&words.join(" ")).into_owned()
}

/// A page itself.
#[must_use]
pub fn page(site: &Site, id: PageId) -> Sourced<Value> {
    let book = &*site.book;
    let page = site.edition().page(id);
    let facts = &site.catalog().pages[id.index()];
    let owner = |owner: &u32| {
        let href = site.generated(Subject::Name(NameKind::Owner, *owner)).map(|path| page.output.href_to(path));
        PageLink { title: site.catalog().names(NameKind::Owner).named[*owner as usize].name.to_string(), href: href.unwrap_or_default() }
    };
    let source = book.sources.path(page.page.file);
    let edit_url = book.config.edit_url_template.as_ref().map(|template| template.replace("{path}", &RelPath::root().href_to(source)));
    let heading = |heading: &Heading| HeadingView { level: heading.level, title: heading.text.clone(), href: format!("#{}", heading.id) };
    let shown = |heading: &&Heading| matches!(heading.level, 2 | 3) && !heading.text.is_empty();
    let view = PageView {
        title: page.page.title.clone(),
        language: page.language.to_string(),
        direction: language::direction(&page.language),
        document_title: document_title(book, page),
        is_unlisted: says(book, page, "_noindex"),
        description: page.page.description.clone().or_else(|| book.config.description.clone()).unwrap_or_default(),
        has_h1: page.page.has_h1(),
        edit_url: edit_url.filter(|_| !says(book, page, "_disableContribution")).unwrap_or_default(),
        owners: facts.owners.iter().map(owner).collect(),
        changed: facts.changed.map(|date| date.to_string()).unwrap_or_default(),
        home: format!("{}index.html", root(&page.output)),
        headings: if says(book, page, "_disableAffix") { Vec::new() } else { page.page.headings.iter().filter(shown).map(heading).collect() },
    };
    Sourced::new(Value::from_serializable(&view), page.page.from.clone())
}

/// Whether a page says yes to a key of docfx that themes honor.
#[must_use]
pub fn says(book: &Book, page: &EditionPage, key: &str) -> bool {
    book.sources.file(page.page.file).is_some_and(|file| book.sources.metadata_flag(file, key))
}

/// The title of the window: with `titleSuffix`, as search engines of Microsoft Learn show it, else with the name of the site.
fn document_title(book: &Book, page: &EditionPage) -> String {
    let title = &page.page.title;
    let said = |key: &str| book.sources.metadata_text(book.sources.file(page.page.file)?, key);
    if let Some(suffix) = said("titleSuffix") {
        let plain = title.split_once('|').map(|(plain, _)| plain.trim_end()).filter(|plain| plain.chars().count() > 5);
        return format!("{} - {suffix}", plain.unwrap_or(title));
    }
    let site = said("_appTitle").unwrap_or_else(|| book.config.title().to_owned());
    if site == *title { site } else { format!("{title} – {site}") }
}

/// From `output` to the root of the site.
#[must_use]
pub fn root(output: &RelPath) -> String {
    "../".repeat(output.as_str().matches('/').count())
}
