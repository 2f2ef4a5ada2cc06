//! Random numbers that are the same in every run, on every machine: `SplitMix64`, and words of a vocabulary that grows as that of real text.

/// A source of random numbers.
pub(super) struct Random(u64);

impl Random {
    /// The numbers of one seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, all equally likely; 0 where `limit` is.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let product = u128::from(self.next()) * limit as u128;
        usize::try_from(product >> 64).unwrap_or_default()
    }

    /// A number of `range`.
    pub(super) fn within(&mut self, range: std::ops::RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// True in `share` of a hundred cases.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of `choices`.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// What the first words of a playbook are; the rest is made up.
const SEED: &[&str] = &[
    "the",
    "to",
    "and",
    "of",
    "a",
    "for",
    "is",
    "in",
    "customer",
    "with",
    "or",
    "that",
    "be",
    "are",
    "on",
    "if",
    "services",
    "as",
    "migration",
    "this",
    "team",
    "will",
    "manager",
    "from",
    "by",
    "engagement",
    "not",
    "can",
    "have",
    "review",
    "contact",
    "tenant",
    "phase",
    "engineer",
    "it",
    "users",
    "notes",
    "process",
    "when",
    "partner",
    "all",
    "must",
    "required",
    "plan",
    "status",
    "before",
    "email",
    "request",
    "an",
    "should",
    "data",
    "target",
    "their",
    "date",
    "usage",
    "identity",
    "step",
    "success",
    "workload",
    "complete",
    "domain",
    "record",
    "approval",
    "schedule",
    "checklist",
    "handover",
    "enablement",
    "remediation",
    "stakeholder",
    "Überprüfung",
];

const ONSETS: &[&str] = &["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "tr", "st", "pl", "gr", "ch", "qu"];
const NUCLEI: &[&str] = &["a", "e", "i", "o", "u", "ea", "io", "ou"];
const CODAS: &[&str] = &["", "", "n", "r", "s", "t", "l", "nd", "ct", "ng"];

/// A vocabulary that grows with the text: after `n` words of text it holds about `10 · n^0.55` (Heaps), and the word of rank `r` comes up in
/// proportion to `1/r` (Zipf).
pub(super) struct Words {
    known: Vec<String>,
    /// How many words of text there were.
    used: usize,
    made: Random,
}

impl Words {
    pub(super) fn new() -> Self {
        // As many words of text as a vocabulary of this size comes from.
        Self { known: SEED.iter().map(|word| (*word).to_owned()).collect(), used: 35, made: Random::new(7) }
    }

    /// How many different words there are.
    pub(super) fn count(&self) -> usize {
        self.known.len()
    }

    /// The next word of text.
    pub(super) fn next(&mut self, random: &mut Random) -> &str {
        self.used += 1;
        let is_new = random.below(20 * self.used) < 11 * self.known.len();
        let index = if is_new {
            let word = self.coin();
            self.known.push(word);
            self.known.len() - 1
        } else {
            // A magnitude, then a rank of that magnitude: about 1/r.
            let magnitudes = self.known.len().ilog2() + 1;
            let first = 1 << random.below(magnitudes as usize);
            (first + random.below(first)).min(self.known.len()) - 1
        };
        &self.known[index]
    }

    /// A word that there was not: rarely a code or a compound, else syllables.
    fn coin(&mut self) -> String {
        let number = self.known.len();
        let random = &mut self.made;
        if random.percent(4) {
            return format!("{}-{number}", random.pick(&["KB", "PR", "v", "REQ", "M"]));
        }
        // Rare words are longer.
        let syllables = random.within(1..=2) + usize::from(number > 500) + usize::from(number > 20_000 && random.percent(50));
        let mut word = String::new();
        for _ in 0..syllables {
            word.push_str(random.pick(ONSETS));
            word.push_str(random.pick(NUCLEI));
            word.push_str(random.pick(CODAS));
        }
        word
    }
}
