//! The second guard: proving one audience's site as another's is refused, for each kind of output.

use std::path::Path;
use std::sync::Arc;

use playpress::site::{self, Content, Proof, Refusal, Site, Theme};
use playpress::source::provenance::{Provenance, Sourced};
use playpress::text::path::RelPath;
use playpress::workspace::Workspace;

use crate::documents::{Fence, Project};

fn sites(root: &Path) -> Vec<Site> {
    let book = Workspace::open(root).expect("the project opens").book();
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    (0..book.editions.len()).map(|edition| site::plan(&book, edition, &theme)).collect()
}

fn project(files: &[(&str, &str)]) -> Project {
    let fence =
        |(path, text): &(&str, &str)| Fence { kind: "md".to_owned(), path: Some((*path).to_owned()), audience: None, text: (*text).to_owned() };
    Project::new(&files.iter().map(fence).collect::<Vec<_>>())
}

fn prove(site: &Site, audience: &str, output: &str) -> Result<Content, Refusal> {
    let output = RelPath::new(output).expect("a path");
    let content = site.render(&output).expect("it renders").expect("it is in the site");
    Proof::for_audience(site, Some(audience)).prove(&output, content)
}

fn refused_source(site: &Site, audience: &str, output: &str) -> String {
    let refusal = prove(site, audience, output).expect_err("it is refused");
    site.book.sources.path(refusal.source).to_string()
}

const BOOK: &str = "[audiences.internal]\nknows = [\"partner\"]\n[audiences.partner]\n";
const SHARED: &str = "---\nft.audience: internal, partner\n---\n";
const INTERNAL: &str = "---\nft.audience: internal\n---\n";

#[test]
fn each_site_is_proved_for_its_own_audience() {
    for root in ["tests/books/two-audiences", "."] {
        for site in sites(&Path::new(env!("CARGO_MANIFEST_DIR")).join(root)) {
            let proof = Proof::new(&site);
            for output in site.paths() {
                let content = site.render(output).expect("it renders").expect("it is in the site");
                assert!(proof.prove(output, content).is_ok(), "{output}");
            }
        }
    }
}

#[test]
fn the_internal_edition_is_not_the_partners() {
    let sites = sites(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/books/two-audiences"));
    let internal = sites.iter().find(|site| site.edition().name() == Some("internal")).expect("there is one");
    let proof = Proof::for_audience(internal, Some("partner"));
    let refused: Vec<String> = internal
        .paths()
        .filter(|output| proof.prove(output, internal.render(output).expect("it renders").expect("it is there")).is_err())
        .map(ToString::to_string)
        .collect();
    assert!(refused.iter().any(|output| output == "index.html"), "a page: {refused:?}");
    assert!(refused.iter().any(|output| output == "guide/mooring.html"), "a shared page, for its navigation: {refused:?}");
    assert!(refused.iter().any(|output| output == "assets/nav-0.js"), "the script of the navigation: {refused:?}");
    assert!(refused.iter().all(|output| !output.starts_with("assets/css/")), "the theme is for all: {refused:?}");
}

#[test]
fn a_page_an_image_a_fragment_a_link_and_a_toc_are_each_refused() {
    let project = project(&[
        ("book.toml", BOOK),
        ("index.md", &format!("{SHARED}# Start\n")),
        ("toc.yml", "- name: Start\n  href: index.md\n- name: Others\n  href: including.md\n- name: Images\n  href: images.md\n"),
        ("secret.md", &format!("{INTERNAL}# Secret\n")),
        ("links.md", &format!("{SHARED}[x](secret.md)\n")),
        ("includes/secret.md", &format!("{INTERNAL}text\n")),
        ("including.md", &format!("{SHARED}[!INCLUDE [x](includes/secret.md)]\n")),
        ("image--internal.svg", "<svg/>"),
        ("images.md", &format!("{SHARED}![x](image.svg)\n")),
        ("part/toc--internal.yml", "- name: Secret entry\n  href: page.md\n- name: Other\n  href: ../index.md\n"),
        ("part/page.md", &format!("{SHARED}# Page\n")),
    ]);
    let sites = sites(project.root());
    let internal = &sites[0];
    assert_eq!(internal.edition().name(), Some("internal"));
    assert_eq!(refused_source(internal, "partner", "secret.html"), "secret.md");
    assert_eq!(refused_source(internal, "partner", "including.html"), "includes/secret.md");
    assert_eq!(refused_source(internal, "partner", "image.svg"), "image--internal.svg");
    assert_eq!(refused_source(internal, "partner", "part/page.html"), "part/toc--internal.yml");
    assert_eq!(refused_source(internal, "partner", "links.html"), "secret.md");
    assert!(prove(internal, "nobody", "index.html").is_err());
    for output in ["secret.html", "including.html", "image.svg", "part/page.html", "links.html"] {
        assert!(prove(internal, "internal", output).is_ok(), "{output}");
    }
}

#[test]
fn the_two_guards_read_the_same_of_metadata() {
    let metadata = "\n[[front-matter.defaults]]\nvalues = { \"ft.audience\" = \"partner\" }\n[[front-matter.defaults]]\npath = \"inside/**\"\nvalues = { \"ft.audience\" = [\"internal\"] }\n[[front-matter.defaults]]\npath = \"inside/both.md\"\nvalues = { \"ft.audience\" = \"internal, partner\" }\n[[front-matter.defaults]]\npath = \"**/odd.md\"\nvalues = { \"ft.audience\" = { a = \"internal\" } }\n[[front-matter.defaults]]\npath = \"**/unset.md\"\nunset = [\"ft.audience\"]\n";
    let project = project(&[
        ("book.toml", &format!("{BOOK}{metadata}")),
        ("index.md", "# For partners by default\n"),
        ("own.md", &format!("{INTERNAL}# Ours\n")),
        ("null.md", "---\nft.audience:\n---\n# Nobody's\n"),
        ("broken.md", "---\nFT.audience: internal\n---\n# Nobody's\n"),
        ("odd.md", "# Nobody's\n"),
        ("unset.md", "# Nobody's\n"),
        ("inside/page.md", "# Ours\n"),
        ("inside/both.md", "# Both\n"),
        ("inside/named.md", &format!("{SHARED}# Both\n")),
        ("inside/includes/part.md", "Ours\n"),
        ("inside/toc.yml", "- href: page.md\n"),
        ("inside/media/map.svg", "<svg/>"),
        ("includes/part.md", "All\n"),
        ("media/map.svg", "<svg/>"),
    ]);
    let sites = sites(project.root());
    let sources = &sites[0].book.sources;
    let ids = sources.files().iter().map(|file| file.id).chain(sources.assets().iter().map(|asset| asset.id));
    let mut seen = Vec::new();
    for (name, file) in ids.flat_map(|file| [("internal", file), ("partner", file)]) {
        let path = sources.path(file);
        let first = sources.is_seen(file, sources.audiences().index(name));
        let second = Proof::for_audience(&sites[0], Some(name)).prove(path, Sourced::new((), Provenance::file(file))).is_ok();
        assert_eq!(first, second, "{path} for {name}");
        if first && name == "partner" {
            seen.push(path.to_string());
        }
    }
    assert_eq!(seen, ["includes/part.md", "index.md", "inside/both.md", "inside/named.md", "media/map.svg"]);
}

#[test]
fn an_old_address_carries_what_it_leads_to() {
    let project = project(&[
        ("book.toml", BOOK),
        ("redirections.yml", "redirections:\n  old.md: /secret\n  plain.md: /index\n"),
        ("index.md", &format!("{SHARED}# Start\n")),
        ("secret.md", &format!("{INTERNAL}# Secret\n")),
        ("links.md", &format!("{SHARED}[x](old.md)\n")),
        ("toc.yml", "- name: Start\n  href: index.md\n- name: Links\n  href: links.md\n- name: Old\n  href: old.md\n"),
    ]);
    let sites = sites(project.root());
    assert_eq!(refused_source(&sites[0], "partner", "old.html"), "secret.md");
    assert_eq!(refused_source(&sites[0], "partner", "links.html"), "secret.md");
    assert_eq!(refused_source(&sites[0], "partner", "index.html"), "secret.md", "the navigation names the old address");
    assert!(prove(&sites[0], "partner", "plain.html").is_ok());
    assert!(sites[1].paths().all(|path| path.as_str() != "old.html"));
    assert!(prove(&sites[1], "partner", "links.html").is_ok());
}

#[test]
fn a_generated_start_page_carries_the_pages_it_names() {
    let project = project(&[("book.toml", BOOK), ("a.md", &format!("{INTERNAL}# Secret title\n")), ("b.md", &format!("{SHARED}# B\n"))]);
    let sites = sites(project.root());
    assert_eq!(refused_source(&sites[0], "partner", "index.html"), "a.md");
    let Ok(Content::Bytes(html)) = prove(&sites[1], "partner", "index.html") else { panic!("the partners' own start page is theirs") };
    assert!(!String::from_utf8(html).expect("HTML is text").contains("Secret title"));
}

#[test]
fn the_two_guards_read_the_same_of_every_spelling() {
    for header in [
        "ft.audience: internal",
        "ft.audience: [internal]",
        "ft.audience:\n- internal",
        "\"ft.audience\": 'Internal' # for us",
        "{ft.audience: internal}",
        "ft.audience: internal, partner\nft.audience: internal",
        "title: a: b\nft.audience: internal",
        "title: a: b\nft.audience: \"internal\"",
        "ft.audience:\u{a0}internal\u{a0}",
    ] {
        let project = project(&[("book.toml", BOOK), ("index.md", &format!("{SHARED}# Start\n")), ("a.md", &format!("---\n{header}\n---\n# A\n"))]);
        let sites = sites(project.root());
        assert!(!sites[1].has(&RelPath::new("a.html").expect("a path")), "{header:?}: it is not for partners");
        if sites[0].has(&RelPath::new("a.html").expect("a path")) {
            assert!(prove(&sites[0], "internal", "a.html").is_ok(), "{header:?}: both guards see it");
        }
        if sites[0].has(&RelPath::new("a.html").expect("a path")) {
            assert!(prove(&sites[0], "partner", "a.html").is_err(), "{header:?}: both guards hide it");
        }
    }
}

/// Heads that one guard took for text and the other for an audience, so that a whole build was refused.
#[test]
fn what_the_first_guard_lets_in_the_second_lets_out() {
    let late = format!("{}ft.audience: internal\n", "\n".repeat(50));
    for head in [
        "---\nft\0\0.audience: partner\n---\n",
        "---\nft.a\u{e9}udience: internal\n---\n",
        "---\ntith\nf\0t.audience: internal, partner\n---\n",
        "日本 ft.audience: internal\n",
        "\u{feff}\u{feff}ft.audience: internal\n",
        &late,
    ] {
        let project = project(&[
            ("book.toml", BOOK),
            ("index.md", &format!("{SHARED}[!INCLUDE [f](includes/f.md)]\n")),
            ("includes/f.md", &format!("{head}\nText\n")),
            ("page.md", &format!("{head}\nText\n")),
        ]);
        for site in sites(project.root()) {
            let proof = Proof::new(&site);
            for output in site.paths() {
                let content = site.render(output).expect("it renders").expect("it is there");
                assert!(proof.prove(output, content).is_ok(), "{head:?}: `{output}`");
            }
        }
    }
}

/// Spellings and places that once let a text through. In each of them `Zqsecret` is meant for internal readers; no partner may see it.
#[test]
fn nothing_gets_through_by_an_odd_spelling() {
    let including = "---\nft.audience: partner\n---\n# Start\n\n[!INCLUDE [f](includes/f.md)] ![x](x.svg)\n";
    let headers = [
        "\n---\nft.audience: internal\n---\n",
        "<!-- note -->\n---\nft.audience: internal\n---\n",
        "\u{200b}---\nft.audience: internal\n---\n",
        "--- # x\nft.audience: internal\n---\n",
        "---\rft.audience: internal\r---\r",
        "---\nFT.Audience: internal\n---\n",
        "---\n title: x\nft.audience: internal\n---\n",
        "---\n{title: x}\nft.audience: internal\n---\n",
        "---\ntitle: A: B\n\"ft.audience\": internal\n---\n",
        "---\n  title: A: B\n  ft.audience: internal\n---\n",
        "---\n{ft.audience: internal, title: A: B}\n---\n",
        "---\ntitle: x\n\nft.audience: internal\n",
        "---\n- ft.audience: internal\n---\n",
        "---\n ft.audience: partner\nft.audience: internal\n---\n",
        "---\n{ft.audience: partner}\nft.audience: internal\n---\n",
        "---\nft.audience: partner\n--- # x\nft.audience: internal\n---\n",
        "---\ntitle: A: B\nft.audience: partner\n\"ft.audience\": internal\n---\n",
        "\u{feff}\u{feff}---\nft.audience: internal\n---\n",
    ];
    for header in headers {
        let project = project(&[
            ("book.toml", BOOK),
            ("content/index.md", including),
            ("content/includes/f.md", &format!("{header}Zqsecret\n")),
            ("content/page.md", &format!("{header}Zqsecret\n")),
            ("content/x.svg", "<svg/>"),
        ]);
        assert_no_secret(&project, &format!("{header:?}"));
    }
    for (path, text) in [
        ("content/includes/f--intern.md", "Zqsecret\n"),
        ("content/x--internal.tar.gz", "Zqsecret"),
        ("content/x--internal .svg", "Zqsecret"),
        ("content/notes.markdown", "---\nft.audience: internal\n---\nZqsecret\n"),
        ("content/int/toc.yml", "- name: Zqsecret\n  href: https://secret.example\n- name: Other\n  href: s.md\n"),
        ("theme/notes.md", "---\nft.audience: internal\n---\nZqsecret\n"),
    ] {
        let all = "[a](x.tar.gz) ![b](x.svg) [c](notes.markdown) [!INCLUDE [f](includes/f.md)]\n";
        let project = project(&[
            ("book.toml", &format!("[output.html]\ntheme = \"theme\"\n{BOOK}")),
            ("content/index.md", &format!("---\nft.audience: partner\n---\n{all}")),
            ("content/int/p.md", "---\nft.audience: partner\n---\n# In the folder\n"),
            ("content/int/s.md", "---\nft.audience: internal\n---\n# Zqsecret\n"),
            (path, text),
        ]);
        assert_no_secret(&project, path);
    }
}

fn assert_no_secret(project: &Project, what: &str) {
    for site in sites(project.root()).iter().filter(|site| site.edition().name() == Some("partner")) {
        let proof = Proof::new(site);
        for output in site.paths() {
            let Ok(content) = proof.prove(output, site.render(output).expect("it renders").expect("it is there")) else { continue };
            let bytes = playpress::write::bytes(site, content).expect("it can be read");
            assert!(!String::from_utf8_lossy(&bytes).contains("Zqsecret"), "{what}: `{output}` holds it");
        }
    }
}

#[test]
fn a_rule_of_the_configuration_holds_without_any_audience_in_the_pages() {
    let project = project(&[
        ("book.toml", "[[content.audience]]\npath = \"content/int/**\"\naudience = [\"internal\"]\n"),
        ("content/index.md", "# Start\n"),
        ("content/int/s.md", "# Zqsecret\n"),
    ]);
    for site in sites(project.root()) {
        assert_eq!(site.edition().name(), Some("internal"));
        assert!(
            !site.has(&RelPath::new("index.html").expect("a path")) || site.edition().index().is_none(),
            "a page without an audience is in no edition"
        );
    }
}

#[test]
fn a_link_has_the_audience_of_what_it_leads_to() {
    let project = project(&[
        ("book.toml", &format!("{BOOK}[[content.audience]]\npath = \"content/i/**\"\naudience = [\"internal\"]\n")),
        ("content/index.md", "---\nft.audience: partner\n---\n![a](b.svg) ![c](d/a.svg)\n"),
        ("content/i/a.svg", "<svg>Zqsecret</svg>"),
    ]);
    std::os::unix::fs::symlink("i/a.svg", project.root().join("content/b.svg")).expect("links can be made");
    std::os::unix::fs::symlink("i", project.root().join("content/d")).expect("links can be made");
    assert_no_secret(&project, "a symbolic link");
}
