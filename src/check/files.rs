//! Names of files, and files that nobody meets.

use ahash::HashSet;

use super::Sink;
use crate::book::nav::NavTarget;
use crate::book::{Book, Edition};
use crate::source::Role;
use crate::text::FileId;
use crate::text::path::RelPath;

rules! {
    FILE_NAME_STYLE = "file-name-style", Info;
    STRAY_FILE = "stray-file", Info;
    MEDIA_UNUSED = "media-unused", Info;
    CUSTOM_404_PAGE = "custom-404-page", Warning;
    PATH_INVALID = "path-invalid", Warning;
    PATH_TOO_DEEP = "path-too-deep", Info;
    PATH_DUPLICATION = "path-duplication", Info;
    TOC_MISSING = "toc-missing", Info;
    TOC_ENTRY_DUPLICATED = "toc-entry-duplicated", Info;
}

/// Files by the ends of their names that pages show or let readers load.
const MEDIA: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "pdf", "pptx", "docx", "xlsx", "mp4", "webm", "mp3", "zip"];

/// How many folders deep an address may be.
const DEEP: usize = 5;

/// What is wrong with files as such.
pub(super) fn check(book: &Book, sink: &mut Sink) {
    let pages = book.sources.files().iter().filter(|file| matches!(file.role, Role::Page | Role::Toc)).map(|file| (file.id, &file.path));
    let used: HashSet<FileId> = book.editions.iter().flat_map(|edition| edition.assets.values().copied()).collect();
    let linked = |id: &FileId| used.contains(id);
    // A page that is in no edition was reported for that; what it shows will be in use again.
    let shown: HashSet<FileId> = book.editions.iter().flat_map(|edition| &edition.pages).map(|page| page.page.file).collect();
    let unseen: Vec<_> = book.sources.files().iter().filter(|file| file.role == Role::Page && !shown.contains(&file.id)).collect();
    let waits = |path: &RelPath| unseen.iter().any(|file| file.text.contains(path.file_name()));
    for (id, path) in pages {
        name(id, path, sink);
        address(book, id, path, sink);
    }
    for (id, path) in book.sources.copied() {
        let is_media = MEDIA.iter().any(|extension| path.extension().eq_ignore_ascii_case(extension));
        if is_media || linked(&id) {
            name(id, path, sink);
        }
        let is_theme = book.config.theme_dir.as_ref().is_some_and(|theme| path.below(theme).is_some())
            || book.config.additional_css.contains(path)
            || book.config.additional_js.contains(path);
        // What is neither in the content nor named as an asset may be there for something else.
        let is_ours = book.config.assets.is_some() || path.below(&book.config.src).is_some();
        if is_media && is_ours && !is_theme && !linked(&id) && !waits(path) {
            sink.add(MEDIA_UNUSED.at(id, format!("no page shows `{path}` or leads to it")).help("remove the file, or use it"), None);
        }
        let name = path.file_name().to_lowercase();
        let is_left_over = name.ends_with('~') || [".orig", ".rej", ".bak", ".swp", ".tmp"].iter().any(|end| name.ends_with(end));
        if is_left_over || name.contains("~updated upstream") || name.contains("~head") {
            sink.add(STRAY_FILE.at(id, format!("`{path}` looks like something that an editor or a merge left")).help("remove the file"), None);
        }
    }
}

fn name(id: FileId, path: &RelPath, sink: &mut Sink) {
    let name = path.file_name();
    let bad = name.chars().find(|c| matches!(c, '<' | '>' | ':' | '*' | '?' | '"' | '|' | '\\') || c.is_control());
    if let Some(bad) = bad {
        let finding = PATH_INVALID.at(id, format!("the name `{}` holds `{bad}`, which not every system can store", super::short(name)));
        sink.add(finding.help("rename the file, with letters, digits and `-`"), None);
        return;
    }
    let is_odd = |c: char| c.is_uppercase() || c.is_whitespace() || !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if let Some(odd) = name.chars().find(|c| is_odd(*c)) {
        let what = if odd.is_whitespace() { "a blank".to_owned() } else { format!("`{odd}`") };
        let finding = FILE_NAME_STYLE.at(id, format!("the name `{name}` holds {what}"));
        sink.add(finding.help("use small letters, digits and `-`: some systems tell case apart and some do not, and blanks break links"), None);
    }
}

fn address(book: &Book, id: FileId, path: &RelPath, sink: &mut Sink) {
    if path.stem().eq_ignore_ascii_case("404") && path.is_markdown() {
        sink.add(
            CUSTOM_404_PAGE
                .at(id, "this page takes the place of the one for addresses that are not there")
                .help("give it another name, if that is not meant"),
            None,
        );
    }
    let below = book.config.site_path(path, &book.sources.published(id));
    let folders: Vec<&str> = below.as_str().split('/').collect();
    let folders = &folders[..folders.len() - 1];
    if folders.len() > DEEP && path.is_markdown() {
        let finding = PATH_TOO_DEEP.at(id, format!("the page is {} folders deep", folders.len()));
        sink.add(finding.help(format!("{DEEP} are enough: addresses are read, copied and printed")), None);
    }
    let twice = folders.iter().zip(folders.iter().skip(1)).find(|(folder, below)| folder.eq_ignore_ascii_case(below));
    if let Some((folder, _)) = twice {
        let finding = PATH_DUPLICATION.at(id, format!("the address holds `{folder}` twice in a row"));
        sink.add(finding.help("call one of the folders otherwise"), None);
    }
}

/// Pages that no table of contents names, and those that one names twice.
pub(super) fn check_tocs(book: &Book, index: usize, edition: &Edition, sink: &mut Sink) {
    let of_tocs = || edition.nav.trees.iter().enumerate().filter(|(tree, _)| edition.nav.of_folders != Some(*tree)).map(|(_, tree)| tree);
    if of_tocs().next().is_none() {
        return;
    }
    let mut named: HashSet<usize> = HashSet::default();
    for tree in of_tocs() {
        let mut here: HashSet<(usize, &str)> = HashSet::default();
        let mut twice: HashSet<usize> = HashSet::default();
        for node in &tree.nodes {
            let NavTarget::Page(page, rest) = &node.target else { continue };
            named.insert(page.index());
            if !here.insert((page.index(), rest)) && twice.insert(page.index()) {
                let page = edition.page(*page);
                let finding = TOC_ENTRY_DUPLICATED.at(page.page.file, "a table of contents names this page more than once");
                sink.add_of(finding.help("keep the entry where readers look for it"), page.page.file, index);
            }
        }
    }
    for (_, page) in edition.pages.iter().enumerate().filter(|(at, _)| !named.contains(at)) {
        let is_start = page.published.parent() == book.config.src && page.published.stem() == "index";
        if is_start {
            continue;
        }
        let finding = TOC_MISSING.at(page.page.file, "no table of contents names this page, so readers find it by search only");
        sink.add_of(finding.help("add it to the `toc.yml` that it belongs to"), page.page.file, index);
    }
}
