//! `book.toml`, strictly: its keys and what they mean, for reading, for writing, and as a JSON Schema.

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AudienceConfig, Checks, CollectionConfig, Config, ConfigFault, External, FileAudience, GlobGroup, GlobList, LanguageConfig, Level, Metadata,
    RuleConfig, validated,
};
use crate::diagnostic::Severity;
use crate::text::hash::Hash128;
use crate::text::nearest::nearest;
use crate::text::path::RelPath;

/// The configuration of a playbook.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[schemars(title = "book.toml of playpress")]
pub struct BookToml {
    /// The book itself.
    #[serde(skip_serializing_if = "is_default")]
    pub book: Book,
    /// Where sites are built.
    #[serde(skip_serializing_if = "is_default")]
    pub build: Build,
    /// What is built.
    #[serde(skip_serializing_if = "is_default")]
    pub output: Output,
    /// Which files belong to the book.
    #[serde(skip_serializing_if = "is_default")]
    pub content: Content,
    /// Who reads the book: a site for each. Without this table the audiences are the values that `ft.audience` has in the pages.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub audiences: IndexMap<String, Audience>,
    /// What pages say in their front matter.
    #[serde(skip_serializing_if = "is_default")]
    pub front_matter: FrontMatter,
    /// Languages of the content besides the book's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub language: Vec<Language>,
    /// Parts of the content that are one work each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collection: Vec<Collection>,
    /// The words of the playbook.
    #[serde(skip_serializing_if = "is_default")]
    pub vocabulary: Vocabulary,
    /// Tasks.
    #[serde(skip_serializing_if = "is_default")]
    pub tasks: Tasks,
    /// The headings of level 2 that pages have, in this order, by their `ms.topic`; an empty list asks for none. Default: Overview, Objectives,
    /// Approach, Key Inputs, Key Outputs, Next Steps and Refresh Summary for pages that start so.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub sections: IndexMap<String, Vec<String>>,
    /// Refresh summaries.
    #[serde(skip_serializing_if = "is_default")]
    pub refresh: Refresh,
    /// How findings are judged.
    #[serde(skip_serializing_if = "is_default")]
    pub check: Check,
}

/// Tasks.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Tasks {
    /// The page that says what each task is, with headings such as `## 983: Name`; from the root of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definitions: Option<String>,
}

/// Refresh summaries.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Refresh {
    /// The values of `ms.topic` whose pages need one. Default: pages with an overview, objectives and an approach, and on the site of `partner`
    /// also those of the topics `playbook` and `partner-playbook`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<String>>,
}

/// How findings are judged.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Check {
    /// A version of playpress such as `0.1`: rules that are younger give hints only, so that an upgrade turns no build red.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// How many findings of one severity are shown of a file; the rest is counted. Default: 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_file: Option<usize>,
    /// Rules by their codes: a severity, or a table that says more, or several tables of which the last that holds for a file counts.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub rules: IndexMap<String, RuleSetting>,
    /// Hosts, with those below them, that pages may lead to and show images from. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_hosts: Option<Vec<String>>,
    /// Words that pages should not use, and what to write instead: `blacklist = "blocklist"`. Default: none.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub terms: IndexMap<String, String>,
    /// How `check --external` asks for web addresses.
    #[serde(skip_serializing_if = "is_default")]
    pub external: ExternalCheck,
}

/// How `check --external` asks for web addresses.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct ExternalCheck {
    /// Globs of addresses that are asked for, such as `https://example.com/**`. Default: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// Globs of addresses that are not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Headers that a host is sent, by host. Nothing secret belongs here.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, IndexMap<String, String>>,
    /// How many seconds an answer may take. Default: 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<f64>,
    /// How many requests a host gets at once. Default: 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_host: Option<usize>,
    /// How many seconds a host is left alone between two requests. Default: 0.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<f64>,
    /// How many days an answer counts before the address is asked for again. Default: 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
}

/// What is said of a rule.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug)]
#[serde(untagged)]
pub enum RuleSetting {
    /// Its severity.
    Level(RuleLevel),
    /// More than that.
    Table(RuleTable),
    /// More than that, for several groups of files.
    Tables(Vec<RuleTable>),
}

/// A rule, for some files.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RuleTable {
    /// Its severity. Default: as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<RuleLevel>,
    /// Globs of the files for which this holds, from the root of the project. Default: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Globs of files in which the rule is off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// What your team wants to say with each finding: whom to ask, where the house rules are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A severity, or none.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// No finding.
    Off,
    /// A hint: counted, and shown on request.
    Info,
    /// Shown; the build succeeds.
    Warning,
    /// Shown; the build exits with 1.
    Error,
}

/// The book itself.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Book {
    /// Its name, shown on each page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// One sentence for search engines, on pages that have none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The BCP 47 tag of its main language. Default: `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The folder of its content. Default: `content` if there is one, else the root of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<String>,
}

/// Where sites are built.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Build {
    /// The folder that sites go to, from the root of the project. Default: `public`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_dir: Option<String>,
}

/// What is built.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// The site.
    pub html: Html,
}

/// The site.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Html {
    /// `a.md` becomes `a/index.html` rather than `a.html`.
    #[serde(skip_serializing_if = "is_default")]
    pub pretty_urls: bool,
    /// A folder whose files take the place of those of the default theme: `templates/page.html`, `css/playpress.css` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// Style sheets that each page loads after the theme's, from the root of the project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_css: Vec<String>,
    /// Scripts that each page loads after the theme's, from the root of the project.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_js: Vec<String>,
    /// The address at which a page can be edited; `{path}` is its source from the root of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit_url_template: Option<String>,
    /// The address of the site of a book without audiences. Starts with `https://` or `http://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_url: Option<String>,
    /// A folder of the site for the pages that nobody writes: tasks, roles, what is new. Default: the root of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_dir: Option<String>,
    /// The search of the site.
    #[serde(skip_serializing_if = "is_default")]
    pub search: Search,
    /// Old addresses of pages, from the root of the site, and where they lead now: `"/old/page.html" = "/new/page.html"`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub redirect: IndexMap<String, String>,
}

/// The search of the site.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields, default)]
pub struct Search {
    /// Whether the site has one.
    pub enable: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self { enable: true }
    }
}

/// What pages say in their front matter.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatter {
    /// Keys that each page needs. Default: `title`, `description`, `ms.author`, `manager`, `ms.date`, `ms.topic` and `ms.prod` where the book
    /// has a table of audiences, else none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<Vec<String>>,
    /// The same for pages of a value of `ms.topic`.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub topic: IndexMap<String, FrontMatterTopic>,
    /// Values for pages that do not say otherwise. Later tables win.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defaults: Vec<FrontMatterDefaults>,
}

/// What pages of a topic say.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatterTopic {
    /// Keys that each of them needs, in place of those of `front-matter`.
    pub required: Vec<String>,
}

/// Values for pages that do not say otherwise.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct FrontMatterDefaults {
    /// A glob, from the root of the project. Default: all pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Keys whose values of earlier tables do not hold here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unset: Vec<String>,
    /// Keys and values, as front matter has them.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, serde_json::Value>,
}

/// An audience.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Audience {
    /// The audiences whose pages its site holds. Default: itself. Of several variants of a page, the first of these wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sees: Option<Vec<String>>,
    /// The audiences of whose pages it may be told that they exist. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub knows: Vec<String>,
    /// Whether names and addresses of people are shown to it.
    #[serde(skip_serializing_if = "is_default")]
    pub people: bool,
    /// The folder of its site in the build directory. Default: its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dest: Option<String>,
    /// Hosts that it cannot reach, such as `sharepoint.com`: links to them, and to hosts below them, are reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_hosts: Vec<String>,
    /// The address of its site; audiences that know it get links to its readings of their pages. Starts with `https://` or `http://`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_url: Option<String>,
}

/// Which files belong to the book.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Content {
    /// Globs of pages and tables of contents, from `book.src`. Default: `**/*.md`, `**/toc*.yml` and `**/toc.json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<String>>,
    /// Globs of what is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Globs of files that pages may show or link to, from the root of the project. Default: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<String>>,
    /// Hosts whose pages may be shown in an `iframe`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub iframe_hosts: Vec<String>,
    /// Whether `$…$` and `$$…$$` in pages are formulas, written as in LaTeX. Default: no, since a dollar is a price in most books.
    #[serde(skip_serializing_if = "is_default")]
    pub math: bool,
    /// Further groups of pages, each with globs of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group: Vec<ContentGroup>,
    /// Groups of files that pages may show or link to, besides those of `assets`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub asset_group: Vec<ContentGroup>,
    /// Who may see files, by path. It narrows what the files say themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<ContentAudience>,
}

/// A group of files.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct ContentGroup {
    /// The folder that the globs are seen from. Default: the root of the project.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub src: String,
    /// The folder of the site that its files go to, as they are below `src`. Default: where they are below the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dest: Option<String>,
    /// Globs of what it takes in.
    pub include: Vec<String>,
    /// Globs of what is left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
}

/// Who may see some files.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct ContentAudience {
    /// A glob, from the root of the project.
    pub path: String,
    /// Names of audiences.
    pub audience: Vec<String>,
}

/// A language of the content.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its BCP 47 tag.
    pub id: String,
    /// A glob of its pages, from the root of the project.
    pub path: String,
    /// The folder of the pages that they are translated from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What the names of its files end with: `-jp`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
}

/// A part of the content that is one work.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Collection {
    /// Its name.
    pub id: String,
    /// A glob of its pages, from the root of the project.
    pub path: String,
    /// The collection that it is the next version of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_of: Option<String>,
}

/// The words of the playbook, by what they name.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Vocabulary {
    /// Who does the work.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub roles: IndexMap<String, Word>,
    /// What the work is about.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub services: IndexMap<String, Word>,
    /// When it is done.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub phases: IndexMap<String, Word>,
    /// Why it is done.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub motions: IndexMap<String, Word>,
}

/// What else a name is called.
#[derive(Deserialize, Serialize, JsonSchema, Clone, PartialEq, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Word {
    /// Other names of the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its name in other languages, by BCP 47 tag.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub translations: IndexMap<String, Vec<String>>,
    /// The page about it, from the root of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Reads the text of a `book.toml`. Without `src`, the content is in `default_src`.
///
/// # Errors
/// Where it is no TOML, holds an unknown key or a value that cannot be meant.
pub fn parse(text: &str, default_src: &RelPath) -> Result<Config, ConfigFault> {
    let toml: BookToml = toml::from_str(text).map_err(|error| fault(&error))?;
    toml.config(default_src)
}

/// The JSON Schema of `book.toml`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(BookToml).to_value()
}

impl BookToml {
    /// The configuration as TOML.
    ///
    /// # Errors
    /// Where a value cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// What the file means, defaults filled in. Without `src`, the content is in `default_src`.
    ///
    /// # Errors
    /// Where a value cannot be meant.
    pub fn config(self, default_src: &RelPath) -> Result<Config, ConfigFault> {
        let src = match &self.book.src {
            Some(src) => inside("book.src", src)?,
            None => default_src.clone(),
        };
        let html = self.output.html;
        let defaults = Config::default();
        let definitions = self.tasks.definitions.as_deref().map(|page| inside("tasks.definitions", page)).transpose()?;
        let paths = |key: &str, paths: &[String]| paths.iter().map(|path| inside(key, path)).collect::<Result<Vec<_>, _>>();
        validated(Config {
            identity: Hash128::default(),
            title: self.book.title,
            description: self.book.description,
            authors: self.book.authors,
            language: self.book.language.unwrap_or(defaults.language),
            build_dir: self.build.build_dir.unwrap_or(defaults.build_dir),
            pretty_urls: html.pretty_urls,
            theme_dir: html.theme.as_deref().map(|theme| inside("output.html.theme", theme)).transpose()?,
            additional_css: paths("output.html.additional-css", &html.additional_css)?,
            additional_js: paths("output.html.additional-js", &html.additional_js)?,
            edit_url_template: html.edit_url_template,
            has_search: html.search.enable,
            generated_dir: html
                .generated_dir
                .as_deref()
                .map(|dir| inside("output.html.generated-dir", dir))
                .transpose()?
                .unwrap_or_else(RelPath::root),
            audiences: self.audiences.iter().map(|(name, audience)| configured(name, audience)).collect::<Result<_, _>>()?,
            content: content(&self.content, &src)?,
            assets: assets(&self.content)?,
            metadata: Arc::new(metadata(&self.front_matter.defaults)?),
            redirects: html.redirect.into_iter().collect(),
            iframe_hosts: self.content.iframe_hosts,
            math: self.content.math,
            file_audiences: file_audiences(&self.content.audience)?,
            languages: self.language.into_iter().map(language).collect::<Result<_, _>>()?,
            collections: self.collection.into_iter().map(collection).collect::<Result<_, _>>()?,
            vocabulary: self.vocabulary,
            site_url: html.site_url.map(|url| web_address("`output.html.site-url`", url)).transpose()?,
            required: self.front_matter.required,
            required_by_topic: self.front_matter.topic.into_iter().map(|(topic, keys)| (topic.to_lowercase(), keys.required)).collect(),
            definitions,
            sections: self.sections.into_iter().map(|(topic, names)| (topic.to_lowercase(), names)).collect(),
            refresh_topics: self.refresh.topics.map(|topics| topics.iter().map(|topic| topic.to_lowercase()).collect()),
            checks: checks(self.check)?,
            src,
        })
    }
}

/// A path of the project that a key names.
fn inside(key: &str, path: &str) -> Result<RelPath, ConfigFault> {
    RelPath::new(&path.replace('\\', "/")).map_err(|_| ConfigFault::new(format!("`{key}` leaves the project: `{path}`")))
}

fn content(content: &Content, src: &RelPath) -> Result<GlobList, ConfigFault> {
    let mut groups = Vec::new();
    let default = || vec!["**/*.md".to_owned(), "**/toc*.yml".to_owned(), "**/toc.json".to_owned()];
    if content.include.is_some() || content.group.is_empty() {
        let include = content.include.clone().unwrap_or_else(default);
        groups.push(GlobGroup::new(src.clone(), &include, &content.exclude)?);
    }
    for one in &content.group {
        groups.push(group("content.group", one)?);
    }
    Ok(GlobList(groups))
}

fn group(key: &str, group: &ContentGroup) -> Result<GlobGroup, ConfigFault> {
    let dest = group.dest.as_ref().map(|dest| inside(&format!("{key}.dest"), dest)).transpose()?;
    Ok(GlobGroup::new(inside(&format!("{key}.src"), &group.src)?, &group.include, &group.exclude)?.with_dest(dest))
}

fn assets(content: &Content) -> Result<Option<GlobList>, ConfigFault> {
    let mut groups = Vec::new();
    if let Some(globs) = &content.assets {
        groups.push(GlobGroup::new(RelPath::root(), globs, &[])?);
    }
    for one in &content.asset_group {
        groups.push(group("content.asset-group", one)?);
    }
    Ok(if groups.is_empty() { None } else { Some(GlobList(groups)) })
}

fn metadata(defaults: &[FrontMatterDefaults]) -> Result<Metadata, ConfigFault> {
    let mut metadata = Metadata::default();
    for table in defaults {
        for key in &table.unset {
            metadata.add(table.path.as_deref(), key, &serde_json::Value::Null)?;
        }
        for (key, value) in &table.values {
            metadata.add(table.path.as_deref(), key, value)?;
        }
    }
    Ok(metadata)
}

fn configured(name: &str, audience: &Audience) -> Result<AudienceConfig, ConfigFault> {
    let lower = |name: &String| name.trim().to_lowercase();
    let name = lower(&name.to_owned());
    let dest = audience.dest.clone().unwrap_or_else(|| name.clone());
    let is_plain = |folder: &str| RelPath::new(folder).is_ok_and(|path| path.as_str() == folder && !folder.is_empty());
    if !super::is_audience_name(&name) || !is_plain(&dest) {
        return Err(ConfigFault::new(format!("audience `{name}` needs a name and a folder below the build directory, not `{dest}`")));
    }
    let site_url = audience.site_url.clone().map(|url| web_address(&format!("`site-url` of audience `{name}`"), url)).transpose()?;
    Ok(AudienceConfig {
        sees: audience.sees.as_ref().map_or_else(|| vec![name.clone()], |sees| sees.iter().map(lower).collect()),
        knows: audience.knows.iter().map(lower).collect(),
        people: audience.people,
        hidden_hosts: audience.hidden_hosts.iter().map(lower).collect(),
        site_url,
        dest,
        name,
    })
}

/// A URL that somebody can go to.
fn web_address(key: &str, url: String) -> Result<String, ConfigFault> {
    if ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(url);
    }
    let help = Some("write the address of the site from its `https://` on".to_owned());
    Err(ConfigFault { range: None, message: format!("{key} is no web address: `{url}`"), help })
}

fn file_audiences(rules: &[ContentAudience]) -> Result<Vec<FileAudience>, ConfigFault> {
    let compile = |rule: &ContentAudience| {
        Ok(FileAudience {
            pattern: rule.path.clone(),
            files: GlobGroup::new(RelPath::root(), std::slice::from_ref(&rule.path), &[])?,
            audiences: rule.audience.iter().map(|name| name.trim().to_lowercase()).collect(),
        })
    };
    rules.iter().map(compile).collect()
}

fn checks(check: Check) -> Result<Checks, ConfigFault> {
    let since = check.since.as_deref().map(|since| {
        version(since).ok_or_else(|| {
            let fault = ConfigFault::new(format!("`check.since` is no version of playpress: `{since}`"));
            ConfigFault { help: Some("write it with a dot, such as `0.1`".to_owned()), ..fault }
        })
    });
    let rules = check.rules.into_iter().map(|(code, setting)| {
        let tables = match setting {
            RuleSetting::Level(level) => vec![RuleTable { severity: Some(level), ..RuleTable::default() }],
            RuleSetting::Table(table) => vec![table],
            RuleSetting::Tables(tables) => tables,
        };
        Ok((code, tables.into_iter().map(rule).collect::<Result<_, _>>()?))
    });
    let external = external(check.external)?;
    let trusted_hosts = check.trusted_hosts.map(|hosts| hosts.iter().map(|host| host.trim().to_lowercase()).collect());
    let terms = check.terms.into_iter().map(|(term, instead)| (term.to_lowercase(), instead)).filter(|(term, _)| !term.trim().is_empty()).collect();
    Ok(Checks {
        external,
        trusted_hosts,
        terms: std::sync::Arc::new(terms),
        since: since.transpose()?,
        max_per_file: check.max_per_file,
        rules: rules.collect::<Result<_, ConfigFault>>()?,
    })
}

fn external(external: ExternalCheck) -> Result<External, ConfigFault> {
    let default = External::default();
    let seconds = |key: &str, value: Option<f64>, factor: f64, default: Duration| match value {
        None => Ok(default),
        Some(value) => {
            Duration::try_from_secs_f64(value * factor).map_err(|_| ConfigFault::new(format!("`check.external.{key}` is no time: {value}")))
        }
    };
    Ok(External {
        include: if external.include.is_empty() { None } else { Some(url_globs(&external.include)?) },
        exclude: if external.exclude.is_empty() { None } else { Some(url_globs(&external.exclude)?) },
        headers: external.headers.into_iter().map(|(host, headers)| (host.to_lowercase(), headers)).collect(),
        timeout: seconds("timeout", external.timeout, 1.0, default.timeout)?,
        per_host: external.per_host.unwrap_or(default.per_host).max(1),
        delay: seconds("delay", external.delay, 1.0, default.delay)?,
        age: seconds("days", external.days, 24.0 * 3600.0, default.age)?,
    })
}

/// Globs of web addresses, in which `*` also stands for slashes.
fn url_globs(globs: &[String]) -> Result<globset::GlobSet, ConfigFault> {
    let fault = |error: &globset::Error| ConfigFault::new(format!("`check.external` holds a glob that cannot be read: {error}"));
    let mut set = globset::GlobSetBuilder::new();
    for glob in globs {
        set.add(globset::Glob::new(glob).map_err(|error| fault(&error))?);
    }
    set.build().map_err(|error| fault(&error))
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next().unwrap_or(Some(0))?))
}

fn rule(table: RuleTable) -> Result<RuleConfig, ConfigFault> {
    let group = |globs: &[String]| (!globs.is_empty()).then(|| GlobGroup::new(RelPath::root(), globs, &[])).transpose();
    let level = table.severity.map(|severity| match severity {
        RuleLevel::Off => Level::Off,
        RuleLevel::Info => Level::At(Severity::Info),
        RuleLevel::Warning => Level::At(Severity::Warning),
        RuleLevel::Error => Level::At(Severity::Error),
    });
    Ok(RuleConfig { level, files: group(&table.paths)?, exclude: group(&table.exclude)?, note: table.note })
}

fn language(language: Language) -> Result<LanguageConfig, ConfigFault> {
    let folder = own_folder(&language.path);
    let files = GlobGroup::new(RelPath::root(), &[language.path], &[])?;
    Ok(LanguageConfig { id: language.id, files, folder, source: language.source, suffix: language.suffix.filter(|suffix| !suffix.is_empty()) })
}

/// `content/ja` of `content/ja/**/*.md`, `german` of `**/german/**`; nothing of `**/*-de.md`.
fn own_folder(glob: &str) -> String {
    let names: Vec<&str> = glob.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    let is_literal = |name: &&str| !name.contains(['*', '?', '[', '{']);
    let Some(end) = names.iter().rposition(is_literal).map(|last| last + 1).filter(|end| *end < names.len()) else { return String::new() };
    let start = names[..end].iter().rposition(|name| !is_literal(name)).map_or(0, |wild| wild + 1);
    let holds_all = names[end..].iter().all(|name| matches!(*name, "*" | "**" | "*.md" | "**.md"));
    if holds_all { names[start..end].join("/") } else { String::new() }
}

fn collection(collection: Collection) -> Result<CollectionConfig, ConfigFault> {
    let files = GlobGroup::new(RelPath::root(), &[collection.path], &[])?;
    Ok(CollectionConfig { id: collection.id, files, preview_of: collection.preview_of })
}

/// The parser's error as a fault, with what was probably meant.
fn fault(error: &toml::de::Error) -> ConfigFault {
    let message = error.message().to_owned();
    let mut words = message.split('`').skip(1).step_by(2);
    let help = match (message.starts_with("unknown field"), words.next()) {
        (true, Some(written)) => {
            let known: Vec<&str> = words.collect();
            Some(match nearest(written, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => "this table has no keys".to_owned(),
                None => format!("known here: {}", known.join(", ")),
            })
        }
        _ => None,
    };
    if message.contains("untagged enum RuleSetting") {
        let help = "write `off`, `info`, `warning` or `error`, or a table with `severity`, `paths`, `exclude` and `note`";
        return ConfigFault { range: error.span(), message: "this says nothing of a rule".to_owned(), help: Some(help.to_owned()) };
    }
    let message = match help {
        Some(_) => message.split(',').next().unwrap_or(&message).replace("unknown field", "unknown key"),
        None => message,
    };
    ConfigFault { range: error.span(), message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_says_what_was_meant() {
        let fault = parse("[book]\ntitel = \"x\"\n", &RelPath::root()).expect_err("no such key");
        assert_eq!(fault.message, "unknown key `titel`");
        assert_eq!(fault.help.as_deref(), Some("did you mean `title`?"));
        assert_eq!(fault.range, Some(7..12));
    }

    #[test]
    fn audiences_keep_their_order_and_see_themselves() {
        let config = parse("[audiences.Partner]\n[audiences.all]\nsees = [\"all\", \"partner\"]\n", &RelPath::root()).expect("valid");
        assert_eq!(config.audiences[0], AudienceConfig::new("partner"));
        assert_eq!(config.audiences[1].sees, ["all", "partner"]);
        let fault = parse("[audiences.a]\nsees = [\"partnr\"]\n[audiences.partner]\n", &RelPath::root()).expect_err("unknown");
        assert_eq!(fault.help.as_deref(), Some("did you mean `partner`?"));
    }

    #[test]
    fn a_language_has_a_folder_of_its_own_or_none() {
        for (glob, folder) in [
            ("**/german-playbook/**", "german-playbook"),
            ("content/ja/**/*.md", "content/ja"),
            ("./de/*", "de"),
            ("**/*-de.md", ""),
            ("content/**/*.de.md", ""),
            ("content/a.md", ""),
            ("**", ""),
        ] {
            assert_eq!(own_folder(glob), folder, "{glob}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let text = "[book]\ntitle = \"A\"\n\n[content]\nexclude = [\"x/**\"]\n\n[audiences.internal]\nknows = [\"partner\"]\n\n[audiences.partner]\n\n[vocabulary.roles.Mate]\naliases = [\"M\"]\n";
        let toml: BookToml = toml::from_str(text).expect("valid");
        assert_eq!(toml::from_str::<BookToml>(&toml.to_toml().expect("TOML")).expect("valid"), toml);
    }
}
