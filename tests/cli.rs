//! Console transcripts: each `tests/cli/*.md` is run as it is written. `TRYCMD=overwrite` writes what is printed now.

#[test]
fn transcripts_are_true() {
    trycmd::TestCases::new().case("tests/cli/*.md");
}
