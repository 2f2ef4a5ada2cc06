//! The words that the model of a playbook is read by: labels, names of sections, headers of tables, in the languages of the packs. All packs hold
//! for every page; only the order of dates depends on a page's language.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ahash::HashMap;
use serde::Deserialize;

/// What a line such as `Phase: **Assess**` says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// When the work is done.
    Phase,
    /// Why it is done.
    Motions,
    /// Who does it.
    Role,
    /// What it is about.
    Services,
    /// Who is responsible for the text.
    Owner,
    /// Whom the text is for.
    Audience,
}

/// What a section is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionKind {
    /// What the process is.
    Overview,
    /// What it is for.
    Objectives,
    /// How it is done, step by step.
    Approach,
    /// What it needs.
    Inputs,
    /// What comes of it.
    Outputs,
    /// What follows.
    NextSteps,
    /// When it changed.
    Refresh,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// The ID of a task.
    TaskId,
    /// What the task is called.
    TaskName,
    /// Whether it has to be done.
    Mandatory,
    /// Who does it.
    Role,
    /// What it is about.
    Services,
    /// When something changed.
    Date,
    /// Who changed it.
    Who,
    /// What changed.
    What,
    /// What else there is to say.
    Notes,
}

/// How a date of three numbers is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `12/31/2025`
    MonthFirst,
    /// `31.12.2025`
    DayFirst,
    /// `2025/12/31`
    YearFirst,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    id: String,
    dates: DateOrder,
    months: Vec<String>,
    facts: BTreeMap<FactKind, Vec<String>>,
    sections: BTreeMap<SectionKind, Vec<String>>,
    columns: BTreeMap<Column, Vec<String>>,
    mentions: Mentions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mentions {
    words: Vec<String>,
    and: Vec<String>,
}

static PACKS: [&str; 6] = [
    include_str!("packs/en.toml"),
    include_str!("packs/de.toml"),
    include_str!("packs/ja.toml"),
    include_str!("packs/pt.toml"),
    include_str!("packs/zh.toml"),
    include_str!("packs/es.toml"),
];

/// The words of all packs, ready to be looked up.
#[derive(PartialEq, Eq, Debug)]
pub struct Words {
    facts: HashMap<String, FactKind>,
    sections: HashMap<String, SectionKind>,
    columns: HashMap<String, Column>,
    months: HashMap<String, u8>,
    orders: HashMap<String, DateOrder>,
    /// What stands before the number of a task, in lower case: `task`.
    pub mentions: Vec<String>,
    /// What stands between two numbers of tasks, in lower case: `and`.
    pub and: Vec<String>,
}

/// A text as words are compared by: its letters and digits in lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Words {
    /// The words of the packs that playpress has.
    ///
    /// # Panics
    /// Where a pack of playpress is broken, which its tests find.
    #[must_use]
    pub fn embedded() -> Arc<Self> {
        static WORDS: OnceLock<Arc<Words>> = OnceLock::new();
        WORDS.get_or_init(|| Arc::new(Self::of(PACKS.iter().map(|pack| toml::from_str(pack).expect("an embedded pack is valid"))))).clone()
    }

    fn of(packs: impl Iterator<Item = Pack>) -> Self {
        let mut words = Self {
            facts: HashMap::default(),
            sections: HashMap::default(),
            columns: HashMap::default(),
            months: HashMap::default(),
            orders: HashMap::default(),
            mentions: Vec::new(),
            and: Vec::new(),
        };
        for pack in packs {
            // Where two languages have one word for two things, the first pack wins.
            add(&mut words.facts, pack.facts);
            add(&mut words.sections, pack.sections);
            add(&mut words.columns, pack.columns);
            words.orders.insert(pack.id, pack.dates);
            words.mentions.extend(pack.mentions.words.iter().map(|word| word.to_lowercase()));
            words.and.extend(pack.mentions.and.iter().map(|word| word.to_lowercase()));
            for (number, names) in (1..).zip(&pack.months) {
                for name in names.split(' ') {
                    words.months.entry(folded(name)).or_insert(number);
                }
            }
        }
        // Longer words first: `tasks` before `task`.
        words.mentions.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.mentions.dedup();
        words
    }

    /// What a label says.
    #[must_use]
    pub fn fact(&self, label: &str) -> Option<FactKind> {
        self.facts.get(&folded(label)).copied()
    }

    /// What a section of this heading is.
    #[must_use]
    pub fn section(&self, heading: &str) -> Option<SectionKind> {
        self.sections.get(&folded(heading)).copied()
    }

    /// What a column of this header holds.
    #[must_use]
    pub fn column(&self, header: &str) -> Option<Column> {
        self.columns.get(&folded(header)).copied()
    }

    /// What a column is called, folded, in no order.
    pub fn names_of(&self, column: Column) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(move |(_, known)| **known == column).map(|(name, _)| name.as_str())
    }

    /// The month of this name, 1 to 12.
    #[must_use]
    pub fn month(&self, name: &str) -> Option<u8> {
        self.months.get(&folded(name)).copied()
    }

    /// How dates are written in a language, by its BCP 47 tag; `None`: no pack says.
    #[must_use]
    pub fn order(&self, language: &str) -> Option<DateOrder> {
        let primary = language.split('-').next().unwrap_or_default().to_lowercase();
        self.orders.get(&primary).copied()
    }
}

fn add<K: Copy>(all: &mut HashMap<String, K>, words: BTreeMap<K, Vec<String>>) {
    for (kind, names) in words {
        for name in names {
            all.entry(folded(&name)).or_insert(kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_each_language_however_they_are_written() {
        let words = Words::embedded();
        for (header, column) in [
            ("Task ID", Column::TaskId),
            ("task  id:", Column::TaskId),
            ("タスクID", Column::TaskId),
            ("Aufgaben ID", Column::TaskId),
            ("Id.de tarea", Column::TaskId),
            ("ID da Tarefa", Column::TaskId),
            ("任务 ID", Column::TaskId),
            ("日付", Column::Date),
            ("O Que Mudou", Column::What),
        ] {
            assert_eq!(words.column(header), Some(column), "{header}");
        }
        assert_eq!(words.fact("Primäre Rolle(n)"), Some(FactKind::Role));
        assert_eq!(words.section("Resumo de Atualização"), Some(SectionKind::Refresh));
        assert_eq!((words.month("Sept"), words.month("März"), words.month("13")), (Some(9), Some(3), None));
        assert_eq!((words.order("pt-BR"), words.order("fr")), (Some(DateOrder::DayFirst), None));
    }

    #[test]
    fn no_language_gives_one_word_two_meanings() {
        let mut meanings: HashMap<(String, String), Column> = HashMap::default();
        for pack in PACKS {
            let pack: Pack = toml::from_str(pack).expect("valid");
            for (column, names) in pack.columns {
                for name in names {
                    let before = meanings.insert((pack.id.clone(), folded(&name)), column);
                    assert!(before.is_none_or(|before| before == column), "{}: {name}", pack.id);
                }
            }
        }
    }
}
