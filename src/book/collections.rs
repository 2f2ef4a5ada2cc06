//! Parts of the content that are one work each: what is told of a task is compared within one of them, never across.

use crate::config::Config;
use crate::text::path::RelPath;

/// The collection of a page: the first `[[collection]]` that holds it, else the topmost folder of the content that it is in; empty at the top.
#[must_use]
pub fn collection_of<'c>(config: &'c Config, path: &'c RelPath) -> &'c str {
    if let Some(collection) = config.collections.iter().find(|collection| collection.files.holds(path)) {
        return &collection.id;
    }
    let src = config.src.as_str();
    let below = path.as_str().strip_prefix(src).map_or(path.as_str(), |below| below.trim_start_matches('/'));
    below.split_once('/').map_or("", |(folder, _)| folder)
}

/// The collection that a collection is the next version of, over as many steps as it takes; itself where it is none.
#[must_use]
pub fn base_of<'c>(config: &'c Config, collection: &'c str) -> &'c str {
    let above = |id: &str| config.collections.iter().find(|collection| collection.id == id)?.preview_of.as_deref();
    // A circle ends where it was entered.
    std::iter::successors(Some(collection), |id| above(id)).take(config.collections.len() + 1).last().unwrap_or(collection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_what_is_configured_else_a_folder() {
        let path = |path: &str| RelPath::new(path).expect("inside");
        let config = Config { src: path("content"), ..Config::default() };
        for (page, collection) in [("content/playbook/a/b.md", "playbook"), ("content/a.md", ""), ("content/x/index.md", "x")] {
            assert_eq!(collection_of(&config, &path(page)), collection, "{page}");
        }
        assert_eq!(collection_of(&Config::default(), &path("a/b.md")), "a");
        let toml = "[[collection]]\nid = \"both\"\npath = \"{a,b}/**\"\n";
        let config = crate::config::parse_book_toml(toml, &RelPath::root()).expect("valid");
        assert_eq!((collection_of(&config, &path("a/x.md")), collection_of(&config, &path("c/x.md"))), ("both", "c"));
    }
}
