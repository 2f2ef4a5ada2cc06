//! `docfx.json`, read as if `playpress init --from` had turned it into a `book.toml`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Config, ConfigFault, GlobGroup, GlobList, validated};
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

/// Reads the text of a `docfx.json` at the root of the project.
///
/// # Errors
/// Where it is no JSON, or its globs are none.
pub fn parse(text: &str) -> Result<Config, ConfigFault> {
    let text = text.strip_prefix(BOM).unwrap_or(text);
    let json: DocfxJson = serde_json::from_str(text).map_err(|error| {
        let line_start: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (line_start + error.column().saturating_sub(1)).min(text.len());
        ConfigFault { range: Some(at..at), message: error.to_string(), help: None }
    })?;
    let metadata = |key: &str| json.build.global_metadata.get(key).and_then(Value::as_str).map(str::to_owned);
    let resource = json.build.resource.into_vec();
    validated(Config {
        title: metadata("_appTitle").or_else(|| metadata("_appName")),
        content: groups(json.build.content.into_vec())?,
        assets: if resource.is_empty() { None } else { Some(groups(resource)?) },
        not_navigation: json.build.global_metadata.get("breadcrumb_path").and_then(Value::as_str).and_then(root_path).into_iter().collect(),
        ..Config::default()
    })
}

/// `~/a/b` or `a/b`, from the root.
fn root_path(path: &str) -> Option<RelPath> {
    RelPath::new(path.trim_start_matches('~').trim_start_matches('/')).ok()
}

fn groups(files: Vec<Files>) -> Result<GlobList, ConfigFault> {
    let compile = |files: Files| {
        let group = match files {
            Files::Glob(glob) => Group { files: OneOrMany::One(glob), exclude: OneOrMany::default(), src: None },
            Files::Group(group) => group,
        };
        let src = group.src.unwrap_or_default().replace('\\', "/");
        let base = RelPath::new(&src).map_err(|_| ConfigFault::new(format!("`src` leaves the project: `{src}`")))?;
        let exclude: Vec<String> = group.exclude.into_vec().into_iter().chain(NEVER.map(str::to_owned)).collect();
        GlobGroup::new(base, &group.files.into_vec(), &exclude)
    };
    files.into_iter().map(compile).collect::<Result<_, _>>().map(GlobList)
}
