//! Mappings that are nothing but `key: value` on each line, as almost every header is, read at once. What is anything more is the parser's.

use std::ops::Range;

use super::{Node, Value};

/// Reads `text[range]` if the answer is beyond doubt; it is then what the parser gives.
pub(super) fn read(text: &str, range: Range<usize>) -> Option<Node> {
    let end = range.end;
    let mut entries = Vec::new();
    let mut at = range.start;
    for line in text[range].split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = content.strip_suffix('\r').unwrap_or(content);
        match content.strip_prefix('#') {
            Some(comment) if comment.chars().all(is_plain) => {}
            Some(_) => return None,
            None => entries.push(entry(content, at)?),
        }
        at += line.len();
    }
    let start = entries.first().map(|(key, _): &(Node, Node)| key.range.start)?;
    Some(Node { range: start..end, value: Value::Mapping(entries) })
}

fn entry(line: &str, at: usize) -> Option<(Node, Node)> {
    let (key, rest) = line.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    if !is_key || is_null(key) || key.len() > 100 || !rest.starts_with(' ') {
        return None;
    }
    let written = rest.trim_matches(' ');
    // The parser counts blanks behind a quotation to it.
    if rest.ends_with(' ') && written.ends_with(['"', '\'']) {
        return None;
    }
    let start = at + line.len() - rest.trim_start_matches(' ').len();
    Some((node(key, key, at), node(written, value(written)?, start)))
}

fn node(written: &str, text: &str, start: usize) -> Node {
    Node { range: start..start + written.len(), value: Value::Scalar(text.to_owned()) }
}

/// What a value says: a word that starts with a letter or a digit, or what stands in quotes without any within.
fn value(written: &str) -> Option<&str> {
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let is_word = written.starts_with(char::is_alphanumeric) && written.chars().all(|c| is_plain(c) && !matches!(c, ':' | '#'));
        return (is_word && !is_null(written)).then_some(written);
    };
    let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
    inner.chars().all(|c| is_plain(c) && !matches!(c, '"' | '\'' | '\\')).then_some(inner)
}

fn is_null(text: &str) -> bool {
    matches!(text, "null" | "Null" | "NULL")
}

/// Characters that no YAML takes for a line break or a mark.
fn is_plain(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() || (!c.is_ascii() && (c.is_alphanumeric() || matches!(c, '–' | '—' | '‘' | '’' | '“' | '”' | '…')))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn what_is_read_at_once_is_what_the_parser_reads() {
        let keys =
            ["title", "ft.audience", "ms.date", "a-b_c", "null", "Null", "y", "1a", "ä", "- a", "? a", " a", "\"a\"", "<<", "#x", "", "---", "..."];
        let separators = [": ", ":", ":  ", ":\t", " : ", ":   ", ": # "];
        let values = [
            "A title",
            "1.10",
            "null",
            "~",
            "yes",
            "",
            "internal, partner",
            "a: b",
            "a:b",
            "a #b",
            "a#b",
            "\"q: #\"",
            "\"\"",
            "'single'",
            "'it''s'",
            "\"a\\n\"",
            "\"a\" b",
            "\"a",
            "it's",
            "[a, b]",
            "{a: b}",
            "&x a",
            "*x",
            "!t a",
            "|",
            ">",
            "- a",
            "%x",
            "@x",
            "`x`",
            "é – “x”",
            "a\u{85}b",
            "a\u{2028}b",
            "a\tb",
            "a\u{feff}b",
            "日本",
            "10/1/2020",
            "a, b]",
            "NULL ",
            "a  b  ",
            "?",
            "a?",
            "-",
            "-1",
            "a-",
            "a\rb",
            "...",
            "---",
            "x\\y",
        ];
        let ends = ["\n", "\r\n", "\n  more\n", "\n\n", "\n# a comment\n", "\n#\tb\n", "\n#c\u{85}d: e\n", "\n---\n", " \n"];
        let lines: Vec<String> = keys
            .iter()
            .flat_map(|key| separators.iter().map(move |separator| format!("{key}{separator}")))
            .flat_map(|key| values.iter().map(move |value| format!("{key}{value}")))
            .collect();
        let (mut at_once, mut odd) = (0, 1);
        for (index, line) in lines.iter().enumerate() {
            for end in ends {
                odd = (odd * 1_103_515_245 + 12_345) % 2_147_483_648_usize;
                let other = &lines[odd % lines.len()];
                for header in
                    [format!("{line}{end}"), format!("{line}{end}{other}\n"), format!("k: v\n{line}{end}w: \"x\"\n"), format!("{line}{end}k: v")]
                {
                    let text = format!("ä-{header}\u{feff}behind");
                    let range = 3..3 + header.len();
                    if let Some(node) = read(&text, range.clone()) {
                        assert_eq!(parse(&text, range), Ok(Some(node)), "{header:?}, from line {index}");
                        at_once += 1;
                    }
                }
            }
        }
        assert!(at_once > 2000, "{at_once}");
    }
}
