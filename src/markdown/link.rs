//! What a URL in a page leads to, as far as its text tells. Path arithmetic only: whether a target exists is not known here.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::text::path::RelPath;

/// Where a URL leads.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// Nowhere: there is nothing but blanks.
    Empty,
    /// An id of the page itself, as written, without its `#`.
    Anchor(String),
    /// Another site, or a scheme that is left alone.
    External,
    /// A path from the root of the site: kept as it is, never checked.
    Rooted,
    /// A file of the author's machine.
    LocalFile,
    /// A scheme that runs code or holds data.
    Unsafe,
    /// Above the root of the project.
    Outside,
    /// The page that calls itself so, wherever it is.
    Uid {
        /// Decoded.
        uid: String,
        /// `?` and what follows, as written, else empty.
        query: String,
        /// Behind the `#`, as written; `None` where there is no `#`.
        fragment: Option<String>,
    },
    /// A file of the project.
    File {
        /// From the root of the project.
        path: RelPath,
        /// Written with a slash at its end.
        is_folder: bool,
        /// `?` and what follows, as written, else empty.
        query: String,
        /// Behind the `#`, as written; `None` where there is no `#`.
        fragment: Option<String>,
    },
}

/// What `url` leads to from a file in `folder`; `~/` is `tilde`. `is_image` allows `data:image/…`.
#[must_use]
pub fn classify(url: &str, folder: &RelPath, tilde: &RelPath, is_image: bool) -> Target {
    let url = url.trim();
    // Browsers drop these before they read the scheme.
    let is_dropped = |c: char| c.is_control() || c.is_whitespace();
    let bare = if url.contains(is_dropped) { Cow::Owned(url.chars().filter(|c| !is_dropped(*c)).collect()) } else { Cow::Borrowed(url) };
    match scheme(&bare).map(str::to_ascii_lowercase).as_deref() {
        Some("javascript" | "vbscript") => return Target::Unsafe,
        Some("data") => return if is_image && bare.to_ascii_lowercase().starts_with("data:image/") { Target::External } else { Target::Unsafe },
        Some("file") => return Target::LocalFile,
        Some(letter) if letter.len() == 1 => return Target::LocalFile,
        Some("xref") => return uid(url),
        Some(_) => return Target::External,
        None => {}
    }
    // A path of a Windows network.
    if url.starts_with("\\\\") {
        return Target::LocalFile;
    }
    let (path, query, fragment) = parts(url);
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = if path.contains('\\') { Cow::Owned(path.replace('\\', "/")) } else { path };
    let path = path.trim();
    match (path.is_empty(), fragment) {
        (true, Some(fragment)) => return Target::Anchor(fragment.to_owned()),
        (true, None) if query.is_empty() => return Target::Empty,
        (true, None) => return Target::External,
        (false, _) => {}
    }
    if path.starts_with("//") {
        return Target::External;
    }
    if path.starts_with('/') {
        return Target::Rooted;
    }
    let joined = match path.strip_prefix("~/") {
        Some(path) => tilde.join(path.trim_start_matches('/')),
        None => folder.join(path),
    };
    match joined {
        Err(_) => Target::Outside,
        Ok(joined) => Target::File { path: joined, is_folder: path.ends_with('/'), query: query.to_owned(), fragment: fragment.map(str::to_owned) },
    }
}

/// What is before the `?`; the `?` and what follows; what is behind the `#`.
fn parts(url: &str) -> (&str, &str, Option<&str>) {
    let (rest, fragment) = match url.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (url, None),
    };
    let (path, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
    (path, query, fragment)
}

/// The page that a URL which starts with `xref:` names.
fn uid(url: &str) -> Target {
    let (uid, query, fragment) = parts(url.split_once(':').map_or("", |(_, rest)| rest));
    let uid = percent_decode_str(uid).decode_utf8_lossy().trim().to_owned();
    Target::Uid { uid, query: query.to_owned(), fragment: fragment.map(str::to_owned) }
}

/// The scheme that a URL starts with, without its colon.
fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let is_scheme =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

/// A fragment as the id it names: trimmed and percent-decoded.
#[must_use]
pub fn fragment_id(fragment: &str) -> String {
    percent_decode_str(fragment.trim()).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, query: &str, fragment: Option<&str>) -> Target {
        let path_only = RelPath::new(path).expect("inside");
        Target::File { path: path_only, is_folder: path.ends_with('/'), query: query.to_owned(), fragment: fragment.map(str::to_owned) }
    }

    #[test]
    fn urls_are_told_apart() {
        let folder = RelPath::new("a/b").expect("inside");
        for (url, target) in [
            ("c.md", file("a/b/c.md", "", None)),
            ("../c.md?x=1#y", file("a/c.md", "?x=1", Some("y"))),
            ("media\\c%20d.png", file("a/b/media/c d.png", "", None)),
            ("~/c.md", file("c.md", "", None)),
            ("c/", file("a/b/c/", "", None)),
            ("#x", Target::Anchor("x".to_owned())),
            ("", Target::Empty),
            ("https://x.y/z.md", Target::External),
            ("mailto:a@b", Target::External),
            ("//host/x", Target::External),
            ("/x.md", Target::Rooted),
            ("C:\\x.md", Target::LocalFile),
            ("\\\\server\\share\\x.md", Target::LocalFile),
            ("file:///x", Target::LocalFile),
            ("java\nscript:alert(1)", Target::Unsafe),
            (" JavaScript:alert(1)", Target::Unsafe),
            ("data:text/html,x", Target::Unsafe),
            ("../../../x.md", Target::Outside),
            ("XREF:crew.plan?a=b#x", Target::Uid { uid: "crew.plan".to_owned(), query: "?a=b".to_owned(), fragment: Some("x".to_owned()) }),
            ("xref:crew%20plan", Target::Uid { uid: "crew plan".to_owned(), query: String::new(), fragment: None }),
        ] {
            assert_eq!(classify(url, &folder, &RelPath::root(), false), target, "{url:?}");
        }
        assert_eq!(classify("data:image/png;base64,x", &folder, &RelPath::root(), true), Target::External);
    }
}
