//! `docfx.json`, read as if `playpress init --from` had turned it into a `book.toml`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::book_toml::{Book, BookToml, Content, ContentGroup};
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
    global_metadata: Map<String, Value>,
    file_metadata: Map<String, Value>,
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

/// Reads the text of a `docfx.json` at the root of the project as a configuration.
///
/// # Errors
/// Where it is no JSON, or its globs are none.
pub fn parse(text: &str) -> Result<Config, ConfigFault> {
    read(text)?.config(&RelPath::root())
}

/// Reads the text of a `docfx.json` at the root of the project as the `book.toml` that means the same.
///
/// # Errors
/// Where it is no JSON.
pub fn read(text: &str) -> Result<BookToml, ConfigFault> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let json: DocfxJson = serde_json::from_str(text).map_err(|error| {
        let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (line_start + error.column().saturating_sub(1)).min(text.len());
        ConfigFault { range: Some(at..at), message: error.to_string(), help: None }
    })?;
    if json.build.global_metadata.contains_key("ft.audience") || json.build.file_metadata.contains_key("ft.audience") {
        let mut fault = ConfigFault::new("`ft.audience` in the metadata of docfx.json is not read");
        fault.help = Some("run `playpress init` and give audiences by path with `[[content.audience]]` in book.toml".to_owned());
        return Err(fault);
    }
    let metadata = |key: &str| json.build.global_metadata.get(key).and_then(Value::as_str).map(str::to_owned);
    // The trail of a site's own folders is no navigation of the book.
    let breadcrumb = metadata("breadcrumb_path").map(|path| path.trim_start_matches('~').trim_start_matches('/').to_owned());
    let mut content = groups(json.build.content.into_vec(), breadcrumb.as_deref());
    let assets: Vec<Group> = json.build.resource.into_vec().into_iter().map(Group::from).collect();
    let assets = assets.into_iter().flat_map(|group| group.files.into_vec().into_iter().map(move |glob| below(group.src.as_deref(), &glob)));
    let assets: Vec<String> = assets.collect();
    let first = if content.len() == 1 && content[0].src.is_empty() { content.pop() } else { None };
    Ok(BookToml {
        book: Book { title: metadata("_appTitle").or_else(|| metadata("_appName")), src: Some(".".to_owned()), ..Book::default() },
        content: Content {
            include: first.as_ref().map(|group| group.include.clone()),
            exclude: first.map(|group| group.exclude).unwrap_or_default(),
            assets: if assets.is_empty() { None } else { Some(assets) },
            group: content,
            ..Content::default()
        },
        ..BookToml::default()
    })
}

impl From<Files> for Group {
    fn from(files: Files) -> Self {
        match files {
            Files::Glob(glob) => Self { files: OneOrMany::One(glob), exclude: OneOrMany::default(), src: None },
            Files::Group(group) => group,
        }
    }
}

fn groups(files: Vec<Files>, breadcrumb: Option<&str>) -> Vec<ContentGroup> {
    let group = |files: Files| {
        let group = Group::from(files);
        let src = group.src.unwrap_or_default().replace('\\', "/");
        let src = if matches!(src.as_str(), "." | "./") { String::new() } else { src };
        let never = NEVER.iter().copied().chain(breadcrumb.filter(|_| src.is_empty())).map(str::to_owned);
        ContentGroup { src, include: group.files.into_vec(), exclude: group.exclude.into_vec().into_iter().chain(never).collect() }
    };
    files.into_iter().map(group).collect()
}

/// A glob of a folder, from the root of the project.
fn below(src: Option<&str>, glob: &str) -> String {
    match src.map(|src| src.trim_end_matches('/')).filter(|src| !matches!(*src, "" | ".")) {
        Some(src) => format!("{}/{glob}", src.replace('\\', "/")),
        None => glob.to_owned(),
    }
}
