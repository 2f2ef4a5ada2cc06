//! Tasks: what their tables say, whether all places say the same of one, and which tasks a text may name.

use std::collections::{BTreeMap, BTreeSet};

use ahash::{HashMap, HashSet};

use super::{Sink, at_field, short};
use crate::book::catalog::defined;
use crate::book::collections::collection_of;
use crate::book::vocabulary::{Terms, Vocabulary};
use crate::book::{Book, EditionPage};
use crate::config::folded;
use crate::diagnostic::{Diagnostic, RuleMeta};
use crate::page::Page;
use crate::page::model::{Certainty, Field, Legend, MentionPlace, TaskRow};
use crate::page::style::{INVISIBLE_CHARACTER, is_invisible};
use crate::source::SourceSet;
use crate::text::Span;

rules! {
    TASK_ID_DUPLICATE = "task-id-duplicate", Error;
    TASK_ID_INVALID = "task-id-invalid", Warning;
    TASK_MANDATORY_INVALID = "task-mandatory-invalid", Error;
    TASK_NAME_DRIFT = "task-name-drift", Warning;
    TASK_MANDATORY_DRIFT = "task-mandatory-drift", Warning;
    TASK_ROLE_DRIFT = "task-role-drift", Warning;
    TASK_SERVICE_DRIFT = "task-service-drift", Warning;
    TASK_ROLE_UNKNOWN = "task-role-unknown", Warning;
    TASK_SERVICE_UNKNOWN = "task-service-unknown", Warning;
    TASK_ID_UNKNOWN = "task-id-unknown", Warning;
    TASK_DEFINITION_MISSING = "task-definition-missing", Info;
    TASK_DEFINITION_UNUSED = "task-definition-unused", Info;
    TASK_DEFINITION_NAME_DRIFT = "task-definition-name-drift", Info;
}

/// A row of a task, with what is known of it.
pub(super) struct Row<'b> {
    pub(super) page: &'b Page,
    pub(super) cells: &'b TaskRow,
    pub(super) legend: Legend,
    /// It stands there a second time in its table, or in a merge conflict.
    is_void: bool,
}

impl Row<'_> {
    /// Whether the row says that the task has to be done; `None` where it says neither.
    pub(super) fn is_mandatory(&self) -> Option<bool> {
        self.legend.read(visible(&self.cells.mandatory.as_ref()?.text).as_ref())
    }

    /// The cells behind the letter are where they do not belong.
    pub(super) fn is_shifted(&self) -> bool {
        self.cells.mandatory.is_some() && self.is_mandatory().is_none()
    }

    /// What a cell with several names means; `None` where one is not known.
    pub(super) fn meanings<'t>(field: Option<&Field>, terms: &'t Terms) -> Option<BTreeSet<&'t str>> {
        let field = field?;
        terms.names(&field.text).into_iter().map(|name| terms.meaning(name).filter(|_| terms.judge(name).is_none())).collect()
    }
}

/// A text without what nobody sees.
fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(is_invisible) { text.replace(is_invisible, "").into() } else { text.into() }
}

/// The rows of a page, and those that are in vain.
pub(super) fn rows<'b>(sources: &SourceSet, page: &'b Page) -> Vec<Row<'b>> {
    let mut all = Vec::new();
    for table in &page.model.tasks {
        let mut ids = HashSet::default();
        for row in &table.rows {
            let is_in_conflict = sources.file(row.id.span.file).is_some_and(|file| file.is_in_conflict(row.id.span.start as usize));
            let is_second = !is_in_conflict && !row.id.text.is_empty() && !ids.insert(&*row.id.text);
            all.push(Row { page, cells: row, legend: table.legend, is_void: is_in_conflict || is_second });
        }
    }
    all
}

pub(super) fn check(book: &Book, vocabulary: &Vocabulary, sink: &mut Sink) {
    let sources = &book.sources;
    let mut groups: Groups<'_> = HashMap::default();
    let mut rows_seen: HashSet<Span> = HashSet::default();
    let mut clean = Clean::default();
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        let page_rows = rows(sources, &page.page);
        for row in &page_rows {
            row_itself(row, vocabulary, sources, &mut clean, sink);
        }
        let collection = collection_of(&book.config, sources.path(page.page.file));
        for row in page_rows.into_iter().filter(|row| !row.is_void && !row.cells.id.text.is_empty() && rows_seen.insert(row.cells.id.span)) {
            groups.entry((collection, &page.language, &*row.cells.id.text)).or_default().push(row);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(key, _)| *key);
    for ((_, language, id), rows) in &groups {
        drift(sources, id, rows, vocabulary, !is_same_language(language, &book.config.language), sink);
    }
    definitions(book, sink);
    mentions(book, sink);
}

/// Rows of one task within one collection and language.
type Groups<'b> = HashMap<(&'b str, &'b str, &'b str), Vec<Row<'b>>>;

/// Texts of cells that hold nothing unknown: roles, then services. The same few stand in thousands of cells.
type Clean<'b> = [HashSet<&'b str>; 2];

/// What is wrong with a row by itself.
fn row_itself<'b>(row: &Row<'b>, vocabulary: &Vocabulary, sources: &SourceSet, clean: &mut Clean<'b>, sink: &mut Sink) {
    let Row { page, cells, is_void, .. } = row;
    let mut add = |finding: Diagnostic| sink.add(finding, Some(page.file));
    let is_in_conflict = sources.file(cells.id.span.file).is_some_and(|file| file.is_in_conflict(cells.id.span.start as usize));
    if is_in_conflict {
        return;
    }
    if *is_void {
        let message = format!("task `{}` stands in this table already", short(&cells.id.text));
        add(at_field(&TASK_ID_DUPLICATE, page, &cells.id, message).help("give the task its own ID, or remove one of the two rows"));
    }
    for finding in [Some(&cells.id), cells.mandatory.as_ref(), cells.role.as_ref(), cells.services.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|cell| odd_blank(sources, page, cell))
    {
        add(finding);
    }
    if cells.id.text.is_empty() {
        let finding = at_field(&TASK_ID_INVALID, page, &cells.id, "this row has no task ID");
        add(finding.help("write the digits of the ID; a note that is no task belongs below the table"));
    }
    if let Some(cell) = cells.mandatory.as_ref().filter(|_| row.is_shifted()) {
        add(no_letter(row, cell));
        return;
    }
    let columns =
        [(&cells.role, &vocabulary.roles, &TASK_ROLE_UNKNOWN, "role"), (&cells.services, &vocabulary.services, &TASK_SERVICE_UNKNOWN, "service")];
    for ((cell, terms, rule, what), clean) in columns.into_iter().zip(clean) {
        let Some(cell) = cell.as_ref().filter(|cell| !clean.contains(&*cell.text)) else { continue };
        let mut found = unknown(sources, page, cell, terms, rule, what).peekable();
        if found.peek().is_none() {
            clean.insert(&cell.text);
        }
        found.for_each(&mut add);
    }
}

/// The names of a cell or line that the vocabulary does not have.
pub(super) fn unknown<'p>(
    sources: &'p SourceSet,
    page: &'p Page,
    cell: &'p Field,
    terms: &'p Terms,
    rule: &'static RuleMeta,
    what: &'p str,
) -> impl Iterator<Item = Diagnostic> + 'p {
    let is_as_written = super::is_as_written(sources, cell);
    terms.names(&cell.text).into_iter().filter_map(move |name| {
        let unknown = terms.judge(name)?;
        let at = name.as_ptr().addr() - cell.text.as_ptr().addr();
        let part = |at: usize| cell.span.start + u32::try_from(at).unwrap_or(0);
        let span = if is_as_written { Span { start: part(at), end: part(at + name.len()), ..cell.span } } else { cell.span };
        let field = Field { text: name.into(), span, via: cell.via };
        let why = if terms.is_configured() { "is not in the vocabulary" } else { "is used hardly anywhere else" };
        let finding = at_field(rule, page, &field, format!("the {what} `{}` {why}", short(name)));
        Some(match unknown.near {
            Some(near) if is_as_written => finding.help(format!("did you mean `{near}`?")).unsafe_fix(span, near),
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("correct it, or add it to `[vocabulary.{what}s]` in `book.toml`")),
        })
    })
}

/// A blank that does not break, or a letter that nobody sees, in a cell: searches and filters do not find what it holds.
fn odd_blank(sources: &SourceSet, page: &Page, cell: &Field) -> Option<Diagnostic> {
    let text = &sources.file(cell.span.file)?.text;
    let start = text[..cell.span.start as usize].rfind(['|', '\n']).map_or(0, |bar| bar + 1);
    let end = text[cell.span.end as usize..].find(['|', '\n']).map_or(text.len(), |bar| cell.span.end as usize + bar);
    if text[start..end].is_ascii() {
        return None;
    }
    let is_odd = |c: char| c == '\u{a0}' || is_invisible(c);
    let (at, c) = text[start..end].char_indices().find(|(_, c)| is_odd(*c))?;
    let span = Span::new(cell.span.file, start + at..start + at + c.len_utf8());
    let what = if c == '\u{a0}' { "a blank that does not break".to_owned() } else { format!("a character that nobody sees, U+{:04X}", u32::from(c)) };
    let field = Field { span, ..cell.clone() };
    let finding = at_field(&INVISIBLE_CHARACTER, page, &field, format!("the cell holds {what}"));
    Some(finding.help("write a plain blank, or nothing").fix(span, if c == '\u{a0}' { " " } else { "" }))
}

fn no_letter(row: &Row<'_>, cell: &Field) -> Diagnostic {
    let (mandatory, optional) = row.legend.0.unwrap_or(('M', 'O'));
    let message = match &*cell.text {
        "" => "this task is neither mandatory nor optional".to_owned(),
        text => format!("`{}` says neither that the task is mandatory nor that it is optional", short(text)),
    };
    let finding = at_field(&TASK_MANDATORY_INVALID, row.page, cell, message);
    let finding = finding.help(format!("write `{mandatory}` or `{optional}`, as the header says; look whether a `|` is missing or too many"));
    let letters = [("mandatory", mandatory), ("required", mandatory), ("optional", optional)];
    match letters.iter().find(|(word, _)| cell.text.eq_ignore_ascii_case(word)) {
        Some((_, letter)) => finding.unsafe_fix(cell.span, letter.to_string()),
        None => finding,
    }
}

/// A name as two of them are compared: case, dashes, blanks and the way to write "and" do not count.
fn folded_name(name: &str) -> String {
    folded(&name.replace('&', " and "))
}

fn is_same_language(one: &str, other: &str) -> bool {
    one.split('-').next().unwrap_or_default().eq_ignore_ascii_case(other.split('-').next().unwrap_or_default())
}

/// Takes a cell out of a row.
type Cell = for<'r> fn(&'r TaskRow) -> Option<&'r Field>;

/// Where the rows of one task say different things of it.
fn drift(sources: &SourceSet, id: &str, rows: &[Row<'_>], vocabulary: &Vocabulary, is_foreign: bool, sink: &mut Sink) {
    if rows.len() < 2 {
        return;
    }
    let id = short(id);
    let name = |row: &Row<'_>| Some(folded_name(&row.cells.name.text)).filter(|name| !name.is_empty());
    differing(rows, |cells| Some(&cells.name), &name, &mut |row, usual, count| {
        let usual_name = &*usual.cells.name.text;
        let place = place(sources, usual);
        let message =
            format!("task `{id}` is called `{}` here, but `{}` in {}", short(&row.cells.name.text), short(usual_name), others(count, &place));
        let finding = at_field(&TASK_NAME_DRIFT, row.page, &row.cells.name, message).help("use one name for one task");
        let can_be_written = super::is_as_written(sources, &row.cells.name) && super::is_as_written(sources, &usual.cells.name);
        sink.add(if can_be_written { finding.unsafe_fix(row.cells.name.span, usual_name) } else { finding }, Some(row.page.file));
    });
    let said = |yes: bool| if yes { "mandatory" } else { "optional" };
    differing(rows, |cells| cells.mandatory.as_ref(), &Row::is_mandatory, &mut |row, usual, count| {
        let (Some(cell), Some(here), Some(there)) = (&row.cells.mandatory, row.is_mandatory(), usual.is_mandatory()) else { return };
        let message = format!("task `{id}` is {} here, but {} in {}", said(here), said(there), others(count, &place(sources, usual)));
        sink.add(
            at_field(&TASK_MANDATORY_DRIFT, row.page, cell, message).help("decide which it is, and write the same everywhere"),
            Some(row.page.file),
        );
    });
    let columns: [(&RuleMeta, &Terms, Cell, &str); 2] = [
        (&TASK_ROLE_DRIFT, &vocabulary.roles, |row| row.role.as_ref(), "is done by"),
        (&TASK_SERVICE_DRIFT, &vocabulary.services, |row| row.services.as_ref(), "is about"),
    ];
    for (rule, terms, cell, what) in columns {
        let meaning = |row: &Row<'_>| if row.is_shifted() { None } else { Row::meanings(cell(row.cells), terms).filter(|names| !names.is_empty()) };
        differing(rows, cell, &meaning, &mut |row, usual, count| {
            let (Some(here), Some(there)) = (cell(row.cells), cell(usual.cells)) else { return };
            if !terms.are_comparable(&here.text, &there.text, is_foreign) {
                return;
            }
            let message =
                format!("task `{id}` {what} `{}` here, but `{}` in {}", short(&here.text), short(&there.text), others(count, &place(sources, usual)));
            sink.add(at_field(rule, row.page, here, message).help("decide which it is, and write the same everywhere"), Some(row.page.file));
        });
    }
}

/// Tells of each row that says something else than most: the row, one of those, and how many they are.
fn differing<'r, 'b, K: Ord>(
    rows: &'r [Row<'b>],
    cell: Cell,
    said: &dyn Fn(&Row<'b>) -> Option<K>,
    tell: &mut dyn FnMut(&'r Row<'b>, &'r Row<'b>, usize),
) {
    // Almost always all say it in the same words.
    let text = |row: &'r Row<'b>| cell(row.cells).map(|field| &*field.text);
    if rows.iter().all(|row| text(row) == text(&rows[0]) && row.legend == rows[0].legend) {
        return;
    }
    let mut by_said: BTreeMap<K, (usize, Vec<&Row<'b>>)> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(said) = said(row) {
            by_said.entry(said).or_insert_with(|| (index, Vec::new())).1.push(row);
        }
    }
    if by_said.len() < 2 {
        return;
    }
    // Of two that are said equally often, the first by path.
    let usual = by_said.values().max_by_key(|(first, rows)| (rows.len(), std::cmp::Reverse(*first))).map(|(first, _)| *first);
    let Some((_, most)) = by_said.values().find(|(first, _)| Some(*first) == usual) else { return };
    for row in by_said.values().filter(|(first, _)| Some(*first) != usual).flat_map(|(_, rows)| rows) {
        tell(row, most[0], most.len());
    }
}

fn place(sources: &SourceSet, row: &Row<'_>) -> String {
    format!("`{}`", sources.path(row.cells.id.span.file))
}

fn others(count: usize, place: &str) -> String {
    match count {
        1 => place.to_owned(),
        2 => format!("{place} and another row"),
        count => format!("{place} and {} other rows", count - 1),
    }
}

/// The page of definitions against the tables.
fn definitions(book: &Book, sink: &mut Sink) {
    let Some(path) = &book.config.definitions else { return };
    for edition in &book.editions {
        let Some(page) = edition.pages.iter().find(|page| page.published == *path || book.sources.path(page.page.file) == path) else { continue };
        let headings = page.page.headings.iter().filter_map(|heading| defined(&heading.text).map(|found| (found, heading)));
        let headings: HashMap<&str, (&str, Span)> = headings.map(|((id, name), heading)| (id, (name, heading.span))).collect();
        let collection = collection_of(&book.config, path);
        let mut used: HashSet<&str> = HashSet::default();
        for other in edition.pages.iter().filter(|other| collection_of(&book.config, book.sources.path(other.page.file)) == collection) {
            for row in rows(&book.sources, &other.page).iter().filter(|row| !row.is_void && !row.cells.id.text.is_empty()) {
                let is_first = used.insert(&row.cells.id.text);
                let id = short(&row.cells.id.text);
                match headings.get(&*row.cells.id.text) {
                    None if is_first => {
                        let message = format!("task `{id}` is not defined in `{path}`");
                        let finding = at_field(&TASK_DEFINITION_MISSING, row.page, &row.cells.id, message);
                        sink.add(finding.help(format!("add a heading `## {id}: {}` there", short(&row.cells.name.text))), Some(row.page.file));
                    }
                    Some((name, span)) if is_first && other.language == page.language && folded_name(name) != folded_name(&row.cells.name.text) => {
                        let message = format!("task `{id}` is defined as `{}`, but called `{}`", short(name), short(&row.cells.name.text));
                        let there = place(&book.sources, row);
                        let finding = TASK_DEFINITION_NAME_DRIFT.at(*span, format!("{message} in {there}"));
                        sink.add(finding.help("use one name for one task"), Some(page.page.file));
                    }
                    _ => {}
                }
            }
        }
        let mut unused: Vec<(&str, Span)> = headings.iter().filter(|(id, _)| !used.contains(*id)).map(|(id, (_, span))| (*id, *span)).collect();
        unused.sort_by_key(|(_, span)| *span);
        for (id, span) in unused {
            let finding = TASK_DEFINITION_UNUSED.at(span, format!("task `{id}` is defined here, but in no table"));
            sink.add(finding.help("remove the definition, or add the task to the table that it belongs to"), Some(page.page.file));
        }
    }
}

/// Whether a page tells of what is gone: its name says so.
fn is_history(page: &EditionPage) -> bool {
    let name = folded(page.published.stem());
    ["changelog", "whatsnew", "releasenotes", "history", "archive"].iter().any(|word| name.contains(word))
}

/// Tasks that a text names and no table has.
fn mentions(book: &Book, sink: &mut Sink) {
    for (index, edition) in book.editions.iter().enumerate() {
        let mut known: HashSet<&str> = HashSet::default();
        let mut has_tables = false;
        for page in &edition.pages {
            for row in page.page.model.tasks.iter().flat_map(|table| &table.rows) {
                known.insert(&row.id.text);
                has_tables = true;
            }
            known.extend(page.page.headings.iter().filter_map(|heading| defined(&heading.text)).map(|(id, _)| id));
        }
        if !has_tables {
            continue;
        }
        for page in edition.pages.iter().filter(|page| !is_history(page)) {
            for mention in
                page.page.model.mentions.iter().filter(|mention| mention.place != MentionPlace::Refresh && mention.certainty == Certainty::Sure)
            {
                if known.contains(&*mention.id.text) {
                    continue;
                }
                let message = format!("no table of tasks has a task `{}`", short(&mention.id.text));
                let finding = at_field(&TASK_ID_UNKNOWN, &page.page, &mention.id, message);
                sink.add_of(finding.help("correct the number, or add the task to the table that it belongs to"), page.page.file, index);
            }
        }
    }
}

/// The rows of a page by ID, without those that are in vain; and whether some are.
pub(super) fn by_id<'b>(sources: &SourceSet, page: &'b Page) -> (BTreeMap<&'b str, Row<'b>>, bool) {
    let mut by_id = BTreeMap::new();
    let mut is_doubtful = false;
    for row in rows(sources, page) {
        if row.is_void || row.cells.id.text.is_empty() {
            is_doubtful = true;
        } else {
            by_id.entry(&*row.cells.id.text).or_insert(row);
        }
    }
    (by_id, is_doubtful)
}
