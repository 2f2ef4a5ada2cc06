//! The manual of the theme against the theme: each value of a template, each custom property, each template has its line.

use std::fs;
use std::path::Path;

use playpress::site;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

const HEAD: &str = "---\ntitle: What templates are given\ndescription: Every value that a template of a theme gets, field by field.\nauthor: Robin Inkwell\nms.author: rinkwell\nmanager: sgalley\nms.date: 11/27/2026\nms.topic: reference\nms.prod: playpress\nft.audience: internal, partner\nft.owner: rinkwell\n---\n\n# What templates are given\n\nThis page is made from the program, so it cannot be out of date. [The theme](theme.md) says how a template is replaced. A value of a template that is HTML, as it says, is printed as it is. The field `what_html` of a change needs `| safe`. All others are text, and are escaped.\n\n";

const TAIL: &str = "\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n| 11/27/2026 | Robin Inkwell | Wrote the page. |\n";

/// With `PLAYPRESS_BLESS=1` the page is written anew.
#[test]
fn the_manual_lists_what_templates_are_given() {
    let path = "content/reference/templates.md";
    let text = format!("{HEAD}{}{TAIL}", site::template_reference());
    if std::env::var_os("PLAYPRESS_BLESS").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &text).expect("it can be written");
    }
    assert_eq!(read(path), text, "{path}: write it again with PLAYPRESS_BLESS=1 cargo test theme");
    assert!(!text.contains("|  |"), "each field says what it is");
}

#[test]
fn the_manual_names_each_property_template_and_file_of_the_theme() {
    let manual = read("content/reference/theme.md");
    let css = read("themes/default/css/playpress.css");
    let first = css.split(":root[data-scheme=\"light\"]").next().expect("there is a first block");
    let properties = first.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(':')).map(|(name, _)| format!("`--{name}`"));
    let ranges = ["`--size-4` … `--size-1`", "`--space-1` … `--space-6`"];
    for property in properties {
        let is_in_range =
            ["`--size-", "`--space-"].iter().any(|start| property.starts_with(start)) && ranges.iter().all(|range| manual.contains(range));
        assert!(manual.contains(&property) || is_in_range, "{property} is in the manual");
    }
    for folder in ["templates", "js", "css"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default").join(folder)).expect("it is there") {
            let name = format!("`{folder}/{}`", entry.expect("an entry").file_name().to_string_lossy());
            assert!(manual.contains(&name), "{name} is in the manual");
        }
    }
}
