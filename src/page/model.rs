//! What a page says as a part of a playbook: its facts, its tasks, what changed when, and which tasks it names. As written; what it means
//! beside other pages, the book decides.

use crate::config::{Column, FactKind, SectionKind};
use crate::markdown::IncludeIndex;
use crate::text::Span;

/// Some words of a page, and where they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Plain text, trimmed.
    pub text: Box<str>,
    /// Its bytes; of an empty cell those of the cell.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
}

/// What a page says as a part of a playbook.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Model {
    /// What the section of each heading is, in the order of the page's headings.
    pub sections: Vec<Option<SectionKind>>,
    /// Lines such as `Phase: **Assess**`, in order.
    pub facts: Vec<Fact>,
    /// Tables of tasks, in order.
    pub tasks: Vec<TaskTable>,
    /// Tables of changes, in order.
    pub refreshes: Vec<RefreshTable>,
    /// Tasks that are named in text, in order.
    pub mentions: Vec<Mention>,
}

/// A line that says something of the page, or of the section that it stands in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What it says.
    pub kind: FactKind,
    /// What stands behind the colon; empty for `-`.
    pub value: Field,
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
}

/// A table of tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskTable {
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
    /// The letters that stand for mandatory and optional, as its header says.
    pub legend: Legend,
    /// Its rows that are not empty.
    pub rows: Vec<TaskRow>,
}

impl Model {
    /// Gives back the room that it does not need.
    pub(super) fn shrink(&mut self) {
        self.sections.shrink_to_fit();
        self.facts.shrink_to_fit();
        self.tasks.shrink_to_fit();
        self.refreshes.shrink_to_fit();
        self.mentions.shrink_to_fit();
        self.tasks.iter_mut().for_each(|table| table.rows.shrink_to_fit());
        self.refreshes.iter_mut().for_each(|table| table.rows.shrink_to_fit());
    }

    /// Whether a heading after the first begins such a section: the first is the page's name.
    #[must_use]
    pub fn has_section(&self, kind: SectionKind) -> bool {
        self.sections.iter().skip(1).any(|section| *section == Some(kind))
    }
}

impl TaskTable {
    /// The rows whose cells are where they belong, as far as the letter for mandatory or optional tells.
    pub fn whole_rows(&self) -> impl Iterator<Item = &TaskRow> {
        self.rows.iter().filter(|row| row.mandatory.as_ref().is_none_or(|letter| self.legend.read(&letter.text).is_some()))
    }
}

/// The letters that stand for mandatory and optional. `M` and `O` always do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Legend(pub Option<(char, char)>);

impl Legend {
    /// Whether a cell says that a task is mandatory; `None`: it says neither.
    #[must_use]
    pub fn read(self, cell: &str) -> Option<bool> {
        let mut letters = cell.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
        let is = |meant: char| letter.to_lowercase().eq(meant.to_lowercase());
        match self.0 {
            Some((mandatory, _)) if is(mandatory) => Some(true),
            Some((_, optional)) if is(optional) => Some(false),
            _ if is('m') => Some(true),
            _ if is('o') => Some(false),
            _ => None,
        }
    }
}

/// A row of a table of tasks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaskRow {
    /// The digits of its ID; empty where there are none.
    pub id: Field,
    /// What it is called.
    pub name: Field,
    /// Whether it has to be done, as written; `None` where the table has no such column.
    pub mandatory: Option<Field>,
    /// Who does it.
    pub role: Option<Field>,
    /// What it is about.
    pub services: Option<Field>,
}

/// A table of changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefreshTable {
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
    /// Its header row.
    pub header: Span,
    /// The columns that it has.
    pub columns: Vec<Option<Column>>,
    /// The include that brought it.
    pub via: IncludeIndex,
    /// Its rows that are not empty.
    pub rows: Vec<RefreshRow>,
}

/// A change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefreshRow {
    /// When, as written; `None` where the table has no such column.
    pub date: Option<Field>,
    /// Who.
    pub who: Option<Field>,
    /// What.
    pub what: Option<Field>,
}

/// Where a task is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MentionPlace {
    /// In text.
    Text,
    /// In a heading.
    Heading,
    /// In what changed, which may name what is gone.
    Refresh,
}

/// A task that is named in text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// Its digits.
    pub id: Field,
    /// Where it stands.
    pub place: MentionPlace,
    /// Whether it is part of a link already.
    pub is_linked: bool,
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
}

/// Words that join the last two names of a list.
const JOINING: &[&str] = &["and", "or", "und", "oder", "e", "ou", "y", "o", "および", "または", "和", "或"];

/// The names of a cell that may hold several, as parts of the text: split at ` / `, `/`, `;`, `,`, `&` and their Eastern forms, but not within
/// parentheses; a joining word before or behind a name is left out. A name that `is_name` knows and that holds such a sign stays whole.
pub fn names<'t>(text: &'t str, is_name: &dyn Fn(&str) -> bool) -> Vec<&'t str> {
    let mut depth = 0_usize;
    let is_separator = |c: char| {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, '/' | ';' | ',' | '、' | '，' | '；' | '／' | '&')
    };
    let mut names = Vec::new();
    let parts: Vec<&str> = text.split(is_separator).collect();
    let start_of = |part: &str| part.as_ptr().addr() - text.as_ptr().addr();
    let mut at = 0;
    while at < parts.len() {
        // The longest run of parts that is a name.
        let whole = (at + 1..parts.len().min(at + LONGEST)).rev().find_map(|last| {
            let name = text[start_of(parts[at])..start_of(parts[last]) + parts[last].len()].trim();
            is_name(name).then_some((last, name))
        });
        let (last, name) = whole.unwrap_or((at, bare(parts[at])));
        if !name.is_empty() {
            names.push(name);
        }
        at = last + 1;
    }
    names
}

/// How many separators a name may hold.
const LONGEST: usize = 4;

/// A name without joining words before and behind it.
fn bare(name: &str) -> &str {
    let mut name = name.trim();
    loop {
        let shorter = JOINING.iter().find_map(|word| {
            let before = name.strip_prefix(word).filter(|rest| rest.starts_with(char::is_whitespace));
            before.or_else(|| name.strip_suffix(word).filter(|rest| rest.ends_with(char::is_whitespace))).map(str::trim)
        });
        match shorter {
            Some(shorter) => name = shorter,
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_unless_they_are_one() {
        let known = |name: &str| matches!(name, "Classroom/SDS" | "Teams & Voice");
        assert_eq!(names("Exchange / Classroom/SDS;Teams & Voice, A", &known), ["Exchange", "Classroom/SDS", "Teams & Voice", "A"]);
        assert_eq!(names("A/B", &known), ["A", "B"]);
        assert_eq!(names(" / ", &known), Vec::<&str>::new());
        assert_eq!(
            names("FastTrack Architect and, or Manager / Get Modern (A / B)", &known),
            ["FastTrack Architect", "Manager", "Get Modern (A / B)"]
        );
    }

    #[test]
    fn a_legend_reads_its_own_letters_and_those_of_english() {
        let german = Legend(Some(('E', 'O')));
        for (legend, cell, meaning) in [
            (german, "E", Some(true)),
            (german, "m", Some(true)),
            (german, "O", Some(false)),
            (german, "X", None),
            (Legend(Some(('b', 'O'))), "B", Some(true)),
            (Legend::default(), "E", None),
            (Legend::default(), "M/O", None),
            (Legend::default(), "", None),
        ] {
            assert_eq!(legend.read(cell), meaning, "{legend:?} {cell}");
        }
    }
}
