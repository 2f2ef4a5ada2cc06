//! What is changed in a text before CommonMark sees it, and the map back. Directives are masked with bytes of the same length that
//! CommonMark takes as one opaque thing; tables are padded to their widest row. Nothing here needs to know of code: where a mask or a
//! padding lies in code, the events read the author's bytes again.

mod columns;
mod tables;

use std::borrow::Cow;
use std::ops::Range;

use self::columns::Columns;
pub(super) use self::tables::TableFault;
use self::tables::{Table, is_text};
use super::colons::{self, Colons, Fault, Name};
use super::directive::{self, Include};
use super::labels::{Label, NoAlert};
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

impl Chunk<'_> {
    /// The bytes of the file that `range` of the chunk stands for.
    #[must_use]
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        if self.edits.is_empty() {
            return self.base + range.start..self.base + range.end;
        }
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

/// What CommonMark takes for an HTML block of one line.
fn mask(len: usize) -> String {
    format!("<!{}>", "x".repeat(len - 3))
}

/// Masks the directives and labels of one line.
fn directives(text: &str, line: Range<usize>, editor: &mut Editor<'_>) {
    let content = &text[line.clone()];
    // Most lines hold nothing of the kind.
    if next_mark(text, line.clone()).is_none() {
        return;
    }
    let prefix = prefix_len(content, true);
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
        let is_first_of_quote = content[..prefix].trim_end().ends_with('>');
        if is_first_of_quote && !directive::starts_include(candidate) && !snippet::starts(candidate) {
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
                edit.apply(at, editor);
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

    fn apply(self, at: usize, editor: &mut Editor<'_>) {
        match self {
            Self::Include(include) => editor.replace(at..at + include.len, &LETTER.to_string(), EditKind::InlineInclude(include)),
            Self::Colons(colons) => editor.replace(at..at + colons.len, &LETTER.to_string(), EditKind::InlineColons(colons)),
            Self::Fault(fault) => {
                let place = at + fault.range.start..at + fault.range.end;
                editor.replace(at..at, "\\", EditKind::NoColons(fault, place));
            }
        }
    }
}

/// Where the next directive within a line may start, and what is there.
fn next_inline(text: &str, range: Range<usize>) -> Option<(usize, Option<Inline>)> {
    let end = range.end;
    let at = next_mark(text, range)?;
    Some((at, inline_at(text, at..end)))
}

/// Where the next directive or label may start.
fn next_mark(text: &str, range: Range<usize>) -> Option<usize> {
    let bytes = &text.as_bytes()[..range.end];
    let is_mark = |at: &usize| bytes[*at..].starts_with(b"[!") || bytes[*at..].starts_with(b":::");
    memchr::memchr2_iter(b'[', b':', &bytes[range.start..]).map(|at| range.start + at).find(is_mark)
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

/// What precedes an inlined fragment: it becomes cells of a table, where no block can start.
pub(super) const CELL_OPEN: &str = "| |\n|-|\n|";

/// What stands between two paragraphs of an inlined fragment.
const NEXT_CELL: &str = " |\n|";

/// A hard line break of an inlined fragment.
pub(super) const HARD_BREAK: &str = "<br>";

/// Prepares `text[body_start..]` as text within a line: a made-up table with a cell for each paragraph.
#[must_use]
pub(super) fn prepare_inline(text: &str, body_start: usize) -> Chunk<'_> {
    let body_end = body_start + text[body_start..].trim_end().len();
    let start = body_end - text[body_start..body_end].trim_start().len();
    let mut editor = Editor { source: text, done: start, text: String::new(), edits: Vec::new() };
    editor.replace(start..start, CELL_OPEN, EditKind::Inlined);
    let mut is_first = true;
    let mut ends_paragraph = false;
    for line in (Lines { text: &text[..body_end], at: start }) {
        let indentation = text[line.clone()].len() - text[line.clone()].trim_start().len();
        let line_start = line.start + indentation;
        if line_start == line.end {
            ends_paragraph = true;
            continue;
        }
        if !is_first {
            let before = &text[editor.done..line_start];
            let between = match before {
                // Nothing that is opened in a paragraph is closed in another.
                _ if ends_paragraph => NEXT_CELL,
                before if before.starts_with("  ") || before.starts_with('\\') => HARD_BREAK,
                _ => " ",
            };
            editor.replace(editor.done..line_start, between, EditKind::Inlined);
        }
        (is_first, ends_paragraph) = (false, false);
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
                    inline.apply(start, editor);
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
