//! What is printed, and how: colors, width, quiet and verbose. The only place that prints.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use super::FAILED;
use super::progress::Progress;
use crate::book::Book;
use crate::check::Report;
use crate::config::ConfigFault;
use crate::diagnostic::Diagnostic;
use crate::report::{self, FORMATS, Findings, Format};
use crate::source::discover::OpenError;
use crate::source::{Role, SourceSet};
use crate::workspace::Workspace;

/// The terminal, or whatever is in its place.
pub(super) struct Console {
    is_quiet: bool,
    is_verbose: bool,
}

impl Console {
    pub(super) fn new(is_quiet: bool, is_verbose: bool) -> Self {
        Self { is_quiet, is_verbose }
    }

    /// Prints a remark, unless quiet.
    pub(super) fn say(&self, text: &str) {
        if !self.is_quiet {
            remark(&format!("{text}\n"));
        }
    }

    /// The progress of what starts now, for a person at a terminal.
    pub(super) fn progress(&self) -> Progress {
        Progress::new(self.is_quiet)
    }

    /// Findings in a format.
    pub(super) fn render(&self, format: &Format, report: &Report, sources: &SourceSet, is_strict: bool, is_colored: bool) -> String {
        (format.render)(&Findings { report, sources, is_strict, is_verbose: self.is_verbose, is_colored, width: width() })
    }

    /// Prints findings in a format, to stdout.
    pub(super) fn findings(&self, format: &Format, report: &Report, sources: &SourceSet, is_strict: bool) {
        payload(&self.render(format, report, sources, is_strict, is_colored(&std::io::stdout())));
    }

    /// All findings for the summary of a step of GitHub Actions.
    pub(super) fn summary_for(&self, report: &Report, sources: &SourceSet) -> String {
        report::github::summary(&Findings { report, sources, is_strict: false, is_verbose: self.is_verbose, is_colored: false, width: width() })
    }

    /// Prints findings for people beside other work, to stderr.
    pub(super) fn report(&self, report: &Report, sources: &SourceSet) {
        if self.is_quiet {
            return;
        }
        remark(&self.render(&FORMATS[0], report, sources, false, is_colored(&std::io::stderr())));
    }

    /// Says so where a book has no page at all, as somebody may have called playpress in another folder than he meant.
    pub(super) fn no_page(&self, book: &Book) {
        if !book.sources.files().iter().any(|file| file.role == Role::Page) {
            let src = &book.config.src;
            let place = if src.as_str().is_empty() { "here".to_owned() } else { format!("in `{src}`") };
            self.say(&format!("there is no page {place}; `playpress init` writes a first one"));
        }
    }

    /// Counts the findings, unless quiet.
    pub(super) fn summary(&self, report: &Report) {
        let summary = report::summary(report, self.is_verbose);
        self.say(if summary.is_empty() { "no findings" } else { &summary });
    }
}

/// Opens a project; why it cannot be opened is printed.
pub(super) fn open(root: &Path) -> Result<Workspace, ExitCode> {
    Workspace::open(root).map_err(|error| {
        open_error(&error);
        ExitCode::from(FAILED)
    })
}

/// Prints one finding, however quiet.
pub(super) fn finding(finding: Diagnostic, sources: &SourceSet) {
    let report = Report { diagnostics: vec![finding], ..Report::default() };
    let is_colored = is_colored(&std::io::stderr());
    remark(&(FORMATS[0].render)(&Findings { report: &report, sources, is_strict: false, is_verbose: true, is_colored, width: width() }));
}

/// Prints what was asked for.
pub(super) fn payload(text: &str) {
    print(&mut std::io::stdout(), text);
}

/// Prints what was not asked for.
fn remark(text: &str) {
    print(&mut std::io::stderr(), text);
}

/// A reader that went away (`| head`) is no failure of ours.
fn print(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Prints why something could not be done.
pub(super) fn error(text: &str) {
    remark(&format!("error: {text}\n"));
}

/// Prints why a project cannot be opened.
pub(super) fn open_error(error: &OpenError) {
    match error {
        OpenError::Io(..) => self::error(&open_problem(error)),
        OpenError::Config { path, text, fault } => config_fault(path.as_str(), text, fault),
    }
}

/// Why a project cannot be opened, without colors.
pub(super) fn open_problem(error: &OpenError) -> String {
    match error {
        OpenError::Io(path, error) => format!("cannot open `{}`: {error}", path.display()),
        OpenError::Config { path, text, fault } => report::config_fault(path.as_str(), text, fault, false, width()),
    }
}

/// Prints what is wrong with a configuration.
pub(super) fn config_fault(path: &str, text: &str, fault: &ConfigFault) {
    remark(&report::config_fault(path, text, fault, is_colored(&std::io::stderr()), width()));
}

/// Whether colors are wanted: `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, else on a terminal.
pub(super) fn is_colored(stream: &impl IsTerminal) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    if is_set("NO_COLOR") {
        return false;
    }
    is_set("CLICOLOR_FORCE") || (stream.is_terminal() && std::env::var_os("CLICOLOR").is_none_or(|value| value != "0"))
}

/// Columns for code frames: `COLUMNS`, else the terminal's, else 120.
fn width() -> usize {
    let terminal = || rustix::termios::tcgetwinsize(std::io::stderr()).ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).or_else(terminal).unwrap_or(120)
}
