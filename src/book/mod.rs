//! The snapshot that everything later reads: an edition for each audience, with its pages, resolved links, navigation and assets. Immutable; no I/O.

pub mod catalog;
pub mod collections;
pub mod dates;
pub mod languages;
pub mod nav;
pub mod redirect;
mod resolve;
pub mod toc;
pub mod uid;
pub mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ahash::{HashMap, HashSet};
use rayon::prelude::*;

pub use resolve::Resolution;

use self::nav::Nav;
use self::redirect::{EditionRedirect, RedirectIssue, Redirections};
use self::toc::Toc;
use self::uid::Uids;
use crate::config::{AudienceConfig, Config, Words};
use crate::diagnostic::Diagnostic;
use crate::markdown::Dialect;
use crate::page::Page;
use crate::source::audience::AudienceIndex;
use crate::source::{Choice, Role, SourceFile, SourceSet};
use crate::text::FileId;
use crate::text::hash::Hash128;
use crate::text::path::RelPath;

/// A whole project, read and put together.
#[derive(Debug)]
pub struct Book {
    /// How it is configured.
    pub config: Arc<Config>,
    /// Its files.
    pub sources: Arc<SourceSet>,
    /// One for each audience, in their order; a single one where the book has none.
    pub editions: Vec<Edition>,
    /// Its tables of contents.
    pub tocs: Arc<HashMap<FileId, Toc>>,
    /// The old addresses that it declares.
    pub redirections: Arc<Redirections>,
    /// What was found while files were looked for.
    pub found: Vec<Diagnostic>,
    /// Its pages by their `uid`.
    uids: Arc<Uids>,
}

/// A page of an edition, as a small number: its place in [`Edition::pages`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PageId(pub u32);

impl PageId {
    /// The place in [`Edition::pages`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The page at this place.
    ///
    /// # Panics
    /// Where there are 2³² pages or more.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("an edition has fewer than 2^32 pages"))
    }
}

/// What one audience gets.
#[derive(Debug)]
pub struct Edition {
    /// Whose it is; `None`: everybody's.
    pub audience: Option<AudienceIndex>,
    /// The audience's name and settings.
    pub settings: Option<AudienceConfig>,
    /// Its pages, by published path.
    pub pages: Vec<EditionPage>,
    /// Its navigation.
    pub nav: Arc<Nav>,
    /// The old addresses that lead to its pages.
    pub redirects: Arc<Vec<EditionRedirect>>,
    /// Old addresses that it has and that had to be left out.
    pub redirect_issues: Arc<Vec<RedirectIssue>>,
    /// The assets that its pages use, by the path they are written to.
    pub assets: Arc<BTreeMap<RelPath, FileId>>,
    /// The image beside the title of the site, and the icon of its windows, where metadata names them.
    pub images: SiteImages,
    /// Files that want a path which another file has.
    pub conflicts: Arc<Vec<Conflict>>,
    /// What names its pages.
    addresses: Arc<resolve::Addresses>,
    /// Of all that a page may know of others: in two editions of one shape, pages that are the same look the same.
    pub shape: Hash128,
}

/// The images of a site as a whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SiteImages {
    /// `_appLogoPath`.
    pub logo: Option<FileId>,
    /// `_appFaviconPath`.
    pub icon: Option<FileId>,
}

impl SiteImages {
    /// Those that the audience may see.
    fn read(config: &Config, lookup: &resolve::Lookup<'_>) -> Self {
        let image = |key: &str| {
            let path = config.metadata.get(&RelPath::root(), true, key)?.as_str()?.trim().replace('\\', "/");
            let path = config.src.join(path.trim_start_matches('~').trim_start_matches('/')).ok()?;
            lookup.file(&path).asset()
        };
        Self { logo: image("_appLogoPath"), icon: image("_appFaviconPath") }
    }
}

/// A page in its place in an edition.
#[derive(Clone, Debug)]
pub struct EditionPage {
    /// The page; editions that read the same share it.
    pub page: Arc<Page>,
    /// Its source's path without `--AUDIENCE`.
    pub published: RelPath,
    /// The path that it is written to, from the root of the site.
    pub output: RelPath,
    /// The language that it is written in, BCP 47.
    pub language: Arc<str>,
    /// Where its links lead, in the order of [`Page::links`].
    pub links: Arc<[Resolution]>,
}

/// Two files with one output path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conflict {
    /// The path.
    pub output: RelPath,
    /// The file that is written.
    pub winner: FileId,
    /// The file that is left out.
    pub loser: FileId,
    /// How they meet.
    pub kind: ConflictKind,
}

/// How two files want one path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConflictKind {
    /// It is the path of both.
    Path,
    /// The paths differ, but only in case: both are written, and on some systems one replaces the other.
    Case,
    /// They are tables of contents of one folder.
    Toc,
}

impl Edition {
    /// The audience's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.settings.as_ref().map(|settings| settings.name.as_str())
    }

    /// Whether its readers may know who people are.
    #[must_use]
    pub fn shows_people(&self) -> bool {
        self.settings.as_ref().is_none_or(|settings| settings.people)
    }

    /// A page.
    #[must_use]
    pub fn page(&self, id: PageId) -> &EditionPage {
        &self.pages[id.index()]
    }

    /// The page that is written to the root of the site.
    #[must_use]
    pub fn index(&self) -> Option<PageId> {
        self.pages.iter().position(|page| page.output.as_str() == "index.html").map(PageId::from_index)
    }
}

/// What the configuration says of how Markdown is read.
#[must_use]
pub fn dialect(config: &Config) -> Dialect {
    Dialect {
        tilde: config.src.clone(),
        iframe_hosts: config.iframe_hosts.clone(),
        math: config.math,
        words: Words::embedded(),
        terms: config.checks.terms.clone(),
    }
}

/// The audiences that get an edition.
#[must_use]
pub fn audiences(sources: &SourceSet) -> Vec<Option<AudienceIndex>> {
    match sources.audiences().list().len() {
        0 => vec![None],
        count => (0..count).map(Some).collect(),
    }
}

/// The files whose pages an edition holds, by published path: of several variants of a page the one for this audience.
#[must_use]
pub fn members(sources: &SourceSet, audience: Option<AudienceIndex>) -> Vec<FileId> {
    let pages = sources.files().iter().filter(|file| file.role == Role::Page);
    let mut members: Vec<(RelPath, FileId)> = pages
        .map(|file| (sources.published(file.id), file.id))
        .filter(|(published, id)| sources.choose(published, audience) == Choice::File(*id))
        .collect();
    members.sort();
    members.into_iter().map(|(_, id)| id).collect()
}

/// Puts a book together: `pages` holds the pages of each edition, in the order of [`audiences`] and [`members`].
#[must_use]
pub fn assemble(config: Arc<Config>, sources: Arc<SourceSet>, found: Vec<Diagnostic>, pages: Vec<Vec<Arc<Page>>>) -> Book {
    let tocs = Arc::new(toc::read_all(&sources, &config));
    let redirections = Arc::new(redirect::read_all(&sources, &config));
    let uids = Arc::new(Uids::read(&sources));
    let others = sources.files().iter().filter(|file| !matches!(file.role, Role::Page | Role::Fragment));
    let shape = Hash128::of_value(&(config.identity, sources.names_hash(), others.map(|file| (file.id, file.hash)).collect::<Vec<_>>()));
    let whole = Whole { config: &config, sources: &sources, tocs: &tocs, uids: &uids, redirections: &redirections, shape };
    let editions = audiences(&sources).into_iter().zip(pages).map(|(audience, pages)| edition(&whole, audience, pages)).collect();
    Book { config, sources, editions, tocs, redirections, found, uids }
}

/// Puts a book together of which `before` is all but some texts: of `sources`, and of the pages of each edition in the same order as then, or in
/// any. `None`: a page says something else than it did, or uses other files, so that it may matter to others.
#[must_use]
pub fn assemble_again(before: &Book, sources: &Arc<SourceSet>, pages: &[Vec<Arc<Page>>]) -> Option<Book> {
    let is_text = |file: &Arc<SourceFile>| matches!(file.role, Role::Page | Role::Fragment);
    if !sources.has_names_of(&before.sources) || !sources.changed_since(&before.sources).all(is_text) || pages.len() != before.editions.len() {
        return None;
    }
    let editions = before.editions.iter().zip(pages).map(|(edition, pages)| edition_again(before, edition, sources, pages));
    let editions = editions.collect::<Option<Vec<Edition>>>()?;
    Some(Book {
        config: before.config.clone(),
        sources: sources.clone(),
        editions,
        tocs: before.tocs.clone(),
        redirections: before.redirections.clone(),
        found: before.found.clone(),
        uids: before.uids.clone(),
    })
}

fn edition_again(book: &Book, before: &Edition, sources: &SourceSet, pages: &[Arc<Page>]) -> Option<Edition> {
    let lookup = resolve::Lookup { sources, audience: before.audience, uids: &book.uids, addresses: &before.addresses };
    let mut fresh: Vec<Option<&Arc<Page>>> = vec![None; sources.id_count()];
    for page in pages {
        fresh[page.file.index()] = Some(page);
    }
    let again = |old: &EditionPage| {
        let page = fresh[old.page.file.index()]?;
        if Arc::ptr_eq(page, &old.page) {
            return Some(old.clone());
        }
        let links: Arc<[Resolution]> = page.links.iter().map(|link| lookup.resolve(&link.target)).collect();
        let assets = |links: &[Resolution]| links.iter().filter_map(Resolution::asset).collect::<BTreeSet<_>>();
        let is_alike = page.said == old.page.said && page.written_in == old.page.written_in && assets(&links) == assets(&old.links);
        is_alike.then(|| EditionPage { page: page.clone(), links, ..old.clone() })
    };
    let pages = before.pages.iter().map(again).collect::<Option<Vec<_>>>()?;
    Some(Edition {
        audience: before.audience,
        settings: before.settings.clone(),
        pages,
        nav: before.nav.clone(),
        redirects: before.redirects.clone(),
        redirect_issues: before.redirect_issues.clone(),
        assets: before.assets.clone(),
        images: before.images,
        conflicts: before.conflicts.clone(),
        addresses: before.addresses.clone(),
        shape: before.shape,
    })
}

/// What all editions are made of.
struct Whole<'w> {
    config: &'w Config,
    sources: &'w SourceSet,
    tocs: &'w HashMap<FileId, Toc>,
    uids: &'w Uids,
    redirections: &'w Redirections,
    /// Of all that the book has beside its pages.
    shape: Hash128,
}

fn edition(whole: &Whole<'_>, audience: Option<AudienceIndex>, pages: Vec<Arc<Page>>) -> Edition {
    let Whole { config, sources, uids, redirections, shape, .. } = *whole;
    let mut conflicts = Vec::new();
    let mut redirected = redirect::of_edition(redirections, sources, config, audience);
    let redirect_issues = std::mem::take(&mut redirected.issues);
    let concealed = std::mem::take(&mut redirected.concealed);
    let pages = without_redirected(config, sources, &redirected, pages, &mut conflicts);
    let pages = placed(config, sources, pages, &mut conflicts);
    let mut addresses = resolve::Addresses::new(pages.iter().map(|(_, published, _)| published));
    for conflict in &conflicts {
        addresses.add_loser(sources.published(conflict.loser), &sources.published(conflict.winner));
    }
    let redirects = redirected.settle(&addresses);
    addresses.add_redirects(&redirects, concealed);
    let lookup = resolve::Lookup { sources, audience, uids, addresses: &addresses };
    let language: Arc<str> = config.language.as_str().into();
    let unlinked = |(page, published, output): (Arc<Page>, RelPath, RelPath)| {
        let file = sources.file(page.file);
        let language = file.map_or_else(|| language.clone(), |file| languages::language_of(config, &language, file, &page, &published));
        EditionPage { page, published, output, language, links: Arc::default() }
    };
    let mut pages: Vec<EditionPage> = pages.into_par_iter().map(unlinked).collect();
    let links_of = |page: &EditionPage| page.page.links.iter().map(|link| lookup.resolve(&link.target)).collect();
    let (nav, links): (Nav, Vec<Arc<[Resolution]>>) =
        rayon::join(|| nav::build(whole, &lookup, &pages, &mut conflicts), || pages.par_iter().map(links_of).collect());
    for (page, links) in pages.iter_mut().zip(links) {
        page.links = links;
    }
    let images = SiteImages::read(config, &lookup);
    let mut assets: BTreeMap<RelPath, FileId> = BTreeMap::new();
    for file in
        pages.iter().flat_map(|page| page.links.iter().filter_map(Resolution::asset)).chain(nav.assets()).chain(images.logo).chain(images.icon)
    {
        let output = asset_output(config, sources, file);
        let winner = *assets.entry(output.clone()).or_insert(file);
        let conflict = Conflict { output, winner, loser: file, kind: ConflictKind::Path };
        if winner != file && !conflicts.contains(&conflict) {
            conflicts.push(conflict);
        }
    }
    let redirecting = redirects.iter().filter_map(|redirect| Some((&redirect.output, *redirect.files.first()?)));
    for (output, winner) in pages.iter().map(|page| (&page.output, page.page.file)).chain(redirecting) {
        if let Some(loser) = assets.remove(output) {
            conflicts.push(Conflict { output: output.clone(), winner, loser, kind: ConflictKind::Path });
        }
    }
    let mut by_lower: HashMap<String, FileId> = HashMap::default();
    let outputs = pages.iter().map(|page| (&page.output, page.page.file)).chain(assets.iter().map(|(output, file)| (output, *file)));
    for (output, file) in outputs {
        if let Some(other) = by_lower.insert(output.as_str().to_lowercase(), file) {
            conflicts.push(Conflict { output: output.clone(), winner: other, loser: file, kind: ConflictKind::Case });
        }
    }
    let settings = audience.map(|audience| sources.audiences().list()[audience].clone());
    let said: Vec<_> = pages.iter().map(|page| (page.page.file, page.page.said, &page.language, &page.output)).collect();
    let shape = Hash128::of_value(&(shape, audience, said, &assets));
    Edition {
        audience,
        settings,
        pages,
        nav: Arc::new(nav),
        redirects: Arc::new(redirects),
        redirect_issues: Arc::new(redirect_issues),
        assets: Arc::new(assets),
        images,
        conflicts: Arc::new(conflicts),
        addresses: Arc::new(addresses),
        shape,
    }
}

/// The pages whose address does not lead elsewhere.
fn without_redirected(
    config: &Config,
    sources: &SourceSet,
    redirected: &redirect::Redirected,
    pages: Vec<Arc<Page>>,
    conflicts: &mut Vec<Conflict>,
) -> Vec<Arc<Page>> {
    let gone: HashSet<&RelPath> = redirected.sources().collect();
    let outputs: HashMap<&RelPath, Option<FileId>> = redirected.outputs().collect();
    if gone.is_empty() {
        return pages;
    }
    let mut is_left = |page: &Arc<Page>| {
        let published = sources.published(page.file);
        if gone.contains(&published) {
            return false;
        }
        let output = page_output(config, sources.path(page.file), &published);
        let Some(declared) = outputs.get(&output) else { return true };
        conflicts.extend(declared.map(|winner| Conflict { output, winner, loser: page.file, kind: ConflictKind::Path }));
        false
    };
    pages.into_iter().filter(|page| is_left(page)).collect()
}

/// Gives each page its path. Where two want the same, the last by path has it, as in docfx.
fn placed(config: &Config, sources: &SourceSet, pages: Vec<Arc<Page>>, conflicts: &mut Vec<Conflict>) -> Vec<(Arc<Page>, RelPath, RelPath)> {
    let mut taken: HashMap<RelPath, usize> = HashMap::default();
    let mut placed: Vec<(Arc<Page>, RelPath, RelPath)> = Vec::with_capacity(pages.len());
    for page in pages {
        let published = sources.published(page.file);
        let output = page_output(config, sources.path(page.file), &published);
        if let Some(&earlier) = taken.get(&output) {
            conflicts.push(Conflict { output: output.clone(), winner: page.file, loser: placed[earlier].0.file, kind: ConflictKind::Path });
            placed[earlier] = (page, published, output);
        } else {
            taken.insert(output.clone(), placed.len());
            placed.push((page, published, output));
        }
    }
    placed
}

/// The path that a page is written to: of its source's path, with and without `--AUDIENCE`.
#[must_use]
pub fn page_output(config: &Config, path: &RelPath, published: &RelPath) -> RelPath {
    let below = config.site_path(path, published);
    let stem = below.stem().to_owned();
    if stem.eq_ignore_ascii_case("index") {
        return below.with_file_name("index.html");
    }
    if !config.pretty_urls {
        return below.with_file_name(&format!("{stem}.html"));
    }
    below.with_file_name(&format!("{stem}/index.html"))
}

/// The path that an asset is written to.
#[must_use]
pub fn asset_output(config: &Config, sources: &SourceSet, file: FileId) -> RelPath {
    config.site_path(sources.path(file), &sources.published(file))
}
