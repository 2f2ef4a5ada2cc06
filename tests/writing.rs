//! What is on disk after a build: ours, others', and nothing half.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use playpress::site::{self, Theme};
use playpress::workspace::Workspace;
use playpress::write::{self, WriteError, Written};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        place.put("book/index.md", "# Start\n\n[a](a.md)\n");
        place.put("book/a.md", "# A\n");
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    fn build(&self) -> Result<Written, WriteError> {
        self.build_to(&self.path("site"))
    }

    fn build_to(&self, target: &Path) -> Result<Written, WriteError> {
        let book = Workspace::open(&self.path("book")).expect("the project opens").book();
        write::write(&site::plan(&book, 0, &Arc::new(Theme::load().expect("the theme loads"))), target)
    }

    /// Every file of the site: its bytes, its inode and the time it was changed.
    fn site(&self) -> BTreeMap<String, (Vec<u8>, u64, i64)> {
        fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, (Vec<u8>, u64, i64)>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let metadata = fs::metadata(&path).expect("a file");
                    let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                    found.insert(name, (fs::read(&path).expect("bytes"), metadata.ino(), metadata.mtime_nsec() + metadata.mtime() * 1_000_000_000));
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.path("site"), &self.path("site"), &mut found);
        found
    }

    fn leftovers(&self) -> Vec<String> {
        let names =
            fs::read_dir(self.folder.path()).expect("a folder").map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with('.')).collect()
    }
}

#[test]
fn the_same_book_gives_the_same_bytes_and_touches_nothing() {
    let place = Place::new();
    place.build().expect("it builds");
    let before = place.site();
    let folder = fs::metadata(place.path("site")).expect("a folder").ino();
    let written = place.build().expect("it builds");
    assert_eq!((written.changed, written.removed), (0, 0));
    assert_eq!(place.site(), before);
    assert_eq!(fs::metadata(place.path("site")).expect("a folder").ino(), folder, "the folder was not exchanged");
    assert_eq!(place.leftovers(), Vec::<String>::new());
}

#[test]
fn one_changed_page_changes_its_own_files() {
    let place = Place::new();
    place.build().expect("it builds");
    let before = place.site();
    place.put("book/a.md", "# A\n\nmore\n");
    let written = place.build().expect("it builds");
    let after = place.site();
    let is_index = |path: &str| path.starts_with("search/");
    let touched: Vec<&String> =
        after.iter().filter(|(path, file)| before.get(*path) != Some(file)).map(|(path, _)| path).filter(|path| !is_index(path)).collect();
    assert!(
        written.changed > 3 && before.keys().filter(|path| !after.contains_key(*path)).all(|path| is_index(path)),
        "the index of the search changes too"
    );
    assert_eq!(touched, [".playpress.json", "a.html", "a.md", "print/index.html"], "unchanged files are the same files as before");
    assert_eq!(place.leftovers(), Vec::<String>::new());
}

#[test]
fn stale_files_of_ours_go_and_files_of_others_stay() {
    let place = Place::new();
    place.put("site/CNAME", "playbook.example");
    place.put("site/keep/notes.txt", "mine");
    place.build().expect("it builds");
    place.put("site/late.txt", "mine too");
    fs::remove_file(place.path("book/a.md")).expect("it is there");
    let written = place.build().expect("it builds");
    assert!(written.removed >= 2, "the page and its copy, and parts of the index");
    let files: Vec<String> = place.site().into_keys().collect();
    for kept in ["CNAME", "keep/notes.txt", "late.txt", "index.html"] {
        assert!(files.iter().any(|file| file == kept), "{kept} is in {files:?}");
    }
    assert!(!files.iter().any(|file| file == "a.html"));
    assert_eq!(write::clean(&place.path("site")).expect("it cleans"), files.len() - 4);
    assert_eq!(place.site().into_keys().collect::<Vec<_>>(), ["CNAME", "keep/notes.txt", "late.txt"]);
}

#[test]
fn a_file_of_somebody_else_is_not_overwritten() {
    for (foreign, what) in
        [("site/a.html", "the file itself"), ("site/a.html/x.txt", "a folder in its place"), ("site/assets", "a file where a folder belongs")]
    {
        let place = Place::new();
        place.put(foreign, "mine");
        let Err(WriteError::Failed(error)) = place.build() else { panic!("{what} is refused") };
        assert!(error.to_string().contains("was not written by playpress"), "{error}");
        assert_eq!(fs::read_to_string(place.path(foreign)).expect("it is there"), "mine");
        assert!(!place.path("site/index.html").exists(), "nothing was written");
        assert_eq!(place.leftovers(), Vec::<String>::new());
    }
}

#[test]
fn a_file_that_was_tampered_with_is_mended() {
    let place = Place::new();
    place.build().expect("it builds");
    let before = place.site();
    fs::write(place.path("site/a.html"), "broken").expect("it can be written");
    fs::remove_file(place.path("site/index.html")).expect("it can be removed");
    assert_eq!(place.build().expect("it builds").changed, 2);
    let bytes = |site: BTreeMap<String, (Vec<u8>, u64, i64)>| site.into_iter().map(|(path, (bytes, _, _))| (path, bytes)).collect::<Vec<_>>();
    assert_eq!(bytes(place.site()), bytes(before));
}

#[test]
fn what_a_dead_build_left_is_cleared_and_a_running_one_is_respected() {
    let place = Place::new();
    place.put(".site.playpress-staging/half.html", "half");
    let Err(WriteError::Failed(error)) = place.build() else { panic!("a folder that is not ours is not cleared") };
    assert!(error.to_string().contains("is in the way"), "{error}");
    place.put(".site.playpress-staging/.playpress-staging", "");
    place.build().expect("it builds");
    assert_eq!(place.leftovers(), Vec::<String>::new());
    assert!(!place.path("site/half.html").exists());
    place.put("book/a.md", "# Other\n");
    place.put(".site.playpress-staging/half.html", "half");
    place.put(".site.playpress-staging/.playpress-staging", "");
    let running = fs::File::open(place.path(".site.playpress-staging")).expect("a folder");
    rustix::fs::flock(&running, rustix::fs::FlockOperation::LockExclusive).expect("it can be locked");
    let Err(WriteError::Failed(error)) = place.build() else { panic!("two builds at once") };
    assert!(error.to_string().contains("another build"), "{error}");
    assert!(place.path(".site.playpress-staging/half.html").exists(), "the other build's files are not touched");
}

#[test]
fn a_target_that_is_a_link_is_written_file_by_file() {
    let place = Place::new();
    fs::create_dir(place.path("real")).expect("a folder");
    std::os::unix::fs::symlink(place.path("real"), place.path("site")).expect("a link");
    let written = place.build().expect("it builds");
    assert!(written.in_place);
    assert!(place.path("real/index.html").is_file());
    fs::remove_file(place.path("book/a.md")).expect("it is there");
    place.build().expect("it builds");
    assert!(!place.path("real/a.html").exists());
    assert!(place.path("site").is_symlink());
}
