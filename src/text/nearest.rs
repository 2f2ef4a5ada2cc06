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
