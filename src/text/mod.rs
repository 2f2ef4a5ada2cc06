//! Places in text: files, spans, normalised paths, lines and columns, hashes, escaping. Knows nothing of Markdown or of playbooks.

pub mod date;
pub mod escape;
pub mod hash;
pub mod lines;
pub mod nearest;
pub mod path;

use std::num::NonZeroU32;
use std::ops::Range;

/// A file of the project, as a small number. Stable while the program runs; never written to an output.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(NonZeroU32);

impl FileId {
    /// The id with this zero-based index.
    ///
    /// # Panics
    /// Where there are 2³² − 1 files or more.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        let number = u32::try_from(index + 1).expect("a project has fewer than 2^32 files");
        Self(NonZeroU32::new(number).expect("one more than an index is not zero"))
    }

    /// The zero-based index of this id.
    #[must_use]
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A byte range of one file. The bytes are those of the decoded text, its byte order mark included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Span {
    /// The file that the bytes belong to.
    pub file: FileId,
    /// First byte, zero-based.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`.
    ///
    /// # Panics
    /// Where a file is 4 GiB or larger.
    #[must_use]
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).expect("a file is smaller than 4 GiB");
        Self { file, start: narrow(range.start), end: narrow(range.end) }
    }

    /// The bytes as a range, to slice the file's text with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
