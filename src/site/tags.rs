//! A walk over our own HTML. No tag of it holds `>` but at its end: the renderer escapes the sign in attributes.

/// A text, and the tag behind it.
pub(super) struct Piece<'h> {
    /// What stands before the tag.
    pub(super) text: &'h str,
    /// What stands between `<` and `>`; `None`: the HTML ends with the text.
    pub(super) tag: Option<&'h str>,
    /// How many bytes of HTML come before the tag.
    pub(super) at: usize,
}

/// All of some HTML, piece by piece.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let rest = &html[start..];
        let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        let (text, at) = (&rest[..length], start + length);
        let tag = memchr::memchr(b'>', &html.as_bytes()[at..]).map(|end| &html[at + 1..at + end]);
        next = tag.map(|tag| at + tag.len() + 2);
        Some(Piece { text, tag, at })
    })
}
