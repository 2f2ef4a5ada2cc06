//! `playpress check --changed-since`: what a change has brought, and nothing else.

use std::process::Command;

use crate::place::{Place, codes};

fn git(place: &Place, arguments: &[&str]) {
    let name = ["-c", "user.name=Jo", "-c", "user.email=jo@example.com", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(place.root()).args(name).args(arguments).output().expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn found(place: &Place, folder: &str, revision: &str) -> Vec<String> {
    codes(&place.run(&["check", folder, "--changed-since", revision, "--format", "json"]))
}

const OLD: &str = "# A\n\n[gone](gone.md)\n\n[gone](gone.md)\n";

#[test]
fn only_what_the_change_has_brought_is_found() {
    let place =
        Place::new(&[("docs/content/index.md", OLD), ("docs/content/other.md", "# Other\n\n## Goals\n\nMany.\n"), ("notes.md", "no project")]);
    git(&place, &["init", "-q"]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-qm", "first"]);
    assert_eq!(found(&place, "docs", "HEAD"), Vec::<String>::new());

    // Lines that move bring nothing; a third link of the same kind does.
    place.write("docs/content/index.md", &format!("{}\n\nMore.\n\n[gone](gone.md)\n", OLD.replace("# A", "# A\n\nText above.")));
    assert_eq!(found(&place, "docs", "HEAD"), ["file-not-found"]);

    // A fault far away from the change that caused it.
    place.write("docs/content/index.md", OLD);
    place.write("docs/content/third.md", "# Third\n\n[goals](other.md#goals)\n");
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-qm", "second"]);
    place.write("docs/content/other.md", "# Other\n\n## Aims\n\nMany.\n");
    assert_eq!(found(&place, "docs", "HEAD"), ["bookmark-not-found"]);

    // A branch is compared with where it left the other, and a file that was renamed brings its faults along.
    git(&place, &["checkout", "-q", "-b", "work", "HEAD~1", "-f"]);
    git(&place, &["mv", "docs/content/index.md", "docs/content/start.md"]);
    git(&place, &["commit", "-qm", "renamed"]);
    assert_eq!(found(&place, "docs", "main"), Vec::<String>::new());
}

#[test]
fn what_git_does_not_know_is_said() {
    let place = Place::new(&[("content/index.md", "# A\n")]);
    let said = |revision: &str| {
        let output = place.run(&["check", "--changed-since", revision]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said("HEAD").contains("not a git repository"), "{}", said("HEAD"));
    git(&place, &["init", "-q"]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-qm", "first"]);
    assert!(said("nowhere").contains("there is no revision `nowhere`"), "{}", said("nowhere"));
}
