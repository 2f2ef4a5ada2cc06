//! Other versions of a page: its twins in other languages and on the sites of other audiences; its language and direction. And that nothing
//! of a page that an audience may not see is told by them.

use std::fs;
use std::path::Path;

use playpress::site::{self, Theme};
use playpress::workspace::Workspace;
use playpress::write;
use std::sync::Arc;

/// A project on disk, and its sites, written.
struct Sites {
    folder: tempfile::TempDir,
}

impl Sites {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join("book").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
            fs::write(path, text).expect("files can be written");
        }
        let book = Workspace::open(&folder.path().join("book")).unwrap_or_else(|error| panic!("{error:?}")).book();
        let theme = Arc::new(Theme::load().expect("the theme loads"));
        for (index, edition) in book.editions.iter().enumerate() {
            let target = folder.path().join(edition.name().unwrap_or("all"));
            write::write(&site::plan(&book, index, &theme), &target).expect("the site is written");
        }
        Self { folder }
    }

    fn page(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The links to other versions of a page: what they say and where they lead.
    fn alternates(&self, path: &str) -> Vec<(String, String)> {
        let html = self.page(path);
        let Some((_, list)) = html.split_once("<nav class=\"alternates\"") else { return Vec::new() };
        let list = list.split("</nav>").next().expect("it ends");
        let link = |link: &str| {
            let href = link.split("href=\"").nth(1).expect("an address").split('"').next().expect("an end");
            (link.split_once('>').expect("a text").1.split('<').next().expect("an end").to_owned(), href.to_owned())
        };
        list.split("<a ").skip(1).map(link).collect()
    }

    fn root_element(&self, path: &str) -> String {
        let html = self.page(path);
        html[html.find("<html").expect("a root")..].split_inclusive('>').next().expect("an end").to_owned()
    }

    fn holds(&self, edition: &str, word: &str) -> bool {
        fn any(folder: &Path, word: &str) -> bool {
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).any(|path| {
                path.to_string_lossy().contains(word)
                    || if path.is_dir() { any(&path, word) } else { String::from_utf8_lossy(&fs::read(&path).expect("a file")).contains(word) }
            })
        }
        any(&self.folder.path().join(edition), word)
    }
}

fn pairs(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(title, href)| (title.as_str(), href.as_str())).collect()
}

#[test]
fn a_page_names_its_twins_in_other_languages() {
    let sites = Sites::new(&[
        (
            "book.toml",
            r#"
[book]
title = "B"
[[language]]
id = "ja"
path = "**/japanese-playbook/**"
source = "english-playbook"
suffix = "-jp"
[[language]]
id = "zh-Hans"
path = "**/simplified-chineses-playbook/**"
source = "english-playbook"
suffix = "-sc"
[[language]]
id = "ar"
path = "plain/ar/**"
"#,
        ),
        ("books/english-playbook/index.md", "# One\n"),
        ("books/english-playbook/deep/two-partner.md", "# Two\n"),
        ("books/english-playbook/alone.md", "# Alone\n"),
        ("books/japanese-playbook/index-jp.md", "# 一\n"),
        ("books/japanese-playbook/index.md", "# One, not translated yet\n"),
        ("books/japanese-playbook/deep/two-partner-jp.md", "# 二\n"),
        ("books/simplified-chineses-playbook/index-sc.md", "# 一\n"),
        ("other/english-playbook/index.md", "# Another work\n"),
        ("plain/a.md", "# A\n"),
        ("plain/ar/a.md", "# ا\n"),
        ("plain/ar/english.md", "---\nlang: en\n---\n\n# English among Arabic\n"),
    ]);
    assert_eq!(
        pairs(&sites.alternates("all/books/english-playbook/index.html")),
        [("日本語", "../japanese-playbook/index-jp.html"), ("简体中文", "../simplified-chineses-playbook/index-sc.html")]
    );
    assert_eq!(
        pairs(&sites.alternates("all/books/japanese-playbook/index-jp.html")),
        [("English", "../english-playbook/index.html"), ("简体中文", "../simplified-chineses-playbook/index-sc.html")]
    );
    assert_eq!(
        pairs(&sites.alternates("all/books/japanese-playbook/deep/two-partner-jp.html")),
        [("English", "../../english-playbook/deep/two-partner.html")]
    );
    assert_eq!(pairs(&sites.alternates("all/plain/a.html")), [("العربية", "ar/a.html")]);
    for alone in
        ["books/english-playbook/alone.html", "books/japanese-playbook/index.html", "other/english-playbook/index.html", "plain/ar/english.html"]
    {
        assert_eq!(sites.alternates(&format!("all/{alone}")), [], "{alone}");
    }
    let page = sites.page("all/plain/a.html");
    assert!(page.contains("<link rel=\"alternate\" hreflang=\"ar\" href=\"ar/a.html\">"), "{page}");
    assert!(page.contains("lang=\"ar\" hreflang=\"ar\">العربية</a>"), "{page}");
    assert_eq!(sites.root_element("all/plain/a.html"), "<html lang=\"en\">");
    assert_eq!(sites.root_element("all/plain/ar/a.html"), "<html lang=\"ar\" dir=\"rtl\">");
    assert_eq!(sites.root_element("all/plain/ar/english.html"), "<html lang=\"en\">");
    assert_eq!(sites.root_element("all/books/japanese-playbook/deep/two-partner-jp.html"), "<html lang=\"ja\">");
}

/// Audiences of one book: internal knows partner; partner knows nobody; guests share their site with a third audience that nobody knows.
const AUDIENCES: &str = r#"
[book]
title = "B"
language = "he"
[audiences.internal]
knows = ["partner", "guest"]
site-url = "https://inside.example.org/book/"
[audiences.partner]
site-url = "https://partners.example.org"
[audiences.guest]
sees = ["guest", "secret"]
site-url = "https://guests.example.org"
[audiences.secret]
site-url = "https://zqsecret.example.org"
[[language]]
id = "de"
path = "de/**"
"#;

fn for_audience(audience: &str, title: &str) -> String {
    format!("---\ntitle: {title}\nft.audience: {audience}\n---\n\n# {title}\n")
}

#[test]
fn a_page_names_the_sites_of_audiences_that_its_own_may_know() {
    let sites = Sites::new(&[
        ("book.toml", AUDIENCES),
        ("both.md", &for_audience("internal, partner", "Both")),
        ("own.md", &for_audience("internal", "Own")),
        ("a b--internal.md", &for_audience("internal", "Inside")),
        ("a b--partner.md", &for_audience("partner", "Zqtheirs")),
        ("a b--secret.md", &for_audience("secret", "Zqhidden")),
    ]);
    assert_eq!(pairs(&sites.alternates("internal/both.html")), [("As “partner” sees it", "https://partners.example.org/both.html")]);
    assert_eq!(sites.alternates("internal/own.html"), []);
    // The partners' variant is told by its address alone. That guests have the page too is known only from the secret one.
    assert_eq!(pairs(&sites.alternates("internal/a b.html")), [("As “partner” sees it", "https://partners.example.org/a%20b.html")]);
    assert!(!sites.holds("internal", "Zqtheirs") && !sites.holds("internal", "Zqhidden"));
    for page in ["both.html", "a b.html"] {
        assert_eq!(sites.alternates(&format!("partner/{page}")), [], "partners know nobody");
    }
    assert!(!sites.holds("partner", "inside.example.org") && !sites.holds("internal", "zqsecret.example.org"));
    assert_eq!(sites.root_element("internal/index.html"), "<html lang=\"he\" dir=\"rtl\">");
}

#[test]
fn a_twin_that_an_audience_may_not_see_is_not_named() {
    let sites = Sites::new(&[
        ("book.toml", AUDIENCES),
        ("page.md", &for_audience("internal, partner", "Page")),
        ("de/page.md", &for_audience("internal", "Zqseite")),
    ]);
    assert_eq!(pairs(&sites.alternates("internal/page.html"))[0], ("Deutsch", "de/page.html"));
    assert_eq!(sites.alternates("partner/page.html"), []);
    assert!(!sites.holds("partner", "Zqseite") && !sites.holds("partner", "Deutsch"));
}
