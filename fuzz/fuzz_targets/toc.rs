//! Any bytes as a table of contents, in a book with one of its own below it, for two audiences.

#![no_main]

use libfuzzer_sys::fuzz_target;
use playpress_fuzz::{assert_spans, book, outputs, sites};

fuzz_target!(|toc: &[u8]| {
    let book = book(&[
        ("book.toml", b"[audiences.internal]\nknows = [\"partner\"]\n[audiences.partner]\n"),
        ("toc.yml", toc),
        ("index.md", b"---\nft.audience: internal, partner\n---\n# Start\n"),
        ("a.md", b"---\nft.audience: internal, partner\nuid: a\n---\n# A\n"),
        ("s.md", b"---\nft.audience: internal\n---\n# Zqsecret\n"),
        ("part/toc.yml", b"- name: B\n  href: b.md\n- name: Up\n  href: ../toc.yml\n"),
        ("part/b.md", b"---\nft.audience: partner, internal\n---\n# B\n"),
    ]);
    assert_spans(&book);
    for site in sites(&book) {
        let text = outputs(&site);
        let may_hold = site.edition().name() == Some("internal") || toc.windows(8).any(|part| part.eq_ignore_ascii_case(b"zqsecret"));
        assert!(may_hold || !text.contains("Zqsecret"), "the partners see what is not theirs");
    }
});
