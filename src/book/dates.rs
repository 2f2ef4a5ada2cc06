//! The dates of refresh summaries: whether `8/10/2025` is in August or in October, other dates on the page, in its folder and its language tell.

use ahash::HashMap;

use super::EditionPage;
use crate::config::{DateOrder, Words};
use crate::markdown::IncludeIndex;
use crate::page::model::{Field, RefreshTable};
use crate::source::SourceFile;
use crate::text::date::{Date, WrittenDate};
use crate::text::path::RelPath;

/// How dates are written, as far as numbers above 12 tell.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Told {
    day_first: bool,
    month_first: bool,
}

impl Told {
    fn of<'d>(dates: impl Iterator<Item = &'d Field>) -> Self {
        let mut told = Self::default();
        for field in dates {
            match WrittenDate::tells(&field.text) {
                Some(true) => told.day_first = true,
                Some(false) => told.month_first = true,
                None => {}
            }
        }
        told
    }

    fn and(self, other: Self) -> Self {
        Self { day_first: self.day_first || other.day_first, month_first: self.month_first || other.month_first }
    }

    /// Whether the day is first; `None` where nothing tells, or both are there.
    fn is_day_first(self) -> Option<bool> {
        (self.day_first != self.month_first).then_some(self.day_first)
    }

    fn is_mixed(self) -> bool {
        self.day_first && self.month_first
    }
}

/// How the dates of a set of pages are read.
pub struct Dates<'b> {
    words: &'b Words,
    by_folder: HashMap<(RelPath, &'b str), Told>,
}

/// How the dates of a table are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DateReading {
    /// Whether the day comes before the month.
    pub is_day_first: bool,
    /// Whether that is a guess.
    pub is_doubtful: bool,
}

fn dates(table: &RefreshTable) -> impl Iterator<Item = &Field> {
    table.rows.iter().filter_map(|row| row.date.as_ref())
}

impl<'b> Dates<'b> {
    /// Looks how the pages write dates. Pages of other editions have no say.
    #[must_use]
    pub fn of(words: &'b Words, pages: impl IntoIterator<Item = &'b EditionPage>) -> Self {
        let mut by_folder: HashMap<(RelPath, &str), Told> = HashMap::default();
        for page in pages {
            let told = Told::of(page.page.model.refreshes.iter().flat_map(dates));
            let all = by_folder.entry((page.published.parent(), &page.language)).or_default();
            *all = all.and(told);
        }
        Self { words, by_folder }
    }

    /// How the dates of a table of a page are to be read.
    #[must_use]
    pub fn reading(&self, page: &'b EditionPage, table: &RefreshTable) -> DateReading {
        let folder = self.by_folder.get(&(page.published.parent(), &*page.language)).copied().unwrap_or_default();
        let of_language = self.words.order(&page.language).map(|order| order == DateOrder::DayFirst);
        let own = Told::of(dates(table));
        let told = own.is_day_first().or_else(|| if own.is_mixed() { None } else { folder.is_day_first() });
        DateReading {
            is_day_first: told.or(of_language).unwrap_or(false),
            is_doubtful: told.is_none() && (own.is_mixed() || folder.is_mixed() || of_language.is_none()),
        }
    }

    /// The date of a cell; `None`: it is none.
    #[must_use]
    pub fn read(&self, field: &Field, reading: DateReading) -> Option<Date> {
        Some(self.written(field)?.with(reading.is_day_first))
    }

    /// What a cell says as a date.
    #[must_use]
    pub fn written(&self, field: &Field) -> Option<WrittenDate> {
        WrittenDate::read(&field.text, &|name| self.words.month(name))
    }

    /// When a page last changed: the newest row of its own refresh summaries, else `ms.date`.
    #[must_use]
    pub fn last_change(&self, page: &'b EditionPage, file: &SourceFile) -> Option<Date> {
        let own = page.page.model.refreshes.iter().filter(|table| table.via == IncludeIndex::default());
        let rows = own.flat_map(|table| {
            let reading = self.reading(page, table);
            dates(table).filter_map(move |field| self.read(field, reading))
        });
        rows.max().or_else(|| {
            let text = file.front.text("ms.date")?;
            ms_date(&text).or_else(|| Some(WrittenDate::read(&text, &|name| self.words.month(name))?.with(false)))
        })
    }
}

/// A date as `ms.date` is written: month, day and year of four digits, with slashes.
#[must_use]
pub fn ms_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('/');
    let mut number = |digits: std::ops::RangeInclusive<usize>| {
        let part = parts.next()?;
        (digits.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let (month, day, year) = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
    if parts.next().is_some() || year < 1900 {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
