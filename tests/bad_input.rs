//! What a repository can hold that nobody meant: each with the right exit status, a clear finding where something is wrong, and every other
//! page in its place. Never a panic, a hang or a lost page.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A user that is nobody in particular.
const NOBODY: u32 = 65534;

/// A project on disk, with one good page.
struct Bad {
    folder: tempfile::TempDir,
}

impl Bad {
    fn new() -> Self {
        let bad = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        bad.put("good.md", "# Good\n");
        bad
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("book")
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
        fs::write(path, bytes).expect("files can be written");
    }

    fn command(&self, target: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_playpress"));
        command.arg("build").arg("--root").arg(self.root()).arg("-d").arg(target);
        command
    }

    /// Builds; whatever happened, it ended by itself with a status of its own and without a panic.
    fn build(&self) -> (i32, String) {
        said(&self.command(&self.site()).output().expect("it runs"))
    }

    /// The codes of all findings.
    fn codes(&self) -> Vec<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_playpress"))
            .args(["check", "--format", "json", "-q", "--root"])
            .arg(self.root())
            .output()
            .expect("it runs");
        let document: Value = serde_json::from_slice(&output.stdout).expect("findings are JSON");
        let found = document["diagnostics"].as_array().expect("a list");
        // How a page is built is a matter of taste: hints are not counted.
        let counts = |finding: &&Value| finding["severity"] != "info" || finding["code"] == "toc-deprecated";
        found.iter().filter(counts).map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
    }

    fn page(&self, path: &str) -> String {
        fs::read_to_string(self.site().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Builds with this status; the good page and these are there, and these findings were made.
    fn expect(&self, status: i32, pages: &[&str], codes: &[&str]) {
        let (code, text) = self.build();
        assert_eq!(code, status, "{text}");
        for page in pages.iter().chain(&["good.html"]) {
            assert!(self.page(page).contains("</html>"), "{page} is whole");
        }
        assert_eq!(self.codes(), codes);
    }
}

fn said(output: &Output) -> (i32, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code().expect("it was not killed"), text)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A small file system of its own at `place`, while it lives; `None` where mounting is not allowed.
struct Mount(PathBuf);

impl Mount {
    fn new(place: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(place).expect("folders can be made");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(place).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(place.to_path_buf()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Says on the terminal that a test could not be run here.
fn skipped(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

#[test]
fn files_with_nothing_in_them() {
    let bad = Bad::new();
    bad.put("empty.md", "");
    bad.put("header.md", "---\ntitle: Only a header\n---\n");
    bad.put("toc.yml", "");
    bad.put("sub/toc.yml", "# nothing\n");
    bad.expect(0, &["empty.html", "header.html"], &[]);
    assert!(bad.page("header.html").contains("<h1>Only a header</h1>"));
}

#[test]
fn a_header_without_an_end_and_bytes_that_are_no_text() {
    let bad = Bad::new();
    bad.put("unclosed.md", "---\ntitle: Never closed\n\n# Text\n");
    bad.put("latin.md", b"# Caf\xe9\n\nna\xefve\n");
    bad.put("nul.md", b"# Nul \0 byte\n\n\xff\xfe\n");
    bad.expect(0, &["unclosed.html", "latin.html", "nul.html"], &["invalid-utf8", "invalid-utf8", "yaml-header-unclosed"]);
    assert!(bad.page("latin.html").contains("Caf\u{fffd}"));
}

#[test]
fn a_page_of_fifty_megabytes() {
    let bad = Bad::new();
    let paragraph = "A sentence with a [link](good.md), `code` and **words** that go on.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    bad.put("large.md", format!("# Large\n\n{}", paragraph.repeat(50 * 1024 * 1024 / paragraph.len())));
    bad.expect(0, &["large.html"], &[]);
}

#[test]
fn nesting_without_end() {
    let bad = Bad::new();
    bad.put("quotes.md", format!("{} deep\n", ">".repeat(10_000)));
    bad.put("lists.md", format!("{}deep\n", "- ".repeat(10_000)));
    bad.put("items.md", (0..2_000).map(|depth| "  ".repeat(depth) + "- item").collect::<Vec<_>>().join("\n"));
    bad.put("emphasis.md", format!("{}deep{}\n", "*a **b ".repeat(5_000), "** c*".repeat(5_000)));
    bad.put("brackets.md", format!("{}deep\n", "[![".repeat(20_000)));
    bad.put("divs.md", format!("{}\n\ndeep\n", "<div>".repeat(10_000)));
    bad.expect(0, &["quotes.html", "lists.html", "items.html", "emphasis.html", "brackets.html", "divs.html"], &[]);
    assert!(bad.page("quotes.html").contains("deep"));
}

/// Each of these took a time that grew with the square of its length: what comes thousands of times is read as often as it is there.
#[test]
fn the_same_sign_thousands_of_times() {
    const COUNT: usize = 20_000;
    let numbered = |line: &dyn Fn(usize) -> String| (0..COUNT).map(line).collect::<String>();
    let bad = Bad::new();
    bad.put("code.md", "[!code[](".repeat(COUNT));
    bad.put("rows.md", format!("{}{}", ":::row:::\n".repeat(COUNT), ":::row-end:::\n".repeat(COUNT)));
    bad.put("zones.md", format!("{}{}", ":::row:::\n".repeat(COUNT), ":::zone pivot=\"a\"\n".repeat(COUNT)));
    bad.put("described.md", ":::image type=\"complex\" source=\"a\" alt-text=\"b\":::\n:::image-end:::\n".repeat(COUNT));
    bad.put("groups.md", numbered(&|number| format!("# [a](#tab/a{number})\n\n# [b](#tab/b/a{number})\n\n***\n")));
    bad.put("shared.md", numbered(&|number| format!("# [a](#tab/a{number})\n\n# [b](#tab/b)\n\n***\n")));
    bad.put("comments.md", "> <!--\n\n".repeat(COUNT));
    bad.put("tags.md", format!("<div>\n{} y=\">", "<a b".repeat(COUNT)));
    bad.put("names.md", format!("<div>\n{} <>", "<a".repeat(COUNT)));
    bad.put("unknown.md", format!("{}{}", "<x>".repeat(COUNT), "</y>".repeat(COUNT)));
    bad.put("block.md", format!("<div>\n{}", "[!INCLUDE [b](good.md)]\n".repeat(COUNT)));
    bad.put("anchors.md", numbered(&|number| format!("# a{number}\n\n[x](#a{number}) [y](#b{number})\n")));
    let (code, text) = said(&bad.command(&bad.site()).arg("-q").output().expect("it runs"));
    assert_eq!(code, 1, "a zone in a zone is an error: {text}");
    for page in ["code", "rows", "zones", "described", "groups", "shared", "comments", "tags", "names", "unknown", "block", "anchors", "good"] {
        assert!(bad.page(&format!("{page}.html")).contains("</html>"), "{page} is whole");
    }
}

#[test]
fn code_that_is_hard_to_read() {
    let bad = Bad::new();
    let mut odd = String::from("# Odd\n\n");
    for (language, code) in [
        ("powershell", "\"".repeat(5)),
        ("rust", "r#\"".repeat(3)),
        ("yaml", "\t: |\n \u{85}- - -\n: :".to_owned()),
        ("\"><script>alert(1)</script>", "x".to_owned()),
        ("xml", "</code></pre><script>alert(1)</script><!--".to_owned()),
        ("json", "\u{feff}{\"a\": \u{0}1}".to_owned()),
        ("csharp", "/* never closed".to_owned()),
    ] {
        let _ = writeln!(odd, "```{language}\n{code}\n```\n");
    }
    odd.push_str("```bash\n$(( ${a `\" # never closed");
    bad.put("odd.md", odd);
    for (name, piece) in [("quotes", "\"\\"), ("tags", "<a b=\""), ("variables", "${a"), ("comments", "/*"), ("one", "x")] {
        bad.put(&format!("{name}.md"), format!("# Long\n\n```powershell\n{}\n```\n", piece.repeat(250_000 / piece.len())));
    }
    bad.put("huge.md", format!("# Huge\n\n```json\n{}\n```\n", "[1, 2, \"three\"],".repeat(200_000)));
    bad.expect(0, &["odd.html", "quotes.html", "tags.html", "variables.html", "comments.html", "one.html", "huge.html"], &[]);
    let page = bad.page("odd.html");
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"), "{page}");
    assert!(!bad.page("huge.html").contains("hl-"), "code that nobody reads is not marked");
}

#[test]
fn a_language_that_is_none() {
    let bad = Bad::new();
    bad.put("page.md", "---\nlang: '\"><script>x</script>'\n---\n\n# Page\n");
    bad.expect(0, &["page.html"], &["language-tag-invalid"]);
    assert!(bad.page("page.html").contains("<html lang=\"en\">"));
}

#[test]
fn tables_of_contents_without_end() {
    let bad = Bad::new();
    let levels: Vec<String> = (1..1200).map(|level| format!("{} [Good](../good.md)", "#".repeat(level))).collect();
    bad.put("headings/toc.md", levels.join("\n"));
    bad.put("json/toc.json", "[{\"items\":".repeat(100_000));
    bad.put("nested/toc.json", format!("{}[]{}", "[{\"name\":\"x\",\"items\":".repeat(250), "}]".repeat(250)));
    // Each takes in both: every way through them is another one.
    for (name, other) in [("a", "b"), ("b", "a")] {
        bad.put(&format!("{name}/toc.yml"), format!("- href: ../{other}/toc.yml\n  name: x\n").repeat(40) + "- name: y\n  href: ../good.md\n");
    }
    bad.put("folders/toc.yml", "- name: x\n  href: ../a/\n".repeat(500));
    let (status, _) = bad.build();
    assert_eq!(status, 1);
    let codes = bad.codes();
    for code in ["json-syntax-error", "circular-reference", "toc-deprecated"] {
        assert!(codes.iter().any(|found| found == code), "{code}");
    }
    assert!(bad.site().join("good.html").is_file());
}

#[test]
fn redirections_without_end() {
    let bad = Bad::new();
    let pair = |number: usize| format!("{{\"source_path\": \"old{number}.md\", \"redirect_url\": \"/old{}\"}}", (number + 1) % 3000);
    let pairs: Vec<String> = (0..3000).map(pair).collect();
    bad.put(".openpublishing.redirection.json", format!("{{\"redirections\": [{}]}}", pairs.join(",")));
    bad.put("x/.openpublishing.redirection.json", "[".repeat(100_000));
    bad.put("redirections.yml", "redirections: [1, {source_path: [x]}, null]\nrenames: 7\n");
    let (status, _) = bad.build();
    assert_eq!(status, 1);
    let codes = bad.codes();
    assert_eq!(codes.iter().filter(|code| *code == "circular-redirection").count(), 3000);
    for code in ["json-syntax-error", "unexpected-type", "missing-attribute"] {
        assert!(codes.iter().any(|found| found == code), "{code}");
    }
    assert!(bad.site().join("good.html").is_file() && !bad.site().join("old0.html").exists());
}

#[test]
fn includes_that_never_end() {
    let bad = Bad::new();
    bad.put("self.md", "# Self\n\n[!INCLUDE [again](self.md)]\n");
    bad.put("chain.md", "# Chain\n\n[!INCLUDE [next](includes/c1.md)]\n");
    for number in 1..1_000 {
        bad.put(&format!("includes/c{number}.md"), format!("[!INCLUDE [next](c{}.md)]\n", number + 1));
    }
    bad.put("includes/c1000.md", "The end.\n");
    bad.put("bomb.md", "# Bomb\n\n[!INCLUDE [b](includes/b1.md)]\n");
    for number in 1..40 {
        let next = format!("[!INCLUDE [b](b{}.md)]\n", number + 1);
        bad.put(&format!("includes/b{number}.md"), format!("{next}{next}"));
    }
    bad.put("includes/b40.md", "");
    bad.expect(1, &["self.html", "chain.html", "bomb.html"], &["include-size", "include-depth", "circular-reference"]);
}

#[test]
fn folders_and_links_where_files_are_expected() {
    let bad = Bad::new();
    fs::create_dir_all(bad.root().join("folder.md/inner.md")).expect("folders can be made");
    bad.put("folder.md/page.md", "# In a folder called as a page\n");
    bad.put("reads.md", "[a](folder.md) [b](folder.md/page.md) [!INCLUDE [x](folder.md)]\n");
    bad.expect(1, &["folder.md/page.html", "reads.html"], &["file-not-found", "include-not-found"]);
}

#[test]
fn symbolic_links() {
    let bad = Bad::new();
    fs::create_dir_all(bad.folder.path().join("outside")).expect("folders can be made");
    fs::write(bad.folder.path().join("outside/secret.md"), "# Zqoutside\n").expect("files can be written");
    symlink("nowhere.md", bad.root().join("dangling.md")).expect("links can be made");
    symlink("loop.md", bad.root().join("loop.md")).expect("links can be made");
    symlink(".", bad.root().join("again")).expect("links can be made");
    symlink("../outside/secret.md", bad.root().join("secret.md")).expect("links can be made");
    symlink("../outside", bad.root().join("outside")).expect("links can be made");
    symlink("good.md", bad.root().join("alias.md")).expect("links can be made");
    bad.expect(1, &["alias.html"], &["file-unreadable", "file-unreadable", "file-unreadable", "path-outside-root", "path-outside-root"]);
    assert!(!bad.site().join("secret.html").exists() && !bad.site().join("outside").exists(), "nothing from outside is published");
}

#[test]
fn links_out_of_the_project() {
    let bad = Bad::new();
    bad.put("out.md", "[a](../../etc/passwd) ![b](../b.png) [c](%2e%2e/c.md) [!INCLUDE [d](../d.md)] <a href=\"../e.md\">e</a>\n");
    bad.expect(1, &["out.html"], &["path-outside-root"; 5]);
    assert!(!bad.page("out.html").contains("passwd"));
}

#[test]
fn names_of_all_kinds() {
    let bad = Bad::new();
    let names = ["with blank", "100%", "a#b", "it's", "say \"x\"", "日本語", "ä&b", "a+b", "semi;colon", "q?x", "back\\slash", "[x]", "-dash", "a:b"];
    let mut links = String::new();
    for name in names {
        bad.put(&format!("{name}.md"), format!("# {name}\n\n[back](index.md)\n"));
        let mut href = String::new();
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() {
                href.push(char::from(byte));
            } else {
                let _ = write!(href, "%{byte:02X}");
            }
        }
        let _ = writeln!(links, "- [{}]({href}.md)", name.replace(['[', ']', '\\'], ""));
    }
    bad.put("index.md", links);
    let (code, text) = bad.build();
    assert_eq!(code, 0, "{text}");
    let page = bad.page("index.html");
    for name in names.iter().filter(|name| !name.contains('\\')) {
        assert!(bad.page(&format!("{name}.html")).contains("href=\"index.html\">back"), "{name}");
    }
    assert!(page.contains("href=\"with%20blank.html\"") && page.contains("href=\"100%25.html\"") && page.contains("href=\"a%23b.html\""), "{page}");
}

#[test]
fn names_that_differ_only_in_case() {
    let bad = Bad::new();
    bad.put("page.md", "# Lower\n");
    bad.put("Page.md", "# Upper\n");
    bad.expect(0, &["page.html", "Page.html"], &["output-path-conflict"]);
}

#[test]
fn a_configuration_with_a_typo_and_a_toc_that_holds_itself() {
    let bad = Bad::new();
    bad.put("toc.yml", "- name: Good\n  href: good.md\n- name: Again\n  href: toc.yml\n");
    bad.expect(1, &[], &["circular-reference"]);
    bad.put("book.toml", "[book]\ntitle = \"x\n");
    let (code, text) = bad.build();
    assert_eq!(code, 2);
    assert!(text.contains("book.toml:2"), "{text}");
    bad.put("book.toml", "[audiences.partner]\nsite-url = \"javascript:alert(1)\"\n");
    let (code, text) = bad.build();
    assert_eq!(code, 2);
    assert!(text.contains("is no web address"), "{text}");
}

#[test]
fn a_template_that_asks_for_what_is_not_there() {
    let bad = Bad::new();
    bad.put("book.toml", "[output.html]\ntheme = \"theme\"\n");
    bad.put("other.md", "# Other\n");
    bad.put("last.md", "# Last\n");
    bad.put("toc.yml", "- href: good.md\n- href: other.md\n- href: last.md\n");
    bad.put("theme/templates/page.html", "{{ contnt }}\n");
    let (code, text) = bad.build();
    assert_eq!(code, 1, "{text}");
    assert_eq!(text.matches("`contnt` is not defined").count(), 1, "one fault, whatever else each page has: {text}");
    assert!(text.contains("did you mean `content`?"), "{text}");
    assert!(bad.page("good.html").contains("</html>"), "the default template is shown");
}

#[test]
fn a_reader_that_went_away() {
    let bad = Bad::new();
    bad.put("bad.md", "[a](gone.md)\n".repeat(200));
    let mut child = bad.command(&bad.site()).stderr(std::process::Stdio::piped()).spawn().expect("it runs");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "nobody listens, and the site is written");
    assert!(bad.page("good.html").contains("</html>"));
}

#[test]
fn a_folder_that_may_not_be_written() {
    let bad = Bad::new();
    fs::create_dir(bad.site()).expect("a folder");
    fs::set_permissions(bad.folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    let mut command = bad.command(&bad.site());
    if is_root() {
        // The program that was built may be where only root may look.
        let program = bad.folder.path().join("playpress");
        fs::copy(env!("CARGO_BIN_EXE_playpress"), &program).expect("a copy");
        command = Command::new(program);
        command.arg("build").arg("--root").arg(bad.root()).arg("-d").arg(bad.site()).uid(NOBODY).gid(NOBODY);
    } else {
        fs::set_permissions(bad.folder.path(), fs::Permissions::from_mode(0o555)).expect("permissions");
    }
    let (code, text) = said(&command.output().expect("it runs"));
    fs::set_permissions(bad.folder.path(), fs::Permissions::from_mode(0o755)).expect("permissions");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("cannot make") && text.contains("Permission denied"), "{text}");
    assert!(fs::read_dir(bad.site()).expect("a folder").next().is_none());
}

#[test]
fn a_disk_that_is_full() {
    let bad = Bad::new();
    let disk = bad.folder.path().join("disk");
    let Some(_mount) = Mount::new(&disk, "256k") else { return skipped("a small disk cannot be mounted here") };
    let target = disk.join("site");
    let (code, text) = said(&bad.command(&target).output().expect("it runs"));
    assert_eq!(code, 0, "a small book has room: {text}");
    let before = fs::read(target.join("good.html")).expect("it is there");
    for number in 0..40 {
        bad.put(&format!("more{number}.md"), format!("# More\n\n{}\n", "words ".repeat(4_000)));
    }
    bad.put("good.md", "# Changed\n");
    let (code, text) = said(&bad.command(&target).output().expect("it runs"));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("No space left"), "{text}");
    assert_eq!(fs::read(target.join("good.html")).expect("it is there"), before, "the last good site is whole");
    let left: Vec<_> = fs::read_dir(&disk).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(left, ["site"], "nothing half is left behind");
}

#[test]
fn a_target_that_is_a_mount_point() {
    let bad = Bad::new();
    let Some(_mount) = Mount::new(&bad.site(), "16m") else { return skipped("nothing can be mounted here") };
    let (code, text) = bad.build();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("file by file"), "{text}");
    bad.page("good.html");
    fs::remove_file(bad.root().join("good.md")).expect("it is there");
    bad.put("other.md", "# Other\n");
    let (code, text) = bad.build();
    assert_eq!(code, 0, "{text}");
    assert!(!bad.site().join("good.html").exists() && bad.site().join("other.html").exists());
}

/// Findings of a project with this page, as `line:column-end code`.
fn places(text: &str) -> Vec<String> {
    let bad = Bad::new();
    bad.put("index.md", text);
    let output =
        Command::new(env!("CARGO_BIN_EXE_playpress")).args(["check", "--format", "json", "-q", "--root"]).arg(bad.root()).output().expect("it runs");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    let document: Value = serde_json::from_slice(&output.stdout).expect("findings are JSON");
    let found = document["diagnostics"].as_array().expect("a list");
    let counts = |finding: &&Value| finding["severity"] != "info";
    found
        .iter()
        .filter(counts)
        .map(|finding| format!("{}:{}-{} {}", finding["line"], finding["column"], finding["end_column"], finding["code"].as_str().expect("a code")))
        .collect()
}

const TASKS: &str = "# A\n\n| Task ID | Task Name | (M)andatory / (O)ptional | FastTrack Role |\n| - | - | - | - |\n";
const CHANGES: &str = "# A\n\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n";

#[test]
fn a_thousand_faults_on_a_page() {
    let mut text = "# A\n".to_owned();
    let mut expected = Vec::new();
    for number in 0..1000 {
        let line = number * 2 + 3;
        let (written, found) = match number % 4 {
            0 => (format!("\n[x](gone-{number}.md)\n"), format!("{line}:5-{} file-not-found", 13 + number.to_string().len())),
            1 => ("\n[x](#nowhere)\n".to_owned(), format!("{line}:5-13 bookmark-not-found")),
            2 => ("\n![](https://example.com/a.png)\n".to_owned(), format!("{line}:5-30 alt-text-missing")),
            _ => ("\n[x](jo@example.com)\n".to_owned(), format!("{line}:5-19 link-scheme-missing")),
        };
        text.push_str(&written);
        expected.push(found);
    }
    assert_eq!(places(&text), expected);
}

#[test]
fn a_table_of_a_hundred_thousand_rows() {
    let mut text = TASKS.to_owned();
    for number in 0..100_000 {
        let _ = writeln!(text, "| {} | Do it | M | FastTrack Manager |", number + 100_000);
    }
    text.push_str("| 150000 | Do it | M | FastTrack Manager |\n| 999999 | Do it | X | FastTrack Manager |\n");
    assert_eq!(places(&text), ["100005:3-9 task-id-duplicate", "100006:20-21 task-mandatory-invalid"]);
}

#[test]
fn ids_dates_and_names_that_nobody_expects() {
    let digits = "9".repeat(10_000);
    let row = |cells: &str| format!("{TASKS}| {cells} |\n");
    let change = |date: &str| format!("{CHANGES}| {date} | Jo | All |\n");
    for (text, expected) in [
        // An ID of ten thousand digits is one, and a text may name it.
        (row(&format!("{digits} | a | M | b")) + &format!("\nSee task {digits}.\n"), vec![]),
        (row(&format!("4001 | a | M | b |\n| {digits} | a | M | b |\n| {digits} | a | O | b")), vec!["7:3-10003 task-id-duplicate".to_owned()]),
        (row("4001 | a | M | b") + &format!("\nSee task {digits}.\n"), vec!["7:10-10010 task-id-unknown".to_owned()]),
        (row("٤٠٠١ | a | M | b"), vec!["5:3-7 task-id-invalid".to_owned()]),
        (row("4001 | (.*+?^${}[]\\\\) | [M] | b"), vec!["5:27-30 task-mandatory-invalid".to_owned()]),
        // Right to left, and signs that join the letter before: a column is a character as it is stored.
        (row("4001 | مهمة للعميل | X | b"), vec!["5:24-25 task-mandatory-invalid".to_owned()]),
        (row("4001 | e\u{301}e\u{301} \u{202e}abc\u{202c} | X | b"), vec!["5:23-24 task-mandatory-invalid".to_owned()]),
        (row("4001 | 👩‍🔧 | X | b"), vec!["5:16-17 task-mandatory-invalid".to_owned()]),
        (change("1/1/0000"), vec!["7:3-11 refresh-date-invalid".to_owned()]),
        (change("1/1/99999"), vec!["7:3-12 refresh-date-invalid".to_owned()]),
        (change("0/0/0"), vec!["7:3-8 refresh-date-invalid".to_owned()]),
        (change("99/999/9999"), vec!["7:3-14 refresh-date-invalid".to_owned()]),
        (change("12/31/2199"), vec!["7:3-13 refresh-date-future".to_owned()]),
        (change(&"1/".repeat(5000)), vec!["7:3-10003 refresh-date-invalid".to_owned()]),
        (change("١٢/٣١/٢٠٢٥"), vec!["7:3-13 refresh-date-invalid".to_owned()]),
        (format!("---\nms.date: {digits}\n---\n# A\n"), vec!["2:10-10010 date-format-invalid".to_owned()]),
        ("---\nms.date: 1/1/-5\n---\n# A\n".to_owned(), vec!["2:10-16 date-format-invalid".to_owned()]),
        ("# A\n\nPhase: **".to_owned() + &"a/".repeat(50_000) + "**\n", vec![]),
        ("# A\n\nPrimary Role: ::::::: **(((** : : :\n".to_owned(), vec![]),
    ] {
        let shown: String = text.chars().take(200).collect();
        assert_eq!(places(&text), expected, "{shown}");
    }
}
