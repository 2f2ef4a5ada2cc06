//! What the configuration says of pages in place of their front matter: keys and values, for all pages or by path. Later rules win.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use serde_yaml::Value;

use super::{ConfigFault, GlobGroup};
use crate::text::path::RelPath;

/// Metadata of pages by path.
#[derive(Debug, Default)]
pub struct Metadata {
    rules: Vec<MetadataRule>,
    /// The keys of the rules; most keys that are asked for have none.
    keys: BTreeSet<String>,
}

/// One key of the pages that a glob names.
#[derive(Debug)]
pub struct MetadataRule {
    /// The key, as front matter writes it.
    pub key: String,
    /// The value; null takes the value of earlier rules away.
    pub value: Value,
    /// The glob, as written; `None`: all pages.
    pub pattern: Option<String>,
    /// Which files, from the root of the project; `None`: all pages.
    pub files: Option<GlobGroup>,
}

impl MetadataRule {
    /// Whether the rule holds for the file at `path`. A rule without a glob is about pages; one with a glob is about each file that it names.
    #[must_use]
    pub fn holds(&self, path: &RelPath, is_page: bool) -> bool {
        self.files.as_ref().map_or(is_page, |files| files.holds(path))
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, two): (&MetadataRule, &MetadataRule)| one.key == two.key && one.value == two.value && one.pattern == two.pattern;
        self.rules.len() == other.rules.len() && self.rules.iter().zip(&other.rules).all(same)
    }
}

impl Metadata {
    /// Adds a rule behind the others.
    ///
    /// # Errors
    /// Where the pattern is no glob.
    pub fn add(&mut self, pattern: Option<&str>, key: &str, value: &Json) -> Result<(), ConfigFault> {
        let files = pattern.map(|pattern| GlobGroup::new(RelPath::root(), &[pattern.replace('\\', "/")], &[])).transpose()?;
        self.keys.insert(key.to_owned());
        self.rules.push(MetadataRule { key: key.to_owned(), value: yaml(value), pattern: pattern.map(str::to_owned), files });
        Ok(())
    }

    /// The value of `key` for the file at `path`: that of the last rule which holds; `None` where none does, or it is null.
    #[must_use]
    pub fn get(&self, path: &RelPath, is_page: bool, key: &str) -> Option<&Value> {
        if !self.keys.contains(key) {
            return None;
        }
        let rule = self.rules.iter().rev().find(|rule| rule.key == key && rule.holds(path, is_page))?;
        Some(&rule.value).filter(|value| !value.is_null())
    }

    /// All rules about `key`, in order.
    pub fn rules<'m>(&'m self, key: &'m str) -> impl Iterator<Item = &'m MetadataRule> {
        self.rules.iter().filter(move |rule| rule.key == key)
    }
}

/// A value as front matter would hold it.
fn yaml(value: &Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(yes) => Value::Bool(*yes),
        // A number is what is written, as in front matter.
        Json::Number(number) => Value::String(number.to_string()),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(items) => Value::Sequence(items.iter().map(yaml).collect()),
        Json::Object(entries) => Value::Mapping(entries.iter().map(|(key, value)| (Value::String(key.clone()), yaml(value))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_holds_wins_and_null_unsets() {
        let mut metadata = Metadata::default();
        for (pattern, value) in [(None, "a"), (Some("guide/**"), "b"), (Some("guide/*.md"), "c")] {
            metadata.add(pattern, "author", &Json::from(value)).expect("a glob");
        }
        metadata.add(Some("**/quiet.md"), "author", &Json::Null).expect("a glob");
        for (path, is_page, value) in [
            ("x.md", true, Some("a")),
            ("x.md", false, None),
            ("guide/x.md", true, Some("c")),
            ("guide/y/x.md", false, Some("b")),
            ("guide/quiet.md", true, None),
        ] {
            let path = RelPath::new(path).expect("inside");
            assert_eq!(metadata.get(&path, is_page, "author").and_then(Value::as_str), value, "{path}");
        }
        assert_eq!(metadata.get(&RelPath::root(), true, "title"), None);
    }
}
