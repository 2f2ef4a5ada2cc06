//! Which files beside Markdown are read as text because a page shows parts of them as code. Found by a look at the directives' lines that
//! takes rather too much: what a directive really names is decided by the dialect, which then finds the text here.

use std::collections::BTreeSet;
use std::sync::Arc;

use ahash::HashSet;
use memchr::memmem;
use rayon::prelude::*;

use super::SourceFile;
use crate::text::path::RelPath;

/// The files among `others` that a directive of `files` may name. `tilde` is the folder that `~/` stands for.
pub(super) fn named(files: &[Arc<SourceFile>], others: &[RelPath], tilde: &RelPath) -> BTreeSet<RelPath> {
    let mut named = BTreeSet::new();
    let mut known: Option<HashSet<&RelPath>> = None;
    let with_directive = files.par_iter().filter(|file| file.path.is_markdown() && has_directive(&file.text));
    for file in with_directive.collect::<Vec<_>>() {
        let known = known.get_or_insert_with(|| others.iter().collect());
        let folder = file.path.parent();
        for line in lines(&file.text) {
            for written in candidates(line) {
                let written = written.replace("\\(", "(").replace("\\)", ")").replace('\\', "/");
                let path = match written.strip_prefix("~/") {
                    Some(path) => tilde.join(path.trim_start_matches('/')),
                    None => folder.join(&written),
                };
                named.extend(path.ok().filter(|path| known.contains(path)));
            }
        }
    }
    named
}

/// The lines of a text that may hold a directive that shows code.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    // Few texts have any.
    let text = if has_directive(text) { text } else { "" };
    text.lines().filter(|line| has_directive(line))
}

/// Whether a text may hold a directive that shows code.
fn has_directive(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = |at: usize, word: &[u8]| bytes[at..].get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let is_bracket = memmem::find_iter(bytes, b"[!").any(|at| starts(at + 2, b"code") || starts(at + 2, b"notebook"));
    is_bracket || (memmem::find(bytes, b":::").is_some() && memmem::find(bytes, b"source").is_some())
}

/// How many bytes a path may have; systems allow 4096, and a directive has 2048 at most.
const LONGEST: usize = 2048;

/// What in a line may be a path: what stands behind a parenthesis, and what stands in quotes.
fn candidates(line: &str) -> Vec<&str> {
    let behind = line.match_indices('(').map(|(at, _)| {
        let rest = &line[at + 1..line.floor_char_boundary(line.len().min(at + LONGEST))];
        // A path may hold parentheses: all readings are tried.
        let short = rest.split([')', '?', '#', '"']).next().unwrap_or_default();
        let long = rest.split(['?', '#', '"']).next().unwrap_or_default();
        let closed = long.rsplit_once(')').map_or(long, |(path, _)| path);
        [short.trim(), long.trim(), closed.trim()]
    });
    let quoted = line.split('"').skip(1).step_by(2).map(str::trim);
    let mut found: Vec<&str> = behind.flatten().chain(quoted).filter(|path| !path.is_empty()).collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_each_form() {
        for (line, path) in [
            ("[!code-cs[Main](../a/b.cs?name=x)]", "../a/b.cs"),
            ("[!CODE[](b (1).js#L1)]", "b (1).js"),
            ("[!code[](b.js \"title\")]", "b.js"),
            (":::code language=\"sh\" source=\"~/c d.sh\" range=\"1\":::", "~/c d.sh"),
        ] {
            assert!(has_directive(line), "{line}");
            assert!(candidates(line).contains(&path), "{line}: {:?}", candidates(line));
        }
        assert!(!has_directive("[!INCLUDE [t](a.md)] and [code](b.js)"));
    }
}
