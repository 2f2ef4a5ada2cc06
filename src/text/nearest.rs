//! "Did you mean": the word of a list that was probably meant.

/// The candidate that differs from `word` by the fewest edits (of letters: one more, one less, another, two swapped), if these are at most a
/// third of its letters, and five.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let length = word.chars().count();
    let allowed = (length / 3).clamp(1, 5);
    let letters = Letters::of(word);
    candidates
        .iter()
        .filter(|candidate| letters.edits_to(&Letters::of(candidate)) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether `word` is probably `name`, written wrongly: one letter of a name of five, two of one of nine or more; or with a stray letter or
/// two before or behind it. Digits are never a misspelling: `Teams 2` is not `Teams 3`.
#[must_use]
pub fn is_misspelling(word: &str, name: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let (word, name) = (plain(word), plain(name));
    if word == name || !word.chars().filter(char::is_ascii_digit).eq(name.chars().filter(char::is_ascii_digit)) {
        return false;
    }
    if has_stray(&word, &name) {
        return true;
    }
    let length = name.chars().count();
    let allowed = match length {
        0..5 => return false,
        5..9 => 1,
        _ => 2,
    };
    word.chars().count().abs_diff(length) <= allowed
        && Letters::of(&word).edits_to(&Letters::of(&name)) <= allowed
        && strsim::osa_distance(&word, &name) <= allowed
}

/// Whether `word` is `name` with one or two letters before or behind it that belong to something else: `O FE`, `FE は`.
#[must_use]
pub fn has_stray(word: &str, name: &str) -> bool {
    let is_stray = |rest: &str| (1..=2).contains(&rest.trim().chars().count()) && rest.contains(' ') && rest.trim().chars().all(char::is_alphabetic);
    name.chars().nth(1).is_some() && (word.strip_prefix(name).is_some_and(is_stray) || word.strip_suffix(name).is_some_and(is_stray))
}

/// How often each letter is in a word; some letters share a count.
struct Letters([u16; 64]);

impl Letters {
    fn of(word: &str) -> Self {
        let mut counts = [0_u16; 64];
        for c in word.chars() {
            let count = &mut counts[c as usize % 64];
            *count = count.saturating_add(1);
        }
        Self(counts)
    }

    /// The least number of edits between two words of these letters: one edit takes away at most one letter and brings at most one.
    fn edits_to(&self, other: &Self) -> usize {
        let pairs = || self.0.iter().zip(&other.0);
        let surplus: usize = pairs().map(|(own, other)| usize::from(own.saturating_sub(*other))).sum();
        let missing: usize = pairs().map(|(own, other)| usize::from(other.saturating_sub(*own))).sum();
        surplus.max(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_is_told_from_another_name() {
        for (word, name, is_one) in [
            ("FastTrack Enginer", "FastTrack Engineer", true),
            ("fasttrack  engineer", "FastTrack Engineer", false),
            ("FastTrack Manager", "FastTrack Engineer", false),
            ("FE", "FM", false),
            ("O FE", "FE", true),
            ("FE は", "FE", true),
            ("Teams 2", "Teams 3", false),
            ("Yamer", "Yammer", true),
            ("Architect v2", "Architect", false),
        ] {
            assert_eq!(is_misspelling(word, name), is_one, "{word} {name}");
        }
    }

    #[test]
    fn the_nearest_word_is_found_and_none_that_is_too_far() {
        let words = ["enable-sharepoint", "enable-exchange", "overview", "übersicht"];
        for (word, meant) in [
            ("enable-sharepiont", Some("enable-sharepoint")),
            ("enabel-exchnge", Some("enable-exchange")),
            ("overveiw", Some("overview")),
            ("Übersicht", Some("übersicht")),
            ("objectives", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &words), meant, "{word}");
        }
        // What the letters rule out the distance would have ruled out.
        for (a, b) in [("kitten", "sitting"), ("abcd", "dcba"), ("", "abc"), ("aaa", "aaaa"), ("schrift", "shcrift")] {
            assert!(Letters::of(a).edits_to(&Letters::of(b)) <= strsim::damerau_levenshtein(a, b), "{a} {b}");
        }
    }
}
