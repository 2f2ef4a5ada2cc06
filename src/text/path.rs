//! Paths inside the project: normalised, with `/`, never above the root.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a path of a URL may not hold as it is.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path that would leave the root of the project.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutsideRoot;

/// A file or folder of the project: relative to its root, `/` between names, no `.` or `..`. The root itself is empty.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RelPath(Arc<str>);

impl RelPath {
    /// The root of the project.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// `path`, normalised.
    ///
    /// # Errors
    /// Where `..` would lead above the root.
    pub fn new(path: &str) -> Result<Self, OutsideRoot> {
        Self::root().join(path)
    }

    /// `relative` as seen from this folder. Empty names and `.` are dropped.
    ///
    /// # Errors
    /// Where `..` would lead above the root.
    pub fn join(&self, relative: &str) -> Result<Self, OutsideRoot> {
        let mut path = String::with_capacity(self.0.len() + relative.len() + 1);
        path.push_str(&self.0);
        for name in relative.split('/') {
            match name {
                "" | "." => {}
                ".." if path.is_empty() => return Err(OutsideRoot),
                ".." => path.truncate(path.rfind('/').unwrap_or(0)),
                name => {
                    if !path.is_empty() {
                        path.push('/');
                    }
                    path.push_str(name);
                }
            }
        }
        Ok(Self(Arc::from(path)))
    }

    /// The path as text, `/` between names.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this; the root's is the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(Arc::from(self.parent_str()))
    }

    /// The folder that holds this, as text.
    #[must_use]
    pub fn parent_str(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The last name without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The extension as written, without its dot; empty where there is none.
    #[must_use]
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether the extension is `md`, in any case.
    #[must_use]
    pub fn is_markdown(&self) -> bool {
        self.extension().eq_ignore_ascii_case("md")
    }

    /// The same folder, another last name.
    #[must_use]
    pub fn with_file_name(&self, name: &str) -> Self {
        let folder = &self.0[..self.0.len() - self.file_name().len()];
        Self(Arc::from(format!("{folder}{name}")))
    }

    /// What remains below `folder`, if this is in it.
    #[must_use]
    pub fn below(&self, folder: &RelPath) -> Option<Self> {
        if folder.0.is_empty() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(&*folder.0)?.strip_prefix('/')?;
        Some(Self(Arc::from(rest)))
    }

    /// Whether any name of the path equals `name`, the last one aside.
    #[must_use]
    pub fn is_inside_folder_named(&self, name: &str) -> bool {
        self.parent_str().split('/').any(|folder| folder == name)
    }

    /// This path in the file system, under `root`.
    #[must_use]
    pub fn under(&self, root: &Path) -> PathBuf {
        if self.0.is_empty() { root.to_path_buf() } else { root.join(&*self.0) }
    }

    /// The relative URL that leads from the file at this path to `target`, percent-encoded.
    #[must_use]
    pub fn href_to(&self, target: &RelPath) -> String {
        let (from, to) = (self.0.as_bytes(), target.0.as_bytes());
        let same = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        // Up to the last folder that both are in.
        let shared = memchr::memrchr(b'/', &from[..same]).map_or(0, |at| at + 1);
        let up = self.0[shared..].matches('/').count();
        let rest = &target.0[shared..];
        let mut href = String::with_capacity(3 * up + rest.len() + 8);
        for _ in 0..up {
            href.push_str("../");
        }
        if up == 0 && rest.split('/').next().is_some_and(|name| name.contains(':')) {
            href.push_str("./");
        }
        href.extend(utf8_percent_encode(rest, SEGMENT));
        href
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> RelPath {
        RelPath::new(text).expect("the path stays inside")
    }

    #[test]
    fn joining_normalises_and_stays_inside() {
        assert_eq!(path("a/b").join("../c/./d.md"), Ok(path("a/c/d.md")));
        assert_eq!(path("a").join("../../x"), Err(OutsideRoot));
        assert_eq!(path("a/b.md").parent(), path("a"));
        assert_eq!(path("a/b.md").below(&path("a")), Some(path("b.md")));
        assert_eq!(path("ab/c.md").below(&path("a")), None);
    }

    #[test]
    fn links_are_relative_and_encoded() {
        for (from, to, href) in [
            ("a.html", "b.html", "b.html"),
            ("a/b.html", "c.html", "../c.html"),
            ("a/b.html", "a/c/d.html", "c/d.html"),
            ("a/b/c.html", "a/x/y.html", "../x/y.html"),
            ("a.html", "b c%#?é.html", "b%20c%25%23%3F%C3%A9.html"),
            ("a.html", "javascript:x", "./javascript:x"),
            ("a.html", "b:c/d.html", "./b:c/d.html"),
            ("a/b.html", "c:d.html", "../c:d.html"),
            ("a/b.html", "a/c:d.html", "./c:d.html"),
            ("ab/c.html", "a/c.html", "../a/c.html"),
            ("a/é.html", "a/è.html", "%C3%A8.html"),
            ("", "a/b.html", "a/b.html"),
        ] {
            assert_eq!(path(from).href_to(&path(to)), href);
        }
    }
}
