//! The theme's own files.

use super::super::{Content, Kind, Site, Subject};
use crate::site::theme::ThemeFile;
use crate::source::provenance::{Provenance, Sourced};
use crate::text::path::RelPath;

pub(in crate::site) static KIND: Kind = Kind { subjects, is_linked: false, make };

fn subjects(site: &Site) -> Vec<(RelPath, Subject)> {
    site.theme.files().iter().enumerate().map(|(index, (output, _))| (output.clone(), Subject::Theme(index))).collect()
}

fn make(site: &Site, output: &RelPath, subject: Subject) -> anyhow::Result<Sourced<Content>> {
    let Subject::Theme(index) = subject else { anyhow::bail!("`{output}` is no file of the theme") };
    Ok(match &site.theme.files()[index].1 {
        ThemeFile::Embedded(bytes) => Sourced::constant(Content::Bytes(bytes.to_vec())),
        ThemeFile::Project(file) => Sourced::new(Content::Copy(*file), Provenance::file(*file)),
    })
}
