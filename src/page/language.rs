//! The language that a text is written in.

/// How many letters of a text are looked at.
const SAMPLE: usize = 1500;

/// Words that are in almost each text of a language, and in few of others.
const FUNCTION_WORDS: [(&str, &[&str]); 6] = [
    ("en", &["the", "and", "of", "to", "is", "with", "for", "that", "this", "are"]),
    ("de", &["der", "die", "und", "das", "ist", "mit", "für", "den", "werden", "nicht", "auf", "eine"]),
    ("es", &["el", "los", "las", "del", "para", "con", "una", "por", "que", "y"]),
    ("pt", &["os", "do", "da", "dos", "para", "com", "uma", "não", "em", "ao", "e"]),
    ("fr", &["le", "les", "des", "et", "est", "pour", "avec", "une", "dans", "du"]),
    ("it", &["il", "gli", "della", "di", "per", "con", "una", "che", "sono", "e"]),
];

/// How many slots a table of the function words has, and how many more are free behind them.
const SLOTS: usize = 256;

/// The function words, each in the first free slot from its own on, with a bit for each language that has it.
static LANGUAGES: [(u64, u8); SLOTS + 64] = {
    let mut table = [(0, 0); SLOTS + 64];
    let mut language = 0;
    while language < FUNCTION_WORDS.len() {
        let words = FUNCTION_WORDS[language].1;
        let mut word = 0;
        while word < words.len() {
            let Some(key) = key(words[word]) else { panic!("a function word is short") };
            let mut at = slot(key);
            while table[at].0 != 0 && table[at].0 != key {
                at += 1;
            }
            table[at] = (key, table[at].1 | 1 << language);
            word += 1;
        }
        language += 1;
    }
    table
};

/// A short word in lower case as a number; `None` for one that is no function word.
const fn key(word: &str) -> Option<u64> {
    let bytes = word.as_bytes();
    if bytes.is_empty() || bytes.len() > 7 {
        return None;
    }
    let mut key = 0;
    let mut at = 0;
    while at < bytes.len() {
        key = key << 8 | bytes[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    Some(key)
}

/// Where a word is looked for in the table.
const fn slot(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// The language of a text, where its script or its commonest words tell beyond doubt.
pub(super) fn detect(text: &str) -> Option<&'static str> {
    let (mut kana, mut han, mut hangul, mut latin, mut letters) = (0, 0, 0, 0, 0);
    let mut end = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphabetic()) {
        match c {
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            c if c.is_ascii() || ('\u{c0}'..='\u{24f}').contains(&c) => latin += 1,
            _ => {}
        }
        letters += 1;
        end = at + c.len_utf8();
        if letters == SAMPLE {
            break;
        }
    }
    if letters < 40 {
        return None;
    }
    // An Eastern text holds many Latin names, a Latin one hardly an Eastern letter.
    if kana * 10 > letters {
        return Some("ja");
    }
    if hangul * 5 > letters {
        return Some("ko");
    }
    if han * 4 > letters {
        return Some("zh");
    }
    if latin * 10 < letters * 9 {
        return None;
    }
    let mut counts = [0_usize; FUNCTION_WORDS.len()];
    // Addresses are of no language.
    let text = &text[..end];
    let has_addresses = memchr::memmem::find(text.as_bytes(), b"://").is_some() || memchr::memmem::find(text.as_bytes(), b"www.").is_some();
    let is_address = |piece: &&str| has_addresses && (piece.contains("://") || piece.starts_with("www."));
    let pieces = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"')).filter(|piece| !is_address(piece));
    let mut count = |word: &str| {
        let languages = key(word).map_or(0, |key| {
            LANGUAGES[slot(key)..].iter().take_while(|(known, _)| *known != 0).find(|(known, _)| *known == key).map_or(0, |(_, languages)| *languages)
        });
        for (index, count) in counts.iter_mut().enumerate().filter(|_| languages != 0) {
            *count += usize::from(languages >> index & 1);
        }
    };
    for word in pieces.flat_map(|piece| piece.split(|c: char| !c.is_alphabetic())) {
        count(word);
    }
    let (best, most) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    let next = counts.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, count)| *count).max().unwrap_or(0);
    (most >= 8 && most >= next * 2).then_some(FUNCTION_WORDS[best].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_told_by_its_script_or_its_commonest_words() {
        let repeated = |text: &str| text.repeat(4);
        for (text, language) in [
            (repeated("The team meets with the customer and talks about the plan for this phase of the work. "), Some("en")),
            (repeated("Der Berater trifft den Kunden und spricht mit ihm über die Pläne, die für das Projekt wichtig sind. "), Some("de")),
            (repeated("El equipo se reúne con los clientes para hablar del plan que tienen para las fases y por qué. "), Some("es")),
            (repeated("A equipe se reúne com os clientes para falar dos planos da fase e não em uma reunião do projeto. "), Some("pt")),
            (repeated("チームはお客様と会い、フェーズの計画について話し合います。Exchange Online を使用します。"), Some("ja")),
            (repeated("团队与客户会面，讨论项目阶段的计划，并使用 Exchange Online 进行部署和迁移工作。"), Some("zh")),
            ("Exchange OneDrive SharePoint Teams ".repeat(20), None),
            // `com` is a word of Portuguese, and part of most addresses.
            (
                repeated(
                    "- [Remote Work](https://contoso.com/do/a/e)\n- <https://example.com/os> www.example.com/da\n- [Join the Team](https://teams.example.com)\n",
                ),
                None,
            ),
            ("Short.".to_owned(), None),
        ] {
            assert_eq!(detect(&text), language, "{text}");
        }
    }
}
