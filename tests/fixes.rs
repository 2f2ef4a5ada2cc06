//! What `playpress check --fix` makes of files: the fault is gone, and every other byte is as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::place::{Place, codes, stdout};

/// A fix: its name, the option that it takes, further files, and a page before and after.
type Case<'c> = (&'c str, &'c str, Vec<(&'c str, &'c str)>, &'c str, &'c str);

const SAFE: &str = "--fix";
const UNSAFE: &str = "--unsafe-fixes";
const TABLE: &str = "# A\n\n| Task ID | Task Name | (M)andatory / (O)ptional | FastTrack Role |\n| - | - | - | - |\n";
const REFRESH: &str = "# A\n\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n";

#[test]
fn each_fix_mends_its_fault_and_nothing_else() {
    let other = ("content/other.md", "# Other\n\n## Goals\n\nMany.\n");
    let site = ("book.toml", "[output.html]\nsite-url = \"https://example.com/b\"\n");
    let words = ("book.toml", "[vocabulary.roles.\"FastTrack Manager\"]\n");
    let table = |row: &str| format!("{TABLE}{row}\n");
    let refresh = |rows: &str| format!("{REFRESH}{rows}");
    let long = |text: String| -> &'static str { text.leak() };
    let cases: Vec<Case<'_>> = vec![
        ("date-format-invalid", SAFE, vec![], "---\nms.date: 2025-10-01  \n---\n# A\n", "---\nms.date: 10/01/2025  \n---\n# A\n"),
        ("date-format-invalid", SAFE, vec![], "---\nms.date: 5/2/19\n---\n# A\n", "---\nms.date: 05/02/2019\n---\n# A\n"),
        (
            "ms-date-stale",
            SAFE,
            vec![],
            long(format!("---\nms.date: 9/1/2025\n---\n{}", refresh("| 10/2/2025 | Jo | All |\n"))),
            long(format!("---\nms.date: 10/2/2025\n---\n{}", refresh("| 10/2/2025 | Jo | All |\n"))),
        ),
        (
            "refresh-summary-order",
            SAFE,
            vec![],
            long(refresh("| 10/1/2025 | Jo | b |\r\n|  11/1/2025| Jo | a |\n| 9/1/2025 | Jo | d |\n| 9/3/2025 | Jo | c |")),
            long(refresh("|  11/1/2025| Jo | a |\r\n| 10/1/2025 | Jo | b |\n| 9/3/2025 | Jo | c |\n| 9/1/2025 | Jo | d |")),
        ),
        ("file-case-mismatch", SAFE, vec![other], "# A\n\n[o](Other.md#goals \"t\")\n", "# A\n\n[o](other.md#goals \"t\")\n"),
        ("link-output-path", SAFE, vec![other], "# A\n\n[o](other.html#goals)\n", "# A\n\n[o](other.md#goals)\n"),
        ("file-not-found", UNSAFE, vec![("content/deep/moved.md", "# M\n")], "# A\n\n[o](moved.md)\n", "# A\n\n[o](deep/moved.md)\n"),
        ("bookmark-not-found", UNSAFE, vec![other], "# A\n\n[o](other.md#gaols)\n", "# A\n\n[o](other.md#goals)\n"),
        ("own-site-url", SAFE, vec![other, site], "# A\n\n[o](https://example.com/b/other.html#goals)\n", "# A\n\n[o](other.md#goals)\n"),
        ("invisible-character", SAFE, vec![], long(table("| 4001\u{a0}| Call | M | FM\u{a0}B |")), long(table("| 4001 | Call | M | FM B |"))),
        (
            "task-role-unknown",
            UNSAFE,
            vec![words],
            long(table("| 4001 | Call | M | FastTrack Manger |")),
            long(table("| 4001 | Call | M | FastTrack Manager |")),
        ),
        (
            "yaml-duplicate-key",
            SAFE,
            vec![],
            "---\r\ntitle: A\r\nauthor: b\r\ntitle: A\r\n---\r\n# A\r\n",
            "---\r\ntitle: A\r\nauthor: b\r\n---\r\n# A\r\n",
        ),
        ("link-malformed", SAFE, vec![other], "# A\n\n[o](other.md%20)\n", "# A\n\n[o](other.md)\n"),
        ("link-malformed", UNSAFE, vec![], "# A\n\n[o](\u{200b}https://example.com)\n", "# A\n\n[o](https://example.com)\n"),
        ("link-scheme-missing", SAFE, vec![], "# A\n\n[o](jo@example.com)\n", "# A\n\n[o](mailto:jo@example.com)\n"),
        (
            "safelinks-url",
            SAFE,
            vec![],
            "# A\n\n[o](https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.com%2Fa%20b&d=1)\n",
            "# A\n\n[o](https://example.com/a%20b)\n",
        ),
        ("table-malformed", SAFE, vec![], "# A\n\n| a | b |\n| - |\n| 1 | 2 |\n", "# A\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"),
        ("alert-unknown", UNSAFE, vec![], "# A\n\n> [! NOTE]\n> b\n", "# A\n\n> [!NOTE]\n> b\n"),
        ("ignore-unused", SAFE, vec![], "# A\n\n<!-- playpress: ignore[file-not-found] once -->\nb\n", "# A\n\nb\n"),
        (
            "task-name-drift",
            UNSAFE,
            vec![
                ("content/b.md", long(table("| 4001 | Call now | M | FM |").replace("# A", "# B"))),
                ("content/a.md", long(table("| 4001 | Call now | M | FM |").replace("# A", "# C"))),
            ],
            long(table("| 4001 | Phone now | M | FM |")),
            long(table("| 4001 | Call now | M | FM |")),
        ),
    ];
    for (code, option, files, before, after) in cases {
        for mark in ["", "\u{feff}"] {
            let (before, after) = (format!("{mark}{before}"), format!("{mark}{after}"));
            let place = Place::new(&files);
            place.write("content/index.md", &before);
            let found = codes(&place.run(&["check", "--format", "json"]));
            assert!(found.contains(&code.to_owned()), "{code} is found in {before:?}: {found:?}");
            place.run(&["check", "--select", code, option]);
            assert_eq!(place.read("content/index.md"), after, "{code}");
            let left = codes(&place.run(&["check", "--format", "json"]));
            assert!(!left.contains(&code.to_owned()), "{code} is gone: {left:?}");
            for (path, text) in &files {
                assert_eq!(&place.read(path), text, "{code} leaves {path} alone");
            }
        }
    }
}

#[test]
fn fixes_that_are_not_safe_are_only_made_when_asked_for() {
    let place = Place::new(&[("content/index.md", "# A\n\n[o](other.md#gaols)\n"), ("content/other.md", "# Other\n\n## Goals\n\nMany.\n")]);
    let output = place.run(&["fix"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing mended"));
    assert_eq!(place.read("content/index.md"), "# A\n\n[o](other.md#gaols)\n");
}

#[test]
fn a_difference_is_printed_and_nothing_is_written() {
    let place = Place::new(&[("content/index.md", "# A\n\n[o](other.html)\n"), ("content/other.md", "# Other\n")]);
    let output = place.run(&["check", "--diff"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "--- a/content/index.md\n+++ b/content/index.md\n@@ -1,3 +1,3 @@\n # A\n \n-[o](other.html)\n+[o](other.md)\n");
    assert_eq!(place.read("content/index.md"), "# A\n\n[o](other.html)\n");
    place.run(&["fix"]);
    let output = place.run(&["check", "--diff"]);
    assert_eq!((output.status.code(), stdout(&output).is_empty()), (Some(0), true));
}

#[test]
fn what_is_no_text_a_link_and_permissions_stay() {
    let place = Place::new(&[
        ("content/index.md", "# A\n\n[o](other.html)\n"),
        ("content/other.md", "# Other\n"),
        ("real/page.md", "# P\n\n[o](other.html)\n"),
    ]);
    let odd = place.root().join("content/odd.md");
    let bytes = b"# B\n\n[o](other.html) \xff\n";
    fs::write(&odd, bytes).expect("a file");
    std::os::unix::fs::symlink("../real/page.md", place.root().join("content/page.md")).expect("a link");
    let index = place.root().join("content/index.md");
    fs::set_permissions(&index, fs::Permissions::from_mode(0o640)).expect("permissions");
    place.run(&["fix"]);
    assert_eq!(fs::read(&odd).expect("there"), bytes, "bytes that are no text would be lost");
    assert_eq!(place.read("real/page.md"), "# P\n\n[o](other.md)\n");
    assert!(fs::symlink_metadata(place.root().join("content/page.md")).expect("there").is_symlink());
    assert_eq!(place.read("content/index.md"), "# A\n\n[o](other.md)\n");
    assert_eq!(fs::metadata(&index).expect("there").permissions().mode() & 0o777, 0o640);
    let names: Vec<_> = fs::read_dir(place.root().join("content")).expect("there").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 4, "nothing is left over: {names:?}");
}
