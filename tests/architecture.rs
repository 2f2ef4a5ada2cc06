//! The picture in ARCHITECTURE.md, held against the code: who may import whom, and which library is used where.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the ground up. A room imports only from below; those on one line never import each other.
const LAYERS: &[&[&str]] = &[
    &["text"],
    &["diagnostic"],
    &["config"],
    &["source", "git"],
    &["markdown"],
    &["page"],
    &["book"],
    &["check"],
    &["site", "report"],
    &["write", "workspace", "external"],
    &["cli"],
];

/// Libraries and the only places that may name them.
const CONFINED: &[(&str, &[&str])] = &[
    ("tera::", &["site"]),
    ("include_dir::", &["site"]),
    ("rquickjs::", &["site/search/run.rs"]),
    ("rust_stemmers::", &["site/search/index.rs"]),
    ("unicode_normalization::", &["site/search/words.rs"]),
    ("clap::", &["cli"]),
    ("indicatif::", &["cli/progress.rs"]),
    ("axum::", &["cli/serve"]),
    ("tokio::", &["cli/serve"]),
    ("notify::", &["cli/serve"]),
    ("walkdir::", &["source"]),
    ("gray_matter::", &["source"]),
    ("saphyr_parser::", &["source"]),
    ("jsonc_parser::", &["config", "source/json.rs"]),
    ("pulldown_cmark::", &["markdown", "page/read.rs", "page/style.rs"]),
    ("jiff::", &["text/date.rs", "check", "external", "cli"]),
    ("annotate_snippets::", &["report"]),
    ("std::fs", &["source", "write", "external", "cli"]),
    ("anyhow::", &["site", "write", "external", "cli"]),
    (
        "rayon::",
        &[
            "source/discover.rs",
            "source/code.rs",
            "source/visible.rs",
            "book/mod.rs",
            "book/catalog.rs",
            "book/toc.rs",
            "check/mod.rs",
            "check/links.rs",
            "check/mod.rs",
            "site/search/index.rs",
            "site/search/files.rs",
            "workspace.rs",
            "write",
        ],
    ),
    ("std::env", &["cli"]),
    ("std::time", &["config", "external", "cli"]),
    ("ureq::", &["external"]),
    ("url::", &["external"]),
    ("similar::", &["cli/fix.rs"]),
    ("std::process::Command", &["git.rs"]),
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("src can be read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).expect("a source is text")));
            }
        }
    }
    found.sort();
    found
}

fn layer(room: &str) -> usize {
    LAYERS.iter().position(|rooms| rooms.contains(&room)).unwrap_or_else(|| panic!("`{room}` is in no layer"))
}

fn room(file: &str) -> &str {
    file.split(['/', '.']).next().expect("a name")
}

#[test]
fn a_room_imports_only_from_below() {
    let mut faults = Vec::new();
    for (file, text) in sources().iter().filter(|(file, _)| !matches!(file.as_str(), "lib.rs" | "main.rs")) {
        let own = room(file);
        let words = text.match_indices("crate::").filter(|(at, _)| !text[..*at].ends_with('$')).map(|(at, _)| &text[at + "crate::".len()..]);
        for path in words {
            let used: Vec<&str> = match path.strip_prefix('{') {
                Some(group) => group.split('}').next().expect("a group").split(',').map(str::trim).collect(),
                None => vec![path],
            };
            for used in used {
                let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().expect("a name");
                if used != own && layer(used) >= layer(own) {
                    faults.push(format!("{file} imports crate::{used}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for (file, text) in sources() {
        // Unit tests at the end of a file may use what they like.
        let code = text.split("#[cfg(test)]").next().expect("some code");
        for (library, places) in CONFINED {
            if code.contains(library) && !places.iter().any(|place| file.starts_with(place)) {
                faults.push(format!("{file} uses {library}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn each_file_says_what_it_owns() {
    let silent: Vec<String> = sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(file, _)| file).collect();
    assert!(silent.is_empty(), "no module doc: {silent:?}");
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let rooms: BTreeSet<String> = sources().into_iter().map(|(file, _)| room(&file).to_owned()).collect();
    for room in rooms.iter().filter(|room| !matches!(room.as_str(), "lib" | "main")) {
        assert!(map.contains(&format!("`{room}`")), "ARCHITECTURE.md does not name `{room}`");
    }
}
