//! `docfx.json`, read as if `playpress init --from` had turned it into a `book.toml`.

use indexmap::IndexMap;
use jsonc_parser::ParseOptions;
use serde::Deserialize;
use serde_json::Value;

use super::book_toml::{Book, BookToml, Content, ContentGroup, FrontMatter, FrontMatterDefaults, Html, Output};
use super::{Config, ConfigFault};
use crate::text::lines::BOM;
use crate::text::path::RelPath;

/// What docfx itself never builds.
const NEVER: [&str; 4] = ["_site/**", "_localization/**", "_themes/**", "_themes.pdf/**"];

#[derive(Deserialize, Default)]
#[serde(default)]
struct DocfxJson {
    build: Build,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Build {
    content: OneOrMany<Files>,
    resource: OneOrMany<Files>,
    global_metadata: IndexMap<String, Value>,
    /// By key, then by glob.
    file_metadata: IndexMap<String, IndexMap<String, Value>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Files {
    Glob(String),
    Group(Group),
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    files: OneOrMany<String>,
    #[serde(default)]
    exclude: OneOrMany<String>,
    #[serde(default)]
    src: Option<String>,
    #[serde(default)]
    dest: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(many) => many,
            Self::One(one) => vec![one],
        }
    }
}

/// JSON as docfx reads it: with comments, commas before a bracket, and texts in single quotes.
pub(crate) const JSON: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_single_quoted_strings: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads the text of a `docfx.json` at the root of the project as a configuration.
///
/// # Errors
/// Where it is no JSON, or its globs are none.
pub fn parse(text: &str) -> Result<Config, ConfigFault> {
    read(text)?.config(&RelPath::root())
}

/// Reads the text of a `docfx.json` as the `book.toml` that says the same.
///
/// # Errors
/// Where it is no JSON.
pub fn read(text: &str) -> Result<BookToml, ConfigFault> {
    let bare = text.strip_prefix(BOM).unwrap_or(text);
    let json: Option<DocfxJson> = jsonc_parser::parse_to_serde_value(bare, &JSON).map_err(|error| {
        let behind = |at: usize| (at + text.len() - bare.len()).min(text.len());
        let range = error.range();
        ConfigFault { range: Some(behind(range.start)..behind(range.end)), message: error.kind().to_string(), help: None }
    })?;
    let Build { content, resource, global_metadata, file_metadata } = json.unwrap_or_default().build;
    let global = |key: &str| global_metadata.get(key).and_then(Value::as_str).map(str::to_owned);
    let html = Html { edit_url_template: global_metadata.get("_gitContribute").and_then(edit_url_template), ..Html::default() };
    let mut groups = content.into_vec().into_iter().map(group).collect::<Vec<_>>();
    let first = if groups.len() == 1 && groups[0].src.is_empty() && groups[0].dest.is_none() { groups.pop() } else { None };
    Ok(BookToml {
        book: Book {
            title: global("_appTitle").or_else(|| global("_appName")),
            language: global("_lang"),
            src: Some(".".to_owned()),
            ..Book::default()
        },
        output: Output { html },
        content: Content {
            include: first.as_ref().map(|group| group.include.clone()),
            exclude: first.map(|group| group.exclude).unwrap_or_default(),
            group: groups,
            asset_group: resource.into_vec().into_iter().map(group).collect(),
            ..Content::default()
        },
        front_matter: FrontMatter { defaults: defaults(global_metadata, file_metadata), ..FrontMatter::default() },
        ..BookToml::default()
    })
}

fn group(files: Files) -> ContentGroup {
    let group = match files {
        Files::Glob(glob) => Group { files: OneOrMany::One(glob), exclude: OneOrMany::default(), src: None, dest: None },
        Files::Group(group) => group,
    };
    let src = group.src.unwrap_or_default().replace('\\', "/");
    let src = if matches!(src.as_str(), "." | "./") { String::new() } else { src };
    // docfx takes the folder `src` off the addresses.
    let dest = match group.dest {
        Some(dest) if !matches!(dest.as_str(), "" | "." | "./") => Some(dest),
        _ if src.is_empty() => None,
        _ => Some(".".to_owned()),
    };
    let never = NEVER.iter().map(|glob| (*glob).to_owned());
    ContentGroup { src, dest, include: group.files.into_vec(), exclude: group.exclude.into_vec().into_iter().chain(never).collect() }
}

/// Metadata for all pages, then by key and glob: later ones win.
fn defaults(global: IndexMap<String, Value>, by_key: IndexMap<String, IndexMap<String, Value>>) -> Vec<FrontMatterDefaults> {
    let mut tables = Vec::new();
    let mut all = FrontMatterDefaults::default();
    for (key, value) in global {
        set(&mut all, key, value);
    }
    if all != FrontMatterDefaults::default() {
        tables.push(all);
    }
    for (key, by_glob) in by_key {
        for (glob, value) in by_glob {
            let mut table = FrontMatterDefaults { path: Some(glob), ..FrontMatterDefaults::default() };
            set(&mut table, key.clone(), value);
            tables.push(table);
        }
    }
    tables
}

/// Gives a table a key. TOML has no null: a key that is null is named among those that are taken away, and null is left out of values.
fn set(table: &mut FrontMatterDefaults, key: String, value: Value) {
    match without_null(value) {
        Some(value) => drop(table.values.insert(key, value)),
        None => table.unset.push(key),
    }
}

fn without_null(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => Some(items.into_iter().filter_map(without_null).collect()),
        Value::Object(entries) => Some(Value::Object(entries.into_iter().filter_map(|(key, value)| Some((key, without_null(value)?))).collect())),
        value => Some(value),
    }
}

/// Where a page can be edited, of a repository as docfx names it.
fn edit_url_template(contribute: &Value) -> Option<String> {
    let repository = contribute.get("repo")?.as_str()?.trim_end_matches('/').trim_end_matches(".git");
    let branch = contribute.get("branch").and_then(Value::as_str).unwrap_or("main");
    let is_github = repository.starts_with("https://github.com/");
    is_github.then(|| format!("{repository}/edit/{branch}/{{path}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_commas_and_quotes_are_read_as_docfx_reads_them() {
        let text = "\u{feff}{ // why\n 'build': { \"content\": [\"**/*.md\",], /* x */ \"globalMetadata\": { \"_appTitle\": \"Harbor\", }, }, }";
        let toml = read(text).expect("it is read");
        assert_eq!(toml.book.title.as_deref(), Some("Harbor"));
        assert_eq!(toml.content.include, Some(vec!["**/*.md".to_owned()]));
        let fault = read("{\n  \"build\": [\n}").expect_err("no JSON");
        assert!(fault.range.is_some());
    }

    #[test]
    fn metadata_keeps_its_order_and_null_takes_away() {
        let text = r#"{"build": {"globalMetadata": {"a": 1, "b": null}, "fileMetadata": {"a": {"z/**": "2", "a/**": null}}}}"#;
        let toml = read(text).expect("it is read");
        let path = |path: &str| RelPath::new(path).expect("inside");
        let written = toml.to_toml().expect("TOML");
        let config = super::super::book_toml::parse(&written, &RelPath::root()).expect("it is read again");
        let value = |at: &str| config.metadata.get(&path(at), true, "a").and_then(serde_yaml::Value::as_str).map(str::to_owned);
        assert_eq!((value("x.md"), value("z/x.md"), value("a/x.md")), (Some("1".to_owned()), Some("2".to_owned()), None));
    }

    #[test]
    fn a_source_folder_is_taken_off_the_address() {
        let config = parse(r#"{"build": {"content": [{"src": "docs", "files": "**/*.md"}, {"src": "api", "dest": "ref", "files": "**/*.md"}]}}"#);
        let config = config.expect("it is read");
        for (path, site) in [("docs/a/b.md", "a/b.md"), ("api/c.md", "ref/c.md"), ("other.md", "other.md")] {
            let path = RelPath::new(path).expect("inside");
            assert_eq!(config.site_path(&path, &path).as_str(), site);
        }
        assert!(parse(r#"{"build": {"resource": [{"src": "../up", "files": "**"}]}}"#).is_err());
    }
}
