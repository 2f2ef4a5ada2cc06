//! Each rule's document is its test: what it marks as bad is found exactly there, what it calls good is found nothing in.

use std::collections::BTreeSet;
use std::fmt::Write;

use playpress::check::rules;

use crate::documents::{Project, documents, sections};

/// Rules that no text can make fire, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("audience-proof", "tests/audiences.rs"),
    ("exceed-max-file-errors", "tests/checks.rs"),
    ("baseline-stale", "tests/checks.rs"),
    ("link-broken", "tests/external.rs"),
    ("link-unreachable", "tests/external.rs"),
    ("link-bookmark-not-found", "tests/external.rs"),
    ("redirected-link", "tests/external.rs"),
];

#[test]
fn each_rule_has_one_document_and_each_document_a_rule() {
    let declared: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
    let unique: BTreeSet<&str> = declared.iter().copied().collect();
    assert_eq!(declared.len(), unique.len(), "a code is declared twice");
    let written: BTreeSet<String> =
        documents("src/rules").iter().map(|(path, _)| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    assert_eq!(written.iter().map(String::as_str).collect::<BTreeSet<&str>>(), unique);
}

#[test]
fn documents_say_why_show_bad_and_good_and_how_to_mend() {
    for rule in rules() {
        let sections = sections(rule.document);
        let titles: Vec<&str> = sections.iter().map(|section| section.title.as_str()).collect();
        assert!(rule.document.starts_with(&format!("# {}\n", rule.code)), "{} starts with its name", rule.code);
        assert!(titles.contains(&"Why"), "{}: why?", rule.code);
        assert!(titles.contains(&"How to mend"), "{}: how to mend?", rule.code);
        if !ELSEWHERE.iter().any(|(code, _)| *code == rule.code) {
            assert!(titles.iter().any(|title| title.starts_with("Bad")), "{}: a bad example?", rule.code);
            assert!(titles.iter().any(|title| title.starts_with("Good")), "{}: a good example?", rule.code);
        }
    }
}

#[test]
fn examples_are_found_where_they_are_marked() {
    let mut faults = Vec::new();
    for rule in rules() {
        for section in sections(rule.document).iter().filter(|section| section.fences.iter().any(|fence| fence.path.is_some())) {
            let project = Project::new(&section.fences);
            let found = project.found(Some(rule.code));
            if found != project.expected {
                faults.push(format!("{} / {}\n  expected {:#?}\n  found {:#?}", rule.code, section.title, project.expected, found));
            }
            let marks_rule = project.expected.iter().any(|expected| expected.what.contains(&format!("[{}]", rule.code)));
            if section.title.starts_with("Bad") != marks_rule {
                faults.push(format!("{} / {}: only bad examples mark the rule", rule.code, section.title));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// The pages of the manual about rules, by path: one for each, a list, a table of contents.
fn manual() -> Vec<(String, String)> {
    let header = |title: &str, description: &str| {
        format!(
            "---\ntitle: \"{title}\"\ndescription: \"{}\"\nauthor: Jo Proof\nms.author: jproof\nmanager: sgalley\nms.date: 11/26/2026\nms.topic: reference\nms.prod: playpress\nft.audience: internal, partner\nft.owner: jproof\n---\n\n",
            // A line of front matter that only talks of the key would be taken for one that gives it.
            description.replace('\\', "\\\\").replace('"', "\\\"").replace("ft.audience", "audience")
        )
    };
    let first = |document: &str| document.lines().skip(1).find(|line| !line.is_empty()).expect("a sentence").to_owned();
    let mut pages = Vec::new();
    let mut rows = String::new();
    let mut entries = "- name: All rules\n  href: index.md\n".to_owned();
    for rule in rules() {
        let code = rule.code;
        let page = format!("{}[!INCLUDE [{code}](../../../src/rules/{code}.md)]\n", header(code, &first(rule.document)));
        pages.push((format!("{code}.md"), page));
        let default = if rule.is_on { rule.severity.name() } else { "off" };
        let fixed = if rule.is_fixed { ", always" } else { "" };
        let _ = writeln!(rows, "| [{code}]({code}.md) | {default}{fixed} | {} |", first(rule.document).replace('|', "\\|"));
        let _ = writeln!(entries, "- name: {code}\n  href: {code}.md");
    }
    let text = "# The rules\n\nEach finding has the code of a rule. The page of a rule says why it is one, shows what is bad and what is good, and how a finding is mended; `playpress explain CODE` prints the same. [`book.toml`](../book-toml.md#checks) changes the severity of each, but of those that are marked *always*: they guard what must not be seen.\n\nThe examples are built whenever playpress is tested. A line of `^^^^` below a line marks the characters of a finding; it is no part of the file.\n\n| Code | Default | A finding means |\n| - | - | - |\n";
    let index = format!("{}{text}{rows}", header("The rules", "Each rule of playpress check, why it is one, and how a finding is mended."));
    pages.push(("index.md".to_owned(), index));
    pages.push(("toc.yml".to_owned(), entries));
    pages
}

/// With `PLAYPRESS_BLESS=1` the pages are written anew.
#[test]
fn the_manual_has_a_page_for_each_rule() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content/reference/rules");
    let pages = manual();
    if std::env::var_os("PLAYPRESS_BLESS").is_some() {
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).expect("a page can be written");
        }
    }
    for (name, text) in &pages {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(&there, text, "content/reference/rules/{name}: write it again with PLAYPRESS_BLESS=1 cargo test rules");
    }
    assert_eq!(std::fs::read_dir(&folder).expect("the folder is there").count(), pages.len(), "pages of rules that are gone");
}
