//! Who may see a file: `ft.audience`, the `--NAME` of file names and `[[content.audience]]`. Where they contradict each other, only who is in all of them.

use std::collections::BTreeSet;

use super::front_matter;
use super::{Role, SourceFile};
use crate::config::{self, AudienceConfig, FileAudience, Metadata};
use crate::diagnostic::Diagnostic;
use crate::text::nearest::nearest;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

rules! {
    AUDIENCE_MISSING = "audience-missing", Error, fixed;
    AUDIENCE_UNKNOWN = "audience-unknown", Error, fixed;
    AUDIENCE_INFERRED = "audience-inferred", Info;
    VARIANT_CONFLICT = "variant-conflict", Error;
    AUDIENCE_UNREADABLE = "audience-unreadable", Error, fixed;
    AUDIENCE_RULE_UNUSED = "audience-rule-unused", Warning;
}

/// The front-matter key that names a page's audiences.
pub const KEY: &str = "ft.audience";

/// The audiences of a book, in order, and how names are read as them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Audiences {
    list: Vec<AudienceConfig>,
    /// Whose pages the edition of each holds, and of whose it may tell that they exist.
    sees_and_knows: Vec<(Members, Members)>,
}

/// An audience of the book, by its place in the list.
pub type AudienceIndex = usize;

/// A set of audiences: bit n is the n-th.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Members(u64);

impl Members {
    /// Everybody.
    pub const ALL: Self = Self(u64::MAX);
    /// Nobody.
    pub const NONE: Self = Self(0);

    /// Whether any audience is in both.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the audience is in the set.
    #[must_use]
    pub fn holds(self, audience: AudienceIndex) -> bool {
        self.0 & (1 << audience) != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What the configuration says of who may see a file.
#[derive(Clone, Copy, Debug)]
pub struct Said<'s> {
    /// `ft.audience` of files that do not name it themselves.
    pub metadata: &'s Metadata,
    /// `[[content.audience]]`.
    pub rules: &'s [FileAudience],
}

impl<'s> Said<'s> {
    /// By `config`.
    #[must_use]
    pub fn by(config: &'s config::Config) -> Self {
        Self { metadata: &config.metadata, rules: &config.file_audiences }
    }
}

/// Splits `chart--partner.tar.gz` into `chart`, `partner` and `.tar.gz`.
fn split_suffix(name: &str) -> Option<(&str, &str, &str)> {
    let (plain, rest) = name.rsplit_once("--")?;
    let (suffix, extension) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    (!plain.is_empty() && !suffix.is_empty()).then_some((plain, suffix, extension))
}

impl Audiences {
    /// The configured audiences; where there are none, those that `values` (of the pages) name. `internal`, if inferred, knows all and shows people.
    #[must_use]
    pub fn resolve(configured: &[AudienceConfig], values: BTreeSet<String>) -> Self {
        if !configured.is_empty() {
            return Self::new(configured.to_vec());
        }
        // A name becomes a folder and a suffix: what cannot be both is no audience, and its pages say so.
        let all: Vec<String> = values.into_iter().filter(|name| config::is_audience_name(name)).take(64).collect();
        let inferred = |name: &String| {
            let mut audience = AudienceConfig::new(name);
            if name == "internal" {
                audience.knows = all.iter().filter(|other| *other != name).cloned().collect();
                audience.people = true;
            }
            audience
        };
        Self::new(all.iter().map(inferred).collect())
    }

    fn new(list: Vec<AudienceConfig>) -> Self {
        let mut audiences = Self { list, sees_and_knows: Vec::new() };
        audiences.sees_and_knows = audiences.list.iter().map(|audience| (audiences.set(&audience.sees), audiences.set(&audience.knows))).collect();
        audiences
    }

    /// The audiences in order; empty where the book has none and everybody sees everything.
    #[must_use]
    pub fn list(&self) -> &[AudienceConfig] {
        &self.list
    }

    /// The audience of this name, in any case.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<AudienceIndex> {
        let name = name.to_lowercase();
        self.list.iter().position(|audience| audience.name == name)
    }

    /// The audiences whose pages the edition of `audience` holds.
    #[must_use]
    pub fn sees(&self, audience: AudienceIndex) -> Members {
        self.sees_and_knows[audience].0
    }

    /// The audiences of whose pages the edition of `audience` may tell that they exist.
    #[must_use]
    pub fn knows(&self, audience: AudienceIndex) -> Members {
        self.sees_and_knows[audience].1
    }

    /// The audiences of these names; names that are none are left out.
    fn set(&self, names: &[String]) -> Members {
        Members(names.iter().filter_map(|name| self.index(name)).fold(0, |set, index| set | 1 << index))
    }

    /// Splits `index--partner.md` into the audience of its suffix and `index.md`.
    #[must_use]
    pub fn variant(&self, path: &RelPath) -> Option<(AudienceIndex, RelPath)> {
        let (plain, suffix, extension) = split_suffix(path.file_name())?;
        let index = self.index(suffix.trim())?;
        Some((index, path.with_file_name(&format!("{plain}{extension}"))))
    }

    /// Who may see a file, and whether anything names them. Front matter comes before the metadata of the configuration, the rules by path
    /// narrow both.
    #[must_use]
    pub fn members(&self, path: &RelPath, real: Option<&RelPath>, file: Option<&SourceFile>, said: Said<'_>) -> (Members, bool) {
        let front = file.map(|file| &file.front);
        let mut members = Members::ALL;
        let mut named = false;
        let mut narrow = |names: &[String]| {
            members = members.and(self.set(names));
            named = true;
        };
        for entry in front.into_iter().flat_map(|front| &front.entries).filter(|entry| entry.key == KEY) {
            narrow(&front_matter::list(&entry.value));
        }
        if front.is_none_or(|front| front.get(KEY).is_none()) {
            let is_page = file.is_some_and(|file| file.role == Role::Page);
            for path in [Some(path), real].into_iter().flatten() {
                if let Some(value) = said.metadata.get(path, is_page, KEY) {
                    narrow(&config::names(value));
                }
            }
        }
        // A link has the rules of its own name and of what it leads to.
        for path in [Some(path), real].into_iter().flatten() {
            for rule in said.rules.iter().filter(|rule| rule.files.holds(path)) {
                narrow(&rule.audiences);
            }
            if let Some((audience, _)) = self.variant(path) {
                narrow(std::slice::from_ref(&self.list[audience].name));
            } else if self.misspelled(path).is_some() {
                narrow(&[]);
            }
        }
        if file.is_some_and(|file| !front_matter::unread(&file.text, &file.front, KEY).is_empty()) {
            narrow(&[]);
        }
        (members, named)
    }

    /// The audience that the suffix of a name was probably meant to name.
    #[must_use]
    pub fn misspelled(&self, path: &RelPath) -> Option<&str> {
        let (_, suffix, _) = split_suffix(path.file_name())?;
        let names: Vec<&str> = self.list.iter().map(|audience| audience.name.as_str()).collect();
        if self.index(suffix.trim()).is_some() { None } else { nearest(&suffix.trim().to_lowercase(), &names) }
    }

    /// The findings about a name or a line that was meant to name an audience and does not: nobody sees such a file.
    pub fn check_traces(&self, id: FileId, path: &RelPath, file: Option<&SourceFile>, found: &mut Vec<Diagnostic>) {
        if self.list.is_empty() {
            return;
        }
        if let Some(near) = self.misspelled(path) {
            let finding = AUDIENCE_UNKNOWN.at(id, format!("the name `{}` ends with what is no audience, so nobody sees the file", path.file_name()));
            found.push(finding.help(format!("did you mean `--{near}`?")));
        }
        let Some(file) = file else { return };
        for place in front_matter::unread(&file.text, &file.front, KEY) {
            let finding = AUDIENCE_UNREADABLE
                .at(Span::new(id, place), format!("this line names `{KEY}`, but is not read as front matter, so nobody sees the file"));
            found.push(finding.help("let the file start with `---`, one `key: value` on each line from the first column on, and `---`"));
        }
    }

    /// The findings about one page's audience.
    pub fn check(&self, source: &SourceFile, members: (Members, bool), found: &mut Vec<Diagnostic>) {
        let SourceFile { id: file, path, text, front, .. } = source;
        let file = *file;
        if self.list.is_empty() {
            return;
        }
        let names: Vec<&str> = self.list.iter().map(|audience| audience.name.as_str()).collect();
        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let values: Vec<&front_matter::Entry> = front.entries.iter().filter(|entry| entry.key == KEY).collect();
        let stated: Vec<String> = values.iter().flat_map(|entry| front_matter::list(&entry.value)).collect();
        for entry in &values {
            for name in front_matter::list(&entry.value).iter().filter(|name| self.index(name).is_none()) {
                let start = text[entry.range.clone()].find(name.as_str()).map(|at| entry.range.start + at);
                let place = start.map_or_else(|| entry.range.clone(), |start| start..start + name.len());
                let near = nearest(&name.to_lowercase(), &names);
                found.push(
                    AUDIENCE_UNKNOWN
                        .at(Span::new(file, place), format!("`{name}` is no audience of this book"))
                        .help(near.map_or_else(|| format!("write one or more of {known}"), |near| format!("did you mean `{near}`?"))),
                );
            }
        }
        let (readers, is_named) = members;
        if is_named && readers != Members::NONE {
            if let Some((audience, _)) = self.variant(path)
                && let Some(entry) = values.iter().find(|_| stated.iter().any(|name| self.index(name) != Some(audience)))
            {
                let finding =
                    VARIANT_CONFLICT.at(Span::new(file, entry.range.clone()), format!("`{path}` is only for `{}` by its name", names[audience]));
                found.push(finding.help("let the `--NAME` of the file and `ft.audience` name the same audience"));
            }
            return;
        }
        // A line that could not be read, or a misspelled name, was reported as such.
        if self.misspelled(path).is_some() || !front_matter::unread(text, front, KEY).is_empty() {
            return;
        }
        if stated.is_empty() {
            let message = format!("`{path}` names no audience, so it is in no edition");
            let finding = match values.last() {
                Some(entry) => AUDIENCE_MISSING.at(Span::new(file, entry.key_range.clone()), message),
                None => AUDIENCE_MISSING.at(file, message),
            };
            found.push(finding.help(format!("add `{KEY}:` with one or more of {known} to its front matter")));
        } else if stated.iter().all(|name| self.index(name).is_some()) {
            let place = values.last().map(|entry| Span::new(file, entry.range.clone()));
            let message = if values.len() > 1 {
                format!("`{path}` is in no edition: its `{KEY}` lines contradict each other")
            } else {
                format!("`{path}` is in no edition: its name, its front matter and `book.toml` name no common audience")
            };
            let finding = place.map_or_else(|| VARIANT_CONFLICT.at(file, &*message), |place| VARIANT_CONFLICT.at(place, &*message));
            found.push(finding.help("let the `--NAME` of the file and `ft.audience` name the same audience"));
        }
    }
}
