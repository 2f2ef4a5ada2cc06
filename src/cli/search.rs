//! `playpress search QUERY`: what a reader of the site would find.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use super::console::{self, Console};
use super::{FAILED, editions};
use crate::site::search::{Hits, Searcher};
use crate::site::{self, Proof, Theme};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to look for, as in the search box: words, the beginning of one, the ID of a task; "a phrase" in quotes.
    #[arg(value_name = "QUERY", required = true)]
    query: Vec<String>,
    /// The root of the project [default: the current folder]
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    root: std::path::PathBuf,
    /// Whose site to search, where the book has several.
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// The language to search first [default: the book's]
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// How many pages to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let mut workspace = match console::open(&arguments.root) {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let progress = console.progress();
    let book = progress.during("Reading pages", |watch| workspace.book_watched(watch));
    let edition = match editions(&book, arguments.audience.as_deref())?.as_slice() {
        [] => anyhow::bail!("this book has no pages to search"),
        [only] => *only,
        several => {
            let names: Vec<&str> = several.iter().filter_map(|edition| book.editions[*edition].name()).collect();
            anyhow::bail!("this book has several sites; choose one with --audience: {}", names.join(", "))
        }
    };
    let site = site::plan(&book, edition, &Arc::new(Theme::load()?));
    let proof = Proof::new(&site);
    let searcher = match Searcher::new(&site, &proof)? {
        Ok(searcher) => searcher,
        Err(refusal) => {
            console::finding(proof.finding(&refusal), &book.sources);
            return Ok(ExitCode::from(FAILED));
        }
    };
    let language = arguments.lang.as_deref().unwrap_or(&book.config.language);
    let query = arguments.query.join(" ");
    let found = searcher.find(&query, language, arguments.limit)?;
    if arguments.json {
        console::payload(&(serde_json::to_string_pretty(&found)? + "\n"));
    } else {
        console::payload(&shown(&found, console::is_colored(&std::io::stdout())));
        console.say(&said(&query, &found));
    }
    Ok(ExitCode::from(u8::from(found.total == 0)))
}

fn said(query: &str, found: &Hits) -> String {
    let mut text = String::new();
    for word in &found.read_as {
        let _ = write!(text, "no page has `{}`; these have `{}`. ", word.word, word.read_as);
    }
    text + &match (found.total, found.hits.len()) {
        (0, _) => format!("nothing has `{query}`"),
        (1, _) => "1 page".to_owned(),
        (total, shown) if total > shown => format!("{total} pages, the first {shown} are shown"),
        (total, _) => format!("{total} pages"),
    }
}

/// What was found, a page a paragraph.
fn shown(found: &Hits, is_colored: bool) -> String {
    let mut text = String::new();
    for hit in &found.hits {
        let page = hit.url.split('#').next().unwrap_or_default();
        let _ = writeln!(text, "{}  {page}", plain(&hit.title_html, is_colored));
        if hit.rows.is_empty() && !hit.excerpt.is_empty() {
            let _ = writeln!(text, "    {}", plain(&hit.excerpt, is_colored));
        }
        for preview in &hit.previews {
            let _ = writeln!(text, "  in preview  {}", preview.url);
        }
        for row in &hit.rows {
            let anchor = row.url.find('#').map_or("", |at| &row.url[at..]);
            let _ = writeln!(text, "  {}  {anchor}", plain(&row.title_html, is_colored));
            if !row.excerpt.is_empty() {
                let _ = writeln!(text, "    {}", plain(&row.excerpt, is_colored));
            }
        }
    }
    text
}

/// A text that the client marked, for a terminal: what a page holds must not speak to it.
fn plain(html: &str, is_colored: bool) -> String {
    let text = html_escape::decode_html_entities(html).replace(char::is_control, " ");
    let (start, end) = if is_colored { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    text.replace("<mark>", start).replace("</mark>", end)
}
