//! Findings as values: a declared rule, a place, a message that says what is, a help that says what to do. Knows no format and no rule.

use crate::text::{FileId, Span};

/// How bad a finding is. An error makes a build exit with 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Counted always, shown on request.
    Info,
    /// Shown; the build succeeds.
    Warning,
    /// Shown; the build exits with 1.
    Error,
}

impl Severity {
    /// The word that people and machines read.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What is known of a rule before it ever fires.
#[derive(Debug)]
pub struct RuleMeta {
    /// The kebab-case name of the fault, which is also the name of its document.
    pub code: &'static str,
    /// The severity where nothing is configured.
    pub severity: Severity,
    /// The rule's document, Markdown: why, bad, good, how to mend. Its fences are its test.
    pub document: &'static str,
}

/// Declares the rules of a file, each with the document of its name in `src/rules/`, and their list as `RULES`.
macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident;)*) => {
        $(
            #[doc = concat!("The rule `", $code, "`; its document says the rest.")]
            pub(crate) static $name: $crate::diagnostic::RuleMeta = $crate::diagnostic::RuleMeta {
                code: $code,
                severity: $crate::diagnostic::Severity::$severity,
                document: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/", $code, ".md")),
            };
        )*
        /// The rules declared in this file.
        pub(crate) static RULES: &[&$crate::diagnostic::RuleMeta] = &[$(&$name),*];
    };
}

impl RuleMeta {
    /// A finding of this rule. The only constructor of findings, so that each has a code, a document and a test.
    #[must_use]
    pub fn at(&'static self, place: impl Into<Place>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self,
            severity: self.severity,
            place: place.into(),
            message: message.into(),
            help: None,
            included_from: Vec::new(),
            more_pages: 0,
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The project as a whole.
    Project,
    /// A whole file.
    File(FileId),
    /// Some bytes of a file.
    Span(Span),
}

impl Place {
    /// The file, if there is one.
    #[must_use]
    pub fn file(self) -> Option<FileId> {
        match self {
            Self::Project => None,
            Self::File(file) => Some(file),
            Self::Span(span) => Some(span.file),
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self::Span(span)
    }
}

impl From<FileId> for Place {
    fn from(file: FileId) -> Self {
        Self::File(file)
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that found it.
    pub rule: &'static RuleMeta,
    /// How bad it is here.
    pub severity: Severity,
    /// What it is about.
    pub place: Place,
    /// What is: lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The directives that brought the place into the page, innermost first. Empty where the place is in the page's own file.
    pub included_from: Vec<Span>,
    /// How many further pages have the same finding because they include the same file.
    pub more_pages: usize,
}

impl Diagnostic {
    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With the directives that brought the place in, innermost first.
    #[must_use]
    pub fn included_from(mut self, sites: Vec<Span>) -> Self {
        self.included_from = sites;
        self
    }
}
