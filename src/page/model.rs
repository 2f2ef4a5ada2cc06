//! What a page says as a part of a playbook: its facts, its tasks, what changed when, and which tasks it names. As written; what it means
//! beside other pages, the book decides.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::config::{Column, FactKind, SectionKind};
use crate::markdown::IncludeIndex;
use crate::text::Span;

/// Some words of a page, and where they stand. Its hash, and so that of the whole model, is of what is said, not of where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Plain text, trimmed.
    pub text: Box<str>,
    /// Its bytes; of an empty cell those of the cell.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
}

impl Hash for Field {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.text, self.via).hash(state);
    }
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
    /// Where all this stands in the page's HTML, in order.
    pub places: Vec<Place>,
}

impl Hash for Model {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { sections, facts, tasks, refreshes, mentions, places: _ } = self;
        (sections, facts, tasks, refreshes, mentions).hash(state);
    }
}

/// Where something of the model stands in the HTML of the page, so that an edition can show there what it knows of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// Bytes of HTML before it.
    pub at: u32,
    /// Where it ends; `at` for a place between two bytes.
    pub end: u32,
    /// What stands there.
    pub kind: PlaceKind,
}

impl Place {
    /// The place of a row of a table of tasks before which there are so many others on the page.
    pub(super) fn counted_from(self, before: u32) -> Self {
        let kind = match self.kind {
            PlaceKind::Row(row) => PlaceKind::Row(row + before),
            PlaceKind::Id(row) => PlaceKind::Id(row + before),
            PlaceKind::Name(row) => PlaceKind::Name(row + before),
            PlaceKind::Mandatory(row) => PlaceKind::Mandatory(row + before),
            PlaceKind::Role(row) => PlaceKind::Role(row + before),
            PlaceKind::Services(row) => PlaceKind::Services(row + before),
            other => other,
        };
        Self { kind, ..self }
    }
}

/// What of the model stands at a place. Rows are counted over all tables of the page, as by [`Model::row`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PlaceKind {
    /// The first heading of level 1 ends.
    Title,
    /// A paragraph that says nothing but facts: of this many, from this one on.
    Facts(u32, u16),
    /// The start tag of the row of a task; it has no attributes.
    Row(u32),
    /// The digits of a task's ID in its row.
    Id(u32),
    /// The end of the cell of a task's name.
    Name(u32),
    /// All of the cell that says whether a task is mandatory.
    Mandatory(u32),
    /// All of the cell of a task's roles.
    Role(u32),
    /// All of the cell of a task's services.
    Services(u32),
    /// The start tag of a table of changes; it has no attributes.
    Changes(u32),
    /// All of the cell of the date of a change: of this table, this row.
    Date(u16, u32),
    /// The digits of a mention.
    Mention(u32),
}

/// A line that says something of the page, or of the section that it stands in.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fact {
    /// What it says.
    pub kind: FactKind,
    /// What stands before the colon.
    pub label: Box<str>,
    /// What stands behind the colon; empty for `-`.
    pub value: Field,
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
}

/// A table of tasks.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TaskTable {
    /// The heading that it stands below, by its place among the page's headings.
    pub heading: Option<usize>,
    /// The letters that stand for mandatory and optional, as its header says.
    pub legend: Legend,
    /// Its rows that are not empty.
    pub rows: Vec<TaskRow>,
}

impl Model {
    /// Puts places in order, and gives back the room that is not needed.
    pub(super) fn settle(&mut self) {
        self.sections.shrink_to_fit();
        self.facts.shrink_to_fit();
        self.tasks.shrink_to_fit();
        self.refreshes.shrink_to_fit();
        self.mentions.shrink_to_fit();
        self.places.sort_unstable();
        self.places.shrink_to_fit();
        self.tasks.iter_mut().for_each(|table| table.rows.shrink_to_fit());
        self.refreshes.iter_mut().for_each(|table| table.rows.shrink_to_fit());
    }

    /// The rows of all tables of tasks, each with its table.
    pub fn rows(&self) -> impl Iterator<Item = (&TaskTable, &TaskRow)> {
        self.tasks.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)))
    }

    /// The row at this place among those of all tables of tasks, and its table.
    #[must_use]
    pub fn row(&self, mut index: usize) -> Option<(&TaskTable, &TaskRow)> {
        for table in &self.tasks {
            match table.rows.get(index) {
                Some(row) => return Some((table, row)),
                None => index -= table.rows.len(),
            }
        }
        None
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
        self.rows.iter().filter(|row| self.is_whole(row))
    }

    /// Whether the cells of a row of this table are where they belong, as far as the letter for mandatory or optional tells.
    #[must_use]
    pub fn is_whole(&self, row: &TaskRow) -> bool {
        row.mandatory.is_none() || self.is_mandatory(row).is_some()
    }

    /// Whether a row of this table says that the task has to be done; `None`: it says neither.
    #[must_use]
    pub fn is_mandatory(&self, row: &TaskRow) -> Option<bool> {
        self.legend.read(&row.mandatory.as_ref()?.text)
    }
}

/// The letters that stand for mandatory and optional. `M` and `O` always do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
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
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
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

impl Hash for RefreshTable {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { heading, header: _, columns, via, rows } = self;
        (heading, columns, via, rows).hash(state);
    }
}

/// A change.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RefreshRow {
    /// When, as written; `None` where the table has no such column.
    pub date: Option<Field>,
    /// Who.
    pub who: Option<Field>,
    /// What.
    pub what: Option<Field>,
}

/// Where a task is named.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MentionPlace {
    /// In text.
    Text,
    /// In a heading.
    Heading,
    /// In what changed, which may name what is gone.
    Refresh,
}

/// How sure it is that a number is a task.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Certainty {
    /// The text calls it a task.
    Sure,
    /// It stands in a list, and the sentence speaks of tasks: it is one if there is such a task.
    Listed,
    /// What may be a name follows: it is one if it is that task's.
    Named,
}

/// A task that is named in text.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Mention {
    /// Its digits.
    pub id: Field,
    /// Where it stands.
    pub place: MentionPlace,
    /// Whether it is one at all.
    pub certainty: Certainty,
    /// Whether it is part of a link already.
    pub is_linked: bool,
    /// The sentence that it stands in, without marks, at most some 300 bytes.
    pub sentence: Arc<str>,
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
