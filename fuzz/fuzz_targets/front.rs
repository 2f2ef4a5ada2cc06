//! Any bytes as front matter, with and without a line among them that names an audience.

#![no_main]

use libfuzzer_sys::fuzz_target;
use playpress::site::Proof;
use playpress_fuzz::{articles, assert_spans, book, sites};

fuzz_target!(|input: &[u8]| {
    let cut = input.iter().position(|byte| *byte == 0xff).unwrap_or(input.len());
    let (before, behind) = (&input[..cut], input.get(cut + 1..).unwrap_or_default());
    let secret = [b"---\n".as_slice(), before, b"\nft.audience: internal\n", behind, b"\n---\n\nZqsecret\n"].concat();
    let any = [b"---\n".as_slice(), input, b"\n---\n\nText\n"].concat();
    let book = book(&[
        ("book.toml", b"[audiences.internal]\nknows = [\"partner\"]\n[audiences.partner]\n"),
        ("index.md", b"---\nft.audience: internal, partner\n---\n# Start\n\n[!INCLUDE [x](includes/s.md)] [x](s.md) [!INCLUDE [x](includes/any.md)]\n"),
        ("s.md", &secret),
        ("includes/s.md", &secret),
        ("any.md", &any),
        ("includes/any.md", &any),
    ]);
    assert_spans(&book);
    // A line that ends the header makes text of the line that names the audience.
    let text = String::from_utf8_lossy(before);
    let is_header = !any.windows(8).any(|part| part == b"Zqsecret") && !text.split(['\n', '\r']).any(|line| matches!(line.trim_end(), "---" | "..."));
    for site in sites(&book) {
        // What the first guard lets in, the second lets out: `articles` proves it.
        let shown = articles(&site);
        if site.edition().name() == Some("partner") && is_header {
            assert!(!shown.contains("Zqsecret"), "the partners see what is not theirs");
            let proof = Proof::new(&site);
            let of_all = sites(&book);
            let internal = of_all.iter().find(|site| site.edition().name() == Some("internal")).expect("there is one");
            let pages = internal.edition().pages.iter().enumerate();
            for (index, page) in pages.filter(|(_, page)| page.output.as_str() == "s.html") {
                let article = internal.article(playpress::book::PageId::from_index(index));
                assert!(proof.prove(&page.output, article).is_err(), "the second guard lets the partners see what is not theirs");
            }
        }
    }
});
