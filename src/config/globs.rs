//! File globs as docfx means them: `**` is any number of folders, a pattern without `**/` is anchored, case does not count.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::ConfigFault;
use crate::text::path::RelPath;

/// Globs below one folder: what they take in and leave out.
#[derive(Debug)]
pub struct GlobGroup {
    base: RelPath,
    include: GlobSet,
    exclude: GlobSet,
    /// The patterns that name exactly one file; they win over what content leaves out by default.
    literal: Vec<String>,
    /// The folder of a site that the files go to, without the folders of `base`; `None`: they stay where they are.
    dest: Option<RelPath>,
}

impl GlobGroup {
    /// Compiles `include` and `exclude`, both seen from `base`.
    ///
    /// # Errors
    /// Where a pattern is no glob.
    pub fn new(base: RelPath, include: &[String], exclude: &[String]) -> Result<Self, ConfigFault> {
        let literal = include.iter().filter(|pattern| !pattern.contains(['*', '?', '[', '{'])).cloned().collect();
        Ok(Self { base, include: compile(include)?, exclude: compile(exclude)?, literal, dest: None })
    }

    /// The same group, with its files below `dest` in a site.
    #[must_use]
    pub fn with_dest(self, dest: Option<RelPath>) -> Self {
        Self { dest, ..self }
    }

    /// Whether the group says where its files are in a site.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.dest.is_some()
    }

    /// Where a file of the group is in a site, if the group says so.
    #[must_use]
    pub fn site_path(&self, published: &RelPath) -> Option<RelPath> {
        self.dest.as_ref()?.join(published.below(&self.base)?.as_str()).ok()
    }

    /// Whether the file at `path` (from the root of the project) is in the group.
    #[must_use]
    pub fn holds(&self, path: &RelPath) -> bool {
        path.below(&self.base).is_some_and(|path| self.include.is_match(path.as_str()) && !self.exclude.is_match(path.as_str()))
    }

    /// Whether the group names `path` itself, without any wildcard.
    #[must_use]
    pub fn names(&self, path: &RelPath) -> bool {
        path.below(&self.base).is_some_and(|path| self.literal.iter().any(|literal| literal == path.as_str()))
    }
}

/// Several groups: a file is in the list if any group holds it. An empty list holds everything.
#[derive(Debug, Default)]
pub struct GlobList(pub Vec<GlobGroup>);

impl GlobList {
    /// Whether any group holds `path`.
    #[must_use]
    pub fn holds(&self, path: &RelPath) -> bool {
        self.0.is_empty() || self.0.iter().any(|group| group.holds(path))
    }

    /// Whether any group names `path` itself.
    #[must_use]
    pub fn names(&self, path: &RelPath) -> bool {
        self.0.iter().any(|group| group.names(path))
    }
}

fn compile(patterns: &[String]) -> Result<GlobSet, ConfigFault> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let plain = pattern.strip_prefix("./").unwrap_or(pattern).replace('\\', "/");
        // A folder is all that is in it.
        let plain = if plain.ends_with('/') { format!("{plain}**") } else { plain };
        let glob = GlobBuilder::new(&plain).literal_separator(true).case_insensitive(true).build();
        set.add(glob.map_err(|error| ConfigFault::new(format!("`{pattern}` is no glob: {}", error.kind())))?);
    }
    set.build().map_err(|error| ConfigFault::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_mean_what_docfx_means() {
        for (pattern, path, holds) in [
            ("**/*.md", "a.md", true),
            ("**/*.md", "a/b/c.MD", true),
            ("*.md", "a/b.md", false),
            ("**/**.yml", "a/toc.yml", true),
            ("**/**.yml", "toc.yml", true),
            ("**/includes/**", "a/includes/b.md", true),
            ("**/includes/**", "includes/b.md", true),
            ("a/{b,c}.md", "a/c.md", true),
            ("a?.md", "ab.md", true),
            ("a/**", "a/b/c", true),
            ("a/", "a/b/c", true),
            ("a\\b.md", "a/b.md", true),
        ] {
            let group = GlobGroup::new(RelPath::root(), &[pattern.to_owned()], &[]).expect("a glob");
            assert_eq!(group.holds(&RelPath::new(path).expect("inside")), holds, "{pattern} on {path}");
        }
    }
}
