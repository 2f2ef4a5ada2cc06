//! The second guard: proving one audience's site as another's is refused, for each kind of output.

use std::path::Path;
use std::sync::Arc;

use playpress::site::{self, Content, Proof, Refusal, Site, Theme};
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
