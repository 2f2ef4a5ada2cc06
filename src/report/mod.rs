//! Findings as text: one file a format. Takes data, gives text; no I/O.

mod json;
mod pretty;

pub use pretty::{config_fault, summary};

use crate::check::Report;
use crate::source::SourceSet;

/// What a format is given.
#[derive(Clone, Copy)]
pub struct Findings<'f> {
    /// The findings.
    pub report: &'f Report,
    /// The files that they are about.
    pub sources: &'f SourceSet,
    /// Whether info findings are shown to people too. Machines always get them.
    pub is_verbose: bool,
    /// Whether the text may hold terminal colors.
    pub is_colored: bool,
    /// Columns of the terminal.
    pub width: usize,
}

/// A format of findings.
pub struct Format {
    /// As `--format` names it.
    pub name: &'static str,
    /// The findings in this format.
    pub render: fn(&Findings<'_>) -> String,
}

/// All formats.
pub static FORMATS: &[Format] = &[Format { name: "pretty", render: pretty::render }, Format { name: "json", render: json::render }];
