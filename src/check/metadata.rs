//! What pages say in their front matter: keys that are needed, dates, and what contradicts the audience.

use ahash::HashSet;

use super::{Sink, short};
use crate::book::Book;
use crate::book::dates;
use crate::book::toc::{MISSING_ATTRIBUTE, UNEXPECTED_TYPE};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::page::style::{INVISIBLE_CHARACTER, is_invisible};
use crate::source::front_matter::Entry;
use crate::source::{Role, SourceFile, SourceSet};
use crate::text::Span;
use crate::text::date::Date;
use crate::text::lines::BOM;

rules! {
    DATE_FORMAT_INVALID = "date-format-invalid", Warning;
    DATE_OUT_OF_RANGE = "date-out-of-range", Warning;
    METADATA_AUDIENCE_CONFLICT = "metadata-audience-conflict", Info;
    ATTRIBUTE_DEPRECATED = "attribute-deprecated", Warning;
    ATTRIBUTE_RESERVED = "attribute-reserved", Warning;
    NULL_ARRAY_VALUE = "null-array-value", Warning;
    TITLE_BAD_LENGTH = "title-bad-length", Info, off;
    DESCRIPTION_BAD_LENGTH = "description-bad-length", Info, off;
}

/// The keys that pages need where audiences are configured and nothing else is said.
const REQUIRED: &[&str] = &["title", "description", "ms.author", "manager", "ms.date", "ms.topic", "ms.prod"];

/// How many days `ms.date` may be ahead.
const AHEAD: i64 = 30;

/// Keys that are written by whoever publishes, not by authors.
const RESERVED: &[&str] = &[
    "original_content_git_url",
    "gitcommit",
    "content_git_url",
    "updated_at",
    "depot_name",
    "fetched_at",
    "word_count",
    "site_name",
    "document_id",
    "document_version_independent_id",
];

/// Keys that have another name now.
const DEPRECATED: &[(&str, &str)] = &[("ms.component", "ms.subservice"), ("ms.technology", "ms.subservice")];

pub(super) fn check(book: &Book, today: Date, sink: &mut Sink) {
    let mut shown: HashSet<_> = HashSet::default();
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        shown.insert(page.page.file);
    }
    for file in book.sources.files().iter().filter(|file| file.role == Role::Page && shown.contains(&file.id)) {
        let mut add = |finding: Diagnostic| sink.add(finding, Some(file.id));
        required(&book.config, &book.sources, file, &mut add);
        for entry in &file.front.entries {
            if entry.value.is_null() {
                continue;
            }
            judge(entry, file, today, &mut add);
        }
        audience(&book.sources, file, &mut add);
        lengths(&book.sources, file, &mut add);
    }
}

/// Where something is missing: the line that opens the front matter, if there is one.
fn opening(file: &SourceFile) -> crate::diagnostic::Place {
    let start = file.text.len() - file.text.trim_start_matches(BOM).len();
    if file.front.body_start > start { Span::new(file.id, start..start + 3).into() } else { file.id.into() }
}

fn required(config: &Config, sources: &SourceSet, file: &SourceFile, add: &mut dyn FnMut(Diagnostic)) {
    let topic = sources.metadata_text(file, "ms.topic").unwrap_or_default().to_lowercase();
    let keys: Vec<&str> = match (config.required_by_topic.get(&topic), &config.required) {
        (Some(keys), _) | (None, Some(keys)) => keys.iter().map(String::as_str).collect(),
        (None, None) if config.audiences.is_empty() => return,
        (None, None) => REQUIRED.to_vec(),
    };
    for key in keys {
        let is_there = sources.metadata(file, key).is_some_and(|value| !value.as_str().is_some_and(|text| text.trim().is_empty()));
        if is_there {
            continue;
        }
        let finding = match file.front.get(key) {
            // It is there, and empty.
            Some(entry) => MISSING_ATTRIBUTE.at(Span::new(file.id, entry.key_range.clone()), format!("`{key}` has no value")),
            None => MISSING_ATTRIBUTE.at(opening(file), format!("the front matter has no `{key}`")),
        };
        add(finding.help(format!("add a line `{key}: …`")));
    }
}

fn judge(entry: &Entry, file: &SourceFile, today: Date, add: &mut dyn FnMut(Diagnostic)) {
    let span = Span::new(file.id, entry.range.clone());
    let key_span = Span::new(file.id, entry.key_range.clone());
    if entry.key == "ms.date" {
        date(&entry.value, span, today, add);
    }
    if matches!(entry.key.as_str(), "title" | "description") && (entry.value.is_sequence() || entry.value.is_mapping()) {
        add(UNEXPECTED_TYPE
            .at(key_span, format!("`{}` is a list, but has to be text", entry.key))
            .help("write one value, in quotes if it holds `[` or `{`"));
    }
    if entry.value.as_sequence().is_some_and(|items| items.iter().any(serde_yaml::Value::is_null)) {
        add(NULL_ARRAY_VALUE
            .at(key_span, format!("the list `{}` holds an entry without a value", entry.key))
            .help("write the value, or remove the dash"));
    }
    if let Some((_, new)) = DEPRECATED.iter().find(|(old, _)| *old == entry.key) {
        let finding = ATTRIBUTE_DEPRECATED.at(key_span, format!("`{}` has another name now", entry.key));
        add(finding.help(format!("write `{new}`")).unsafe_fix(key_span, *new));
    }
    if RESERVED.contains(&entry.key.as_str()) {
        add(ATTRIBUTE_RESERVED.at(key_span, format!("`{}` is written by whoever publishes the page", entry.key)).help("remove the line"));
    }
    let text = file.text.get(entry.range.clone()).unwrap_or_default();
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_invisible(*c)) {
        let place = Span::new(file.id, entry.range.start + at..entry.range.start + at + c.len_utf8());
        let finding = INVISIBLE_CHARACTER.at(place, format!("`{}` holds a character that nobody sees, U+{:04X}", entry.key, u32::from(c)));
        add(finding.help("remove it").fix(place, ""));
    }
}

fn date(value: &serde_yaml::Value, span: Span, today: Date, add: &mut dyn FnMut(Diagnostic)) {
    let text = value.as_str().unwrap_or_default();
    match dates::ms_date(text) {
        Some(date) if date > today.saturating_add(jiff::Span::new().days(AHEAD)) => {
            let finding = DATE_OUT_OF_RANGE.at(span, format!("`ms.date` is {date}, more than {AHEAD} days ahead"));
            add(finding.help("write the day of the last change"));
        }
        Some(_) => {}
        None => {
            let finding = DATE_FORMAT_INVALID.at(span, format!("`{}` is no date of the form `MM/DD/YYYY`", short(text)));
            let finding = finding.help("write month, day and year, such as `12/31/2025`");
            add(match rewritten(text) {
                Some(date) => finding.fix(span, date),
                None => finding,
            });
        }
    }
}

/// A date that is beyond doubt, as `ms.date` is written.
fn rewritten(text: &str) -> Option<String> {
    use crate::text::date::WrittenDate;
    let words = crate::config::Words::embedded();
    let date = match WrittenDate::read(text, &|name| words.month(name))? {
        WrittenDate::Sure(date) => date,
        // `ms.date` has the month first in all languages.
        WrittenDate::Either { month_first, .. } if text.contains('/') => month_first,
        WrittenDate::Either { .. } => return None,
    };
    Some(format!("{:02}/{:02}/{:04}", date.month(), date.day(), date.year()))
}

/// `ms.custom: internal-playbook` on a page that others read.
fn audience(sources: &SourceSet, file: &SourceFile, add: &mut dyn FnMut(Diagnostic)) {
    let Some(entry) = file.front.get("ms.custom") else { return };
    let (Some(custom), Some(members)) = (entry.value.as_str(), sources.members(file.id)) else { return };
    let audiences = sources.audiences();
    let words: Vec<String> = custom.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    let named: Vec<usize> = words.iter().filter_map(|word| audiences.index(word)).collect();
    let others = (0..audiences.list().len()).any(|index| members.holds(index) && !named.contains(&index));
    if !named.is_empty() && others {
        let finding = METADATA_AUDIENCE_CONFLICT
            .at(Span::new(file.id, entry.range.clone()), format!("`{}` contradicts the audience of the page", short(custom)));
        add(finding.help("correct the one that is wrong; only the audience decides who sees the page"));
    }
}

fn lengths(sources: &SourceSet, file: &SourceFile, add: &mut dyn FnMut(Diagnostic)) {
    let suffix = sources.metadata_text(file, "titleSuffix").map_or(0, |suffix| suffix.chars().count() + 3);
    for (key, rule, good, more) in [("title", &TITLE_BAD_LENGTH, 30..=65, suffix), ("description", &DESCRIPTION_BAD_LENGTH, 75..=300, 0)] {
        let Some(entry) = file.front.get(key) else { continue };
        let Some(text) = entry.value.as_str().filter(|text| !text.trim().is_empty()) else { continue };
        let count = text.trim().chars().count() + more;
        if !good.contains(&count) {
            let finding = rule.at(Span::new(file.id, entry.range.clone()), format!("the {key} has {count} characters"));
            add(finding.help(format!("{} to {} characters are shown whole in search results", good.start(), good.end())));
        }
    }
}
