//! The floor: the least that any generator does for a page. Walk, read, CommonMark to HTML, one small template, write.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use tera::{Context, Tera, Value};
use walkdir::WalkDir;

const TEMPLATE: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{{ title }}</title>\n\
     <link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n<main>\n{{ content }}\n</main>\n</body>\n</html>\n";

/// Does it for each Markdown file below `root`; returns how many there were.
pub(crate) fn floor(root: &Path, output: &Path) -> anyhow::Result<usize> {
    let mut tera = Tera::default();
    tera.add_raw_template("page.html", TEMPLATE)?;
    let mut paths = Vec::new();
    for entry in WalkDir::new(root) {
        let entry = entry?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "md") {
            paths.push(entry.into_path());
        }
    }
    paths.par_iter().try_for_each(|path| page(root, path, output, &tera))?;
    Ok(paths.len())
}

fn page(root: &Path, path: &Path, output: &Path, tera: &Tera) -> anyhow::Result<()> {
    let text = fs::read_to_string(path)?;
    let (front, body) = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap_or(("", &text));
    let title = front.lines().find_map(|line| line.strip_prefix("title: ")).unwrap_or_default();
    let mut content = String::with_capacity(body.len() * 3 / 2);
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    html::push_html(&mut content, Parser::new_ext(body, options));
    let mut values = Context::new();
    values.insert("title", title);
    values.insert_value("content", Value::safe_string(&content));
    let mut bytes = Vec::with_capacity(content.len() + 512);
    tera.render_to("page.html", &values, &mut bytes)?;
    let target = output.join(path.strip_prefix(root)?).with_extension("html");
    if fs::write(&target, &bytes).is_err() {
        fs::create_dir_all(target.parent().context("a file is in a folder")?)?;
        fs::write(&target, &bytes)?;
    }
    Ok(())
}
