//! Old addresses and where they lead: out of redirection files, `redirect_url` and `book.toml`. Who may follow which is decided for each
//! edition, in `follow`.

mod file;
mod follow;

use std::collections::BTreeMap;

use ahash::HashMap;

pub use follow::{EditionRedirect, RedirectIssue, RedirectTarget, Redirected, of_edition};

use super::page_output;
use super::toc::Placed;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::markdown::link::{self, Target};
use crate::source::{Role, SourceSet};
use crate::text::FileId;
use crate::text::path::RelPath;

rules! {
    REDIRECTION_CONFLICT = "redirection-conflict", Error;
    REDIRECTION_INVALID = "redirection-invalid", Error;
    REDIRECTED_FILE_NOT_REMOVED = "redirected-file-not-removed", Warning;
    REDIRECT_URL_INVALID = "redirect-url-invalid", Info;
    REDIRECTION_URL_CONFLICT = "redirection-url-conflict", Warning;
    CIRCULAR_REDIRECTION = "circular-redirection", Warning;
    SOURCE_PATH_CONFLICT = "source-path-conflict", Error;
    REDIRECTION_PATH_SYNTAX_ERROR = "redirection-path-syntax-error", Warning;
}

/// The front-matter key that makes a page an old address.
const KEY: &str = "redirect_url";

/// All redirections of a project.
#[derive(Debug, Default)]
pub struct Redirections {
    items: Vec<Redirection>,
    /// The first item of each path in a site.
    by_output: HashMap<RelPath, usize>,
    /// Where pages are, by their address in lower case without its extension.
    sites: HashMap<String, Site>,
    /// Whether each item ends somewhere, rather than in a circle.
    ends: Vec<bool>,
    /// What is wrong with them, whoever reads them.
    pub diagnostics: Vec<Diagnostic>,
}

/// What has an address.
#[derive(Clone, Debug)]
enum Site {
    /// The page of this path, without `--AUDIENCE`.
    Page(RelPath),
    /// The redirection at this place.
    Redirection(usize),
}

/// One old address.
#[derive(Debug)]
struct Redirection {
    /// The source that is gone, without `--AUDIENCE`; for an address of `book.toml`, the page that would have it.
    source: RelPath,
    /// The path in a site.
    output: RelPath,
    /// Where it leads, as written.
    url: String,
    /// Where that stands.
    place: Place,
    /// The file that says so; `None`: `book.toml`.
    declared: Option<FileId>,
    /// The page itself says so.
    is_front_matter: bool,
    /// The new address takes the place of the old one in whatever counts on it.
    keeps_id: bool,
    /// What the URL is.
    destination: Destination,
}

/// Where a redirection leads, whoever asks. The text is `?` and `#` with what follows them.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Destination {
    /// To a page, by its path without `--AUDIENCE`.
    Page(RelPath, String),
    /// To another redirection.
    Redirection(usize, String),
    /// To a path of the site that belongs to no page.
    Site(RelPath, String),
    /// To an address, as it was written.
    Url(String),
    /// Nowhere: it cannot be followed.
    Nowhere,
}

/// A redirection as it is declared.
struct Declared {
    source: RelPath,
    url: Placed,
    keeps_id: bool,
}

/// Reads the redirections of a project.
#[must_use]
pub fn read_all(sources: &SourceSet, config: &Config) -> Redirections {
    let mut all = Redirections::default();
    for source in sources.files().iter().filter(|file| file.role == Role::Redirections) {
        for declared in file::read(source, &mut all.diagnostics) {
            all.declare(sources, config, declared);
        }
    }
    all.of_pages(sources, config);
    all.of_config(sources, config);
    if all.items.is_empty() {
        return all;
    }
    all.find_sites(sources, config);
    for index in 0..all.items.len() {
        all.items[index].destination = all.destination(index, sources);
    }
    all.check();
    all
}

impl Redirections {
    /// Adds a redirection of a file, if a page can be redirected so.
    fn declare(&mut self, sources: &SourceSet, config: &Config, declared: Declared) {
        let Declared { source, url, keeps_id } = declared;
        let place = Place::Span(url.span);
        let extension = source.extension().to_ascii_lowercase();
        let is_text = matches!(extension.as_str(), "md" | "json" | "yml");
        let is_page = is_text && !source.stem().eq_ignore_ascii_case("toc");
        let is_asset = !is_text && config.assets.as_ref().is_none_or(|assets| assets.holds(&source));
        // What is out of the book's scope was never published.
        if !config.content.holds(&source) && !is_asset {
            return;
        }
        if !is_page {
            let finding = REDIRECTION_INVALID.at(place, format!("`{source}` is redirected to `{}`, but is no page", url.text));
            self.diagnostics.push(finding.help("only pages can be redirected: remove the entry"));
            return;
        }
        if let Some(file) = sources.find(&source) {
            let finding = REDIRECTED_FILE_NOT_REMOVED.at(file, format!("`{source}` is still there, but is redirected to `{}`", url.text));
            self.diagnostics.push(finding.help("remove the file: its text is not shown"));
        }
        let output = page_output(config, &source, &source);
        let declared = Some(url.span.file);
        self.add(Redirection { source, output, url: url.text, place, declared, is_front_matter: false, keeps_id, destination: Destination::Nowhere });
    }

    /// Adds a redirection, unless its address is redirected already.
    fn add(&mut self, redirection: Redirection) {
        let first = self.by_output.get(&redirection.output).map(|first| &self.items[*first]);
        // A page of the same name for another audience redirects for that audience.
        if let Some(first) = first.filter(|first| !(first.is_front_matter && redirection.is_front_matter)) {
            let message = format!("`{}` is redirected already, to `{}`", redirection.source, first.url);
            self.diagnostics.push(REDIRECTION_CONFLICT.at(redirection.place, message).help("remove one of the two entries"));
            return;
        }
        self.by_output.entry(redirection.output.clone()).or_insert(self.items.len());
        self.items.push(redirection);
    }

    /// The pages whose front matter leads elsewhere.
    fn of_pages(&mut self, sources: &SourceSet, config: &Config) {
        for file in sources.files().iter().filter(|file| file.role == Role::Page) {
            let Some(url) = sources.metadata_text(file, KEY) else { continue };
            let place = file.front.get(KEY).map_or(Place::File(file.id), |entry| Place::Span(crate::text::Span::new(file.id, entry.range.clone())));
            let source = sources.published(file.id);
            let output = page_output(config, &file.path, &source);
            self.add(Redirection {
                source,
                output,
                url,
                place,
                declared: Some(file.id),
                is_front_matter: true,
                keeps_id: true,
                destination: Destination::Nowhere,
            });
        }
    }

    /// The addresses of `book.toml`.
    fn of_config(&mut self, sources: &SourceSet, config: &Config) {
        for (old, url) in &config.redirects {
            let plain = old.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
            let page = match plain {
                "" => "index.md".to_owned(),
                folder if folder.ends_with('/') => format!("{folder}index.md"),
                page => format!("{}.md", page.strip_suffix(".html").or_else(|| page.strip_suffix(".md")).unwrap_or(page)),
            };
            let (Ok(source), Ok(site)) = (config.src.join(&page), RelPath::new(&page)) else {
                let finding = REDIRECT_URL_INVALID.at(Place::Project, format!("the old address `{old}` of `book.toml` leaves the site"));
                self.diagnostics.push(finding.help("write it as seen from the root of the site: `/old/page.html`"));
                continue;
            };
            // An address that names its file is kept to the letter.
            let output = if RelPath::new(plain).is_ok_and(|plain| plain.extension() == "html") {
                site.with_file_name(&format!("{}.html", site.stem()))
            } else {
                page_output(config, &source, &source)
            };
            if let Some(file) = sources.find(&source) {
                let finding = REDIRECTED_FILE_NOT_REMOVED.at(file, format!("`{source}` is still there, but `book.toml` redirects it to `{url}`"));
                self.diagnostics.push(finding.help("remove the file: its text is not shown"));
            }
            self.add(Redirection {
                source,
                output,
                url: url.clone(),
                place: Place::Project,
                declared: None,
                is_front_matter: false,
                keeps_id: true,
                destination: Destination::Nowhere,
            });
        }
    }

    /// Fills the addresses of pages and redirections.
    fn find_sites(&mut self, sources: &SourceSet, config: &Config) {
        for file in sources.files().iter().filter(|file| file.role == Role::Page) {
            let published = sources.published(file.id);
            let site = config.site_path(&file.path, &published);
            self.sites.insert(address(site.as_str()), Site::Page(published));
        }
        for (index, item) in self.items.iter().enumerate() {
            self.sites.insert(address(item.output.as_str()), Site::Redirection(index));
        }
    }

    /// Where the URL of an item leads.
    fn destination(&self, index: usize, sources: &SourceSet) -> Destination {
        let item = &self.items[index];
        let url = item.url.trim();
        let own_site = sources.audiences().list().iter().filter_map(|audience| audience.site_url.as_deref()).find_map(|site| {
            let rest = url.strip_prefix(site.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then_some(rest)
        });
        let target = link::classify(url, &RelPath::root(), &RelPath::root(), false);
        let path = match (own_site, &target) {
            (Some(rest), _) => rest,
            (None, Target::External) if has_host(url) => return Destination::Url(url.to_owned()),
            (None, Target::Rooted) => url,
            (None, Target::File { .. } | Target::Outside) => return self.relative(item, url),
            _ => return Destination::Nowhere,
        };
        let (path, suffix) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        self.at(path.trim_start_matches('/'), suffix).unwrap_or_else(|| Destination::Url(url.to_owned()))
    }

    /// Where a URL leads that is seen from the old address.
    fn relative(&self, item: &Redirection, url: &str) -> Destination {
        let (path, suffix) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().replace('\\', "/");
        let joined = match path.strip_prefix("~/") {
            Some(path) => RelPath::new(path),
            None => site_folder(item).join(&path),
        };
        let Ok(joined) = joined else { return Destination::Nowhere };
        self.at(joined.as_str(), suffix).unwrap_or_else(|| Destination::Site(joined, suffix.to_owned()))
    }

    /// What is at an address.
    fn at(&self, path: &str, suffix: &str) -> Option<Destination> {
        let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned();
        Some(match self.sites.get(&address(&path))? {
            Site::Page(published) => Destination::Page(published.clone(), suffix.to_owned()),
            Site::Redirection(index) => Destination::Redirection(*index, suffix.to_owned()),
        })
    }

    /// Finds faults that several redirections make together, or one with the pages.
    fn check(&mut self) {
        let mut found = Vec::new();
        let (circles, ends) = self.circles();
        let mut kept: BTreeMap<&RelPath, Vec<&Redirection>> = BTreeMap::new();
        for item in &self.items {
            match &item.destination {
                Destination::Page(page, _) if item.keeps_id && !item.is_front_matter && item.declared.is_some() => {
                    kept.entry(page).or_default().push(item);
                }
                Destination::Nowhere => found.push(invalid(item, "is no address of a page")),
                Destination::Site(..) | Destination::Url(_) if item.keeps_id && !has_host(&item.url) => {
                    found.push(invalid(item, "leads to no page of this book"));
                }
                _ => {}
            }
        }
        for circle in &circles {
            for (start, index) in circle.iter().enumerate() {
                let message = format!("the redirections lead in a circle: {}", chain(&self.items, circle, start));
                let finding = CIRCULAR_REDIRECTION.at(self.items[*index].place, message);
                found.push(finding.help("let one of them lead to a page that is there"));
            }
        }
        for (page, items) in kept.into_iter().filter(|(_, items)| items.len() > 1) {
            let sources: Vec<String> = items.iter().map(|item| format!("`{}`", item.source)).collect();
            let message = format!("several pages are redirected to `{page}` with `redirect_document_id`: {}", sources.join(", "));
            let finding = REDIRECTION_URL_CONFLICT.at(items[0].place, message);
            found.push(finding.help("write `\"redirect_document_id\": false` for all of them but one"));
        }
        self.ends = ends;
        self.diagnostics.extend(found);
    }

    /// The circles that redirections make, each from one of its members on; and for each redirection whether it ends.
    fn circles(&self) -> (Vec<Vec<usize>>, Vec<bool>) {
        let mut circles = Vec::new();
        let mut ends: Vec<Option<bool>> = vec![None; self.items.len()];
        // Where each redirection is on the way that is being followed.
        let mut places: HashMap<usize, usize> = HashMap::default();
        for start in 0..self.items.len() {
            let mut way = Vec::new();
            let mut next = Some(start);
            let mut end = true;
            while let Some(at) = next {
                if let Some(known) = ends[at] {
                    end = known;
                    break;
                }
                if let Some(place) = places.insert(at, way.len()) {
                    circles.push(way[place..].to_vec());
                    end = false;
                    break;
                }
                way.push(at);
                next = match &self.items[at].destination {
                    Destination::Redirection(next, _) => Some(*next),
                    _ => None,
                };
            }
            for at in way {
                ends[at] = Some(end);
                places.remove(&at);
            }
        }
        (circles, ends.into_iter().map(|end| end == Some(true)).collect())
    }
}

/// The names of a circle, from its `start`-th on; of a long one the first.
fn chain(items: &[Redirection], circle: &[usize], start: usize) -> String {
    const SHOWN: usize = 6;
    let names = circle.iter().cycle().skip(start).take(circle.len().min(SHOWN)).map(|index| format!("`{}`", items[*index].source));
    let mut names: Vec<String> = names.collect();
    if circle.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.push(format!("`{}`", items[circle[start]].source));
    names.join(" --> ")
}

fn invalid(item: &Redirection, what: &str) -> Diagnostic {
    let finding = REDIRECT_URL_INVALID.at(item.place, format!("`{}` is redirected to `{}`, which {what}", item.source, item.url));
    finding.help("name a page of this book, or write `\"redirect_document_id\": false` if it is elsewhere")
}

/// The folder of an old address.
fn site_folder(item: &Redirection) -> RelPath {
    let folder = item.output.parent();
    // `a.md` as `a/index.html`: the folder is the page.
    if item.output.file_name() == "index.html" && !item.source.stem().eq_ignore_ascii_case("index") { folder.parent() } else { folder }
}

/// Whether a URL names a host.
fn has_host(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://") || lower.starts_with("//")
}

/// A path of a site as addresses are compared: without extension, index and case.
fn address(path: &str) -> String {
    let lower = path.trim_matches('/').to_lowercase();
    let plain = lower.strip_suffix(".html").or_else(|| lower.strip_suffix(".md")).unwrap_or(&lower);
    match plain.strip_suffix("index") {
        Some("") => String::new(),
        Some(folder) if folder.ends_with('/') => folder.trim_end_matches('/').to_owned(),
        _ => plain.to_owned(),
    }
}
