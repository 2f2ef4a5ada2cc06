//! HTML escaping. The only place that writes `&lt;`.

/// Appends `text` to `html` so that it reads as text, in content and in double-quoted attributes.
pub fn push_escaped(html: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let quote_from = |from: usize| memchr::memchr(b'"', &bytes[from..]).map_or(bytes.len(), |at| from + at);
    let other_from = |from: usize| memchr::memchr3(b'&', b'<', b'>', &bytes[from..]).map_or(bytes.len(), |at| from + at);
    let (mut quote, mut other) = (quote_from(0), other_from(0));
    let mut done = 0;
    while let Some(sign) = bytes.get(quote.min(other)) {
        let at = quote.min(other);
        html.push_str(&text[done..at]);
        html.push_str(match sign {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        done = at + 1;
        if at == quote {
            quote = quote_from(done);
        } else {
            other = other_from(done);
        }
    }
    html.push_str(&text[done..]);
}

/// Adds `text`, escaped, its line breaks kept.
pub fn push_lines(html: &mut String, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            html.push_str("<br>");
        }
        push_escaped(html, line);
    }
}

/// `text`, escaped for HTML content and double-quoted attributes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    push_escaped(&mut html, text);
    html
}

/// Appends HTML text as an author wrote it: character references stay, stray `<`, `>` and `&` are escaped.
pub fn push_html_text(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        html.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'<' => html.push_str("&lt;"),
            b'>' => html.push_str("&gt;"),
            _ if is_character_reference(&rest[at..]) => html.push('&'),
            _ => html.push_str("&amp;"),
        }
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// Whether `text`, which starts with `&`, starts with a character reference such as `&amp;` or `&#x20;`.
#[must_use]
pub fn is_character_reference(text: &str) -> bool {
    let Some(end) = text.bytes().take(40).position(|byte| byte == b';') else { return false };
    let name = &text[1..end];
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit()),
            None => !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()),
        },
        None => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stay_and_strays_are_escaped() {
        for (text, html) in [
            ("a < b & c", "a &lt; b &amp; c"),
            ("&amp; &#32; &#x2014;", "&amp; &#32; &#x2014;"),
            ("&; &#; &#x; AT&T;x", "&amp;; &amp;#; &amp;#x; AT&T;x"),
        ] {
            let mut out = String::new();
            push_html_text(&mut out, text);
            assert_eq!(out, html);
        }
        assert_eq!(escaped("\"<&>\""), "&quot;&lt;&amp;&gt;&quot;");
        let long = "ä<b>".repeat(40);
        assert_eq!(escaped(&long), long.replace('<', "&lt;").replace('>', "&gt;"));
    }
}
