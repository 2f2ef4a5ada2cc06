//! What is changed in a text before CommonMark sees it, and the map back. Directives are masked with bytes of the same length that
//! CommonMark takes as one opaque thing; tables are padded to their widest row. Nothing here needs to know of code: where a mask or a
//! padding lies in code, the events read the author's bytes again.

use std::borrow::Cow;
use std::ops::Range;

use super::directive::{self, Include};

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
    /// The label of an alert, seen as an HTML block.
    Alert(AlertKind),
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

    /// The edits that overlap `range` of the chunk.
    pub(super) fn edits_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Edit> {
        let end = range.end;
        let first = self.edits.partition_point(|edit| edit.range.end <= range.start);
        self.edits[first..].iter().take_while(move |edit| edit.range.start < end)
    }
}

/// What stands for a directive within a line: to CommonMark a letter like any other. Only its place says that it is none.
const LETTER: &str = "\u{e000}";

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
    let has_directives = memchr::memmem::find(body.as_bytes(), b"[!").is_some();
    let has_tables = memchr::memchr(b'|', body.as_bytes()).is_some();
    let mut editor = Editor { source: text, done: body_start, text: String::new(), edits: Vec::new() };
    if has_directives || has_tables {
        let mut table = None;
        let mut lines = Lines { text, at: body_start };
        // The two lines above, and the end of the last table: no other starts before it.
        let mut above: (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
        let mut table_end = body_start;
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

/// Masks the directives and labels of one line.
fn directives(text: &str, line: Range<usize>, editor: &mut Editor<'_>) {
    let content = &text[line.clone()];
    let prefix = prefix_len(content, true);
    let is_item = prefix > prefix_len(content, false);
    if content[prefix..].starts_with("[!") {
        let start = line.start + prefix;
        let alone = |len: usize| text[start + len..line.end].trim().is_empty();
        if let Some(include) =
            directive::parse_include(directive::candidate(text, start..line.end)).filter(|include| alone(include.len) && !include.is_forced_inline)
        {
            let mask = format!("<!{}>", "x".repeat(include.len - 3));
            editor.replace(start..start + include.len, &mask, EditKind::BlockInclude(include));
            return;
        }
        if content[..prefix].contains('>') && !is_item && !directive::starts_include(&text[start..line.end]) {
            alert(text, start..line.end, editor);
        }
    }
    let mut from = line.start + prefix;
    while let Some(at) = memchr::memmem::find(&text.as_bytes()[from..line.end], b"[!").map(|at| from + at) {
        let escapes = text[line.start..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        match directive::parse_include(directive::candidate(text, at..line.end)).filter(|_| escapes % 2 == 0) {
            Some(include) => {
                from = at + include.len;
                editor.replace(at..from, LETTER, EditKind::InlineInclude(include));
            }
            None => from = at + 2,
        }
    }
}

/// Masks `[!NOTE]` as `<!NOTE>`; what only looks like it is remembered.
fn alert(text: &str, rest: Range<usize>, editor: &mut Editor<'_>) {
    let Some(end) = text[rest.clone()].find(']').map(|at| rest.start + at) else { return };
    let label = &text[rest.start + 2..end];
    let is_label = !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    if !is_label || editor.done > rest.start {
        return;
    }
    let behind = text[end + 1..rest.end].trim();
    let kind = match AlertKind::named(label) {
        Some(kind) if behind.is_empty() => {
            let mask = format!("<!{label}>");
            editor.replace(rest.start..end + 1, &mask, EditKind::Alert(kind));
            return;
        }
        Some(_) => NoAlert::TextBehind,
        // `[!VIDEO https://…]` and `[!div class="…"]` have more than a label; a link behind the bracket is a link.
        None if behind.starts_with(['(', '[']) => return,
        None => NoAlert::UnknownLabel(label.to_owned()),
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
            b'[' => at += directive::parse_include(directive::candidate(row, at..row.len())).map_or(0, |include| include.len - 1),
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
            b'[' => match directive::parse_include(directive::candidate(text, at..line.end)) {
                Some(include) => {
                    let end = at + include.len;
                    editor.replace(at..end, LETTER, EditKind::InlineInclude(include));
                    at = end;
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
        assert!(chunk.text.contains("\n<!xxxxxxxxxxxxxxxxx>\n> <!Tip>\n"), "{}", chunk.text);
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
