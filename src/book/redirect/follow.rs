//! Which old addresses one audience may follow, and where they end. A redirection that it may not know of, or whose end it may not see, is
//! none: nothing of it reaches the edition.

use super::{Destination, Redirection, Redirections, Site};
use crate::book::PageId;
use crate::book::resolve::{Addresses, Resolution};
use crate::config::Config;
use crate::diagnostic::Place;
use crate::source::audience::{AudienceIndex, Said};
use crate::source::{Choice, SourceSet};
use crate::text::FileId;
use crate::text::path::RelPath;

/// An old address in one edition.
#[derive(Debug)]
pub struct EditionRedirect {
    /// The source that is gone.
    pub source: RelPath,
    /// The path in the site.
    pub output: RelPath,
    /// Where it leads.
    pub target: RedirectTarget,
    /// The files that say so, and the one it leads to.
    pub files: Vec<FileId>,
}

/// Where an old address leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedirectTarget {
    /// A page of the edition; `?` and `#` with what follows them.
    Page(PageId, String),
    /// A path of the site.
    Site(RelPath, String),
    /// An address as it is written.
    Url(String),
}

/// A redirection that this audience has, and whose end it may not see.
#[derive(Clone, Debug)]
pub struct RedirectIssue {
    /// The URL's place.
    pub place: Place,
    /// As written.
    pub url: String,
    /// What it is to the edition.
    pub resolution: Resolution,
}

/// The old addresses of one edition, before its pages have numbers.
#[derive(Debug, Default)]
pub struct Redirected {
    ends: Vec<End>,
    /// Sources that are gone and whose new address this audience may not see: nothing of them may be shown.
    pub concealed: Vec<(RelPath, Resolution)>,
    /// Those that had to be left out.
    pub issues: Vec<RedirectIssue>,
}

#[derive(Debug)]
struct End {
    source: RelPath,
    output: RelPath,
    destination: Destination,
    files: Vec<FileId>,
}

impl Redirected {
    /// The sources that are gone.
    pub(in crate::book) fn sources(&self) -> impl Iterator<Item = &RelPath> {
        self.ends.iter().map(|end| &end.source)
    }

    /// The paths in the site, and the files that say so.
    pub(in crate::book) fn outputs(&self) -> impl Iterator<Item = (&RelPath, Option<FileId>)> {
        self.ends.iter().map(|end| (&end.output, end.files.first().copied()))
    }

    /// The old addresses, now that pages have numbers.
    #[must_use]
    pub(in crate::book) fn settle(self, pages: &Addresses) -> Vec<EditionRedirect> {
        let settled = self.ends.into_iter().filter_map(|End { source, output, destination, files }| {
            let target = match destination {
                Destination::Page(published, suffix) => RedirectTarget::Page(pages.page(&published)?, suffix),
                Destination::Site(path, suffix) => RedirectTarget::Site(path, suffix),
                Destination::Url(url) => RedirectTarget::Url(url),
                Destination::Redirection(..) | Destination::Nowhere => return None,
            };
            Some(EditionRedirect { source, output, target, files })
        });
        settled.collect()
    }
}

/// The redirections of one audience.
#[must_use]
pub fn of_edition(all: &Redirections, sources: &SourceSet, config: &Config, audience: Option<AudienceIndex>) -> Redirected {
    let follower = Follower { all, sources, config, audience };
    let mut redirected = Redirected::default();
    for (item, _) in all.items.iter().zip(&all.ends).filter(|(_, ends)| **ends) {
        let nobody_says = item.declared.map(|file| Resolution::Hidden { file, known: false });
        let Some(is_named) = follower.may_know(item) else {
            redirected.concealed.extend(nobody_says.map(|hidden| (item.source.clone(), hidden)));
            continue;
        };
        let mut files = Vec::new();
        match follower.end(item, &mut files) {
            Ok(destination) => {
                redirected.ends.push(End { source: item.source.clone(), output: item.output.clone(), destination, files });
            }
            Err(hidden) => {
                redirected.concealed.extend(hidden.or(nobody_says).map(|hidden| (item.source.clone(), hidden)));
                if let Some(resolution) = hidden.filter(|_| is_named) {
                    redirected.issues.push(RedirectIssue { place: item.place, url: item.url.clone(), resolution });
                }
            }
        }
    }
    redirected
}

/// Over how many old addresses one is followed; from there, the next one leads on.
const STEPS: usize = 32;

struct Follower<'f> {
    all: &'f Redirections,
    sources: &'f SourceSet,
    config: &'f Config,
    audience: Option<AudienceIndex>,
}

impl Follower<'_> {
    /// Whether the audience may know of the old address: `None`, it may not; else whether anything says so by name.
    fn may_know(&self, item: &Redirection) -> Option<bool> {
        let declared = item.declared.filter(|file| self.sources.is_seen(*file, self.audience));
        if declared.is_none() && item.declared.is_some() {
            return None;
        }
        let is_declared_by_name = declared.is_some_and(|file| self.sources.members(file).is_some());
        match self.sources.choose(&item.source, self.audience) {
            Choice::File(file) if item.is_front_matter && item.declared != Some(file) => None,
            Choice::File(file) => Some(is_declared_by_name || self.sources.members(file).is_some()),
            Choice::Hidden { .. } => None,
            // The file is gone: what is said of its path still holds.
            Choice::Absent => {
                let audiences = self.sources.audiences();
                let (members, is_named) = audiences.members(&item.source, None, None, Said::by(self.config));
                let may = self.audience.is_none_or(|audience| !is_named || members.meets(audiences.sees(audience)));
                may.then_some(is_declared_by_name || is_named)
            }
        }
    }

    /// Where an old address ends, over as many others as it may be; else what the end is to the audience, if that may be reported.
    fn end(&self, item: &Redirection, files: &mut Vec<FileId>) -> Result<Destination, Option<Resolution>> {
        let mut at = item;
        let mut suffix = String::new();
        let mut step = 0;
        loop {
            files.extend(at.declared);
            if let Choice::File(file) = self.sources.choose(&at.source, self.audience) {
                files.push(file);
            }
            let outer = |inner: &String| if suffix.is_empty() { inner.clone() } else { suffix.clone() };
            match &at.destination {
                Destination::Redirection(next, inner) => {
                    suffix = outer(inner);
                    let next = &self.all.items[*next];
                    if self.may_know(next).is_none() {
                        // Another audience is led on; this one may see the page itself.
                        return self.page(&next.source, suffix, files);
                    }
                    if step == STEPS {
                        files.extend(next.declared);
                        return Ok(Destination::Site(next.output.clone(), suffix));
                    }
                    at = next;
                    step += 1;
                }
                Destination::Page(published, inner) => return self.page(published, outer(inner), files),
                Destination::Site(path, inner) => {
                    self.conceals(&format!("/{path}"))?;
                    return Ok(Destination::Site(path.clone(), outer(inner)));
                }
                Destination::Url(url) => {
                    self.conceals(url)?;
                    return Ok(Destination::Url(url.clone()));
                }
                Destination::Nowhere => return Err(None),
            }
        }
    }

    fn page(&self, published: &RelPath, suffix: String, files: &mut Vec<FileId>) -> Result<Destination, Option<Resolution>> {
        match self.sources.choose(published, self.audience) {
            Choice::File(file) => {
                files.push(file);
                Ok(Destination::Page(published.clone(), suffix))
            }
            Choice::Hidden { file, known } => Err(Some(Resolution::Hidden { file, known })),
            Choice::Absent => Err(None),
        }
    }

    /// Fails where an address that belongs to no page of the edition may name one that the audience may not see: the site of an audience
    /// that it does not know, or a path that ends as that of a hidden page.
    fn conceals(&self, url: &str) -> Result<(), Option<Resolution>> {
        let Some(audience) = self.audience else { return Ok(()) };
        let audiences = self.sources.audiences();
        let own = &audiences.list()[audience];
        let is_of =
            |site: &str| url.strip_prefix(site.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        let strange = audiences.list().iter().any(|other| {
            let may = other.name == own.name || own.sees.contains(&other.name) || own.knows.contains(&other.name);
            !may && other.site_url.as_deref().is_some_and(is_of)
        });
        if strange {
            return Err(None);
        }
        if super::has_host(url) && !audiences.list().iter().any(|other| other.site_url.as_deref().is_some_and(is_of)) {
            return Ok(());
        }
        for published in self.all.like(url) {
            if let Choice::Hidden { file, known } = self.sources.choose(&published, self.audience) {
                return Err(Some(Resolution::Hidden { file, known }));
            }
        }
        Ok(())
    }
}

impl Redirections {
    /// The pages whose addresses `url` ends with: it may mean one of them, below another root.
    fn like(&self, url: &str) -> Vec<RelPath> {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.split_once("//").map_or(path, |(_, rest)| rest);
        let ends = path.match_indices('/').map(|(at, _)| &path[at + 1..]).filter(|rest| !rest.is_empty());
        let pages = ends.filter_map(|end| match self.sites.get(&super::address(end))? {
            Site::Page(published) => Some(published.clone()),
            Site::Redirection(_) => None,
        });
        pages.collect()
    }
}
