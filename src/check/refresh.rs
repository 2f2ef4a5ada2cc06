//! Refresh summaries: that they are there, what their rows say, and whether `ms.date` agrees with them.

use std::collections::BTreeSet;

use ahash::HashSet;

use super::{Sink, at_field, short};
use crate::book::dates::{self, DateReading, Dates};
use crate::book::{Book, EditionPage};
use crate::config::{Column, SectionKind, Words};
use crate::diagnostic::{Diagnostic, Fix, TextEdit};
use crate::markdown::{IncludeIndex, include_chain};
use crate::page::Page;
use crate::page::model::{Certainty, Field, MentionPlace, RefreshRow, RefreshTable};
use crate::source::SourceSet;
use crate::text::Span;
use crate::text::date::{Date, WrittenDate};

rules! {
    REFRESH_SUMMARY_MISSING = "refresh-summary-missing", Warning;
    REFRESH_SUMMARY_MALFORMED = "refresh-summary-malformed", Warning;
    REFRESH_SUMMARY_ORDER = "refresh-summary-order", Warning;
    REFRESH_DATE_INVALID = "refresh-date-invalid", Error;
    REFRESH_DATE_AMBIGUOUS = "refresh-date-ambiguous", Info;
    REFRESH_DATE_FUTURE = "refresh-date-future", Warning;
    REFRESH_ROW_BEFORE_CREATION = "refresh-row-before-creation", Info;
    REFRESH_TASK_MISMATCH = "refresh-task-mismatch", Warning;
    MS_DATE_STALE = "ms-date-stale", Info;
    MS_DATE_AHEAD = "ms-date-ahead", Info;
}

/// The topics of pages that partners read with a refresh summary, where nothing is configured.
const TOPICS: &[&str] = &["playbook", "partner-playbook"];

/// The date of a row.
struct Dated<'p> {
    /// Its place among the rows of its table.
    index: usize,
    row: &'p RefreshRow,
    field: &'p Field,
    date: Date,
}

pub(super) fn check(book: &Book, today: Date, sink: &mut Sink) {
    let words = Words::embedded();
    let mut seen = HashSet::default();
    let pages: Vec<&EditionPage> = book.editions.iter().flat_map(|edition| &edition.pages).filter(|page| seen.insert(page.page.file)).collect();
    let dates = Dates::of(&words, pages.iter().copied());
    for placed in pages {
        Reading { sources: &book.sources, page: &placed.page, placed, words: &words, dates: &dates, today }.check(sink);
    }
    missing(book, sink);
}

/// A page that is read.
struct Reading<'b> {
    sources: &'b SourceSet,
    page: &'b Page,
    placed: &'b EditionPage,
    words: &'b Words,
    dates: &'b Dates<'b>,
    today: Date,
}

impl Reading<'_> {
    fn check(&self, sink: &mut Sink) {
        let Self { page, .. } = self;
        let mut newest: Option<Date> = None;
        let mut is_sure = true;
        for table in &page.model.refreshes {
            if !table.columns.contains(&Some(Column::Date)) {
                let finding = REFRESH_SUMMARY_MALFORMED.at(table.header, "the table of changes has no column of dates");
                let finding = finding.help("begin the header row with `Date`, as in `| Date | Who Changed | What Changed |`");
                sink.add(finding.included_from(include_chain(&page.includes, table.via)), Some(page.file));
                is_sure = false;
                continue;
            }
            let (dated, all_read) = self.dated(table, sink);
            is_sure &= all_read;
            self.order(table, &dated, all_read, sink);
            self.creation(&dated, sink);
            // What comes in from elsewhere is no change of this page.
            if table.via == IncludeIndex::default() {
                newest = newest.into_iter().chain(dated.iter().map(|dated| dated.date)).max();
                self.tasks(&dated, sink);
            }
        }
        self.headings(sink);
        if let (Some(newest), true) = (newest, is_sure) {
            self.ms_date(newest, sink);
        }
    }

    /// The rows with their dates; and whether all have one.
    fn dated<'t>(&self, table: &'t RefreshTable, sink: &mut Sink) -> (Vec<Dated<'t>>, bool) {
        let DateReading { is_day_first, is_doubtful } = self.dates.reading(self.placed, table);
        let mut all = Vec::new();
        let mut all_read = true;
        for (index, row) in table.rows.iter().enumerate() {
            let Some(field) = &row.date else { continue };
            if self.sources.file(field.span.file).is_some_and(|file| file.is_in_conflict(field.span.start as usize)) {
                all_read = false;
                continue;
            }
            let Some(written) = self.dates.written(field) else {
                all_read = false;
                sink.add(self.no_date(field, is_day_first), Some(self.page.file));
                continue;
            };
            if let WrittenDate::Either { month_first, day_first } = written
                && is_doubtful
            {
                let message = format!("`{}` may be {month_first} or {day_first}: other dates here are written both ways", short(&field.text));
                let finding = at_field(&REFRESH_DATE_AMBIGUOUS, self.page, field, message);
                sink.add(finding.help("write the month by its name, or the year first"), Some(self.page.file));
            }
            let date = written.with(is_day_first);
            if date > self.today.saturating_add(jiff::Span::new().days(1)) {
                let message = format!("`{}` is in the future", short(&field.text));
                let finding = at_field(&REFRESH_DATE_FUTURE, self.page, field, message);
                sink.add(finding.help("write the day on which the page was changed"), Some(self.page.file));
            }
            all.push(Dated { index, row, field, date });
        }
        (all, all_read)
    }

    fn no_date(&self, field: &Field, is_day_first: bool) -> Diagnostic {
        let form = if is_day_first { "31/12/2025" } else { "12/31/2025" };
        let message = if field.text.is_empty() { "this row has no date".to_owned() } else { format!("`{}` is no date", short(&field.text)) };
        let finding = at_field(&REFRESH_DATE_INVALID, self.page, field, message).help(format!("write it like `{form}`"));
        // `10/018/2019`: a digit too many.
        let parts: Vec<String> =
            field.text.split('/').map(|part| if part.len() == 3 { part.trim_start_matches('0').to_owned() } else { part.to_owned() }).collect();
        let mended = parts.join("/");
        match WrittenDate::read(&mended, &|name| self.words.month(name)) {
            Some(_) if mended != *field.text && super::is_as_written(self.sources, field) => finding.unsafe_fix(field.span, mended),
            _ => finding,
        }
    }

    /// Newest first; a table that goes the other way as a whole is one fault.
    fn order(&self, table: &RefreshTable, dated: &[Dated<'_>], all_read: bool, sink: &mut Sink) {
        // A row without a date between two says nothing of their order.
        let is_newer = |pair: &&[Dated<'_>]| pair[1].date > pair[0].date && pair[1].index == pair[0].index + 1;
        let newer: Vec<&Dated<'_>> = dated.windows(2).filter(is_newer).map(|pair| &pair[1]).collect();
        let Some(first) = newer.first() else { return };
        let is_ascending = dated.len() > 2 && dated.windows(2).all(|pair| pair[1].date >= pair[0].date);
        let fix = if all_read { self.sorted(table, dated) } else { None };
        let with_fix = |finding: Diagnostic| match &fix {
            Some(fix) => finding.mended_by(fix.clone()),
            None => finding,
        };
        if is_ascending {
            let finding = at_field(&REFRESH_SUMMARY_ORDER, self.page, first.field, "the rows stand oldest first");
            sink.add(with_fix(finding.help("put the newest row at the top: readers look there for what is new")), Some(self.page.file));
            return;
        }
        for dated in newer {
            let message = format!("`{}` is newer than the row above", short(&dated.field.text));
            let finding = at_field(&REFRESH_SUMMARY_ORDER, self.page, dated.field, message);
            sink.add(with_fix(finding.help("put the newest row at the top")), Some(self.page.file));
        }
    }

    /// The rows in their order, each a line of one file.
    fn sorted(&self, table: &RefreshTable, dated: &[Dated<'_>]) -> Option<Fix> {
        let file = self.sources.file(dated.first()?.field.span.file)?;
        let line = |field: &Field| {
            let at = field.span.range();
            let start = file.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
            let end = file.text[at.end..].find('\n').map_or(file.text.len(), |end| at.end + end);
            let end = end - usize::from(file.text[..end].ends_with('\r'));
            start..end
        };
        if table.rows.len() != dated.len() || dated.iter().any(|dated| dated.field.span.file != file.id) {
            return None;
        }
        let lines: Vec<std::ops::Range<usize>> = dated.iter().map(|dated| line(dated.field)).collect();
        if lines.iter().collect::<HashSet<_>>().len() != lines.len() {
            return None;
        }
        let mut order: Vec<usize> = (0..dated.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(dated[*index].date));
        let edits = order.iter().enumerate().filter(|(to, from)| to != *from);
        let edits =
            edits.map(|(to, from)| TextEdit { span: Span::new(file.id, lines[to].clone()), text: file.text[lines[*from].clone()].to_owned() });
        Some(Fix { is_safe: true, edits: edits.collect() })
    }

    /// A row that is older than the one that tells of the page's beginning.
    fn creation(&self, dated: &[Dated<'_>], sink: &mut Sink) {
        let says_so = |dated: &&Dated<'_>| {
            let what = dated.row.what.as_ref().map(|what| what.text.to_lowercase()).unwrap_or_default();
            let begins = [
                "created",
                "creation",
                "initial version",
                "initial release",
                "new page",
                "page added",
                "erstellt",
                "neue seite",
                "新規作成",
                "criada",
                "criado",
                "creada",
                "creado",
                "新建",
                "已创建",
            ];
            let is_page =
                ["page", "playbook", "document", "content", "article", "seite", "ページ", "página", "页"].iter().any(|word| what.contains(word));
            let words = what.split_whitespace().count();
            begins.iter().any(|word| what.contains(word)) && (words <= 2 || (is_page && words <= 5))
        };
        let Some(created) = dated.iter().find(says_so) else { return };
        for earlier in dated.iter().filter(|dated| dated.date < created.date) {
            let message = format!("`{}` is before the page was created on {}", short(&earlier.field.text), created.date);
            let finding = at_field(&REFRESH_ROW_BEFORE_CREATION, self.page, earlier.field, message);
            sink.add(finding.help("look which of the two dates is wrong"), Some(self.page.file));
        }
    }

    /// What the newest row says of tasks, against the tables.
    fn tasks(&self, dated: &[Dated<'_>], sink: &mut Sink) {
        let Some(what) = dated.iter().max_by_key(|dated| dated.date).and_then(|dated| dated.row.what.as_ref()) else { return };
        let has_tables = !self.page.model.tasks.is_empty();
        let ids: BTreeSet<&str> = self.page.model.tasks.iter().flat_map(|table| &table.rows).map(|row| &*row.id.text).collect();
        let inside = |field: &Field| field.span.file == what.span.file && what.span.start <= field.span.start && field.span.end <= what.span.end;
        let Some(text) = self.sources.file(what.span.file).and_then(|file| file.text.get(what.span.range())) else { return };
        let mentions = self
            .page
            .model
            .mentions
            .iter()
            .filter(|mention| mention.place == MentionPlace::Refresh && mention.certainty == Certainty::Sure && inside(&mention.id));
        for mention in mentions.filter(|_| has_tables) {
            let before = &text[..(mention.id.span.start - what.span.start) as usize];
            let is_there = ids.contains(&*mention.id.text);
            let id = short(&mention.id.text);
            let finding = match (verb(before, self.words), is_there) {
                (Some(Verb::Added), false) => at_field(
                    &REFRESH_TASK_MISMATCH,
                    self.page,
                    &mention.id,
                    format!("task `{id}` was added, says the newest row, but is in no table of this page"),
                )
                .help("add the task to the table that it belongs to, or correct the row"),
                (Some(Verb::Removed), true) => at_field(
                    &REFRESH_TASK_MISMATCH,
                    self.page,
                    &mention.id,
                    format!("task `{id}` was removed, says the newest row, but is still in a table of this page"),
                )
                .help("remove the task from the table, or correct the row"),
                _ => continue,
            };
            sink.add(finding, Some(self.page.file));
        }
    }

    /// Headings of a summary below which there is none.
    fn headings(&self, sink: &mut Sink) {
        for (index, heading) in self.page.headings.iter().enumerate().skip(1) {
            if self.page.model.sections.get(index) != Some(&Some(SectionKind::Refresh)) {
                continue;
            }
            let is_open = |at: usize| self.page.headings[index + 1..=at].iter().all(|below| below.level > heading.level);
            let has_table = self.page.model.refreshes.iter().filter_map(|table| table.heading).any(|at| at >= index && is_open(at));
            if !has_table {
                let finding = REFRESH_SUMMARY_MALFORMED.at(heading.span, "below this heading stands no table of changes");
                let finding = finding.help("add a table with the header row `| Date | Who Changed | What Changed |`");
                sink.add(finding.included_from(include_chain(&self.page.includes, heading.via)), Some(self.page.file));
            }
        }
    }

    fn ms_date(&self, newest: Date, sink: &mut Sink) {
        let Some(front) = self.sources.file(self.page.file).map(|file| &file.front) else { return };
        // Of two dates nobody knows which is meant: that is said at the second.
        let mut entries = front.entries.iter().filter(|entry| entry.key == "ms.date");
        let (Some(entry), None) = (entries.next(), entries.next()) else { return };
        let Some(written) = entry.value.as_str().and_then(dates::ms_date) else { return };
        let span = Span::new(self.page.file, entry.range.clone());
        if written < newest {
            let is_padded = entry.value.as_str().is_none_or(|value| value.trim().len() == 10);
            let text = if is_padded {
                format!("{:02}/{:02}/{:04}", newest.month(), newest.day(), newest.year())
            } else {
                format!("{}/{}/{}", newest.month(), newest.day(), newest.year())
            };
            let finding = MS_DATE_STALE.at(span, format!("`ms.date` is {written}, but the newest row of the refresh summary is of {newest}"));
            sink.add(finding.help(format!("write `{text}`")).fix(span, text), Some(self.page.file));
        } else if written > newest {
            let finding = MS_DATE_AHEAD.at(span, format!("`ms.date` is {written}, but the newest row of the refresh summary is of {newest}"));
            sink.add(finding.help("add a row that says what changed, or write the date of the newest one"), Some(self.page.file));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Added,
    Removed,
}

/// What the words before a task's number say was done to the task itself; `None` where that is not beyond doubt.
fn verb(before: &str, words: &Words) -> Option<Verb> {
    let lower = before.to_lowercase();
    let clause = lower.rsplit(['.', ';', '\n', '(', '<', '。', '；']).next().unwrap_or_default();
    let mut found = None;
    let parts: Vec<&str> = clause.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    for word in &parts {
        let is_task = words.mentions.iter().any(|task| task == word);
        let is_filler = matches!(
            *word,
            "new"
                | "the"
                | "a"
                | "following"
                | "mandatory"
                | "optional"
                | "ftop"
                | "id"
                | "ids"
                | "and"
                | "neue"
                | "neuen"
                | "nueva"
                | "nuevas"
                | "la"
                | "las"
                | "y"
                | "e"
                | "und"
                | "a_s"
        );
        found = match (*word, found) {
            ("added" | "hinzugefügt" | "añadida" | "añadidas" | "adicionada" | "adicionadas", _) => Some(Verb::Added),
            ("removed" | "deleted" | "deprecated" | "entfernt" | "eliminada" | "eliminadas" | "removida" | "removidas", _) => Some(Verb::Removed),
            (_, found) if is_task || is_filler => found,
            _ => None,
        };
    }
    found
}

/// Pages that need a summary and have none.
fn missing(book: &Book, sink: &mut Sink) {
    for (index, edition) in book.editions.iter().enumerate() {
        for page in &edition.pages {
            let page = &page.page;
            let has = |kind: SectionKind| page.model.sections.contains(&Some(kind));
            if !page.model.refreshes.is_empty() || has(SectionKind::Refresh) {
                continue;
            }
            let topic = book.sources.file(page.file).and_then(|file| book.sources.metadata_text(file, "ms.topic")).unwrap_or_default().to_lowercase();
            let is_wanted = match &book.config.refresh_topics {
                Some(topics) => topics.contains(&topic),
                None if edition.name() == Some("partner") && TOPICS.contains(&topic.as_str()) => true,
                None => has(SectionKind::Overview) && has(SectionKind::Objectives) && has(SectionKind::Approach),
            };
            if is_wanted {
                let finding = REFRESH_SUMMARY_MISSING.at(page.file, "the page has no refresh summary, so nobody sees what changed and when");
                let help = "end it with a heading `## Refresh Summary` and a table `| Date | Who Changed | What Changed |`";
                sink.add_of(finding.help(help), page.file, index);
            }
        }
    }
}
