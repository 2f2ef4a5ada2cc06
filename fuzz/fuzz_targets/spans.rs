//! Any bytes as a page, with files beside it that it may include, show and link to.

#![no_main]

use libfuzzer_sys::fuzz_target;
use playpress_fuzz::{articles, assert_spans, book, sites};

fuzz_target!(|page: &[u8]| {
    let book = book(&[
        ("page.md", page),
        ("a.md", b"---\nuid: a\n---\n# A {\n\n[!INCLUDE [b](includes/a.md)]\n\nText <a id=\"x\"></a>\n"),
        ("b.md", "\u{feff}é **ü** [a](a.md#x)\r\n".as_bytes()),
        ("includes/a.md", "é\n\n- [b](../b.md)\n- ![](i.png)\n\n| a |\n|---|\n| 1 | 2 |\n".as_bytes()),
        ("a.cs", b"// <x>\n\ta();\n// </x>\n#region y\nb();\n#endregion\n"),
        ("a.ipynb", br#"{"cells": [{"metadata": {"name": "x"}, "source": ["a\n"]}]}"#),
        ("i.png", b"image"),
        ("book.toml", b"[content]\nmath = true\n"),
        ("toc.yml", b"- name: A\n  href: a.md\n- name: Page\n  href: page.md\n"),
    ]);
    assert_spans(&book);
    for site in sites(&book) {
        articles(&site);
    }
});
