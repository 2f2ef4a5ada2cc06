//! A program that is killed at any moment leaves the site as it was, or as it was to be.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::incremental::{Dice, tree};

fn playpress(command: &str, root: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_playpress"));
    program.arg(command).arg("--root").arg(root).stdout(Stdio::null()).stderr(Stdio::null());
    program
}

/// Writes a book whose pages all differ from those of another version.
fn write_book(root: &Path, version: usize) {
    fs::create_dir_all(root.join("content/guide")).expect("folders can be made");
    fs::write(root.join("book.toml"), "[book]\ntitle = \"Killed\"\n").expect("it can be written");
    fs::write(root.join("content/index.md"), format!("# Start {version}\n\n[One](guide/page-1.md)\n")).expect("it can be written");
    for page in 1..=40 {
        let text = format!("# Page {page}\n\nVersion {version} of it. [Next](page-{}.md)\n\n## Words\n\nword{version}\n", page % 40 + 1);
        fs::write(root.join(format!("content/guide/page-{page}.md")), text).expect("it can be written");
    }
}

#[test]
fn a_killed_build_leaves_the_old_site_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (root, site) = (folder.path(), folder.path().join("public"));
    let build = || assert!(playpress("build", root).status().expect("it runs").success());
    let site_of = |version| {
        write_book(root, version);
        build();
        tree(&site)
    };
    let start = Instant::now();
    let mut sites: Vec<BTreeMap<String, Vec<u8>>> = vec![site_of(0), site_of(1)];
    let longest = start.elapsed() / 2;
    let kills = if std::env::var_os("LONG").is_some() { 200 } else { 10 };
    let mut dice = Dice(0xA076_1D64_78BD_642F);
    let mut shown = 1;
    let mut seen = [0, 0];
    for kill in 0..kills {
        let wanted = kill % 2;
        write_book(root, wanted);
        let mut program = playpress("build", root).spawn().expect("it starts");
        std::thread::sleep(longest * u32::try_from(dice.roll(1000)).expect("a small number") / 800);
        program.kill().expect("it can be killed");
        program.wait().expect("it ends");
        let now = tree(&site);
        assert!(now == sites[shown] || now == sites[wanted], "kill {kill}: neither the old site nor the new one");
        let is_new = now == sites[wanted];
        seen[usize::from(is_new)] += 1;
        shown = if is_new { wanted } else { shown };
    }
    // What was left behind is in nobody's way.
    build();
    assert!(tree(&site) == sites.swap_remove((kills - 1) % 2), "the next build writes the whole site");
    let beside = fs::read_dir(root).expect("it can be read").filter_map(Result::ok).map(|entry| entry.file_name());
    let left: Vec<_> = beside.filter(|name| name.to_string_lossy().contains("playpress-")).collect();
    assert!(left.is_empty(), "{left:?} is left, after {seen:?} old and new sites");
}

#[test]
fn a_killed_server_leaves_the_site_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    write_book(root, 0);
    assert!(playpress("build", root).status().expect("it runs").success());
    let before = tree(root);
    let mut server = playpress("serve", root).args(["--port", "0"]).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(300));
    server.kill().expect("it can be killed");
    server.wait().expect("it ends");
    assert!(tree(root) == before, "it has written something");
}
