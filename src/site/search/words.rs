//! The words of a text, as they are looked for: without case, accents and invisible signs. The client does the same to a query (`core.js`), and
//! `tests/search.rs` holds the two against each other.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// What a piece of a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// A word of letters and digits.
    Word,
    /// Two words with a hyphen between them, as one; it stands where the first of them does.
    Joined,
    /// Two neighbouring signs of a script that has no blanks between words, or the last such sign.
    Signs,
}

/// Calls `each` with the words of a text and their number, counted from `at`; gives back the number of the next one.
pub(super) fn words(text: &str, at: u32, each: &mut dyn FnMut(&str, Piece, u32)) -> u32 {
    if text.is_ascii() {
        // Most texts; their words need not be looked at again.
        let lower = text.to_ascii_lowercase();
        return split(&lower, at, each);
    }
    split(&fold(text), at, each)
}

/// A text as it is looked for.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower: String = text.chars().filter(|c| !is_invisible(*c)).nfkc().collect::<String>().to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for c in lower.nfd().filter(|c| !is_accent(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            '\u{2019}' | '\u{2bc}' => folded.push('\''),
            '\u{2010}' => folded.push('-'),
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

fn is_invisible(c: char) -> bool {
    !c.is_ascii() && get_general_category(c) == GeneralCategory::Format
}

/// Accents that stand on letters of scripts which are often written without them. Others, such as the vowels of Thai, make other words.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Whether a sign is of a script that has no blanks between its words (or, in Korean, blanks that do not end a word).
pub(super) fn is_dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{30fa}' | '\u{30fc}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && is_mark(c))
}

fn is_mark(c: char) -> bool {
    use GeneralCategory as Category;
    matches!(get_general_category(c), Category::NonspacingMark | Category::SpacingMark | Category::EnclosingMark)
}

/// The words of a folded text.
fn split(text: &str, mut at: u32, each: &mut dyn FnMut(&str, Piece, u32)) -> u32 {
    let mut before: Option<(usize, usize)> = None;
    let mut bytes = 0;
    let mut word = String::new();
    while bytes < text.len() {
        let rest = &text[bytes..];
        let Some(first) = rest.chars().next() else { break };
        if !is_letter(first) {
            bytes += first.len_utf8();
            continue;
        }
        if is_dense(first) {
            let length = rest.find(|c| !is_dense(c) || !is_letter(c)).unwrap_or(rest.len());
            at = signs(&rest[..length], at, each);
            bytes += length;
            before = None;
            continue;
        }
        let (length, has_apostrophe) = word_length(rest);
        let own = &rest[..length];
        // `kick-off` is found as `kickoff` too.
        if let Some((start, end)) = before.filter(|(_, end)| end + 1 == bytes && text.as_bytes()[*end] == b'-') {
            let first = &text[start..end];
            if !(is_number(first) && is_number(own)) {
                word.clear();
                word.extend(first.chars().chain(own.chars()).filter(|c| *c != '\''));
                each(&word, Piece::Joined, at - 1);
            }
        }
        if has_apostrophe {
            word.clear();
            word.extend(own.chars().filter(|c| *c != '\''));
            each(&word, Piece::Word, at);
        } else {
            each(own, Piece::Word, at);
        }
        at += 1;
        before = Some((bytes, bytes + length));
        bytes += length;
    }
    at
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many bytes a word has that starts a text, and whether there are apostrophes in it.
fn word_length(text: &str) -> (usize, bool) {
    let ascii = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if text.as_bytes().get(ascii).is_none_or(|byte| byte.is_ascii() && *byte != b'\'') {
        return (ascii, false);
    }
    let mut has_apostrophe = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_inner = c == '\'' && at > 0 && chars.peek().is_some_and(|(_, next)| is_letter(*next) && !is_dense(*next));
        if is_inner {
            has_apostrophe = true;
        } else if !is_letter(c) || is_dense(c) {
            return (at, has_apostrophe);
        }
    }
    (text.len(), has_apostrophe)
}

/// Pairs of neighbouring signs, and the last sign alone: so each run of signs is a row of pairs, and each sign begins something.
fn signs(run: &str, mut at: u32, each: &mut dyn FnMut(&str, Piece, u32)) -> u32 {
    let mut chars = run.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let end = chars.peek().map_or(start + c.len_utf8(), |(next, c)| next + c.len_utf8());
        each(&run[start..end], Piece::Signs, at);
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_dress() {
        for (text, expected) in [
            ("Kick-off the Customer’s plan", vec!["kick", "kickoff", "off", "the", "customers", "plan"]),
            ("2023-05 M365 don't 'quoted'", vec!["2023", "05", "m365", "dont", "quoted"]),
            ("Über Straße Größe", vec!["uber", "strasse", "grosse"]),
            ("tas\u{200b}k ﬁle Ｔｅａｍｓ", vec!["task", "file", "teams"]),
            ("データ移行 2", vec!["デー", "ータ", "タ移", "移行", "行", "2"]),
            ("がガ", vec!["がガ", "ガ"]),
            ("a_b.c/d", vec!["a", "b", "c", "d"]),
        ] {
            let mut found = Vec::new();
            words(text, 0, &mut |word, _, _| found.push(word.to_owned()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
