//! Heading ids, as docfx makes them (Markdig's `AutoIdentifiers` in GitHub mode).

use ahash::{HashMap, HashSet};

/// The id that a heading's plain text asks for: letters, digits, `-` and `_` in lower case, blanks as `-`, nothing else.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => slug.push('-'),
            c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
            c if is_letter_or_digit(c) || matches!(c, '-' | '_') => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// As .NET decides: any letter, and decimal digits only.
fn is_letter_or_digit(c: char) -> bool {
    use unicode_general_category::GeneralCategory as Category;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    matches!(
        unicode_general_category::get_general_category(c),
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
            | Category::DecimalNumber
    )
}

/// Whether a character is punctuation or a sign, in Unicode's sense.
pub(super) fn is_punctuation(c: char) -> bool {
    use unicode_general_category::GeneralCategory as Category;
    matches!(
        unicode_general_category::get_general_category(c),
        Category::ConnectorPunctuation
            | Category::DashPunctuation
            | Category::OpenPunctuation
            | Category::ClosePunctuation
            | Category::InitialPunctuation
            | Category::FinalPunctuation
            | Category::OtherPunctuation
            | Category::MathSymbol
            | Category::CurrencySymbol
            | Category::ModifierSymbol
            | Category::OtherSymbol
    )
}

/// Ids that are in use.
#[derive(Debug, Default)]
pub struct Ids {
    taken: HashSet<String>,
    /// Where to go on counting for an id that was asked for before.
    next: HashMap<String, usize>,
}

impl Ids {
    /// `wanted`, or with the first of `-1`, `-2`, … that is free; taken from now on.
    pub fn unique(&mut self, wanted: &str) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let next = self.next.entry(wanted.to_owned()).or_insert(0);
        loop {
            *next += 1;
            let id = format!("{wanted}-{next}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    /// Takes an id that somebody gave, even if it is in use.
    pub fn take(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_github_s() {
        for (text, id) in [
            ("Overview", "overview"),
            ("a & b", "a--b"),
            ("1.2 x", "12-x"),
            ("- Überblick (neu)", "--überblick-neu"),
            ("概要", "概要"),
            ("snake_case", "snake_case"),
            ("20 m² and ½", "20-m-and-"),
            ("!?", "section"),
        ] {
            assert_eq!(slug(text), id);
        }
        let mut ids = Ids::default();
        assert_eq!(["a-1", "a", "a", "a"].map(|wanted| ids.unique(wanted)), ["a-1", "a", "a-2", "a-3"]);
    }
}
