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

impl std::str::FromStr for Severity {
    type Err = ();

    /// The severity of this name.
    fn from_str(name: &str) -> Result<Self, ()> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.name() == name).ok_or(())
    }
}

/// What is known of a rule before it ever fires.
#[derive(Debug)]
pub struct RuleMeta {
    /// The kebab-case name of the fault, which is also the name of its document.
    pub code: &'static str,
    /// The severity of its findings where nothing is configured.
    pub severity: Severity,
    /// Whether it is on where nothing is configured.
    pub is_on: bool,
    /// Whether the configuration may change it.
    pub is_fixed: bool,
    /// The version of playpress that had it first.
    pub since: (u32, u32),
    /// The rule's document, Markdown: why, bad, good, how to mend. Its fences are its test.
    pub document: &'static str,
}

/// Declares the rules of a file, each with the document of its name in `src/rules/`, and their list as `RULES`. Behind the severity, `fixed`
/// stands for a rule that nobody can change, and `off` for one that has to be asked for.
macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident $(, $mark:ident)?;)*) => {
        $(
            #[doc = concat!("The rule `", $code, "`; its document says the rest.")]
            pub(crate) static $name: $crate::diagnostic::RuleMeta = $crate::diagnostic::RuleMeta {
                code: $code,
                severity: $crate::diagnostic::Severity::$severity,
                is_on: !$crate::diagnostic::is_marked("off", &[$(stringify!($mark))?]),
                is_fixed: $crate::diagnostic::is_marked("fixed", &[$(stringify!($mark))?]),
                since: (0, 1),
                document: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/", $code, ".md")),
            };
        )*
        /// The rules declared in this file.
        pub(crate) static RULES: &[&$crate::diagnostic::RuleMeta] = &[$(&$name),*];
    };
}

/// Whether a rule's declaration holds a mark.
#[doc(hidden)]
#[must_use]
pub(crate) const fn is_marked(mark: &str, marks: &[&str]) -> bool {
    // Marks differ in their first letter.
    !marks.is_empty() && marks[0].as_bytes()[0] == mark.as_bytes()[0]
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
            fix: None,
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

    /// The bytes, if it is not all of a file.
    #[must_use]
    pub fn span(self) -> Option<Span> {
        match self {
            Self::Project | Self::File(_) => None,
            Self::Span(span) => Some(span),
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

/// Bytes of a file and what is to stand in their place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// The bytes; an empty span is a place between two.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// How a finding is mended. Its edits belong together: all are made, or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// Whether it says the same as before to every reader, so that nobody needs to look at it.
    pub is_safe: bool,
    /// In the order of the file, not overlapping.
    pub edits: Vec<TextEdit>,
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
    /// How it can be mended without a thought.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a way to mend it that is beyond doubt: `text` in place of `span`.
    #[must_use]
    pub fn fix(self, span: Span, text: impl Into<String>) -> Self {
        self.mended_by(Fix { is_safe: true, edits: vec![TextEdit { span, text: text.into() }] })
    }

    /// With a way to mend it that somebody should look at: `text` in place of `span`.
    #[must_use]
    pub fn unsafe_fix(self, span: Span, text: impl Into<String>) -> Self {
        self.mended_by(Fix { is_safe: false, edits: vec![TextEdit { span, text: text.into() }] })
    }

    /// With a way to mend it.
    #[must_use]
    pub fn mended_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// With the directives that brought the place in, innermost first.
    #[must_use]
    pub fn included_from(mut self, sites: Vec<Span>) -> Self {
        self.included_from = sites;
        self
    }
}
