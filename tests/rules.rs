//! Each rule's document is its test: what it marks as bad is found exactly there, what it calls good is found nothing in.

use std::collections::BTreeSet;

use playpress::check::rules;

use crate::documents::{Project, documents, sections};

/// Rules that no text can make fire, and where they are tested instead.
const ELSEWHERE: &[(&str, &str)] = &[("audience-proof", "tests/audiences.rs")];

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
            let found = project.found();
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
