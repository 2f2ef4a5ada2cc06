//! Lines and columns of a text. Both are 1-based; columns count Unicode scalar values, and a byte order mark is not counted.

/// The byte order mark, as UTF-8 text holds it.
pub const BOM: char = '\u{feff}';

/// The lines of a text with what ends them: `\n` or `\r`, so that what stands between the two of `\r\n` is an empty line.
pub fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut done = 0;
    text.as_bytes().split_inclusive(|byte| matches!(byte, b'\n' | b'\r')).map(move |line| {
        let start = done;
        done += line.len();
        &text[start..done]
    })
}

/// Where a byte stands, as people count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// 1-based.
    pub line: usize,
    /// 1-based, in Unicode scalar values.
    pub column: usize,
}

/// The starts of a text's lines, so that many places are found with one pass.
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    /// Reads `text` once.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { text, starts }
    }

    /// The position of the byte at `offset`; past the end, that of the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let before = &self.text[self.starts[line - 1]..offset];
        let columns = before.chars().count() - usize::from(line == 1 && before.starts_with(BOM));
        Position { line, column: columns + 1 }
    }

    /// The byte range of the 1-based `line`, without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        start..start + self.text[start..end].trim_end_matches('\r').len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_column_and_a_column_is_a_character() {
        let index = LineIndex::new("\u{feff}ab\r\n日本x\n");
        assert_eq!(index.position(3), Position { line: 1, column: 1 });
        assert_eq!(index.position(4), Position { line: 1, column: 2 });
        assert_eq!(index.position(13), Position { line: 2, column: 3 });
        assert_eq!(index.position(99), Position { line: 3, column: 1 });
        assert_eq!(index.line(1), 0..5);
        assert_eq!(index.line(2), 7..14);
    }
}
