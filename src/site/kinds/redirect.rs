//! Old addresses: a page that leads on to where its text is now, without a script.

use tera::Value;

use super::super::{Content, Kind, Site, Subject};
use crate::book::redirect::{EditionRedirect, RedirectTarget};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.edition().redirects.iter().enumerate().map(|(index, redirect)| (redirect.output.clone(), Subject::Redirect(index))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Redirect(index) = subject else { anyhow::bail!("`{output}` is no old address") };
    let redirect = &site.edition().redirects[index];
    let mut view = site.view(output);
    view.put("target", target(site, redirect).map(Value::from));
    Ok(site.theme.render(&site.book.sources, view, "redirect.html")?.map(Content::Bytes))
}

/// The address that a redirection leads to, as seen from it.
fn target(site: &Site, redirect: &EditionRedirect) -> Sourced<String> {
    let href = match &redirect.target {
        RedirectTarget::Page(page, suffix) => format!("{}{suffix}", redirect.output.href_to(&site.edition().page(*page).output)),
        RedirectTarget::Site(path, suffix) => format!("{}{suffix}", redirect.output.href_to(path)),
        RedirectTarget::Url(url) => url.clone(),
    };
    Sourced::new(href, Provenance::union(redirect.files.iter().map(|file| Provenance::file(*file))))
}
