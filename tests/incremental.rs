//! A workspace after any edits is the workspace that would be opened now: the same findings, the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use playpress::book::Book;
use playpress::check;
use playpress::site::{self, Content, Proof, Site, Theme};
use playpress::source::Changes;
use playpress::text::hash::Hash128;
use playpress::text::path::RelPath;
use playpress::workspace::Workspace;
use playpress::write;

use crate::documents::found;

/// What the texts of the edits are made of.
const PAGES: &[&str] = &[
    "index.md",
    "a.md",
    "b/index.md",
    "b/c.md",
    "a--partner.md",
    "includes/x.md",
    "includes/y.md",
    "b/toc.yml",
    "toc--internal.yml",
    "toc.md",
    ".openpublishing.redirection.json",
];
const TEXTS: &[&str] = &[
    "---\nft.audience: internal\n---\n# Inside\n\n[a](a.md) [c](b/c.md#part)\n",
    "---\nft.audience: internal, partner\n---\n# Both\n\n[!INCLUDE [x](includes/x.md)]\n\n## Part\n\n[i](index.md)\n",
    "---\nft.audience: partner\n---\n# Partners\n\nText [!INCLUDE [y](~/includes/y.md)] text\n",
    "no front matter, [a](../a.md#both) and [!INCLUDE [x](x.md)]\n",
    "---\nft.audience: internal\n---\nsecret [b](../b/index.md)\n",
    "- name: B\n  href: c.md\n- name: Up\n  href: ../a.md\n- name: Index\n  href: index.md\n",
    "",
    "{\"redirections\": [{\"source_path\": \"a.md\", \"redirect_url\": \"/b/c\"}, {\"source_path\": \"b/old.md\", \"redirect_url\": \"/a\"}]}",
    "---\nft.audience: internal, partner\nuid: one\n---\n# One\n\n[two](xref:two) [old](b/old.md)\n",
    "---\nuid: two\nredirect_url: /index\n---\n# Two\n",
    "# [Index](index.md)\n## [B](b/)\n## @one\n",
    "---\nft.audience: internal, partner\n---\n# Assess\n\nPhase: **Assess**\n\n## Next Steps\n\nGo on.\n",
    "---\nft.audience: internal, partner\n---\n# Enable\n\nPhase: **Enable**\n\n## Next Steps\n\n[c](~/b/c.md)\n",
];

/// What is added to texts.
const MORE: &[&str] = &[
    "\nMore text.\n",
    "\n[a](a.md#both)\n",
    "\n[gone](nowhere.md)\n",
    "\n[b](~/b/index.md)\n",
    "\n[i](~/index.md)\n",
    "\n[c](~/b/c.md)\n",
    "\n## New heading\n",
    "\n[!INCLUDE [y](~/includes/y.md)]\n",
    "\n| ID | Task | M/O | Role |\n|---|---|---|---|\n| 4080 | Do it | M | FE |\n",
    "\nSee task 4080.\n",
    "\nft.audience: internal\n",
];

/// What `book.toml` may say.
const BOOKS: &[&str] = &[
    "[audiences.internal]\nknows = [\"partner\"]\n[audiences.partner]\n",
    "[[front-matter.defaults]]\nvalues = { title = \"Called so\", \"ft.audience\" = \"partner\" }\n",
    "[[front-matter.defaults]]\npath = \"b/**\"\nvalues = { title = \"Below\", \"ft.audience\" = \"internal\" }\n[output.html.redirect]\n\"/x.html\" = \"/b/c\"\n",
];

/// A small generator of numbers, always the same for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a small number")
    }
}

/// Findings and the bytes of each output.
type State = (Vec<String>, BTreeMap<String, Vec<u8>>);

/// The sites of a book, each with its proof.
type Sites = Vec<(Site, Proof)>;

fn state(book: &Arc<Book>, sites: &Sites) -> State {
    let findings = found(book, &check::check(book, crate::documents::TODAY)).iter().map(|finding| format!("{finding:?}")).collect();
    let mut outputs = BTreeMap::new();
    for (site, proof) in sites {
        for path in site.paths() {
            let content = site.render(path).expect("it renders").expect("it is in the site");
            // Whatever was edited, the two guards agree.
            if let Content::Bytes(bytes) = proof.prove(path, content).unwrap_or_else(|refusal| panic!("{refusal:?}")) {
                outputs.insert(format!("{}/{path}", site.edition().name().unwrap_or_default()), bytes);
            }
        }
    }
    (findings, outputs)
}

/// The sites of a book that was read just now.
fn fresh(book: &Arc<Book>, theme: &Arc<Theme>) -> Sites {
    let plan = |edition| {
        let site = site::plan(book, edition, theme);
        let proof = Proof::new(&site);
        (site, proof)
    };
    (0..book.editions.len()).map(plan).collect()
}

/// The same, with what can be kept of the sites of the book before.
fn again(before: &Sites, book: &Arc<Book>, theme: &Arc<Theme>) -> Sites {
    if before.len() != book.editions.len() {
        return fresh(book, theme);
    }
    let plan = |(edition, (site, proof)): (usize, &(Site, Proof))| {
        let site = site::plan_again(site, book, edition, theme);
        let proof = Proof::again(proof, &site);
        (site, proof)
    };
    before.iter().enumerate().map(plan).collect()
}

/// One edit. Returns the path, and what was done for people.
fn edit(root: &Path, dice: &mut Dice) -> (RelPath, String) {
    let name = PAGES[dice.roll(PAGES.len())];
    let changed = RelPath::new(name).expect("a path");
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
    match dice.roll(8) {
        0 | 1 => {
            let _ = fs::remove_file(path);
            (changed, format!("remove {name}"))
        }
        // Mostly people write in the text of a page.
        2..=4 if path.exists() => {
            let more = MORE[dice.roll(MORE.len())];
            let text = fs::read_to_string(&path).expect("it can be read");
            fs::write(path, text + more).expect("it can be written");
            (changed, format!("{name} += {more:?}"))
        }
        _ => {
            let text = dice.roll(TEXTS.len());
            fs::write(path, TEXTS[text]).expect("files can be written");
            (changed, format!("{name} = {text}"))
        }
    }
}

#[test]
fn any_edits_give_what_a_fresh_start_gives() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let rounds = if std::env::var_os("LONG").is_some() { 834 } else { 25 };
    for seed in 1..=rounds {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed << 17));
        let mut workspace = Workspace::open(folder.path()).expect("an empty folder is a project");
        let mut history = Vec::new();
        let mut sites = Sites::new();
        for _ in 0..12 {
            let mut changed = BTreeSet::new();
            for _ in 0..=dice.roll(8) / 6 {
                let (path, what) = edit(folder.path(), &mut dice);
                changed.insert(path);
                history.push(what);
            }
            if dice.roll(8) == 0 {
                let book = dice.roll(BOOKS.len());
                fs::write(folder.path().join("book.toml"), BOOKS[book]).expect("it can be written");
                history.push(format!("book.toml = {book}"));
            }
            workspace.reopen().expect("it opens");
            let known = if dice.roll(8) == 0 { Changes::Unknown } else { Changes::Paths(changed) };
            let book = workspace.book_after(&known);
            sites = again(&sites, &book, &theme);
            let from_scratch = Workspace::open(folder.path()).expect("it opens").book();
            assert_eq!(state(&book, &sites), state(&from_scratch, &fresh(&from_scratch, &theme)), "seed {seed}: {history:?}");
        }
    }
}

/// One text after the other in the same page of a book: each time all is as if the book were opened then.
#[test]
fn what_others_say_of_a_page_follows_its_text() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("it can be written");
    let assess = "# Assess\n\nPhase: **Assess**\n\n## Next Steps\n\n";
    page("a.md", assess);
    page("b.md", "# Enable\n\nPhase: **Enable**\n");
    page("c.md", "# Migrate\n\nPhase: **Migrate**\n\nTask 4080 is done.\n");
    let mut workspace = Workspace::open(folder.path()).expect("it opens");
    let mut sites = fresh(&workspace.book(), &theme);
    for text in [
        format!("{assess}[b](b.md)\n"),
        format!("{assess}[c](c.md)\n"),
        format!("{assess}Words.\n"),
        format!("[c](c.md)\n\n{assess}[b](b.md)\n"),
        format!("{assess}| ID | Task | M/O |\n|---|---|---|\n| 4080 | Do it | M |\n"),
        format!(
            "{assess}| ID | Task | M/O |\n|---|---|---|\n| 4080 | Do it now | O |\n\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n|---|---|---|\n| 12/31/2025 | Robin | Task 4080 |\n"
        ),
        format!("{assess}Motions: **New**\n"),
        format!("{assess}## See\n\n![x](x.png) <a id=\"here\"></a>\n"),
    ] {
        page("a.md", &text);
        let book = workspace.book_after(&Changes::Paths(BTreeSet::from([RelPath::new("a.md").expect("a path")])));
        sites = again(&sites, &book, &theme);
        let from_scratch = Workspace::open(folder.path()).expect("it opens").book();
        assert_eq!(state(&book, &sites), state(&from_scratch, &fresh(&from_scratch, &theme)), "{text}");
    }
}

/// All files below a folder.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let file = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(folder).expect("it is below").display().to_string();
        (name, fs::read(entry.path()).expect("it can be read"))
    };
    files.map(file).collect()
}

#[test]
fn a_build_after_any_edits_writes_what_a_first_build_writes() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let program = Some(Hash128::of(b"this program"));
    let rounds = if std::env::var_os("LONG").is_some() { 100 } else { 8 };
    for seed in 1..=rounds {
        let (folder, output) = (tempfile::tempdir().expect("a temporary folder"), tempfile::tempdir().expect("a temporary folder"));
        let mut dice = Dice(0xD1B5_4A32_D192_ED03 ^ (seed << 11));
        let mut history = Vec::new();
        // The second of these is in the edition of everybody else, too.
        fs::write(folder.path().join("book.toml"), BOOKS[0]).expect("it can be written");
        for round in 0..12 {
            history.push(edit(folder.path(), &mut dice).1);
            let book = Workspace::open(folder.path()).expect("it opens").book();
            for edition in 0..book.editions.len() {
                let site = site::plan(&book, edition, &theme);
                let name = site.edition().name().unwrap_or("all").to_owned();
                let (warm, cold) = (output.path().join(&name), output.path().join(format!("{name}-{round}")));
                // Somebody has had a hand in the site.
                if dice.roll(3) == 0 {
                    let files: Vec<String> = tree(&warm).into_keys().filter(|path| !path.starts_with('.')).collect();
                    if let Some(path) = (!files.is_empty()).then(|| warm.join(&files[dice.roll(files.len())])) {
                        if dice.roll(2) == 0 { fs::remove_file(path) } else { fs::write(path, "spoiled") }.expect("it can be spoiled");
                    }
                }
                write::Target::open(&site, &warm).expect("it is a target").write(program, &|_, _| {}).expect("it is written");
                write::Target::open(&site, &cold).expect("it is a target").write(program, &|_, _| {}).expect("it is written");
                assert!(tree(&warm) == tree(&cold), "seed {seed}, {name}: {history:?}");
                let again = write::Target::open(&site, &warm).expect("it is a target").write(program, &|_, _| {}).expect("it is written");
                assert_eq!((again.changed, again.removed), (0, 0), "seed {seed}, {name}: {history:?}");
                fs::remove_dir_all(cold).expect("it can be removed");
            }
        }
    }
}

#[test]
fn another_program_or_another_configuration_makes_all_files_again() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let (folder, output) = (tempfile::tempdir().expect("a temporary folder"), tempfile::tempdir().expect("a temporary folder"));
    fs::write(folder.path().join("index.md"), "# Start\n\nText.\n").expect("it can be written");
    let made = |program: &[u8]| {
        let book = Workspace::open(folder.path()).expect("it opens").book();
        let site = site::plan(&book, 0, &theme);
        write::Target::open(&site, &output.path().join("site"))
            .expect("it is a target")
            .write(Some(Hash128::of(program)), &|_, _| {})
            .expect("it is written")
            .changed
    };
    let manifest = || fs::read_to_string(output.path().join("site/.playpress.json")).expect("there is a manifest");
    assert!(made(b"one") > 3);
    let first = manifest();
    assert_eq!(made(b"one"), 0);
    assert_eq!(made(b"two"), 0, "the bytes are the same");
    assert_ne!(manifest(), first, "but they were made again");
    fs::write(folder.path().join("book.toml"), "[book]\ntitle = \"Other\"\n").expect("it can be written");
    assert!(made(b"two") > 3, "the title is on each page");
}
