//! A playbook of any size, the same in every run: folders of fifty pages, each with a TOC, shared fragments, a few images.

mod page;
mod random;

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::page::Author;
use self::random::{Random, Words};

/// How many pages a folder holds.
const PER_FOLDER: usize = 50;
/// How many folders a part of the book holds.
const PER_PART: usize = 10;
/// How many fragments there are besides the two that many pages share.
const NOTICES: usize = 40;
/// How many fragments are made to stand within a line.
const TERMS: usize = 20;

/// Who reads the book.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// One audience: each page has one reading, as the floor has.
    One,
    /// Two, which share most pages.
    Two,
}

/// A playbook on disk.
pub(crate) struct Playbook {
    /// Its root.
    pub(crate) root: PathBuf,
    /// How many pages it has.
    pub(crate) pages: usize,
    /// How many bytes they have.
    pub(crate) bytes: usize,
    /// How many different words they hold.
    pub(crate) words: usize,
}

/// Writes a playbook of `pages` pages to `root`.
pub(crate) fn generate(root: &Path, pages: usize, readers: Readers) -> io::Result<Playbook> {
    let content = root.join("content");
    fs::create_dir_all(content.join("includes"))?;
    fs::create_dir_all(content.join("media"))?;
    fs::write(root.join("book.toml"), configuration(readers))?;
    let mut author = Author { pages, readers, words: Words::new(), random: Random::new(pages as u64), tasks: std::collections::BTreeMap::default() };
    fragments(&content.join("includes"), &mut author)?;
    for image in 0..images(pages) {
        // Not an image that anything could show, but as many bytes as an icon has.
        let bytes: Vec<u8> = std::iter::repeat_with(|| u8::try_from(author.random.below(256)).unwrap_or_default()).take(2048).collect();
        fs::write(content.join(format!("media/image-{image:04}.png")), bytes)?;
    }
    let mut bytes = 0;
    let mut root_toc = "- name: Home\n  href: index.md\n".to_owned();
    for first in (0..pages).step_by(PER_FOLDER) {
        let folder = folder(first);
        fs::create_dir_all(content.join(&folder))?;
        let mut toc = String::new();
        for page in first..pages.min(first + PER_FOLDER) {
            let (title, text) = author.page(page);
            bytes += text.len();
            let name = file_name(page);
            fs::write(content.join(&folder).join(&name), text)?;
            // Each fifth page is above the four that follow.
            let indent = if page % 5 == 0 { "" } else { "    " };
            let _ = write!(toc, "{indent}- name: \"{title}\"\n{indent}  href: {name}\n");
            if page % 5 == 0 && page + 1 < pages.min(first + PER_FOLDER) {
                toc.push_str("  items:\n");
            }
        }
        fs::write(content.join(&folder).join("toc.yml"), toc)?;
        if first % (PER_FOLDER * PER_PART) == 0 {
            let _ = write!(root_toc, "- name: Part {}\n  items:\n", first / (PER_FOLDER * PER_PART) + 1);
        }
        let _ = write!(root_toc, "    - name: Process {}\n      href: {folder}/toc.yml\n", first / PER_FOLDER + 1);
    }
    fs::write(content.join("toc.yml"), root_toc)?;
    let index = format!(
        "---\ntitle: Playbook\ndescription: A playbook\nms.author: author\nmanager: manager\nms.date: 1/1/2020\nms.topic: index\nms.prod: none\nft.audience: {}\n---\n# Playbook\n\nA book of {pages} pages.\n",
        author.shared_audiences()
    );
    fs::write(content.join("index.md"), index)?;
    Ok(Playbook { root: root.to_path_buf(), pages: pages + 1, bytes, words: author.words.count() })
}

fn configuration(readers: Readers) -> &'static str {
    match readers {
        Readers::One => "[book]\ntitle = \"Generated playbook\"\n\n[audiences.internal]\npeople = true\n",
        Readers::Two => {
            "[book]\ntitle = \"Generated playbook\"\n\n[audiences.internal]\nknows = [\"partner\"]\npeople = true\n\n[audiences.partner]\n"
        }
    }
}

/// The folder of a page, from the content.
fn folder(page: usize) -> String {
    format!("part-{:02}/process-{:03}", page / (PER_FOLDER * PER_PART) + 1, page / PER_FOLDER + 1)
}

fn file_name(page: usize) -> String {
    let phase = ["assess", "initiate", "remediate", "enable", "migrate"][page % 5];
    format!("{phase}-step-{page:05}.md")
}

/// How many images the book has.
fn images(pages: usize) -> usize {
    pages / 50 + 1
}

/// Writes what pages take in: two fragments for many, the rest for some, and words for within a line.
fn fragments(folder: &Path, author: &mut Author) -> io::Result<()> {
    let head = format!("---\nft.audience: {}\n---\n", author.shared_audiences());
    let feedback = "**Something wrong here?** Tell the [docs team](mailto:docs@example.com), or read [how we work](../index.md).\n\n***\n";
    fs::write(folder.join("feedback.md"), format!("{head}{feedback}"))?;
    let privacy = format!("{head}> [!IMPORTANT]\n> {}\n", author.sentences(3));
    fs::write(folder.join("data-privacy.md"), privacy)?;
    for notice in 0..NOTICES {
        let text = format!("{head}{}\n\n- {}\n- {}\n", author.sentences(2), author.sentences(1), author.sentences(1));
        fs::write(folder.join(format!("notice-{notice:02}.md")), text)?;
    }
    for term in 0..TERMS {
        let name = author.phrase(2);
        fs::write(folder.join(format!("term-{term:02}.md")), format!("**{name}**\n"))?;
    }
    Ok(())
}
