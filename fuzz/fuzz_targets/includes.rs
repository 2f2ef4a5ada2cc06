//! Files that include each other: the input is cut at each byte 0xff.

#![no_main]

use libfuzzer_sys::fuzz_target;
use playpress_fuzz::{articles, assert_spans, book, sites};

const FILES: [&str; 6] = ["page.md", "a.md", "b.md", "includes/a.md", "includes/b.md", "a.cs"];

fuzz_target!(|input: &[u8]| {
    let mut parts = input.split(|byte| *byte == 0xff);
    let files: Vec<(&str, &[u8])> = FILES.iter().map(|path| (*path, parts.next().unwrap_or_default())).collect();
    let book = book(&files);
    assert_spans(&book);
    // A page takes in at most 32 MB of other files. So small ones cannot come to that within the 100,000 files that it may take in.
    let most = 64 * 1024 * 1024;
    for site in sites(&book) {
        assert!(articles(&site).len() < most, "the pages grow without end");
    }
});
