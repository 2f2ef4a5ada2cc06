//! What a project says of itself: `book.toml`, else `docfx.json`, else defaults. Texts in, [`Config`] out; reads no file.

pub mod book_toml;
mod checks;
mod docfx;
mod globs;
mod metadata;
mod words;

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;

pub use book_toml::{BookToml, Vocabulary, parse as parse_book_toml, schema};
pub use checks::{Checks, External, Level, RuleConfig};
pub(crate) use docfx::JSON;
pub use docfx::{parse as parse_docfx, read as read_docfx};
pub use globs::{GlobGroup, GlobList};
pub use metadata::{Metadata, MetadataRule};
pub use words::{Column, DateOrder, FactKind, SectionKind, Words, folded};

use crate::text::hash::Hash128;
use crate::text::nearest::nearest;
use crate::text::path::RelPath;

/// All that can be configured. A value is complete: defaults are filled in.
#[derive(Debug)]
pub struct Config {
    /// Of the text that it was read from: configurations with the same identity are the same.
    pub identity: Hash128,
    /// The book's name, shown in each page.
    pub title: Option<String>,
    /// One sentence for search engines.
    pub description: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// BCP 47 tag of the book's main language.
    pub language: String,
    /// The folder of the content; pages are addressed from here.
    pub src: RelPath,
    /// Where sites go, relative to the root unless absolute.
    pub build_dir: String,
    /// `a.md` becomes `a/index.html` rather than `a.html`.
    pub pretty_urls: bool,
    /// A folder of the project whose files take the place of the theme's.
    pub theme_dir: Option<RelPath>,
    /// Whether the site has a search.
    pub has_search: bool,
    /// Style sheets of the project that each page loads.
    pub additional_css: Vec<RelPath>,
    /// Scripts of the project that each page loads.
    pub additional_js: Vec<RelPath>,
    /// The address at which a page can be edited; `{path}` is its source.
    pub edit_url_template: Option<String>,
    /// The folder of a site for what is generated.
    pub generated_dir: RelPath,
    /// The audiences as configured, in order; empty: they are inferred from the pages.
    pub audiences: Vec<AudienceConfig>,
    /// Which files are content.
    pub content: GlobList,
    /// Which files may be assets; `None`: any.
    pub assets: Option<GlobList>,
    /// What pages say whose front matter does not.
    pub metadata: Arc<Metadata>,
    /// Old addresses, from the root of a site, and where they lead now.
    pub redirects: Vec<(String, String)>,
    /// Hosts whose pages may be shown in an `iframe`.
    pub iframe_hosts: Vec<String>,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// Audiences given to files by path. A file is narrowed by each that matches.
    pub file_audiences: Vec<FileAudience>,
    /// Languages of the content besides the book's own.
    pub languages: Vec<LanguageConfig>,
    /// Parts of the content that are one work each.
    pub collections: Vec<CollectionConfig>,
    /// The words of the playbook.
    pub vocabulary: Vocabulary,
    /// The address of the site of a book without audiences.
    pub site_url: Option<String>,
    /// Keys of front matter that each page needs; `None`: the default set, where audiences are configured.
    pub required: Option<Vec<String>>,
    /// The same for the pages of a topic, by its name in lower case.
    pub required_by_topic: IndexMap<String, Vec<String>>,
    /// The page that says what each task is.
    pub definitions: Option<RelPath>,
    /// The headings of level 2 that the pages of a topic have, by its name in lower case.
    pub sections: IndexMap<String, Vec<String>>,
    /// The topics, in lower case, whose pages need a refresh summary; `None`: the default rule.
    pub refresh_topics: Option<Vec<String>>,
    /// How findings are judged.
    pub checks: Checks,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            identity: Hash128::default(),
            title: None,
            description: None,
            authors: Vec::new(),
            language: "en".to_owned(),
            src: RelPath::root(),
            build_dir: "public".to_owned(),
            pretty_urls: false,
            theme_dir: None,
            has_search: true,
            additional_css: Vec::new(),
            additional_js: Vec::new(),
            edit_url_template: None,
            generated_dir: RelPath::root(),
            audiences: Vec::new(),
            content: GlobList::default(),
            assets: None,
            metadata: Arc::default(),
            redirects: Vec::new(),
            iframe_hosts: Vec::new(),
            math: false,
            file_audiences: Vec::new(),
            languages: Vec::new(),
            collections: Vec::new(),
            vocabulary: Vocabulary::default(),
            site_url: None,
            required: None,
            required_by_topic: IndexMap::new(),
            definitions: None,
            sections: IndexMap::new(),
            refresh_topics: None,
            checks: Checks::default(),
        }
    }
}

impl Config {
    /// The book's name, or what one without a name is called.
    #[must_use]
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or("Playbook")
    }

    /// Where the file at `path` is in a site, before its name is made a page's: below the `dest` of the group that takes it in, else as it is
    /// below the content. `published` is its path without `--AUDIENCE`.
    #[must_use]
    pub fn site_path(&self, path: &RelPath, published: &RelPath) -> RelPath {
        let groups = || self.content.0.iter().chain(self.assets.iter().flat_map(|assets| &assets.0));
        // Most books move nothing, and to match globs for each file of a large one takes its time.
        let group = if groups().any(GlobGroup::moves) { groups().find(|group| group.holds(path)) } else { None };
        let moved = group.and_then(|group| group.site_path(published));
        moved.or_else(|| published.below(&self.src)).unwrap_or_else(|| published.clone())
    }
}

/// One audience of the book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AudienceConfig {
    /// Lower-case name, as `ft.audience` and `--NAME` in file names use it.
    pub name: String,
    /// The audiences whose pages its edition holds; of several variants of a page, the first of these wins.
    pub sees: Vec<String>,
    /// The audiences of whose pages it may be told that they exist.
    pub knows: Vec<String>,
    /// Whether names and addresses of people are shown.
    pub people: bool,
    /// The folder of its edition in the build directory.
    pub dest: String,
    /// Hosts that it cannot reach, in lower case.
    pub hidden_hosts: Vec<String>,
    /// The address of its site.
    pub site_url: Option<String>,
}

/// A language of the content.
#[derive(Debug)]
pub struct LanguageConfig {
    /// BCP 47 tag.
    pub id: String,
    /// Its pages.
    pub files: GlobGroup,
    /// The folder that is all its own: the names of its glob that hold no wildcard; empty where its files lie among others.
    pub folder: String,
    /// The folder of the pages that they are translated from.
    pub source: Option<String>,
    /// What the names of its files end with.
    pub suffix: Option<String>,
}

/// A part of the content that is one work.
#[derive(Debug)]
pub struct CollectionConfig {
    /// Its name.
    pub id: String,
    /// Its pages.
    pub files: GlobGroup,
    /// The collection that it is the next version of.
    pub preview_of: Option<String>,
}

impl AudienceConfig {
    /// An audience with the defaults of `book.toml`: it sees itself and knows nobody.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            sees: vec![name.to_owned()],
            knows: Vec::new(),
            people: false,
            dest: name.to_owned(),
            hidden_hosts: Vec::new(),
            site_url: None,
        }
    }
}

/// Who may see the files that a glob names.
#[derive(Debug)]
pub struct FileAudience {
    /// The glob, as written.
    pub pattern: String,
    /// Which files, from the root of the project.
    pub files: GlobGroup,
    /// Names of audiences.
    pub audiences: Vec<String>,
}

/// Why a configuration cannot be used. The project is not built: a guess at what was meant could publish what must not be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigFault {
    /// The bytes at fault, where they are known.
    pub range: Option<Range<usize>>,
    /// What is.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl ConfigFault {
    /// A fault of the whole file.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { range: None, message: message.into(), help: None }
    }
}

/// Whether a name can be an audience's: it is also a folder, and the `--NAME` of files.
#[must_use]
pub fn is_audience_name(name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.chars().all(is_word) && !name.contains("--") && !name.starts_with('-') && !name.ends_with('-')
}

/// Whether `tag` has the form of a BCP 47 tag.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_language = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    parts.next().is_some_and(is_language) && parts.all(is_part)
}

/// Checks what the parts of a configuration say of each other.
fn validated(config: Config) -> Result<Config, ConfigFault> {
    if config.audiences.len() > 64 {
        return Err(ConfigFault::new("more than 64 audiences"));
    }
    let known: Vec<&str> = config.audiences.iter().map(|audience| audience.name.as_str()).collect();
    for audience in &config.audiences {
        for name in audience.sees.iter().chain(&audience.knows) {
            if !known.contains(&name.as_str()) {
                let mut fault = ConfigFault::new(format!("audience `{}` names `{name}`, which is no audience", audience.name));
                fault.help = nearest(name, &known).map(|near| format!("did you mean `{near}`?"));
                return Err(fault);
            }
        }
        let holds = |other: &AudienceConfig| other.dest == audience.dest || audience.dest.starts_with(&format!("{}/", other.dest));
        if config.audiences.iter().filter(|other| holds(other)).count() > 1 {
            return Err(ConfigFault::new(format!("the folder `{}` of audience `{}` is another audience's, or in it", audience.dest, audience.name)));
        }
        if known.iter().filter(|name| **name == audience.name).count() > 1 {
            return Err(ConfigFault::new(format!("there are two audiences `{}`; case does not count", audience.name)));
        }
    }
    if let Some(theme) = config.theme_dir.as_ref().filter(|theme| config.src == **theme || config.src.below(theme).is_some()) {
        return Err(ConfigFault::new(format!("`output.html.theme` is `{theme}`, which holds the content; a theme has a folder of its own")));
    }
    let by_metadata = config.metadata.rules("ft.audience").flat_map(|rule| names(&rule.value).into_iter().map(|name| ("`ft.audience`", name)));
    if let Some((what, name)) = by_metadata.into_iter().find(|(_, name)| !known.is_empty() && !known.contains(&name.as_str())) {
        let mut fault = ConfigFault::new(format!("{what} of the metadata names `{name}`, which is no audience"));
        fault.help = nearest(&name, &known).map(|near| format!("did you mean `{near}`?"));
        return Err(fault);
    }
    for rule in &config.file_audiences {
        for name in &rule.audiences {
            if !known.is_empty() && !known.contains(&name.as_str()) {
                let mut fault = ConfigFault::new(format!("[[content.audience]] names `{name}`, which is no audience"));
                fault.help = nearest(name, &known).map(|near| format!("did you mean `{near}`?"));
                return Err(fault);
            }
        }
    }
    Ok(config)
}

/// The names of audiences in a value: a list, or text with commas; in lower case.
#[must_use]
pub fn names(value: &serde_yaml::Value) -> Vec<String> {
    let texts: Vec<&str> = match value {
        serde_yaml::Value::Sequence(items) => items.iter().filter_map(serde_yaml::Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    };
    texts.iter().flat_map(|text| text.split(',')).map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect()
}
