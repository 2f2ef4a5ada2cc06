//! The command line: a file a command. Payload on stdout, everything else on stderr; 0 clean, 1 findings, 2 it could not be done.

mod build;
mod check;
mod clean;
mod completions;
mod console;
mod explain;
mod findings;
mod fix;
mod init;
mod progress;
mod render;
mod schema;
mod search;
mod serve;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::console::Console;
use crate::text::date::Date;
use crate::workspace::Workspace;

/// The command could not do its job.
const FAILED: u8 = 2;

#[derive(Parser)]
#[command(
    name = "playpress",
    version,
    about = "Turns a playbook in Markdown into a checked, cross-linked site for each audience.",
    propagate_version = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but what was asked for.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Show hints too.
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Write a book.toml from what is there, and a first page if there is none.
    Init(init::Arguments),
    /// Check the book and write the site of each audience.
    Build(build::Arguments),
    /// Check the book; with --fix, mend what can be mended.
    Check(check::Arguments),
    /// Mend what can be mended: check --fix.
    Fix(check::Arguments),
    /// Show the book in the browser, and again after each change.
    Serve(serve::Arguments),
    /// Find pages, sections and tasks as the search of the site does.
    Search(search::Arguments),
    /// Print the HTML of one page.
    Render(render::Arguments),
    /// Remove what build wrote, and nothing else.
    Clean(clean::Arguments),
    /// Say what a rule of the checks means, why it is one, and how a finding is mended.
    Explain(explain::Arguments),
    /// Print the JSON Schema of book.toml.
    Schema,
    /// Print a script that completes commands and options in a shell.
    Completions(completions::Arguments),
}

/// Which project.
#[derive(Args)]
struct Root {
    /// The root of the project [default: the current folder]
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The root of the project, by name.
    #[arg(long, value_name = "DIR", conflicts_with = "dir")]
    root: Option<PathBuf>,
}

impl Root {
    fn path(&self) -> &Path {
        self.dir.as_deref().or(self.root.as_deref()).unwrap_or(Path::new("."))
    }

    /// Opens the project; what is wrong with its configuration is printed.
    fn open(&self) -> Result<Workspace, ExitCode> {
        console::open(self.path())
    }
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let console = Console::new(arguments.quiet, arguments.verbose);
    let result = match &arguments.command {
        Command::Build(arguments) => build::run(arguments, &console),
        Command::Check(arguments) => check::run(arguments, false, &console),
        Command::Fix(arguments) => check::run(arguments, true, &console),
        Command::Serve(arguments) => serve::run(arguments, &console),
        Command::Search(arguments) => search::run(arguments, &console),
        Command::Render(arguments) => render::run(arguments, &console),
        Command::Clean(arguments) => clean::run(arguments, &console),
        Command::Init(arguments) => init::run(arguments, &console),
        Command::Explain(arguments) => Ok(explain::run(arguments)),
        Command::Schema => schema::run(),
        Command::Completions(arguments) => Ok(completions::run(arguments)),
    };
    result.unwrap_or_else(|error| {
        console::error(&format!("{error:#}"));
        ExitCode::from(FAILED)
    })
}

/// The day on which the program runs, in UTC, or the one that `SOURCE_DATE_EPOCH` names.
fn today() -> Date {
    let named = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    jiff::tz::TimeZone::UTC.to_datetime(named.unwrap_or_else(jiff::Timestamp::now)).date()
}

/// The editions that `--audience` asks for, by their place in the book.
fn editions(book: &crate::book::Book, audience: Option<&str>) -> anyhow::Result<Vec<usize>> {
    let Some(name) = audience else { return Ok((0..book.editions.len()).collect()) };
    let names: Vec<&str> = book.editions.iter().filter_map(crate::book::Edition::name).collect();
    match names.iter().position(|known| known.eq_ignore_ascii_case(name)) {
        Some(edition) => Ok(vec![edition]),
        None if names.is_empty() => anyhow::bail!("this book has no audiences, so there is no `{name}`"),
        None => anyhow::bail!("there is no audience `{name}`; this book has {}", names.join(", ")),
    }
}
