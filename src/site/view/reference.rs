//! The template API as a page of the manual, made of the views themselves, so that it cannot say anything else.

use std::fmt::Write;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::super::kinds;
use super::{AlternateView, PageLink, PageView, SiteView};

/// A value of a template: its name, what it is, and its fields.
struct Entry {
    name: &'static str,
    what: &'static str,
    schema: Option<Schema>,
}

fn of<T: JsonSchema>(name: &'static str, what: &'static str) -> Entry {
    Entry { name, what, schema: Some(SchemaGenerator::default().into_root_schema_for::<T>()) }
}

fn plain(name: &'static str, what: &'static str) -> Entry {
    Entry { name, what, schema: None }
}

/// The values of each template, those of all first.
fn templates() -> Vec<(&'static str, &'static str, Vec<Entry>)> {
    let generated = || {
        vec![
            plain("title", "What the page is called."),
            plain("section", "The list that the page is, or belongs to, as `site.sections` calls it."),
            of::<PageLink>("breadcrumb", "The pages above it."),
            plain("home", "From the page to the start page of the site."),
        ]
    };
    let with = |entries: Vec<Entry>| generated().into_iter().chain(entries).collect::<Vec<_>>();
    vec![
        (
            "All templates",
            "Each template is given these.",
            vec![
                of::<SiteView>("site", "The site."),
                plain("root", "From the page to the root of the site: empty or `../`; in `404.html` it starts with a slash."),
                plain("styles", "Addresses of the style sheets of the project."),
                plain("scripts", "Addresses of the scripts of the project."),
            ],
        ),
        (
            "page.html",
            "A page of the content. Only `page`, `title_html`, `content` and `alternates` are always there: ask for the others with `is defined`.",
            vec![
                of::<PageView>("page", "The page."),
                plain("title_html", "Its text as HTML, down to the end of its first heading of level 1; empty where it has none."),
                plain("content", "The rest of its text, as HTML."),
                of::<AlternateView>("alternates", "Other versions of the page."),
                plain("nav", "The page's own branch of the navigation: entries as `nav_item` makes them, for `nav_list`."),
                plain("nav_is_cut", "Whether `nav` is only a part of the topmost entries; there is one with `nav`."),
                plain("nav_script", "The address of the script that holds the whole tree."),
                of::<PageLink>("breadcrumb", "The entries above the page."),
                of::<PageLink>("previous", "The page before it in reading order."),
                of::<PageLink>("next", "The page behind it in reading order."),
            ],
        ),
        (
            "index.html",
            "The start page of a site whose authors wrote none.",
            vec![plain("trees", "Each tree of the navigation: `items` (like `nav`), `is_cut`, and `script` (like `nav_script`).")],
        ),
        ("redirect.html", "The page at an old address.", vec![plain("target", "The address that it leads to.")]),
        ("404.html", "What a server shows where there is no page. It gets nothing else.", Vec::new()),
        ("tasks.html", "The catalogue of tasks.", with(vec![of::<kinds::tasks::CatalogueView>("catalogue", "A page of the catalogue.")])),
        (
            "task.html",
            "A task.",
            with(vec![
                of::<kinds::task::TaskPageView>("task", "The task."),
                plain("definition", "What a page of definitions says of it, as HTML; not defined where there is none."),
            ]),
        ),
        ("name.html", "A role, a service, a phase, a motion or an owner.", with(vec![of::<kinds::names::NamePageView>("name", "It.")])),
        (
            "names.html",
            "The list of all roles, services, phases, motions or owners.",
            with(vec![
                of::<kinds::names::NamesView>("list", "The list."),
                plain("map", "Of phases, the map of the processes as an SVG, where there is something to draw."),
                of::<kinds::names::StepsView>("steps", "Of phases, the same as text: each process, and which follow it."),
            ]),
        ),
        ("whats-new.html", "What changed.", with(vec![of::<kinds::whats_new::WhatsNewView>("changes", "The changes.")])),
        (
            "print.html",
            "Pages to print.",
            with(vec![of::<kinds::print::PartView>("parts", "Of a large book, its parts."), plain("pages", "Else the text of all pages, as HTML.")]),
        ),
    ]
}

/// The template API as Markdown, a section a template.
#[must_use]
pub fn reference() -> String {
    let mut text = String::new();
    let mut views: Vec<(String, Value)> = Vec::new();
    for (template, about, entries) in templates() {
        let _ = write!(text, "## {template}\n\n{about}\n");
        if entries.is_empty() {
            text.push('\n');
            continue;
        }
        text.push_str("\n| Value | Type | What it is |\n| - | - | - |\n");
        for Entry { name, what, schema } in entries {
            let view = schema.map(|schema| {
                let schema = schema.to_value();
                let own = schema.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
                let others = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
                for (name, schema) in
                    std::iter::once((own.clone(), schema.clone())).chain(others.map(|(name, schema)| (name.clone(), schema.clone())))
                {
                    if !views.iter().any(|(known, _)| *known == name) {
                        views.push((name, schema));
                    }
                }
                own
            });
            let is_list = matches!(name, "alternates" | "breadcrumb" | "parts" | "steps");
            let view =
                view.map_or_else(|| "text".to_owned(), |view| format!("{}[{view}](#{})", if is_list { "list of " } else { "" }, view.to_lowercase()));
            let view = if matches!(name, "styles" | "scripts" | "trees") { "list".to_owned() } else { view };
            let _ = writeln!(text, "| `{name}` | {view} | {what} |");
        }
        text.push('\n');
    }
    views.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, schema) in views {
        let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let _ = write!(text, "## {name}\n\n{about}\n\n| Field | Type | What it is |\n| - | - | - |\n");
        for (field, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let what = schema.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " ");
            let _ = writeln!(text, "| `{field}` | {} | {what} |", kind(schema));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// What a field holds.
fn kind(schema: &Value) -> String {
    if let Some(view) = schema.get("$ref").and_then(Value::as_str) {
        let name = view.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", kind(items));
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("boolean") => "yes or no".to_owned(),
        Some("integer") => "number".to_owned(),
        _ => "text".to_owned(),
    }
}
