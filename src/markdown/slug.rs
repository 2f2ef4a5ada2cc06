//! Heading ids, as docfx makes them (Markdig's `AutoIdentifiers` in GitHub mode).

use std::collections::HashSet;
use std::hash::BuildHasher;

/// The id that a heading's plain text asks for: letters, digits, `-` and `_` in lower case, blanks as `-`, nothing else.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => slug.push('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// `wanted`, or with the first of `-1`, `-2`, … that is free; taken from now on.
pub fn unique<S: BuildHasher>(wanted: &str, taken: &mut HashSet<String, S>) -> String {
    let mut id = wanted.to_owned();
    let mut number = 0;
    while !taken.insert(id.clone()) {
        number += 1;
        id = format!("{wanted}-{number}");
    }
    id
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
            ("!?", "section"),
        ] {
            assert_eq!(slug(text), id);
        }
        let mut taken = HashSet::from(["a-1".to_owned()]);
        assert_eq!(["a", "a", "a"].map(|wanted| unique(wanted, &mut taken)), ["a", "a-2", "a-3"]);
    }
}
