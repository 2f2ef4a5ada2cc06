//! What commands that check have in common: which findings count, how they are printed, and where.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::console::Console;
use crate::book::Book;
use crate::check::{self, Baseline, Report};
use crate::diagnostic::{RuleMeta, Severity};
use crate::report::{FORMATS, Format};
use crate::text::nearest::nearest;

#[derive(clap::Args)]
#[group(id = "findings")]
pub(super) struct Arguments {
    /// How findings are printed: pretty, concise, json, jsonl, sarif, junit, github or azure. With =FILE they go there. May be given several times.
    /// [default: pretty; github in GitHub Actions]
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = wanted)]
    formats: Vec<Wanted>,
    /// The file that findings go to, instead of stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only findings of these rules.
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    select: Vec<&'static RuleMeta>,
    /// No findings of these rules.
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    ignore: Vec<&'static RuleMeta>,
    /// Findings that this file holds fail nothing.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings to a baseline; from one that is there, only take out what is gone.
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Exit with 1 on warnings too.
    #[arg(long)]
    strict: bool,
    /// Exit with 0 whatever is found.
    #[arg(long, conflicts_with = "strict")]
    exit_zero: bool,
}

/// A format, and the file that it goes to.
#[derive(Clone)]
struct Wanted {
    format: &'static Format,
    file: Option<PathBuf>,
}

fn wanted(text: &str) -> Result<Wanted, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    match FORMATS.iter().find(|format| format.name == name) {
        Some(_) if file.as_deref() == Some(Path::new("")) => Err("there is no file behind the `=`".to_owned()),
        Some(format) => Ok(Wanted { format, file }),
        None => Err(nearest(name, &names).map_or_else(|| format!("the formats are {}", names.join(", ")), |near| format!("did you mean `{near}`?"))),
    }
}

/// The rule that a code of the command line names.
pub(super) fn code(text: &str) -> Result<&'static RuleMeta, String> {
    check::rule(text).ok_or_else(|| {
        let known: Vec<&str> = check::rules().iter().map(|rule| rule.code).collect();
        nearest(text, &known).map_or_else(|| "`playpress explain` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"))
    })
}

impl Arguments {
    /// Takes out of a report what was not asked for, and what a baseline holds.
    ///
    /// # Errors
    /// Where a baseline cannot be read.
    pub(super) fn choose(&self, report: &mut Report, book: &Book) -> anyhow::Result<()> {
        report.select(&self.select, &self.ignore);
        let Some(path) = &self.baseline else { return Ok(()) };
        let baseline = read(path)?.with_context(|| format!("there is no baseline `{}`; --write-baseline makes one", path.display()))?;
        baseline.apply(report, &book.sources, &path.display().to_string());
        Ok(())
    }

    /// Takes out of a report what does not count.
    ///
    /// # Errors
    /// Where a baseline cannot be read or written.
    pub(super) fn settle(&self, report: &mut Report, book: &Book, console: &Console) -> anyhow::Result<()> {
        self.choose(report, book)?;
        let Some(path) = &self.write_baseline else { return Ok(()) };
        let now = Baseline::of(report, &book.sources);
        let before = read(path)?;
        let baseline = before.as_ref().map_or_else(|| now.clone(), |before| before.shrunk_to(&now));
        let fewer = before.map_or_else(String::new, |before| format!(", {} fewer than before", before.len() - baseline.len()));
        let said = format!("{}: {}{fewer}", path.display(), count(baseline.len()));
        fs::write(path, baseline.render()).with_context(|| format!("cannot write `{}`", path.display()))?;
        console.say(&said);
        baseline.apply(report, &book.sources, &path.display().to_string());
        Ok(())
    }

    /// Prints a report in all formats that were asked for. Where none was, and in `build`, whose findings are not what was asked for, people get
    /// them on stderr.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(super) fn print(&self, report: &Report, book: &Book, console: &Console, is_payload: bool) -> anyhow::Result<()> {
        let in_actions = env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
        let asked = if self.formats.is_empty() {
            let name = if in_actions { "github" } else { "pretty" };
            FORMATS.iter().filter(|format| format.name == name).map(|format| Wanted { format, file: None }).collect()
        } else {
            self.formats.clone()
        };
        let limited = |format: &Format| match book.config.checks.max_per_file {
            Some(limit) => Some(check::limited(report, limit)),
            None if format.is_for_people => Some(check::limited(report, check::DEFAULT_MAX_PER_FILE)),
            None => None,
        };
        for Wanted { format, file } in &asked {
            let limited = limited(format);
            let report = limited.as_ref().unwrap_or(report);
            match file.as_ref().or(self.output.as_ref()) {
                Some(path) => {
                    let text = console.render(format, report, &book.sources, self.strict, false);
                    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
                }
                None if is_payload || !self.formats.is_empty() || in_actions => console.findings(format, report, &book.sources, self.strict),
                None => console.report(report, &book.sources),
            }
            if let ("github", Some(path)) = (format.name, env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())) {
                append(Path::new(&path), &console.summary_for(report, &book.sources))?;
            }
        }
        Ok(())
    }

    /// The exit code that a report asks for.
    pub(super) fn exit_code(&self, report: &Report) -> ExitCode {
        if self.exit_zero { ExitCode::SUCCESS } else { exit_code(report, self.strict) }
    }
}

/// 1 where something is an error, or with `is_strict` a warning.
pub(super) fn exit_code(report: &Report, is_strict: bool) -> ExitCode {
    let limit = if is_strict { Severity::Warning } else { Severity::Error };
    ExitCode::from(u8::from(report.worst().is_some_and(|worst| worst >= limit)))
}

fn count(findings: usize) -> String {
    if findings == 1 { "1 finding".to_owned() } else { format!("{findings} findings") }
}

/// The baseline in a file, if there is one.
fn read(path: &Path) -> anyhow::Result<Option<Baseline>> {
    match fs::read_to_string(path) {
        Ok(text) => Baseline::parse(&text).map(Some).map_err(|error| anyhow::anyhow!("`{}` is no baseline: {error}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    }
}

/// Adds to the summary of a step, which other steps may have begun.
fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let file = fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| format!("cannot write `{}`", path.display()))
}
