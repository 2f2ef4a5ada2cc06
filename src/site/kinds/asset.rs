//! Images and other files that pages use, as they are.

use super::super::{Content, Kind, Site, Subject};
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.edition().assets.iter().map(|(output, file)| (output.clone(), Subject::Asset(*file))).collect()
}

fn make(_site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Asset(file) = subject else { anyhow::bail!("`{output}` is no asset") };
    Ok(Sourced::new(Content::Copy(file), Provenance::file(file)))
}
