//! What keys of tables of contents and metadata do to a page as readers get it.

use std::sync::Arc;

use playpress::site::{self, Content, Proof, Theme};
use playpress::text::path::RelPath;

use crate::documents::{Fence, Project};

/// The pages of a project without audiences.
struct Shown(site::Site);

fn shown(files: &[(&str, &str)]) -> Shown {
    let fence =
        |(path, text): &(&str, &str)| Fence { kind: "md".to_owned(), path: Some((*path).to_owned()), audience: None, text: (*text).to_owned() };
    let project = Project::new(&files.iter().map(fence).collect::<Vec<_>>());
    Shown(site::plan(&project.book(), 0, &Arc::new(Theme::load().expect("the theme loads"))))
}

impl Shown {
    fn html(&self, output: &str) -> String {
        let output = RelPath::new(output).expect("a path");
        let content = self.0.render(&output).expect("it renders").unwrap_or_else(|| panic!("`{output}` is in the site"));
        match Proof::new(&self.0).prove(&output, content).expect("it may be shown") {
            Content::Bytes(bytes) => String::from_utf8(bytes).expect("a page is text"),
            Content::Copy(_) => panic!("`{output}` is a page"),
        }
    }
}

const TOC: &str = "- name: Start\n  href: index.md\n- name: Guide\n  expanded: true\n  items:\n  - name: Plan\n    href: guide/plan.md\n- name: Tools\n  items:\n  - name: Crane\n    href: tools/crane.md\n";

#[test]
fn what_is_expanded_is_shown_from_the_start() {
    let shown = shown(&[("toc.yml", TOC), ("index.md", "# Start\n"), ("guide/plan.md", "# Plan\n"), ("tools/crane.md", "# Crane\n")]);
    let html = shown.html("index.html");
    assert!(html.contains(">Plan</a>"), "below an expanded entry: {html}");
    assert!(!html.contains(">Crane</a>"), "below another one: {html}");
}

#[test]
fn keys_of_docfx_leave_parts_of_a_page_out() {
    let keys = "_disableToc: true\n_disableBreadcrumb: true\n_disableAffix: true\n_disableContribution: true\n_noindex: true\n";
    let shown = shown(&[
        ("book.toml", "[output.html]\nedit-url-template = \"https://edit.example/{path}\"\n"),
        ("toc.yml", TOC),
        ("index.md", "# Start\n"),
        ("guide/plan.md", "# Plan\n\n## Crew\n"),
        ("tools/crane.md", &format!("---\n{keys}---\n# Crane\n\n## Crew\n")),
    ]);
    let (plain, bare) = (shown.html("guide/plan.html"), shown.html("tools/crane.html"));
    for part in ["id=\"page.menu\"", "aria-label=\"Breadcrumb\"", "class=\"on-this-page\"", "https://edit.example/"] {
        assert!(plain.contains(part), "{part}");
        assert!(!bare.contains(part), "{part}");
    }
    let noindex = "<meta name=\"robots\" content=\"noindex\">";
    assert!(bare.contains(noindex) && !plain.contains(noindex));
}

#[test]
fn the_title_of_the_window_ends_with_that_of_the_site() {
    let shown = shown(&[
        (
            "docfx.json",
            "{\"build\": {\"content\": \"**/*.md\", \"globalMetadata\": {\"_appTitle\": \"Harbor\"}, \"fileMetadata\": {\"titleSuffix\": {\"docs/**\": \"Docs\"}}}}",
        ),
        ("index.md", "# Start\n"),
        ("own.md", "---\n_appTitle: Quay\n---\n# Start\n"),
        ("same.md", "# Harbor\n"),
        ("docs/plan.md", "---\ntitle: The plan | Old suffix\n---\n"),
        ("docs/short.md", "---\ntitle: Plan | x\n---\n"),
    ]);
    for (output, title) in [
        ("index.html", "Start – Harbor"),
        ("own.html", "Start – Quay"),
        ("same.html", "Harbor"),
        ("docs/plan.html", "The plan - Docs"),
        ("docs/short.html", "Plan | x - Docs"),
    ] {
        assert!(shown.html(output).contains(&format!("<title>{title}</title>")), "{output}: {title}");
    }
}

#[test]
fn an_old_address_leads_on_without_a_script() {
    let shown = shown(&[
        ("redirections.yml", "redirections:\n  old/page.md: /new?a=b&c=\"d\"#x\n"),
        ("new.md", "# New\n"),
        ("book.toml", "[output.html]\npretty-urls = true\n"),
    ]);
    let html = shown.html("old/page/index.html");
    assert!(html.contains("http-equiv=\"refresh\" content=\"0; url=../../new/index.html?a=b&amp;c=&quot;d&quot;#x\""), "{html}");
    assert!(html.contains("<a href=\"../../new/index.html?a=b&amp;c=&quot;d&quot;#x\">"), "{html}");
}

#[test]
fn a_site_has_the_logo_icon_and_footer_that_docfx_has() {
    let shown = shown(&[
        (
            "docfx.json",
            "{\"build\": {\"content\": \"**/*.md\", \"resource\": \"media/**\", \"globalMetadata\": {\"_appLogoPath\": \"media/logo.svg\", \"_appFaviconPath\": \"~/media/icon.png\", \"_appFooter\": \"<span>&copy; Harbor <b>2026</b></span>\"}}}",
        ),
        ("media/logo.svg", "<svg/>"),
        ("media/icon.png", "x"),
        ("guide/plan.md", "# Plan\n"),
    ]);
    let html = shown.html("guide/plan.html");
    for part in ["src=\"../media/logo.svg\"", "<link rel=\"icon\" href=\"../media/icon.png\">", "© Harbor 2026<a class=\"print-link\""] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(shown.0.has(&RelPath::new("media/logo.svg").expect("a path")));
}
