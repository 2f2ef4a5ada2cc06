//! The words of one page with their places, in the form that the files of the index hold, so that an index of many pages is put together
//! without another look at a word.
//!
//! Of a word on a page: how many units hold it, and of each the distance from the unit before, a number that says where it is (1: in the
//! heading; 2 and 4: how often in the text, up to 3; 8 and more: how long the text is), for a heading its length and the place in it, for a text
//! how often if more than twice, and the places. The commonest words have no places in texts.

use ahash::HashMap;

use super::digits;
use super::units::Unit;
use super::words::{Piece, words};
use crate::page::Page;

/// The words of a page.
#[derive(Default)]
pub(super) struct PageTerms {
    terms: String,
    postings: String,
    /// Where each word and what is said of it end.
    ends: Vec<(u32, u32)>,
}

impl PageTerms {
    /// Each word and what is said of it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once((0, 0)).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| {
            let term = self.terms.get(start.0 as usize..end.0 as usize).unwrap_or_default();
            (term, self.postings.get(start.1 as usize..end.1 as usize).unwrap_or_default())
        })
    }
}

/// Where words stand that only the other title of the page has, from the front matter.
const OTHER_TITLE: u32 = 48;

/// How many places of a word in a unit are kept.
const PLACES: usize = 8;

/// The length of a heading is counted up to here.
const LONGEST_HEADING: u32 = 31;

/// What is added to the length of a heading if it is the ID and the name of a task.
const ROW: u32 = 32;

/// The places of words are counted up to here: a unit is rarely longer.
const LAST_PLACE: u32 = 1700;

#[derive(Clone, Copy)]
struct Occurrence {
    term: u32,
    unit: u32,
    /// Where in the heading; `None`: in the text.
    in_heading: bool,
    at: u32,
}

/// Collects the words of a page.
struct Collector<'s> {
    /// The words by the order in which they were met, and whether each is a common one.
    numbers: HashMap<Box<str>, (u32, bool)>,
    found: Vec<Occurrence>,
    /// How many words the heading and the text of each unit have.
    lengths: Vec<(u32, u32)>,
    stop: &'s [&'static str],
}

impl Collector<'_> {
    fn add(&mut self, text: &str, unit: usize, in_heading: bool, at: u32) -> (u32, u32) {
        let unit = u32::try_from(unit).unwrap_or(u32::MAX);
        let (mut heavy, mut all) = (0, 0);
        let next = words(text, at, &mut |word, piece, at| {
            let (term, is_common) = if let Some(known) = self.numbers.get(word) {
                *known
            } else {
                let known = (u32::try_from(self.numbers.len()).unwrap_or(u32::MAX), self.stop.contains(&word));
                self.numbers.insert(word.into(), known);
                known
            };
            all += u32::from(matches!(piece, Piece::Word | Piece::Signs));
            heavy += u32::from(matches!(piece, Piece::Word | Piece::Signs) && !is_common);
            self.found.push(Occurrence { term, unit, in_heading, at });
        });
        // A heading of nothing but small words is counted by them.
        (next, if heavy == 0 { all } else { heavy })
    }
}

/// The words of a page. Common ones are those of `stop`.
pub(super) fn terms(page: &Page, units: &[Unit], stop: &[&'static str]) -> PageTerms {
    let mut collector = Collector { numbers: HashMap::default(), found: Vec::new(), lengths: Vec::with_capacity(units.len()), stop };
    for (index, unit) in units.iter().enumerate() {
        let mut body = unit.text.as_str();
        let heading = if index == 0 {
            let (_, length) = collector.add(page.heading(), 0, true, 0);
            if page.heading() != page.title {
                collector.add(&page.title, 0, true, OTHER_TITLE);
            }
            length
        } else if let Some((_, row)) = unit.row.and_then(|row| page.model.row(row)) {
            let (next, id) = collector.add(&row.id.text, index, true, 0);
            let (_, name) = collector.add(&row.name.text, index, true, next);
            // The rest of the row is its text.
            body = body.strip_prefix(&*row.id.text).unwrap_or(body).trim_start_matches([' ', '·']);
            body = body.strip_prefix(&*row.name.text).unwrap_or(body);
            (id + name).min(LONGEST_HEADING) + ROW
        } else if unit.is_continued {
            0
        } else {
            collector.add(&unit.heading, index, true, 0).1
        };
        let mut at = 0;
        for line in body.split('\n') {
            // Words of two blocks are no neighbours.
            at = collector.add(line, index, false, at).0 + 1;
        }
        collector.lengths.push((heading, at));
    }
    collector.encode()
}

impl Collector<'_> {
    fn encode(mut self) -> PageTerms {
        let mut terms: Vec<(Box<str>, (u32, bool))> = self.numbers.drain().collect();
        terms.sort_unstable();
        // Where the occurrences of each word end: those of one word are put together, in the order in which they were met.
        let mut ends = vec![0_usize; terms.len()];
        for occurrence in &self.found {
            ends[occurrence.term as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            (*end, total) = (total, total + *end);
        }
        let mut found = self.found.clone();
        for occurrence in &self.found {
            let end = &mut ends[occurrence.term as usize];
            found[*end] = *occurrence;
            *end += 1;
        }
        let mut made = PageTerms::default();
        for (term, (number, is_common)) in &terms {
            let number = *number as usize;
            let own = &mut found[if number == 0 { 0 } else { ends[number - 1] }..ends[number]];
            let place = |occurrence: &Occurrence| (occurrence.unit, !occurrence.in_heading, occurrence.at);
            // They were met in this order, but for the words of a second title.
            if !own.is_sorted_by_key(place) {
                own.sort_unstable_by_key(place);
            }
            made.terms.push_str(term);
            self.encode_term(&mut made.postings, own, !is_common);
            made.ends.push((u32::try_from(made.terms.len()).unwrap_or(u32::MAX), u32::try_from(made.postings.len()).unwrap_or(u32::MAX)));
        }
        made
    }

    fn encode_term(&self, out: &mut String, found: &[Occurrence], has_places: bool) {
        let in_units = found.chunk_by(|a, b| a.unit == b.unit);
        digits::push(out, u32::try_from(in_units.clone().count()).unwrap_or(u32::MAX));
        let mut before = 0;
        for own in in_units {
            let unit = own[0].unit;
            digits::push(out, unit - before);
            before = unit;
            let (heading_length, text_length) = self.lengths[unit as usize];
            let headings = own.iter().take_while(|occurrence| occurrence.in_heading).count();
            let text = &own[headings..];
            let often = text.len().min(PLACES);
            let class = (text_length.max(8) / 8).ilog2().min(7);
            digits::push(out, u32::from(headings > 0) | u32::try_from(often.min(3)).unwrap_or(0) << 1 | class << 3);
            if headings > 0 {
                digits::push(out, if heading_length < ROW { heading_length.clamp(1, LONGEST_HEADING) } else { heading_length });
                digits::push(out, own[0].at.min(63));
            }
            if !has_places {
                continue;
            }
            if often > 2 {
                digits::push(out, u32::try_from(often).unwrap_or(0));
            }
            let mut before = 0;
            for occurrence in &text[..often] {
                let at = occurrence.at.min(LAST_PLACE);
                digits::push(out, at - before);
                before = at;
            }
        }
    }
}
