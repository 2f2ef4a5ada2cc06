//! What the search of a site finds, with the client that readers run.

use std::collections::BTreeMap;
use std::fs;

use playpress::site::search::{Hits, Searcher};
use playpress::site::{self, Content, Proof, Theme};
use playpress::text::path::RelPath;
use playpress::workspace::Workspace;
use std::sync::Arc;

use crate::place::{Place, stdout};

/// The sites of a book, by the names of their audiences.
fn sites(place: &Place) -> BTreeMap<String, site::Site> {
    let book = Workspace::open(place.root()).expect("the project opens").book();
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    (0..book.editions.len())
        .map(|edition| (book.editions[edition].name().unwrap_or_default().to_owned(), site::plan(&book, edition, &theme)))
        .collect()
}

fn searcher(site: &site::Site) -> Searcher {
    Searcher::new(site, &Proof::new(site)).expect("the engine runs").expect("nothing is refused")
}

fn of_files(files: &[(&str, &str)]) -> Searcher {
    searcher(&sites(&Place::new(files))[""])
}

/// The addresses of pages and of what was found there.
fn found(hits: &Hits) -> Vec<String> {
    hits.hits.iter().map(|hit| hit.url.clone()).collect()
}

fn first(searcher: &Searcher, query: &str) -> String {
    found(&searcher.find(query, "en", 10).expect("it answers")).into_iter().next().unwrap_or_else(|| "nothing".to_owned())
}

const TABLE: &str = "| Task ID | Task Name | (M)andatory / (O)ptional | Role | Services |\n| - | - | - | - | - |\n";

/// The files of an index, without the client.
fn index(site: &site::Site) -> BTreeMap<String, String> {
    let text = |path: &playpress::text::path::RelPath| match site.render(path).expect("it renders").expect("it is there").get() {
        Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Content::Copy(_) => String::new(),
    };
    site.paths()
        .filter(|path| path.as_str().starts_with("search/") && path.as_str().matches('/').count() > 1)
        .map(|path| (path.to_string(), text(path)))
        .collect()
}

/// A book of pages about many things, so that words differ in how rare they are.
fn harbor() -> Searcher {
    let filler: Vec<(String, String)> = (0..30)
        .map(|number| {
            (
                format!("filler-{number}.md"),
                format!("# Filler {number}\n\nThe crew of the harbor plans its work for the day, and the harbor plans too.\n"),
            )
        })
        .collect();
    let mut files = vec![
        (
            "sail.md".to_owned(),
            format!(
                "---\ntitle: FastTrack: Sailing\n---\n\n# Cast off\n\nPhase: **Sea**\n\nThe crew casts off when the wind allows it.\n\n## Kick-off with the pilot\n\nMeet the pilot at the custom house. The pilot's boat is early.\n\n### Tasks\n\n{TABLE}| 4001 | Hoist the mainsail | M | Mate | Deck / Rigging |\n| 4002 | Coil the ropes | O | Cook | Deck |\n"
            ),
        ),
        ("moor.md".to_owned(), "# Mooring\n\nAs task 4001 is done, throw the ropes.\n\n## Onboarding of passengers\n\nUse the gangway, and mind the naïve café guests in Zürich.\n".to_owned()),
        ("deep.md".to_owned(), "# Deep water\n\nBefore noon the lighthouse keeper turns off the lamp, and turns the lamp on again at night.\n".to_owned()),
        ("odd.md".to_owned(), "# Odd signs\n\nWrite `<img src=x onerror=alert(1)>` as text & nothing else.\n".to_owned()),
    ];
    files.extend(filler);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    of_files(&files)
}

#[test]
fn a_site_can_do_without() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("book.toml"), "[output.html.search]\nenable = false\n").expect("it can be written");
    fs::write(folder.path().join("index.md"), "# Start\n\nText.\n").expect("it can be written");
    let book = Workspace::open(folder.path()).expect("the project opens").book();
    let site = site::plan(&book, 0, &Arc::new(Theme::load().expect("the theme loads")));
    let paths: Vec<String> = site.paths().map(ToString::to_string).collect();
    assert!(!paths.iter().any(|path| path.contains("search/") || path == "search.html"), "{paths:?}");
    let Ok(Some(Content::Bytes(page))) = site.render(&RelPath::new("index.html").expect("a path")).map(|made| made.map(|made| made.get().clone()))
    else {
        panic!("there is a page");
    };
    assert!(!String::from_utf8(page).expect("text").contains("search.js"));
}

#[test]
fn a_reader_finds_what_she_means() {
    let searcher = harbor();
    for (query, page) in [
        // The number of a task is its row, and so is its name.
        ("4001", "sail.html#task-4001"),
        ("task 4001", "sail.html#task-4001"),
        ("hoist mainsail", "sail.html#task-4001"),
        ("mainsail mate", "sail.html#task-4001"),
        // Titles, the other title of the front matter, headings, words of a text.
        ("cast off", "sail.html"),
        ("FastTrack Sailing", "sail.html"),
        ("onboarding", "moor.html#onboarding-of-passengers"),
        ("lighthouse", "deep.html"),
        // Another form of a word, its beginning, a slip, two letters swapped, a letter too many.
        ("passenger", "moor.html#onboarding-of-passengers"),
        ("onboa", "moor.html#onboarding-of-passengers"),
        ("lihgthouse", "deep.html"),
        ("lighthuose keeper", "deep.html"),
        ("mainnsail", "sail.html#task-4001"),
        ("gangwaz", "moor.html#onboarding-of-passengers"),
        // Hyphens, apostrophes, accents, case.
        ("kickoff", "sail.html#kick-off-with-the-pilot"),
        ("kick off", "sail.html#kick-off-with-the-pilot"),
        ("KICK-OFF", "sail.html#kick-off-with-the-pilot"),
        ("pilot’s boat", "sail.html#kick-off-with-the-pilot"),
        ("naive cafe", "moor.html#onboarding-of-passengers"),
        ("zurich", "moor.html#onboarding-of-passengers"),
        ("zuerich", "moor.html#onboarding-of-passengers"),
        // Two words as one, one as two, part of a longer one.
        ("light house", "deep.html"),
        ("mooringropes", "moor.html"),
        ("boarding", "moor.html#onboarding-of-passengers"),
    ] {
        assert_eq!(first(&searcher, query), page, "{query}");
    }
}

#[test]
fn a_phrase_in_quotes_stands_there_as_it_is() {
    let searcher = of_files(&[
        ("a.md", "# A\n\nTurn the lamp off at noon.\n"),
        ("b.md", "# B\n\nThe lamp is off. Turn the page at noon.\n"),
        ("c.md", "# C\n\nNothing of it.\n"),
    ]);
    let pages = |query: &str| found(&searcher.find(query, "en", 10).expect("it answers"));
    assert_eq!(pages("\"turn the lamp\""), ["a.html"]);
    assert_eq!(pages("“lamp off”"), ["a.html"], "quotes of other kinds too");
    assert_eq!(pages("turn lamp").len(), 2);
    assert_eq!(pages("\"turn lamp"), pages("turn lamp"), "a quote without its end is none");
    assert_eq!(pages("\"page lamp\""), Vec::<String>::new());
}

#[test]
fn scripts_without_blanks_are_found_by_their_signs() {
    let searcher = of_files(&[
        (
            "ja.md",
            "---\nlang: ja\n---\n\n# データ移行の計画\n\n移行の前にメールボックスを確認します。\n\n## 展開の準備\n\nカスタマーサクセス会議を開く。\n",
        ),
        ("ja2.md", "---\nlang: ja\n---\n\n# 会議\n\nデータの話。計画は別の日。\n"),
        ("zh.md", "---\nlang: zh-CN\n---\n\n# 部署计划\n\n团队与客户会面，讨论邮箱迁移。\n"),
        ("ko.md", "---\nlang: ko\n---\n\n# 배포 계획\n\n고객과 함께 사서함을 이동합니다.\n"),
        ("en.md", "# English\n\nThe mailbox moves.\n"),
    ]);
    let first = |query: &str, language: &str| found(&searcher.find(query, language, 5).expect("it answers")).into_iter().next().unwrap_or_default();
    for (query, language, page) in [
        ("データ移行", "ja", "ja.html"),
        ("メールボックス", "ja", "ja.html"),
        ("カスタマーサクセス", "ja", "ja.html#%E5%B1%95%E9%96%8B%E3%81%AE%E6%BA%96%E5%82%99"),
        ("ｶｽﾀﾏｰ", "ja", "ja.html#%E5%B1%95%E9%96%8B%E3%81%AE%E6%BA%96%E5%82%99"),
        ("会", "ja", "ja2.html"),
        ("邮箱迁移", "zh-cn", "zh.html"),
        ("部署", "zh", "zh.html"),
        ("사서함", "ko", "ko.html"),
        // A reader of one language finds what only another has.
        ("mailbox", "ja", "en.html"),
        ("邮箱", "en", "zh.html"),
    ] {
        assert_eq!(first(query, language), page, "{query} for a reader of {language}");
    }
    // The parts of a word far from each other are not the word.
    assert_eq!(found(&searcher.find("データ移行", "ja", 5).expect("it answers"))[0], "ja.html");
}

#[test]
fn what_is_shown_of_a_hit_is_where_it_is_and_is_text() {
    let searcher = harbor();
    let hits = searcher.find("mainsail mate", "en", 10).expect("it answers");
    let row = &hits.hits[0].rows[0];
    assert_eq!((row.url.as_str(), row.kind.as_str(), row.title.as_str()), ("sail.html#task-4001", "task", "4001 Hoist the mainsail"));
    assert_eq!(row.title_html, "4001 Hoist the <mark>mainsail</mark>");
    assert_eq!(row.excerpt, "<mark>Mate</mark> · Deck / Rigging");
    let hits = searcher.find("onerror", "en", 10).expect("it answers");
    assert_eq!(hits.hits[0].excerpt, "Write &lt;img src=x <mark>onerror</mark>=alert(1)&gt; as text &amp; nothing else.");
    let hits = searcher.find("lihgthouse", "en", 10).expect("it answers");
    assert_eq!((hits.read_as[0].word.as_str(), hits.read_as[0].read_as.as_str()), ("lihgthouse", "lighthouse"));
    assert!(hits.hits[0].excerpt.contains("<mark>lighthouse</mark>"), "{:?}", hits.hits[0]);
}

#[test]
fn whatever_is_typed_gets_an_answer() {
    let searcher = harbor();
    let long = "lamp ".repeat(20_000);
    let one = "x".repeat(100_000);
    let many = (0..3000).map(|number| format!("word{number}")).collect::<Vec<_>>().join(" ");
    for query in [
        "",
        " ",
        "\0\u{1}\u{7f}",
        "\u{202e}pmal",
        "(.*)+$[a-z]{1,999}\\",
        "\"\"\"",
        "\"",
        "'",
        "-",
        "--",
        "a-b-c-d-e",
        "🦀",
        "e\u{301}\u{301}\u{301}",
        "\u{200b}",
        "the",
        "of the",
        "a",
        "0",
        "00000000000000000000",
        "__proto__",
        "constructor",
        "<script>",
        "%00",
        "データ\"",
        long.as_str(),
        one.as_str(),
        many.as_str(),
    ] {
        let hits = searcher.find(query, "en", 10).unwrap_or_else(|error| panic!("{query:.40}: {error}"));
        assert!(hits.hits.len() <= 10 && hits.total >= hits.hits.len());
    }
    assert!(searcher.find("lamp", "xx-unknown", 10).expect("it answers").total > 0, "an unknown language is the book's");
    assert_eq!(searcher.find("lamp", "en", 0).expect("it answers").hits.len(), 0);
}

#[test]
fn an_index_holds_nothing_of_another_audience() {
    let config = "[book]\ntitle = \"B\"\n[audiences.internal]\n[audiences.partner]\n";
    let page = |audience: &str, word: &str| {
        format!(
            "---\nft.audience: {audience}\n---\n\n# {word} title\n\nPhase: **{word} phase**\n\n{TABLE}| 4001 | {word} name | M | {word} role | {word} service |\n"
        )
    };
    let place = Place::new(&[
        ("book.toml", config),
        ("both.md", &format!("{}\n[x](secret.md) [](secret.md) [!INCLUDE [y](includes/part.md)]\n", page("internal, partner", "shared"))),
        ("secret.md", &page("internal", "zebra")),
        ("includes/part.md", "---\nft.audience: internal\n---\n\nA zebra too.\n"),
        ("ja.md", "---\nft.audience: internal\nlang: ja\n---\n\n# 秘密\n\n移行の前に確認します。\n"),
    ]);
    let sites = sites(&place);
    let partner = index(&sites["partner"]);
    assert!(index(&sites["internal"]).values().any(|text| text.contains("zebra")), "the word is somewhere");
    for (path, text) in &partner {
        assert!(!text.contains("zebra") && !path.contains("/ja/") && !text.contains("secret"), "{path}: {text}");
    }
    let all: Vec<String> = sites["partner"].paths().map(ToString::to_string).collect();
    assert!(all.iter().all(|path| !path.contains("/ja/")), "{all:?}");
    assert_eq!(searcher(&sites["partner"]).find("zebra", "en", 10).expect("it answers").total, 0);
    assert_eq!(found(&searcher(&sites["internal"]).find("zebra title", "en", 10).expect("it answers"))[0], "secret.html");
}

#[test]
fn an_edit_changes_few_files_of_the_index_and_the_same_text_gives_the_same() {
    let page = |number: usize| {
        let words: Vec<String> = (0..400).map(|word| format!("w{:x}", (number * 131 + word * word * 7) % 4001)).collect();
        format!("# Page {number}\n\n{}\n\n## More\n\n{}\n", words[..200].join(" "), words[200..].join(" "))
    };
    let files: Vec<(String, String)> = (0..120).map(|number| (format!("p{number}.md"), page(number))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let place = Place::new(&files);
    let before = index(&sites(&place)[""]);
    assert_eq!(before, index(&sites(&place)[""]));
    place.write("p7.md", &(page(7) + "\none more\n"));
    let after = index(&sites(&place)[""]);
    let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(text)).count();
    assert!(changed * 8 < after.len() && after.len() > 60, "{changed} of {}", after.len());
}

#[test]
fn content_at_the_addresses_of_the_search_stays() {
    let place = Place::new(&[("index.md", "# Start\n"), ("search.md", "# Mine\n")]);
    let site = &sites(&place)[""];
    let home = playpress::text::path::RelPath::new("index.html").expect("a path");
    let content = site.render(&home).expect("it renders").expect("it is there");
    let Content::Bytes(bytes) = content.get() else { panic!("a page has bytes") };
    assert!(!String::from_utf8_lossy(bytes).contains("role=\"search\""), "no box leads to a page that is not one of the search");
    let checked = place.run(&["check", "--format", "concise", "-v"]);
    assert!(stdout(&checked).contains("output-path-conflict"), "{}", stdout(&checked));
}

#[test]
fn the_next_version_of_a_page_stands_below_the_one_that_holds_now() {
    let config = "[book]\ntitle = \"B\"\n[[collection]]\nid = \"now\"\npath = \"now/**\"\n[[collection]]\nid = \"next\"\npath = \"next/**\"\npreview-of = \"now\"\n";
    let searcher = of_files(&[
        ("book.toml", config),
        ("now/plan.md", "# The plan\n\nSail at noon.\n"),
        ("next/plan.md", "# The plan\n\nSail at noon, with the new pilot.\n"),
        ("next/new.md", "# A new page\n\nOnly here: the beacon.\n"),
    ]);
    let hits = searcher.find("plan", "en", 10).expect("it answers");
    assert_eq!(found(&hits), ["now/plan.html"]);
    assert_eq!(hits.hits[0].previews[0].url, "next/plan.html");
    assert_eq!(first(&searcher, "beacon"), "next/new.html");
    assert_eq!(first(&searcher, "\"new pilot\""), "next/plan.html", "what only the next version says is found there");
}
