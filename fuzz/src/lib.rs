//! A small project on disk whose files the targets fill in, and what they ask of its book.

#[path = "../../tests/slices.rs"]
mod slices;

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use playpress::book::{Book, PageId};
use playpress::site::{self, Content, Proof, Site, Theme};
use playpress::workspace::Workspace;

/// The root of the project, in memory where the system has such a folder. One for each process; it is left when the process ends.
fn root() -> &'static Path {
    static ROOT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let make = || {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a temporary folder")
    };
    ROOT.get_or_init(make).path()
}

/// The book of a project with these files. A file that was there before and is not named stays, so name the same ones each time.
pub fn book(files: &[(&str, &[u8])]) -> Arc<Book> {
    for (path, bytes) in files {
        let path = root().join(path);
        if fs::read(&path).is_ok_and(|before| before == *bytes) {
            continue;
        }
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }
    Workspace::open(root()).unwrap_or_else(|error| panic!("the project opens: {error:?}")).book()
}

/// Panics where a place of the book is none.
pub fn assert_spans(book: &Book) {
    slices::assert_spans(book);
}

/// The sites of the book's editions.
pub fn sites(book: &Arc<Book>) -> Vec<Site> {
    static THEME: OnceLock<Arc<Theme>> = OnceLock::new();
    let theme = THEME.get_or_init(|| Arc::new(Theme::load().expect("the theme loads")));
    (0..book.editions.len()).map(|edition| site::plan(book, edition, theme)).collect()
}

/// The articles of an edition's pages, one after the other.
pub fn articles(site: &Site) -> String {
    let proof = Proof::new(site);
    let article = |(index, page): (usize, &playpress::book::EditionPage)| {
        proof.prove(&page.output, site.article(PageId::from_index(index))).unwrap_or_else(|refusal| panic!("refused: {refusal:?}"))
    };
    site.edition().pages.iter().enumerate().map(article).collect()
}

/// Every page and script of a site, as it would be written.
pub fn outputs(site: &Site) -> String {
    let proof = Proof::new(site);
    let mut text = String::new();
    for path in site.paths().filter(|path| !path.as_str().starts_with("assets/") || path.as_str().starts_with("assets/nav-")) {
        let content = site.render(path).expect("it renders").expect("it is in the site");
        if let Content::Bytes(bytes) = proof.prove(path, content).unwrap_or_else(|refusal| panic!("refused: {refusal:?}")) {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    text
}
