//! What is changed in a text before CommonMark sees it, and the map back. Directives are masked with bytes of the same length that
//! CommonMark takes as one opaque thing; tables are padded to their widest row. Nothing here needs to know of code: where a mask or a
//! padding lies in code, the events read the author's bytes again.

use std::borrow::Cow;
use std::ops::Range;

use super::colons::{self, Colons, Fault, Name};
use super::directive::{self, Include};
use super::snippet::{self, Snippet};

/// A text with edits, and where its bytes came from.
#[derive(Debug)]
pub(super) struct Chunk<'t> {
    /// What CommonMark is given.
    pub text: Cow<'t, str>,
    /// The edits, in order, not overlapping.
    pub edits: Vec<Edit>,
    /// The first byte of the text in its file.
    base: usize,
}

/// Some bytes that CommonMark sees in place of the author's.
#[derive(Debug)]
pub(super) struct Edit {
    /// In the chunk.
    pub range: Range<usize>,
    /// In the file.
    pub source: Range<usize>,
    /// Why.
    pub kind: EditKind,
}

/// Why bytes differ.
#[derive(Debug)]
pub(super) enum EditKind {
    /// A directive alone on its line, seen as an HTML block.
    BlockInclude(Include),
    /// A directive within a line, seen as one letter.
    InlineInclude(Include),
    /// A code directive alone on its line, seen as an HTML block.
    BlockSnippet(Snippet),
    /// A `:::` directive alone on its line, seen as an HTML block.
    BlockColons(Colons),
    /// A `:::` directive within a line, seen as one letter.
    InlineColons(Colons),
    /// What starts like a `:::` directive and is none: it is escaped.
    NoColons(Fault, Range<usize>),
    /// The label of a quote that is more than a quote, seen as an HTML block.
    Label(Label),
    /// A line of a quote that looks like the label of an alert and is none: its bracket is escaped.
    NoAlert {
        /// Why it is none.
        why: NoAlert,
        /// Where the label is in the file.
        label: Range<usize>,
    },
    /// Cells added to a header or delimiter row.
    TablePadding(Option<TableFault>),
    /// The delimiter row of a table that starts within a paragraph: it is escaped, so that it stays text.
    NoTable(Range<usize>),
    /// A line break or bar of a fragment that is shown inside a line.
    Inlined,
    /// The indentation of a line in a column.
    Indentation,
}

/// What a quote's label makes of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Label {
    /// `[!NOTE]`
    Alert(AlertKind),
    /// `[!div class="x"]`: its class.
    Section(String),
    /// `[!VIDEO https://…]`
    Video {
        /// Its address, as written.
        url: String,
        /// What it shows; empty where nothing says.
        title: String,
    },
}

/// The five alerts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlertKind {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!CAUTION]`
    Caution,
    /// `[!WARNING]`
    Warning,
}

impl AlertKind {
    /// The label as readers see it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Tip => "TIP",
            Self::Important => "IMPORTANT",
            Self::Caution => "CAUTION",
            Self::Warning => "WARNING",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Note, Self::Tip, Self::Important, Self::Caution, Self::Warning].into_iter().find(|kind| kind.label().eq_ignore_ascii_case(name))
    }
}

impl Label {
    /// The label that is `inside` the brackets, without its `!`.
    fn read(inside: &str) -> Option<Self> {
        if let Some(kind) = AlertKind::named(inside) {
            return Some(Self::Alert(kind));
        }
        let rest = |word: &str| {
            let start = inside.get(..word.len())?;
            start.eq_ignore_ascii_case(word).then(|| inside[word.len()..].trim())
        };
        if let Some(attributes) = rest("div") {
            let attributes = attributes.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')).unwrap_or(attributes);
            return Some(Self::Section(class(attributes).to_owned()));
        }
        let video = rest("video")?;
        let (url, title) = video.split_once(' ').unwrap_or((video, ""));
        let is_id = url.len() == 36
            && url.bytes().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() });
        let title = title.trim().strip_prefix("title=").unwrap_or(title.trim()).trim_matches('"');
        (is_id || url.starts_with("https://") || url.starts_with("http://")).then(|| Self::Video { url: url.to_owned(), title: title.to_owned() })
    }
}

/// The value of `class="…"` in the attributes of a section.
fn class(attributes: &str) -> &str {
    let Some(value) = attributes.trim().strip_prefix("class").map(str::trim_start).and_then(|rest| rest.strip_prefix('=')) else { return "" };
    let value = value.trim();
    value.strip_prefix(['"', '\'']).and_then(|value| value.split(['"', '\'']).next()).unwrap_or(value)
}

/// Why a quote that starts like an alert is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NoAlert {
    /// Text stands behind the label.
    TextBehind,
    /// The label is not one of the five.
    UnknownLabel(String),
}

/// Rows of one table that do not fit each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TableFault {
    /// Cells of the header.
    pub header: usize,
    /// Cells of the delimiter row, and the row's bytes in the file.
    pub delimiter: (usize, Range<usize>),
    /// Rows with more cells than header and delimiter: how many, and the surplus bytes in the file.
    pub rows: Vec<(usize, Range<usize>)>,
}

impl Chunk<'_> {
    /// The bytes of the file that `range` of the chunk stands for.
    #[must_use]
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start, false);
        start..self.offset(range.end, true).max(start)
    }

    fn offset(&self, at: usize, is_end: bool) -> usize {
        // A range that ends where an edit starts does not reach into it.
        let before = self.edits.partition_point(|edit| if is_end { edit.range.start < at } else { edit.range.start <= at });
        let Some(edit) = before.checked_sub(1).map(|index| &self.edits[index]) else { return self.base + at };
        if at >= edit.range.end {
            edit.source.end + (at - edit.range.end)
        } else if edit.range.len() == edit.source.len() {
            edit.source.start + (at - edit.range.start)
        } else if is_end {
            edit.source.end
        } else {
            edit.source.start
        }
    }

    /// The place of an edit of this chunk among all of them.
    pub(super) fn place_of(&self, edit: &Edit) -> usize {
        let from = self.edits.partition_point(|other| other.range.start < edit.range.start);
        let same = self.edits[from..].iter().position(|other| std::ptr::eq(other, edit));
        from + same.unwrap_or_default()
    }

    /// The edits that overlap `range` of the chunk.
    pub(super) fn edits_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Edit> {
        let end = range.end;
        let first = self.edits.partition_point(|edit| edit.range.end <= range.start);
        self.edits[first..].iter().take_while(move |edit| edit.range.start < end)
    }
}

/// What stands for a directive within a line: to CommonMark a letter like any other. Only its place says that it is none.
pub(super) const LETTER: char = '\u{e000}';

/// Collects edits and the text between them.
struct Editor<'t> {
    source: &'t str,
    /// Up to here, in the file, the source is in `text`.
    done: usize,
    text: String,
    edits: Vec<Edit>,
}

impl Editor<'_> {
    fn replace(&mut self, range: Range<usize>, with: &str, kind: EditKind) {
        self.text.push_str(&self.source[self.done..range.start]);
        let start = self.text.len();
        self.text.push_str(with);
        self.edits.push(Edit { range: start..self.text.len(), source: range.clone(), kind });
        self.done = range.end;
    }
}

/// Prepares `text[body_start..]`, a page or a fragment of blocks.
#[must_use]
pub(super) fn prepare(text: &str, body_start: usize) -> Chunk<'_> {
    let body = &text[body_start..];
    let has_colons = memchr::memmem::find(body.as_bytes(), b":::").is_some();
    let has_directives = has_colons || memchr::memmem::find(body.as_bytes(), b"[!").is_some();
    let has_tables = memchr::memchr(b'|', body.as_bytes()).is_some();
    let mut editor = Editor { source: text, done: body_start, text: String::new(), edits: Vec::new() };
    if has_directives || has_tables {
        let mut table = None;
        let mut lines = Lines { text, at: body_start };
        // The two lines above, and the end of the last table: no other starts before it.
        let mut above: (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
        let mut table_end = body_start;
        let mut columns = has_colons.then(|| Columns::new(text)).flatten();
        while let Some(line) = lines.next() {
            if let (true, Some(header)) = (has_tables && line.start >= table_end, &above.1) {
                table = Table::at(text, header.clone(), line.clone(), &lines);
                if let Some(found) = &table {
                    table_end = found.end;
                    let is_interrupting = above.0.as_ref().is_some_and(|before| is_text(&text[before.clone()]));
                    if is_interrupting {
                        found.escape(&mut editor);
                    } else {
                        found.pad_header(&mut editor);
                    }
                    table = table.filter(|_| !is_interrupting);
                }
            }
            if let Some(columns) = &mut columns {
                columns.line(text, &line, &mut editor);
            }
            if has_directives {
                directives(text, line.clone(), &mut editor);
            }
            if let Some(found) = table.take_if(|found| found.delimiter == line) {
                found.pad_delimiter(&mut editor);
            }
            above = (above.1, Some(line));
        }
    }
    finish(editor, body_start)
}

fn finish(mut editor: Editor<'_>, base: usize) -> Chunk<'_> {
    let text = if editor.edits.is_empty() {
        Cow::Borrowed(&editor.source[base..])
    } else {
        editor.text.push_str(&editor.source[editor.done..]);
        Cow::Owned(editor.text)
    };
    Chunk { text, edits: editor.edits, base }
}

/// Lines of a text from `at`, as ranges without their line breaks.
#[derive(Clone)]
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let end = memchr::memchr(b'\n', &self.text.as_bytes()[start..]).map_or(self.text.len(), |at| start + at);
        self.at = end + 1;
        Some(start..start + self.text[start..end].trim_end_matches('\r').len())
    }
}

/// The length of what precedes a line's own text: indentation, `>` and, if asked for, list markers.
fn prefix_len(line: &str, with_markers: bool) -> usize {
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'>') => at += 1,
            Some(b'-' | b'*' | b'+') if with_markers && matches!(bytes.get(at + 1), Some(b' ' | b'\t')) => at += 1,
            Some(b'0'..=b'9') if with_markers => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                let is_marker =
                    digits <= 9 && matches!(bytes.get(at + digits), Some(b'.' | b')')) && matches!(bytes.get(at + digits + 1), Some(b' ' | b'\t'));
                if !is_marker {
                    return at;
                }
                at += digits + 1;
            }
            _ => return at,
        }
    }
}

/// Rows of columns: what is in a column may be indented as its author likes, against the column and not against the page.
struct Columns {
    /// Where the last row ends: none that starts behind it has an end.
    last_end: usize,
    /// The indentation of the row that is open.
    row: Option<usize>,
    /// The indentation of the first line in the column that is open.
    base: Option<usize>,
    /// The signs of the code that is open.
    fence: Option<(u8, usize)>,
}

impl Columns {
    fn new(text: &str) -> Option<Self> {
        let is_row = |at: &usize| text.as_bytes()[at.saturating_sub(3)..*at].eq_ignore_ascii_case(b"row");
        let last_end = memchr::memmem::rfind_iter(text.as_bytes(), b"-").find(is_row)?;
        Some(Self { last_end, row: None, base: None, fence: None })
    }

    fn line(&mut self, text: &str, line: &Range<usize>, editor: &mut Editor<'_>) {
        let content = &text[line.clone()];
        let rest = content.trim_start_matches([' ', '\t']);
        if rest.is_empty() {
            return;
        }
        let indentation = columns(&content[..content.len() - rest.len()]);
        let name =
            if rest.starts_with(":::") && self.fence.is_none() { colons::parse(rest).and_then(Result::ok).map(|colons| colons.name) } else { None };
        let Some(row) = self.row else {
            if name == Some(Name::Row) && line.start < self.last_end {
                self.row = Some(indentation);
            }
            return;
        };
        let wanted = match name {
            Some(Name::RowEnd | Name::Column | Name::ColumnEnd | Name::Row) => {
                self.base = None;
                row
            }
            _ => {
                let base = *self.base.get_or_insert(indentation);
                let sign = rest.as_bytes()[0];
                let signs = rest.bytes().take_while(|byte| *byte == sign).count();
                match self.fence {
                    Some((open, count)) if sign == open && signs >= count && rest[signs..].trim().is_empty() => self.fence = None,
                    None if matches!(sign, b'`' | b'~') && signs >= 3 => self.fence = Some((sign, signs)),
                    _ => {}
                }
                row + indentation.saturating_sub(base)
            }
        };
        if name == Some(Name::RowEnd) {
            self.row = None;
        }
        if wanted < indentation && editor.done <= line.start {
            let surplus = content.bytes().scan(0, |at, byte| {
                *at = if byte == b'\t' { *at / 4 * 4 + 4 } else { *at + 1 };
                Some(*at)
            });
            let surplus = surplus.take_while(|at| *at <= indentation - wanted).count();
            editor.replace(line.start..line.start + surplus, "", EditKind::Indentation);
        }
    }
}

/// How wide blanks and tabs are.
fn columns(blanks: &str) -> usize {
    blanks.bytes().fold(0, |column, byte| if byte == b'\t' { column / 4 * 4 + 4 } else { column + 1 })
}

/// What CommonMark takes for an HTML block of one line.
fn mask(len: usize) -> String {
    format!("<!{}>", "x".repeat(len - 3))
}

/// Masks the directives and labels of one line.
fn directives(text: &str, line: Range<usize>, editor: &mut Editor<'_>) {
    let content = &text[line.clone()];
    let prefix = prefix_len(content, true);
    let is_item = prefix > prefix_len(content, false);
    let start = line.start + prefix;
    let alone = |len: usize| text[start + len..line.end].trim().is_empty();
    if content[prefix..].starts_with("[!") {
        let candidate = directive::candidate(text, start..line.end);
        if let Some(include) = directive::parse_include(candidate).filter(|include| alone(include.len) && !include.is_forced_inline) {
            return editor.replace(start..start + include.len, &mask(include.len), EditKind::BlockInclude(include));
        }
        if let Some(snippet) = snippet::parse(candidate).filter(|snippet| alone(snippet.len)) {
            return editor.replace(start..start + snippet.len, &mask(snippet.len), EditKind::BlockSnippet(snippet));
        }
        if content[..prefix].contains('>') && !is_item && !directive::starts_include(candidate) && !snippet::starts(candidate) {
            label(text, start..line.end, editor);
        }
    } else if content[prefix..].starts_with(":::") {
        let candidate = directive::candidate(text, start..line.end);
        match colons::parse(candidate) {
            // A film alone on its line is a block; an image stays in its paragraph, as in docfx.
            Some(Ok(colons)) if alone(colons.len) && (!colons.is_inline() || colons.name == Name::Video) => {
                return editor.replace(start..start + colons.len, &mask(colons.len), EditKind::BlockColons(colons));
            }
            _ => {}
        }
    }
    let mut from = start;
    while let Some((at, edit)) = next_inline(text, from..line.end) {
        from = match edit {
            Some(edit) => {
                let len = edit.len();
                edit.apply(text, at, editor);
                at + len
            }
            None => at + 1,
        };
    }
}

/// A directive within a line.
enum Inline {
    Include(Include),
    Colons(Colons),
    /// It stays text.
    Fault(Fault),
}

impl Inline {
    /// The bytes that need not be looked at again.
    fn len(&self) -> usize {
        match self {
            Self::Include(include) => include.len,
            Self::Colons(colons) => colons.len,
            Self::Fault(_) => 3,
        }
    }

    fn apply(self, text: &str, at: usize, editor: &mut Editor<'_>) {
        match self {
            Self::Include(include) => editor.replace(at..at + include.len, &LETTER.to_string(), EditKind::InlineInclude(include)),
            Self::Colons(colons) => editor.replace(at..at + colons.len, &LETTER.to_string(), EditKind::InlineColons(colons)),
            Self::Fault(fault) => {
                let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
                let place = (at + fault.range.start).min(end)..(at + fault.range.end).min(end);
                editor.replace(at..at, "\\", EditKind::NoColons(fault, place));
            }
        }
    }
}

/// Where the next directive within a line may start, and what is there.
fn next_inline(text: &str, range: Range<usize>) -> Option<(usize, Option<Inline>)> {
    let bytes = &text.as_bytes()[..range.end];
    let mut from = range.start;
    loop {
        let at = from + memchr::memchr2(b'[', b':', &bytes[from..])?;
        if bytes[at..].starts_with(b"[!") || bytes[at..].starts_with(b":::") {
            return Some((at, inline_at(text, at..range.end)));
        }
        from = at + 1;
    }
}

/// The directive within a line that starts right at `range`.
fn inline_at(text: &str, range: Range<usize>) -> Option<Inline> {
    let bytes = &text.as_bytes()[..range.end];
    let at = range.start;
    let is_bracket = bytes[at..].starts_with(b"[!");
    let is_colons = bytes[at..].starts_with(b":::") && (at == 0 || bytes[at - 1] != b':');
    let escapes = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    if escapes % 2 == 1 || !(is_bracket || is_colons) {
        return None;
    }
    let candidate = directive::candidate(text, range);
    if is_bracket {
        return directive::parse_include(candidate).map(Inline::Include);
    }
    match colons::parse(candidate)? {
        Ok(colons) if colons.is_inline() => Some(Inline::Colons(colons)),
        Ok(_) => None,
        Err(fault) => Some(Inline::Fault(fault)),
    }
}

/// Masks `[!NOTE]` as `<!NOTE>`; what only looks like it is remembered.
fn label(text: &str, rest: Range<usize>, editor: &mut Editor<'_>) {
    let Some(end) = text[rest.clone()].find(']').map(|at| rest.start + at) else { return };
    let inside = &text[rest.start + 2..end];
    if editor.done > rest.start {
        return;
    }
    let is_word = !inside.is_empty() && inside.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let behind = text[end + 1..rest.end].trim();
    let kind = match Label::read(inside) {
        Some(label) if behind.is_empty() => {
            let len = end + 1 - rest.start;
            return editor.replace(rest.start..end + 1, &mask(len), EditKind::Label(label));
        }
        Some(_) => NoAlert::TextBehind,
        // A link behind the bracket is a link.
        None if behind.starts_with(['(', '[']) || !is_word => return,
        None => NoAlert::UnknownLabel(inside.to_owned()),
    };
    // The bracket is escaped, or `[!NOTE]: text` would define a link and vanish.
    editor.replace(rest.start..rest.start, "\\", EditKind::NoAlert { why: kind, label: rest.start..end + 1 });
}

/// A table whose rows do not have the same number of cells.
struct Table {
    header: Range<usize>,
    header_cells: usize,
    delimiter: Range<usize>,
    delimiter_cells: usize,
    width: usize,
    /// The end of its last row.
    end: usize,
    fault: TableFault,
    ends_with_bar: (bool, bool),
}

impl Table {
    /// The table whose header and delimiter rows are these lines, if it has to be padded.
    fn at(text: &str, header: Range<usize>, delimiter: Range<usize>, rest: &Lines<'_>) -> Option<Self> {
        let delimiter_start = delimiter.start + prefix_len(&text[delimiter.clone()], false);
        let delimiter_text = text[delimiter_start..delimiter.end].trim_end();
        let header_start = header.start + prefix_len(&text[header.clone()], true);
        let header_text = text[header_start..header.end].trim_end();
        if !delimiter_text.contains('|') || !header_text.contains('|') || !is_delimiter(delimiter_text) {
            return None;
        }
        let header_cells = cells(header_text).len();
        let delimiter_cells = cells(delimiter_text).len();
        let declared = header_cells.max(delimiter_cells);
        let mut width = declared;
        let mut rows = Vec::new();
        let mut end = delimiter.end;
        for row in rest.clone() {
            let start = row.start + prefix_len(&text[row.clone()], false);
            let row_text = text[start..row.end].trim_end();
            if row_text.is_empty() || starts_block(row_text) {
                break;
            }
            end = row.end;
            let cells = cells(row_text);
            if cells.len() > declared {
                let surplus = cells[declared].start;
                rows.push((cells.len(), start + surplus..start + row_text.len()));
                width = width.max(cells.len());
            }
        }
        let fault = TableFault { header: header_cells, delimiter: (delimiter_cells, delimiter_start..delimiter_start + delimiter_text.len()), rows };
        let ends_with_bar = (ends_with_bar(header_text), ends_with_bar(delimiter_text));
        Some(Self {
            header: header_start..header_start + header_text.len(),
            header_cells,
            delimiter,
            delimiter_cells,
            width,
            end,
            fault,
            ends_with_bar,
        })
    }

    /// Keeps CommonMark from making a table of lines that go on a paragraph.
    fn escape(&self, editor: &mut Editor<'_>) {
        let delimiter = self.fault.delimiter.1.clone();
        if editor.done <= delimiter.start {
            editor.replace(delimiter.start..delimiter.start, "\\", EditKind::NoTable(delimiter));
        }
    }

    fn pad_header(&self, editor: &mut Editor<'_>) {
        let missing = self.width - self.header_cells + usize::from(!self.ends_with_bar.0);
        if self.width > self.header_cells && editor.done <= self.header.end {
            editor.replace(self.header.end..self.header.end, &" |".repeat(missing), EditKind::TablePadding(Some(self.fault.clone())));
        }
    }

    fn pad_delimiter(self, editor: &mut Editor<'_>) {
        let end = self.fault.delimiter.1.end;
        let cell = if self.ends_with_bar.1 { "-|" } else { "|-" };
        if self.width > self.delimiter_cells && editor.done <= end {
            let fault = (self.width == self.header_cells).then_some(self.fault);
            editor.replace(end..end, &cell.repeat(self.width - self.delimiter_cells), EditKind::TablePadding(fault));
        }
    }
}

/// Whether a line is text that a table cannot interrupt.
fn is_text(line: &str) -> bool {
    let text = line[prefix_len(line, false)..].trim();
    let is_directive = text.starts_with("[!") && text.ends_with(']');
    let is_rule = text.len() >= 3 && text.bytes().all(|byte| matches!(byte, b'-' | b'=' | b' '));
    let is_item = prefix_len(line, true) > prefix_len(line, false);
    !text.is_empty() && !is_directive && !is_rule && !text.starts_with('<') && (is_item || !starts_block(text))
}

/// Whether a line ends a table because another block starts: a heading, a fence, a rule, a list item, a directive.
fn starts_block(line: &str) -> bool {
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&hashes) && matches!(line.as_bytes().get(hashes), None | Some(b' ' | b'\t'));
    is_heading
        || ["```", "~~~", "***", "___"].iter().any(|fence| line.starts_with(fence))
        || prefix_len(line, true) > 0
        || directive::starts_include(line)
}

fn is_delimiter(text: &str) -> bool {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner.split('|').all(|cell| {
        let cell = cell.trim();
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    })
}

fn ends_with_bar(row: &str) -> bool {
    row.ends_with('|') && row[..row.len() - 1].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
}

/// The cells of a row, outer bars aside, as ranges of it.
fn cells(row: &str) -> Vec<Range<usize>> {
    let bytes = row.as_bytes();
    let start = usize::from(bytes.first() == Some(&b'|'));
    let end = if ends_with_bar(row) { row.len() - 1 } else { row.len() };
    let mut cells = Vec::new();
    let mut cell = start;
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'\\' => at += 1,
            b'|' => {
                cells.push(cell..at);
                cell = at + 1;
            }
            // A bar in a directive is masked with it.
            b'[' | b':' => at += inline_at(row, at..row.len()).map_or(0, |inline| inline.len() - 1),
            _ => {}
        }
        at += 1;
    }
    cells.push(cell..end.max(cell));
    cells
}

/// What precedes an inlined fragment: it becomes the one cell of a table, where no block can start.
const CELL_OPEN: &str = "| |\n|-|\n|";

/// A hard line break of an inlined fragment.
pub(super) const HARD_BREAK: &str = "<br>";

/// Prepares `text[body_start..]` as text within a line: one cell of a made-up table.
#[must_use]
pub(super) fn prepare_inline(text: &str, body_start: usize) -> Chunk<'_> {
    let body_end = body_start + text[body_start..].trim_end().len();
    let start = body_end - text[body_start..body_end].trim_start().len();
    let mut editor = Editor { source: text, done: start, text: String::new(), edits: Vec::new() };
    editor.replace(start..start, CELL_OPEN, EditKind::Inlined);
    let mut is_first = true;
    for line in (Lines { text: &text[..body_end], at: start }) {
        let indentation = text[line.clone()].len() - text[line.clone()].trim_start().len();
        let line_start = line.start + indentation;
        if line_start == line.end {
            continue;
        }
        if !is_first {
            let before = &text[editor.done..line_start];
            let is_hard = before.starts_with("  ") || before.starts_with('\\');
            editor.replace(editor.done..line_start, if is_hard { HARD_BREAK } else { " " }, EditKind::Inlined);
        }
        is_first = false;
        let content = text[line_start..line.end].trim_end();
        let is_last = line.end >= body_end;
        let content = if is_last { content } else { content.strip_suffix('\\').filter(|rest| !rest.ends_with('\\')).unwrap_or(content) };
        inline_line(text, line_start..line_start + content.len(), &mut editor);
    }
    editor.replace(body_end..body_end, " |\n", EditKind::Inlined);
    editor.done = text.len();
    finish(editor, start)
}

/// Masks the directives of a line of an inlined fragment and keeps its bars from ending the cell.
fn inline_line(text: &str, line: Range<usize>, editor: &mut Editor<'_>) {
    let mut at = line.start;
    while at < line.end {
        match text.as_bytes()[at] {
            b'\\' => at += 2,
            b'|' => {
                editor.replace(at..at + 1, "\\|", EditKind::Inlined);
                at += 1;
            }
            b'[' | b':' => match inline_at(text, at..line.end) {
                Some(inline) => {
                    let start = at;
                    at += inline.len();
                    inline.apply(text, start, editor);
                }
                None => at += 1,
            },
            _ => at += 1,
        }
    }
    // The line's own trailing blanks go with the line break.
    editor.text.push_str(&text[editor.done..line.end]);
    editor.done = line.end;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_have_the_length_of_what_they_hide() {
        let text = "---\na: b\n---\nPhase: **x**\n[!INCLUDE [t](a.md)]\n> [!Tip]\n> text\n\n- see [!include[](b.md)] here\n";
        let chunk = prepare(text, 13);
        assert!(chunk.text.contains("\n<!xxxxxxxxxxxxxxxxx>\n> <!xxx>\n"), "{}", chunk.text);
        assert!(chunk.text.contains("- see \u{e000} here"), "{}", chunk.text);
        let at = chunk.text.find("here").expect("there");
        assert_eq!(&text[chunk.source(&(at..at + 4))], "here");
    }

    #[test]
    fn tables_are_padded_to_their_widest_row() {
        for (text, padded) in [
            ("| a | b |\n|---|---|\n| 1 | 2 |\n", None),
            ("| a | b |\n|---|\n| 1 | 2 |\n", Some("| a | b |\n|---|-|\n| 1 | 2 |\n")),
            ("| a |\n|---|---|\n", Some("| a | |\n|---|---|\n")),
            ("a | b\n-|-\n1 | 2 || 3\n", Some("a | b | | |\n-|-|-|-\n1 | 2 || 3\n")),
            ("> | a | b |\n> |---|---|\n> | 1 | 2 | 3 |\n", Some("> | a | b | |\n> |---|---|-|\n> | 1 | 2 | 3 |\n")),
            ("a | b\n---\n", None),
        ] {
            let chunk = prepare(text, 0);
            assert_eq!(chunk.text, padded.unwrap_or(text));
            if let Some(at) = chunk.text.rfind('3').or_else(|| chunk.text.rfind('2')) {
                let source = chunk.source(&(at..at + 1));
                assert_eq!(text[source], chunk.text[at..=at]);
            }
        }
    }

    #[test]
    fn an_inlined_fragment_is_one_cell() {
        let text = "---\na: b\n---\n\n## Not | a\n  heading [!include[](x.md)]\n";
        let chunk = prepare_inline(text, 13);
        assert_eq!(chunk.text, "| |\n|-|\n|## Not \\| a heading \u{e000} |\n");
        let at = chunk.text.find("heading").expect("there");
        assert_eq!(&text[chunk.source(&(at..at + 7))], "heading");
        assert_eq!(prepare_inline("", 0).text, "| |\n|-|\n| |\n");
    }
}
