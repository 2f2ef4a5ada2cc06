//! The files of an index: scripts that hand a string to the client.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rayon::prelude::*;

/// The files of an index, as they are made.
pub(super) struct Files<'l> {
    language: &'l str,
    /// From their names to what they hold.
    pub(super) scripts: BTreeMap<String, String>,
}

impl<'l> Files<'l> {
    pub(super) fn new(language: &'l str) -> Self {
        Self { language, scripts: BTreeMap::new() }
    }

    /// Adds a file under a name that stays.
    pub(super) fn add(&mut self, name: &str, payload: &str) {
        self.scripts.insert(name.to_owned(), script(self.language, name, payload, checksum(payload)));
    }

    /// Adds files whose names say what they hold, and gives back the names, one after the other without the sign of their sort.
    pub(super) fn add_hashed(&mut self, sort: char, payloads: Vec<String>) -> String {
        let sums: Vec<u32> = payloads.par_iter().map(|payload| checksum(payload)).collect();
        let mut names = String::with_capacity(payloads.len() * NAME);
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (sum, payload) in sums.iter().zip(&payloads) {
            // Two files of one sort hardly ever have the same name; the second then takes the next one.
            let hash = u64::from(*sum).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ payload.len() as u64;
            let name = (0..u64::MAX).map(|more| hashed_name(sort, hash.wrapping_add(more))).find(|name| !taken.contains(name)).unwrap_or_default();
            names.push_str(&name[sort.len_utf8()..]);
            taken.insert(name);
        }
        let language = self.language;
        let own: Vec<&str> = names.as_bytes().chunks(NAME).map(|name| std::str::from_utf8(name).unwrap_or_default()).collect();
        let one = |((payload, sum), name): ((String, u32), &str)| {
            let name = format!("{sort}{name}");
            let script = script(language, &name, &payload, sum);
            (name, script)
        };
        let made: Vec<(String, String)> = payloads.into_par_iter().zip(sums).zip(own).map(one).collect();
        self.scripts.extend(made);
        names
    }
}

/// How long names of files are, without the sign of their sort.
const NAME: usize = 6;

fn hashed_name(sort: char, mut hash: u64) -> String {
    let mut name = String::from(sort);
    for _ in 0..NAME {
        name.push(char::from(b"0123456789abcdefghijklmnopqrstuvwxyz"[usize::try_from(hash % 36).unwrap_or(0)]));
        hash /= 36;
    }
    name
}

/// A script that hands the client its name, what it holds, and the checksum of that.
fn script(language: &str, name: &str, payload: &str, sum: u32) -> String {
    let mut script = String::with_capacity(payload.len() + payload.len() / 32 + 64);
    let _ = write!(script, "playpressSearch.add('{language}/{name}',{sum},'");
    let mut rest = payload;
    while let Some(at) = rest.find(['\\', '\'', '\n', '\r', '\u{2028}', '\u{2029}']) {
        script.push_str(&rest[..at]);
        let sign = rest[at..].chars().next().unwrap_or('\n');
        script.push_str(match sign {
            '\\' => "\\\\",
            '\'' => "\\'",
            '\r' => "\\r",
            '\u{2028}' => "\\u2028",
            '\u{2029}' => "\\u2029",
            _ => "\\n",
        });
        rest = &rest[at + sign.len_utf8()..];
    }
    script.push_str(rest);
    script.push_str("')\n");
    script
}

/// FNV-1a over the UTF-16 units of a text, which is what the client has of it.
pub(super) fn checksum(text: &str) -> u32 {
    let step = |hash: u32, unit: u16| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193);
    if text.is_ascii() { text.bytes().map(u16::from).fold(0x811c_9dc5, step) } else { text.encode_utf16().fold(0x811c_9dc5, step) }
}

/// Whether a file that holds so much ends before something so large. What comes next says so itself where it can, so that what is added to one file
/// does not move all that is in those behind it.
pub(super) fn ends_file(held: usize, next: usize, size: usize, may_end: impl Fn() -> bool) -> bool {
    held > 0 && (held + next > size * 2 || (held > size / 2 && may_end()))
}
