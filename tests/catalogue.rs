//! What a site says of tasks, roles and changes: the pages that nobody writes, and the marks on those that somebody wrote.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use playpress::site::{self, Content, Proof, Site, Theme};
use playpress::workspace::Workspace;

use crate::place::Place;

fn sites(root: &Path) -> Vec<Site> {
    let book = Workspace::open(root).expect("the project opens").book();
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    (0..book.editions.len()).map(|edition| site::plan(&book, edition, &theme)).collect()
}

/// All texts of a site, by path.
fn texts(site: &Site) -> BTreeMap<String, String> {
    let text = |path: &playpress::text::path::RelPath| match site.render(path).expect("it renders").expect("it is there").get() {
        Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Content::Copy(_) => String::new(),
    };
    site.paths().map(|path| (path.to_string(), text(path))).collect()
}

fn one_site(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let place = Place::new(files);
    texts(&sites(place.root())[0])
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("`{start}` is in {text}"));
    let rest = &text[from..];
    &rest[..rest.find(end).unwrap_or(rest.len())]
}

const TABLE: &str = "| Task ID | Task Name | (M)andatory / (O)ptional | Role | Services |\n| - | - | - | - | - |\n";
const REFRESH: &str = "## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n";

#[test]
fn a_page_shows_its_tasks_facts_and_dates() {
    let files = [
        (
            "book.toml",
            "[vocabulary.services]\n\"Classroom/SDS\" = {}\nExchange = {}\n[vocabulary.roles]\nMate = {}\n[vocabulary.phases]\nSail = {}\n",
        ),
        (
            "index.md",
            &format!(
                "# Start\n\nPhase: **Sail**\\\nApplies To: **Exchange / Classroom/SDS**\n\nSee task 4001, `task 4001`, [task 4001](x.md). There are 4001 boats, and task 4009.\n\n{TABLE}| **4001** | Moor & tie | M | Mate | Exchange / Classroom/SDS |\n| 4002 | Rest | O | Cook | [Exchange](https://example.com) |\n\n{REFRESH}| 12/31/2020 | Ann | Added tasks 4001 and 4002. |\n| 1/2/2020 | Ann | Wrote it |\n"
            ),
        ),
        ("x.md", &format!("# Other\n\nDo task 4002 first.\n\n{TABLE}| 4001 | Moor & tie | M | Mate | Exchange |\n")),
    ];
    let site = one_site(&files);
    let start = &site["index.html"];
    assert!(start.contains("<tr id=\"task-4001\">"), "{start}");
    assert!(start.contains("<strong><a class=\"task-id\" href=\"tasks/4001.html\">4001</a></strong>"), "{start}");
    assert!(start.contains("<span class=\"mo is-mandatory\" title=\"Mandatory\"><span aria-hidden=\"true\">M</span>"), "{start}");
    let services = "<a href=\"services/exchange.html\">Exchange</a> / <a href=\"services/classroomsds.html\">Classroom/SDS</a>";
    assert!(start.contains(&format!("<dd>{services}</dd>")) && start.contains(&format!("<td>{services}</td>")), "{start}");
    // What the vocabulary does not have, and what is a link already, stays as it is.
    assert!(start.contains("<td>Cook</td>") && start.contains("<td><a href=\"https://example.com\">Exchange</a></td>"), "{start}");
    assert!(!start.contains("<p>Phase:"), "facts are shown once: {start}");
    let mention = "See task <a class=\"task\" href=\"#task-4001\">4001</a>, <code>task 4001</code>, <a href=\"x.html\">task 4001</a>. There are 4001 boats, and task 4009.";
    assert!(start.contains(mention), "{start}");
    assert!(
        start.contains("Added tasks <a class=\"task\" href=\"#task-4001\">4001</a> and <a class=\"task\" href=\"#task-4002\">4002</a>."),
        "{start}"
    );
    assert!(start.contains("<time datetime=\"2020-12-31\">2020-12-31</time>") && start.contains("<table class=\"timeline\""), "{start}");
    assert!(start.contains("Last change: <time datetime=\"2020-12-31\">"), "{start}");
    assert!(start.contains("<span class=\"also\">Also in <a href=\"x.html#task-4001\">Other</a></span>"), "{start}");
    assert!(site["x.html"].contains("Do task <a class=\"task\" href=\"tasks/4002.html\">4002</a> first."), "{}", site["x.html"]);
    // `render` prints the dialect and no more.
    let place = Place::new(&files.map(|(path, text)| (path, text)));
    let plain = String::from_utf8(place.run(&["render", "index.md"]).stdout).expect("UTF-8");
    assert!(plain.contains("<td><strong>4001</strong></td>") && plain.contains("<p>Phase: <strong>Sail</strong>"), "{plain}");
}

#[test]
fn a_task_has_a_page_with_all_that_is_known_of_it() {
    let site = one_site(&[
        (
            "book.toml",
            "[tasks]\ndefinitions = \"work/tasks.md\"\n[[language]]\nid = \"de\"\npath = \"**/*-de.md\"\nsuffix = \"-de\"\n[[collection]]\nid = \"work\"\npath = \"work/**\"\n[[collection]]\nid = \"next\"\npath = \"next/**\"\npreview-of = \"work\"\n[[collection]]\nid = \"else\"\npath = \"else/**\"\n",
        ),
        (
            "work/index.md",
            &format!(
                "# Start\n\nPhase: **Sail**\n\n### Moor\n\nPrimary Role: **Mate**\n\n#### Tasks\n\n{TABLE}| 4001 | Moor the boat | M | Mate | Exchange |\n\n{REFRESH}| 12/31/2020 | Ann | Added task 4001. |\n"
            ),
        ),
        ("work/b.md", &format!("# B\n\nFirst. Then do task 4001 with care. Last.\n\n{TABLE}| 4001 | Moor the boat | O | Mate | Exchange |\n")),
        ("work/c.md", &format!("# C\n\n{TABLE}| 4001 | Moor the boat | M | Mate | Exchange |\n")),
        ("work/index-de.md", &format!("# Anfang\n\n{TABLE}| 4001 | Das Boot vertäuen | M | Maat | Exchange |\n")),
        ("work/tasks.md", "# Tasks\n\n## 4001: Moor the boat\n\nUse the *long* rope.\n\n### Why\n\nIt holds.\n\n## 4002: Other\n\nNo.\n"),
        ("next/index.md", &format!("# Next\n\n{TABLE}| 4001 | Moor the ship | M | Mate | Exchange |\n| 4003 | New | O | Mate | Exchange |\n")),
        ("else/index.md", &format!("# Else\n\n{TABLE}| 4001 | Bake | M | Cook | Oven |\n")),
    ]);
    let page = &site["tasks/4001.html"];
    assert!(page.contains("<h1>Bake</h1>") || page.contains("<h1>Moor the boat</h1>"), "{page}");
    for part in [
        "In work",
        "In else",
        "<a href=\"../work/index.html#task-4001\">Start</a><span class=\"also\">Moor</span>",
        "<span class=\"differs\">O<",
        "<span lang=\"de\">Das Boot vertäuen</span>",
        "<a href=\"../next/index.html#task-4001\">Next</a> <span class=\"tag\" lang=\"en\">Preview</span>",
        "<q lang=\"en\">Then do task 4001 with care.</q>",
        "<time datetime=\"2020-12-31\">",
        "Use the <em>long</em> rope.",
        "It holds.",
    ] {
        assert!(page.contains(part), "`{part}` is in {page}");
    }
    assert!(!page.contains("<span class=\"differs\">Das") && !page.contains("<span class=\"differs\">Moor the ship"), "{page}");
    assert!(!page.contains("<p>No.</p>"), "the definition ends where the next begins: {page}");
    assert!(site["tasks/4003.html"].contains("Only the next version"), "{}", site["tasks/4003.html"]);
    let json: serde_json::Value = serde_json::from_str(&site["tasks.json"]).expect("JSON");
    let names: Vec<(&str, &str)> = json["tasks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|task| (task["collection"].as_str().expect("text"), task["name"].as_str().expect("text")))
        .collect();
    assert_eq!(names, [("else", "Bake"), ("work", "Moor the boat"), ("work", "New")]);
}

#[test]
fn the_catalogue_is_a_table_and_files_to_download() {
    let site = one_site(&[(
        "index.md",
        &format!("# Start\n\nPhase: **Sail**\n\n{TABLE}| 4001 | \"Moor\", the boat | M | Mate | Exchange |\n| 999 | =SUM(A1) | O | Mate, Cook | |\n"),
    )]);
    let catalogue = &site["tasks/index.html"];
    let rows: Vec<&str> = catalogue.match_indices("<td data-field=\"id\">").map(|(at, _)| between(&catalogue[at..], "html\">", "</a>")).collect();
    assert_eq!(rows, ["html\">999", "html\">4001"]);
    assert!(catalogue.contains("<strong>2</strong> tasks: 1 mandatory, 1 optional."), "{catalogue}");
    let csv: Vec<&str> = site["tasks.csv"].lines().collect();
    assert_eq!(
        csv,
        [
            "ID,Name,Mandatory or optional,Roles,Services,Phases,Collection,Preview,Page",
            "999,'=SUM(A1),optional,Mate / Cook,,Sail,,,tasks/999.html",
            "4001,\"\"\"Moor\"\", the boat\",mandatory,Mate,Exchange,Sail,,,tasks/4001.html",
        ]
    );
    assert!(site["roles/mate.html"].contains("<strong>2</strong> tasks: 1 mandatory, 1 optional."), "{}", site["roles/mate.html"]);
    assert!(site["phases/sail.html"].contains("Start") && site["services/index.html"].contains("Exchange"));
}

/// Everything of a source that only one audience sees, each with a word of its own.
fn two_audiences(people: &str) -> Place {
    let secret = format!(
        "---\nft.audience: internal\ntitle: zqtitle\nft.owner: zqowner\n---\n# zqheading\n\nPhase: **zqphase**\\\nMotions: **zqmotion**\n\nzqmention task 4001 here.\n\n{TABLE}| 4001 | zqname | M | zqrole | zqservice |\n| 4777 | zqother | O | zqrole | zqservice |\n\n## Next Steps\n\n[zqnext](shared.md)\n\n{REFRESH}| 12/31/2020 | zqwho | zqwhat task 4001 |\n"
    );
    let shared = format!(
        "---\nft.audience: internal, partner\nft.owner: ann\n---\n# Shared\n\nPhase: **Sail**\n\n{TABLE}| 4001 | Moor | M | Mate | Exchange |\n\nSee task 4777.\n\n## Next Steps\n\n[Go](other.md)\n\n{REFRESH}| 1/31/2020 | Bob | Wrote task 4001 |\n"
    );
    let other = "---\nft.audience: internal, partner\n---\n# Other\n\nPhase: **Land**\n";
    Place::new(&[
        (
            "book.toml",
            &format!(
                "[audiences.internal]\nknows = [\"partner\"]\npeople = true\n[audiences.partner]\nsite-url = \"https://example.com/book\"\n{people}"
            ),
        ),
        ("index.md", "---\nft.audience: internal, partner\n---\n# Start\n"),
        ("shared.md", &shared),
        ("other.md", other),
        ("secret.md", &secret),
    ])
}

#[test]
fn nothing_of_one_audience_is_in_what_another_gets_made() {
    let place = two_audiences("");
    let sites = sites(place.root());
    let [internal, partner] = [texts(&sites[0]), texts(&sites[1])];
    for (path, text) in &partner {
        assert!(!path.contains("zq") && !text.contains("zq") && !text.contains("secret"), "{path}: {text}");
        assert!(!path.contains("4777"), "{path}");
    }
    assert!(partner["shared.html"].contains("See task 4777."), "{}", partner["shared.html"]);
    assert!(partner["tasks/4001.html"].contains("Moor") && !partner["tasks/4001.html"].contains("differs"));
    // The same words are where they belong, so the search finds what is there.
    let places = [
        ("zqname", "tasks/4001.html"),
        ("zqmention", "tasks/4001.html"),
        ("zqwhat", "tasks/4001.html"),
        ("zqother", "tasks/index.html"),
        ("zqother", "tasks.json"),
        ("zqother", "tasks.csv"),
        ("zqother", "assets/tasks.js"),
        ("zqrole", "roles/index.html"),
        ("zqother", "roles/zqrole.html"),
        ("zqservice", "services/index.html"),
        ("zqphase", "phases/index.html"),
        ("zqmotion", "motions/index.html"),
        ("zqheading", "owners/zqowner.html"),
        ("zqwho", "whats-new.html"),
        ("zqwhat", "feed.xml"),
    ];
    let proof = Proof::for_audience(&sites[0], Some("partner"));
    for (word, path) in places {
        assert!(internal[path].contains(word), "{word} is in {path}");
        let output = playpress::text::path::RelPath::new(path).expect("a path");
        assert!(proof.prove(&output, sites[0].render(&output).expect("it renders").expect("it is there")).is_err(), "{path} is refused");
    }
}

#[test]
fn people_are_named_only_where_readers_may_know_them() {
    for (people, is_named) in [("", false), ("people = true\n", true)] {
        let place = two_audiences(people);
        let partner = texts(&sites(place.root())[1]);
        assert_eq!(partner.contains_key("owners/ann.html"), is_named);
        let made = ["whats-new.html", "feed.xml", "tasks/4001.html"];
        assert!(made.iter().all(|path| partner[*path].contains("Bob") == is_named), "{people}");
        assert_eq!(partner["shared.html"].contains("Owner: "), is_named);
        // A page's body is shown as it is written.
        assert!(partner["shared.html"].contains("Bob"));
    }
}

#[test]
fn search_engines_and_feeds_get_addresses() {
    let place = two_audiences("");
    let partner = texts(&sites(place.root())[1]);
    assert!(partner["sitemap.xml"].contains("<url><loc>https://example.com/book/shared.html</loc><lastmod>2020-01-31</lastmod></url>"));
    assert!(partner["sitemap.xml"].contains("<loc>https://example.com/book/</loc>"), "{}", partner["sitemap.xml"]);
    assert_eq!(partner["robots.txt"], "User-agent: *\nAllow: /\nSitemap: https://example.com/book/sitemap.xml\n");
    assert!(partner["feed.xml"].contains("<link href=\"https://example.com/book/shared.html\"/>"), "{}", partner["feed.xml"]);
    assert!(partner["404.html"].contains("href=\"/book/assets/css/playpress.css\""), "{}", partner["404.html"]);
    let internal = texts(&sites(place.root())[0]);
    assert!(!internal.contains_key("sitemap.xml") && internal["404.html"].contains("href=\"/assets/css/playpress.css\""));
}

#[test]
fn content_wins_over_what_is_made_and_a_folder_keeps_them_apart() {
    let own = ("tasks/index.md", "# Our own list\n");
    let table = format!("# Start\n\n{TABLE}| 4001 | Moor | M | Mate | Exchange |\n");
    let site = one_site(&[("index.md", &table), own]);
    assert!(site["tasks/index.html"].contains("Our own list"));
    assert!(!site["index.html"].contains(">Tasks</a>"), "nothing leads to a list that is not there");
    let apart = one_site(&[("book.toml", "[output.html]\ngenerated-dir = \"made\"\n"), ("index.md", &table), own]);
    assert!(apart["tasks/index.html"].contains("Our own list") && apart["made/tasks/index.html"].contains("Moor"));
    assert!(apart["index.html"].contains("href=\"made/tasks/4001.html\""), "{}", apart["index.html"]);
}

#[test]
fn odd_ids_and_names_lose_no_page() {
    let long = "7".repeat(300);
    let many: Vec<String> = (0..500).map(|number| format!("| {} | Task {number} | M | Role <b>{number}</b> & co | A/B/C |", 1000 + number)).collect();
    let place = Place::new(&[
        (
            "index.md",
            &format!(
                "# Start\n\nPhase: **{}**\n\n{TABLE}| {long} | Long | M | {} | : |\n| 0042 | Zeros | M | ../../etc | CON |\n| x | No digits | M | Ünï cödé | 日本語 |\n| 42 | <script>alert(1)</script> | M | \"quoted\" & <i>co</i> | \\| |\n| 42 | Again | O | | |\n",
                "p".repeat(500),
                "r".repeat(59)
            ),
        ),
        ("many.md", &format!("# Many\n\n{TABLE}{}\n", many.join("\n"))),
        ("a b/c d.md", &format!("# Blank\n\n{TABLE}| 42 | In a folder | M | Mate | X |\n")),
    ]);
    let built = place.run(&["build", "-d", "out"]);
    assert!(built.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&built.stderr));
    let site = texts(&sites(place.root())[0]);
    assert!(site.contains_key("tasks/0042.html") && site.contains_key("tasks/42.html") && !site.keys().any(|path| path.contains("7777777")));
    assert!(site["index.html"].contains(&long), "the row is shown");
    assert!(site.iter().all(|(path, text)| path.starts_with("search/") || !text.contains("<script>alert")), "what is written stays text");
    assert!(site.keys().all(|path| !path.contains("..") && path.split('/').all(|part| part.len() <= 120)), "{:?}", site.keys().collect::<Vec<_>>());
    assert!(site["tasks.json"].contains(&long), "and in the lists");
}

#[test]
fn a_map_shows_which_process_follows_which() {
    let page = |name: &str, phase: &str, next: &str| format!("# {name}\n\nPhase: **{phase}**\n\n## Next Steps\n\n{next}\n\n## Links\n\n[no](c.md)\n");
    let site = one_site(&[
        ("toc.yml", "- name: A\n  href: a.md\n- name: B\n  href: b.md\n- name: C\n  href: c.md\n"),
        ("a.md", &page("Cast off & go", "Harbor", "[B](b.md)")),
        ("b.md", &page("B", "Sea", "[C](c.md) [A](a.md)")),
        ("c.md", &page("C", "Land", "")),
    ]);
    let map = between(&site["phases/index.html"], "<svg class=\"map\"", "</svg>");
    for part in ["<a href=\"../a.html\"><title>Cast off &amp; go</title>", ">Harbor</text>", "href=\"harbor.html\""] {
        assert!(map.contains(part), "`{part}` is in {map}");
    }
    assert_eq!((map.matches("\"map-edge\"").count(), map.matches("is-back").count(), map.matches("map-node").count()), (2, 1, 3), "{map}");
    let columns: Vec<usize> = ["Harbor", "Sea", "Land"].iter().filter_map(|phase| map.find(&format!(">{phase}</text>"))).collect();
    assert!(columns.is_sorted(), "phases stand in reading order: {map}");
}
