//! A workspace after any edits is the workspace that would be opened now: the same findings, the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use playpress::check;
use playpress::site::{self, Content, Proof, Theme};
use playpress::workspace::Workspace;

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
];

/// What `book.toml` may say.
const BOOKS: &[&str] = &[
    "[audiences.internal]\nknows = [\"partner\"]\n[audiences.partner]\n",
    "[[front-matter.defaults]]\nvalues = { title = \"Called so\", \"ft.audience\" = \"partner\" }\n",
    "[[front-matter.defaults]]\npath = \"b/**\"\nvalues = { title = \"Below\", \"ft.audience\" = \"internal\" }\n[output.html.redirect]\n\"/x.html\" = \"/b/c\"\n",
];

/// A small generator of numbers, always the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).expect("a small number")
    }
}

/// Findings and the bytes of each output.
type State = (Vec<String>, BTreeMap<String, Vec<u8>>);

fn state(workspace: &mut Workspace, theme: &Arc<Theme>) -> State {
    let book = workspace.book();
    let findings = found(&book, &check::check(&book, crate::documents::TODAY)).iter().map(|finding| format!("{finding:?}")).collect();
    let mut outputs = BTreeMap::new();
    for (index, edition) in book.editions.iter().enumerate() {
        let site = site::plan(&book, index, theme);
        let proof = Proof::new(&site);
        for path in site.paths() {
            let content = site.render(path).expect("it renders").expect("it is in the site");
            // Whatever was edited, the two guards agree.
            if let Content::Bytes(bytes) = proof.prove(path, content).unwrap_or_else(|refusal| panic!("{refusal:?}")) {
                outputs.insert(format!("{}/{path}", edition.name().unwrap_or_default()), bytes);
            }
        }
    }
    (findings, outputs)
}

fn edit(root: &Path, dice: &mut Dice) -> String {
    let name = PAGES[dice.roll(PAGES.len())];
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
    if dice.roll(4) == 0 {
        let _ = fs::remove_file(path);
        return format!("remove {name}");
    }
    let text = dice.roll(TEXTS.len());
    fs::write(path, TEXTS[text]).expect("files can be written");
    format!("{name} = {text}")
}

#[test]
fn any_edits_give_what_a_fresh_start_gives() {
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let rounds = if std::env::var_os("LONG").is_some() { 400 } else { 20 };
    for seed in 1..=rounds {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed << 17));
        let mut workspace = Workspace::open(folder.path()).expect("an empty folder is a project");
        let mut history = Vec::new();
        for _ in 0..12 {
            history.push(edit(folder.path(), &mut dice));
            if dice.roll(6) == 0 {
                let book = dice.roll(BOOKS.len());
                fs::write(folder.path().join("book.toml"), BOOKS[book]).expect("it can be written");
                history.push(format!("book.toml = {book}"));
            }
            workspace.reopen().expect("it opens");
            let fresh = state(&mut Workspace::open(folder.path()).expect("it opens"), &theme);
            assert_eq!(state(&mut workspace, &theme), fresh, "seed {seed}: {history:?}");
        }
    }
}
