//! The Markdown copies of pages: read as Markdown, they say what the pages say.

use std::path::Path;
use std::sync::Arc;

use playpress::book::PageId;
use playpress::site::{self, Content, Theme};
use playpress::text::path::RelPath;
use playpress::workspace::Workspace;
use pulldown_cmark::{Options, Parser, html};

/// The letters and digits of some HTML, without its tags.
fn letters(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    html_escape::decode_html_entities(&text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn a_copy_says_what_its_page_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let theme = Arc::new(Theme::load().expect("the theme loads"));
    let mut count = 0;
    let repository = std::env::var_os("PLAYPRESS_REPOSITORY").map(std::path::PathBuf::from);
    for root in [Some(root.to_path_buf()), Some(root.join("tests/books/two-audiences")), repository].into_iter().flatten() {
        let book = Workspace::open(&root).expect("the project opens").book();
        for edition in 0..book.editions.len() {
            let site = site::plan(&book, edition, &theme);
            for (index, page) in site.edition().pages.iter().enumerate() {
                let output = RelPath::new(&page.output.as_str().replace(".html", ".md")).expect("a path");
                let copy = site.render(&output).expect("it renders").expect("it is there");
                let Content::Bytes(bytes) = copy.get() else { panic!("`{output}` is made") };
                let copy = std::str::from_utf8(bytes).expect("UTF-8");
                let mut read = String::new();
                let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
                html::push_html(&mut read, Parser::new_ext(copy, options));
                let article = site.article(PageId::from_index(index));
                let title = if page.page.headings.iter().any(|heading| heading.level == 1) { String::new() } else { letters(&page.page.title) };
                let (shown, said) = (title + &letters(article.get()), letters(&read));
                if shown != said {
                    let at = shown.chars().zip(said.chars()).take_while(|(a, b)| a == b).count();
                    let around = |text: &str| text.chars().skip(at.saturating_sub(30)).take(90).collect::<String>();
                    panic!("{output} differs:\n  page {}\n  copy {}\n{}", around(&shown), around(&said), copy.get(..1500).unwrap_or(copy));
                }
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count}");
}
