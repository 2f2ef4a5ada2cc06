//! What a team says of its findings: severities, comments, baselines, limits, and the formats that machines read.

use serde_json::Value;

use crate::place::{Place, codes, command, stdout};

const PAGE: &str = "# Plan\n\nSee [one](one.md) and [two](two.md).\n\n| a |\n| - |\n| 1 | 2 |\n";

#[test]
fn severities_are_set_for_rules_and_files() {
    let place = Place::new(&[
        ("content/index.md", PAGE),
        ("content/old/a.md", PAGE),
        (
            "book.toml",
            "[check.rules]\nfile-not-found = { severity = \"error\", note = \"ask Ana\" }\ntable-row-cells = { exclude = [\"content/old/**\"] }\n",
        ),
    ]);
    let output = place.run(&["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(codes(&output).iter().filter(|code| *code == "table-row-cells").count(), 1);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let broken = &document["diagnostics"][0];
    assert_eq!((broken["code"].as_str(), broken["severity"].as_str()), (Some("file-not-found"), Some("error")));
    assert!(broken["help"].as_str().expect("a help").ends_with("; ask Ana"), "{broken}");
    assert_eq!(place.run(&["check", "--exit-zero"]).status.code(), Some(0));
    place.write(
        "book.toml",
        "[[check.rules.file-not-found]]\nseverity = \"off\"\n[[check.rules.file-not-found]]\npaths = [\"content/old/\"]\nseverity = \"info\"\n",
    );
    let output = place.run(&["check", "--format", "json", "--select", "file-not-found"]);
    assert_eq!(codes(&output), ["file-not-found", "file-not-found"]);
    assert_eq!(output.status.code(), Some(0));
    place.write("book.toml", "[check.rules]\nfile-not-found = \"loud\"\n");
    let output = place.run(&["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("write `off`, `info`, `warning` or `error`"));
}

#[test]
fn rules_are_chosen_by_their_codes() {
    let place = Place::new(&[("index.md", PAGE)]);
    assert_eq!(codes(&place.run(&["check", "--format", "json", "--select", "table-row-cells"])), ["table-row-cells"]);
    assert!(!codes(&place.run(&["check", "--format", "json", "--ignore", "InvalidFileLink,table-row-cells"])).contains(&"file-not-found".to_owned()));
    let output = place.run(&["check", "--select", "file-not-fond"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `file-not-found`?"));
    assert_eq!(place.run(&["check", "--strict"]).status.code(), Some(1));
}

#[test]
fn a_baseline_holds_old_findings_and_only_shrinks() {
    let place = Place::new(&[("index.md", PAGE)]);
    assert_eq!(place.run(&["check", "--strict", "--write-baseline", "base.json"]).status.code(), Some(0));
    let first = place.read("base.json");
    assert!(first.contains("\"one.md\"") && first.contains("\"two.md\""), "{first}");
    // Lines move, one fault is new, one is gone.
    place.write("index.md", "# Plan\n\nMore text.\n\nSee [one](one.md) and [three](three.md).\n\n| a |\n| - |\n| 1 | 2 |\n");
    let output = place.run(&["check", "--strict", "--format", "json", "--baseline", "base.json"]);
    assert_eq!(codes(&output), ["file-not-found", "baseline-stale"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("`two.md` in `index.md`"), "{}", stdout(&output));
    let output = place.run(&["check", "--write-baseline", "base.json"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("fewer than before"));
    let second = place.read("base.json");
    assert!(second.contains("\"one.md\"") && !second.contains("\"two.md\"") && !second.contains("three.md"), "{second}");
    assert_eq!(codes(&place.run(&["check", "--format", "json", "--baseline", "base.json"])), ["file-not-found"]);
    // What is no baseline, or not there, is said.
    place.write("bad.json", "{}");
    for name in ["bad.json", "none.json"] {
        assert_eq!(place.run(&["check", "--baseline", name]).status.code(), Some(2), "{name}");
    }
}

#[test]
fn the_same_fault_twice_is_two_in_a_baseline() {
    let place = Place::new(&[("index.md", "# Plan\n\n[one](one.md)\n")]);
    place.run(&["check", "--write-baseline", "base.json"]);
    place.write("index.md", "# Plan\n\n[one](one.md)\n\n[one](one.md)\n");
    assert_eq!(codes(&place.run(&["check", "--format", "json", "--baseline", "base.json"])), ["file-not-found"]);
}

#[test]
fn people_are_shown_a_hundred_findings_of_a_file_and_machines_all() {
    let links: String = (0..250).map(|number| ["[x](gone-", &number.to_string(), ".md)\n\n"].concat()).collect();
    let place = Place::new(&[("index.md", &format!("# Plan\n\n{links}"))]);
    let text = stdout(&place.run(&["check", "--format", "concise"]));
    assert_eq!(text.lines().filter(|line| line.contains("[file-not-found]")).count(), 100);
    assert!(text.contains("index.md: warning[exceed-max-file-errors]: 150 more warnings of this file are not shown"), "{text}");
    let all = place.run(&["check", "--format", "json"]);
    assert_eq!(codes(&all).iter().filter(|code| *code == "file-not-found").count(), 250);
    assert!(String::from_utf8_lossy(&all.stderr).contains("250 warnings"));
    place.write("book.toml", "[book]\nsrc = \".\"\n[check]\nmax-per-file = 3\n");
    assert_eq!(codes(&place.run(&["check", "--format", "json"])).iter().filter(|code| *code == "file-not-found").count(), 3);
}

#[test]
fn sarif_is_what_its_schema_asks_for() {
    let place = Place::new(&[
        ("index.md", "# Plan\n\n[!INCLUDE [a](includes/a b.md)]\n\n[x](gone.md) <!-- playpress: ignore[file-not-found] soon -->\n\n[y](old.md)\n"),
        ("includes/a b.md", "[z](ä%20b.md)\n"),
    ]);
    place.run(&["check", "--write-baseline", "base.json"]);
    place.write("index.md", &format!("{}\n[new](new.md)\n", place.read("index.md")));
    let output = place.run(&["check", "--format", "sarif", "--baseline", "base.json"]);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    // The schema's own pattern for languages is no regular expression: its last bracket is a slip.
    let schema = include_str!("schemas/sarif-2.1.0.json").replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let faults: Vec<String> = validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = document["runs"][0]["results"].as_array().expect("results");
    let kinds: Vec<Option<&str>> = results.iter().map(|result| result["suppressions"][0]["kind"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|kind| kind.is_none()).count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == Some("inSource")).count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == Some("external")).count(), 2, "{kinds:?}");
    let prints: std::collections::BTreeSet<&str> =
        results.iter().map(|result| result["partialFingerprints"]["playpress/v1"].as_str().expect("a fingerprint")).collect();
    assert_eq!(prints.len(), results.len());
    assert!(stdout(&output).contains("includes/a%20b.md"));
}

#[test]
fn several_formats_in_one_run() {
    let place = Place::new(&[("index.md", PAGE)]);
    let output = place.run(&["check", "--format", "concise", "--format", "junit=out/j.xml", "--format", "jsonl=l.jsonl"]);
    assert_eq!(output.status.code(), Some(2), "the folder is not there");
    let output = place.run(&["check", "--format", "concise", "--format", "junit=j.xml", "--format", "jsonl=l.jsonl", "--format", "azure=a.txt"]);
    assert!(stdout(&output).starts_with("index.md:3:11: warning[file-not-found]: "));
    let junit = place.read("j.xml");
    assert!(junit.contains("<testsuite name=\"index.md\" tests=\"3\"") && junit.contains("failures=\"0\""), "{junit}");
    let lines: Vec<Value> = place.read("l.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert!(
        place.read("a.txt").starts_with("##vso[task.logissue type=warning;sourcepath=index.md;linenumber=3;columnnumber=11;code=file-not-found;]")
    );
    place.run(&["check", "--strict", "--format", "junit", "-o", "strict.xml"]);
    assert!(place.read("strict.xml").contains("failures=\"3\""));
}

#[test]
fn github_gets_annotations_worst_first_and_a_summary() {
    let place = Place::new(&[
        ("a%,b.md", "# A\n\n[x](gone.md)\n"),
        ("z.md", "# Z\n\n[!INCLUDE [a](no.md)]\n"),
        ("summary.md", "before\n"),
        ("book.toml", "[book]\nsrc = \".\"\n[content]\nexclude = [\"summary.md\"]\n"),
    ]);
    let mut command = command(place.root());
    let output = command.args(["check"]).env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "summary.md").output().expect("it runs");
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("::error title=include-not-found,file=z.md,line=3,endLine=3,col=15,endColumn=20::"), "{text}");
    assert!(lines[1].starts_with("::warning title=file-not-found,file=a%25%2Cb.md,line=3,"), "{text}");
    assert!(lines[1].contains("%0A"), "the help is on a line of its own: {text}");
    let summary = place.read("summary.md");
    assert!(summary.starts_with("before\n### playpress: 1 error, 1 warning"), "{summary}");
    assert!(summary.contains("| error | z.md:3:15 |"), "{summary}");
}

#[test]
fn a_rule_is_explained_by_its_document() {
    let place = Place::new(&[]);
    let text = stdout(&place.run(&["explain", "file-not-found"]));
    assert!(text.starts_with("# file-not-found\n") && text.ends_with("Default: warning.\n"), "{text}");
    assert!(stdout(&place.run(&["explain"])).lines().any(|line| line.starts_with("audience-leak ") && line.contains(" error ")));
    assert_eq!(place.run(&["explain", "nothing"]).status.code(), Some(2));
}
