//! `book.toml`, strictly: an unknown key is an error that says what was probably meant.

use indexmap::IndexMap;
use serde::Deserialize;

use super::{AudienceConfig, Config, ConfigFault, FileAudience, GlobGroup, GlobList, nearest, validated};
use crate::text::path::RelPath;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
#[derive(Default)]
struct BookToml {
    book: Book,
    build: Build,
    output: Output,
    audiences: IndexMap<String, Audience>,
    content: Content,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Book {
    title: Option<String>,
    description: Option<String>,
    authors: Vec<String>,
    language: Option<String>,
    src: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Build {
    build_dir: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Output {
    html: Html,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Html {
    pretty_urls: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Audience {
    sees: Option<Vec<String>>,
    knows: Vec<String>,
    people: bool,
    dest: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Content {
    include: Option<Vec<String>>,
    exclude: Vec<String>,
    assets: Option<Vec<String>>,
    iframe_hosts: Vec<String>,
    audience: Vec<ContentAudience>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContentAudience {
    path: String,
    audience: Vec<String>,
}

/// Reads the text of a `book.toml`. Without `src`, the content is in `default_src`.
///
/// # Errors
/// Where it is no TOML, holds an unknown key or a value that cannot be meant.
pub fn parse(text: &str, default_src: &RelPath) -> Result<Config, ConfigFault> {
    let toml: BookToml = toml::from_str(text).map_err(|error| fault(&error))?;
    let src = match &toml.book.src {
        Some(src) => RelPath::new(src).map_err(|_| ConfigFault::new(format!("`book.src` leaves the project: `{src}`")))?,
        None => default_src.clone(),
    };
    let include = toml.content.include.unwrap_or_else(|| vec!["**/*.md".to_owned(), "**/toc*.yml".to_owned()]);
    let defaults = Config::default();
    validated(Config {
        title: toml.book.title,
        description: toml.book.description,
        authors: toml.book.authors,
        language: toml.book.language.unwrap_or(defaults.language),
        build_dir: toml.build.build_dir.unwrap_or(defaults.build_dir),
        pretty_urls: toml.output.html.pretty_urls,
        audiences: toml.audiences.iter().map(|(name, audience)| configured(name, audience)).collect::<Result<_, _>>()?,
        content: GlobList(vec![GlobGroup::new(src.clone(), &include, &toml.content.exclude)?]),
        assets: match toml.content.assets {
            Some(globs) => Some(GlobList(vec![GlobGroup::new(RelPath::root(), &globs, &[])?])),
            None => None,
        },
        iframe_hosts: toml.content.iframe_hosts,
        file_audiences: file_audiences(&toml.content.audience)?,
        not_navigation: Vec::new(),
        src,
    })
}

fn configured(name: &str, audience: &Audience) -> Result<AudienceConfig, ConfigFault> {
    let lower = |name: &String| name.trim().to_lowercase();
    let name = lower(&name.to_owned());
    let dest = audience.dest.clone().unwrap_or_else(|| name.clone());
    if name.is_empty() || RelPath::new(&dest).is_ok_and(|path| path.as_str() != dest || dest.is_empty()) || dest.contains("..") {
        return Err(ConfigFault::new(format!("audience `{name}` needs a name and a folder below the build directory, not `{dest}`")));
    }
    Ok(AudienceConfig {
        sees: audience.sees.as_ref().map_or_else(|| vec![name.clone()], |sees| sees.iter().map(lower).collect()),
        knows: audience.knows.iter().map(lower).collect(),
        people: audience.people,
        dest,
        name,
    })
}

fn file_audiences(rules: &[ContentAudience]) -> Result<Vec<FileAudience>, ConfigFault> {
    let compile = |rule: &ContentAudience| {
        Ok(FileAudience {
            files: GlobGroup::new(RelPath::root(), std::slice::from_ref(&rule.path), &[])?,
            audiences: rule.audience.iter().map(|name| name.trim().to_lowercase()).collect(),
        })
    };
    rules.iter().map(compile).collect()
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
}
