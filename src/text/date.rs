//! Dates as people write them in tables: `12/31/2025`, `31.12.2025`, `2025/12/31`, `2025 年 12 月 31 日`, `31 Dec 2025`.

pub use jiff::civil::Date;

/// What a text says as a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WrittenDate {
    /// This day.
    Sure(Date),
    /// One of these, as day and month are both at most 12.
    Either {
        /// The month is written first.
        month_first: Date,
        /// The day is.
        day_first: Date,
    },
}

impl WrittenDate {
    /// The date if the month is written first, or if the day is.
    #[must_use]
    pub fn with(self, is_day_first: bool) -> Date {
        match self {
            Self::Sure(date) => date,
            Self::Either { day_first, .. } if is_day_first => day_first,
            Self::Either { month_first, .. } => month_first,
        }
    }

    /// Reads a text; `month` knows the names of months. `None`: it is no date.
    #[must_use]
    pub fn read(text: &str, month: &dyn Fn(&str) -> Option<u8>) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '*'));
        numbers(text).or_else(|| eastern(text)).or_else(|| named(text, month))
    }

    /// Whether day and month are told apart by the numbers themselves, and how: `Some(true)` is day first.
    #[must_use]
    pub fn tells(text: &str) -> Option<bool> {
        let (first, second, _) = slashed(text.trim())?;
        match (number(first, 2)?, number(second, 2)?) {
            (13.., 1..=12) => Some(true),
            (1..=12, 13..) => Some(false),
            _ => None,
        }
    }
}

/// The day, if there is such a day from 1900 to 2199.
fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = if (1900..2200).contains(&year) { i16::try_from(year).ok()? } else { return None };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number of at most `digits` digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() || text.len() > digits || !text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// A year of four digits, or of two.
fn year(text: &str) -> Option<u32> {
    let text = text.trim();
    match text.len() {
        4 => number(text, 4),
        2 => Some(2000 + number(text, 2)?),
        _ => None,
    }
}

fn slashed(text: &str) -> Option<(&str, &str, &str)> {
    let sign = ['/', '.', '-'].into_iter().find(|sign| text.contains(*sign))?;
    let mut parts = text.split(sign);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some((first, second, third))
}

fn numbers(text: &str) -> Option<WrittenDate> {
    let (first, second, third) = slashed(text)?;
    if first.trim().len() == 4 {
        return date(number(first, 4)?, number(second, 2)?, number(third, 2)?).map(WrittenDate::Sure);
    }
    let (a, b, year) = (number(first, 2)?, number(second, 2)?, year(third)?);
    let (month_first, day_first) = (date(year, a, b), date(year, b, a));
    match (month_first, day_first) {
        // A point is only written behind the day.
        (_, Some(day_first)) if text.contains('.') => Some(WrittenDate::Sure(day_first)),
        (Some(month_first), Some(day_first)) if month_first != day_first => Some(WrittenDate::Either { month_first, day_first }),
        (Some(only), _) | (None, Some(only)) => Some(WrittenDate::Sure(only)),
        (None, None) => None,
    }
}

fn eastern(text: &str) -> Option<WrittenDate> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.trim().strip_suffix('日').or_else(|| rest.trim().strip_suffix('号'))?;
    date(number(year, 4)?, number(month, 2)?, number(day, 2)?).map(WrittenDate::Sure)
}

fn named(text: &str, month: &dyn Fn(&str) -> Option<u8>) -> Option<WrittenDate> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '/'))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| !word.is_empty() && *word != "de")
        .collect();
    let [a, b, c] = words.as_slice() else { return None };
    let day = |text: &str| number(text.trim_end_matches(|c: char| c.is_alphabetic()), 2);
    let (month, day, year) = match (month(a), month(b)) {
        (Some(month), _) => (month, day(b)?, year(c)?),
        (None, Some(month)) => (month, day(a)?, year(c)?),
        (None, None) => return None,
    };
    date(year, u32::from(month), day).map(WrittenDate::Sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_forms_and_nothing_else_is() {
        let month = |name: &str| ["jan", "feb", "mar", "enero"].iter().position(|known| known.eq_ignore_ascii_case(name)).map(|at| [1, 2, 3, 1][at]);
        let sure = |year, month, day| Some(WrittenDate::Sure(Date::constant(year, month, day)));
        let either = |year, a, b| Some(WrittenDate::Either { month_first: Date::constant(year, a, b), day_first: Date::constant(year, b, a) });
        for (text, expected) in [
            ("12/31/2019", sure(2019, 12, 31)),
            ("31/12/2019", sure(2019, 12, 31)),
            ("8/10/2019", either(2019, 8, 10)),
            (" 08/10/19\u{a0}", either(2019, 8, 10)),
            ("8/8/2019", sure(2019, 8, 8)),
            ("01.02.2020", sure(2020, 2, 1)),
            ("2020/2/1", sure(2020, 2, 1)),
            ("2020-02-01", sure(2020, 2, 1)),
            ("2020 年 2 月 1 日", sure(2020, 2, 1)),
            ("31 Jan 2020", sure(2020, 1, 31)),
            ("Jan 31, 2020", sure(2020, 1, 31)),
            ("31 de enero de 2020", sure(2020, 1, 31)),
            ("10/018/2019", None),
            ("018/10/2019", None),
            ("2/30/2019", None),
            ("/2019 年 1 月", None),
            ("0/1/2019", None),
            ("1/1/0000", None),
            ("1/1/99999", None),
            ("1/1/019", None),
            ("TBD", None),
            ("", None),
            ("1/2", None),
            ("1/2/3/4", None),
            ("１/２/2020", None),
        ] {
            assert_eq!(WrittenDate::read(text, &month), expected, "{text}");
        }
        assert_eq!(
            (WrittenDate::tells("13/1/2020"), WrittenDate::tells("1/13/2020"), WrittenDate::tells("1/2/2020")),
            (Some(true), Some(false), None)
        );
    }
}
