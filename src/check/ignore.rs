//! `<!-- playpress: ignore[code] reason -->`: findings that somebody looked at and wants to keep, with the reason why.

use std::ops::Range;

use super::registry;
use crate::book::Book;
use crate::diagnostic::{Diagnostic, RuleMeta};
use crate::source::{Role, SourceFile};
use crate::text::nearest::nearest;
use crate::text::{FileId, Span};

rules! {
    IGNORE_UNUSED = "ignore-unused", Warning;
    IGNORE_INVALID = "ignore-invalid", Warning;
}

/// Text that passes over findings.
struct Ignore {
    /// The whole comment.
    span: Span,
    rules: Vec<(&'static RuleMeta, bool)>,
    /// The bytes of the file in which findings are passed over; `None`: all of the file.
    covers: Option<Range<usize>>,
}

/// Findings, by what comments say of them.
pub(super) struct Applied {
    pub(super) kept: Vec<Diagnostic>,
    pub(super) ignored: Vec<Diagnostic>,
    /// The findings about the comments themselves.
    pub(super) about: Vec<Diagnostic>,
}

/// Leaves out the findings that a comment passes over, and adds those about such comments.
pub(super) fn apply(book: &Book, found: Vec<Diagnostic>) -> Applied {
    let mut about = Vec::new();
    let mut ignores: ahash::HashMap<FileId, Vec<Ignore>> = ahash::HashMap::default();
    for span in comments(book) {
        let Some(file) = book.sources.file(span.file) else { continue };
        if ignores.get(&span.file).is_some_and(|known| known.iter().any(|ignore| ignore.span == span)) {
            continue;
        }
        match read(file, span) {
            Ok(ignore) => ignores.entry(span.file).or_default().push(ignore),
            Err(finding) => about.push(finding),
        }
    }
    if ignores.is_empty() {
        return Applied { kept: found, ignored: Vec::new(), about };
    }
    let mut is_passed_over = |finding: &Diagnostic| {
        let Some(file) = finding.place.file() else { return false };
        let mut is_covered = false;
        for ignore in ignores.get_mut(&file).into_iter().flatten() {
            let holds = match (&ignore.covers, finding.place.span()) {
                (None, _) => true,
                (Some(covers), Some(span)) => covers.contains(&(span.start as usize)),
                (Some(_), None) => false,
            };
            for (_, is_used) in ignore.rules.iter_mut().filter(|(rule, _)| holds && rule.code == finding.rule.code) {
                *is_used = true;
                is_covered = true;
            }
        }
        is_covered
    };
    let (passed_over, kept) = found.into_iter().partition(|finding| is_passed_over(finding));
    for ignore in ignores.values().flatten() {
        for (rule, _) in ignore.rules.iter().filter(|(_, is_used)| !is_used) {
            let finding = IGNORE_UNUSED.at(ignore.span, format!("there is no `{}` here to pass over", rule.code));
            let finding = finding.help("remove the comment, or the code from it");
            let text = book.sources.file(ignore.span.file).map_or("", |file| &file.text);
            about.push(if ignore.rules.len() == 1 { finding.fix(whole_lines(text, ignore.span), "") } else { finding });
        }
    }
    Applied { kept, ignored: passed_over, about }
}

/// A comment with the line that it is alone on.
fn whole_lines(text: &str, span: Span) -> Span {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |end| end + 1);
    let end = text[span.end as usize..].find('\n').map_or(text.len(), |end| span.end as usize + end + 1);
    let is_alone = text[start..span.start as usize].trim().is_empty() && text[span.end as usize..end].trim().is_empty();
    if is_alone { Span::new(span.file, start..end) } else { span }
}

/// All comments that speak to playpress, in pages, fragments and YAML.
fn comments(book: &Book) -> Vec<Span> {
    let mut spans: Vec<Span> = book.editions.iter().flat_map(|edition| &edition.pages).flat_map(|page| page.page.remarks.iter().copied()).collect();
    for file in book.sources.files() {
        let yaml = match file.role {
            Role::Page | Role::Fragment => 0..file.front.body_start,
            Role::Toc if !file.path.is_markdown() => 0..file.text.len(),
            _ => continue,
        };
        let text = &file.text[yaml];
        for at in memchr::memmem::find_iter(text.as_bytes(), MARK).collect::<Vec<_>>() {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            if let Some(start) = text[line..at].rfind('#').filter(|start| text[line + start + 1..at].trim().is_empty()) {
                spans.push(Span::new(file.id, line + start..end));
            }
        }
    }
    spans
}

/// What a comment that speaks to playpress holds.
const MARK: &[u8] = b"playpress:";

fn read(file: &SourceFile, span: Span) -> Result<Ignore, Diagnostic> {
    let invalid = |message: String, help: String| Err(IGNORE_INVALID.at(span, message).help(help));
    let form = "write `<!-- playpress: ignore[code] why -->`".to_owned();
    let comment = &file.text[span.range()];
    let is_yaml = comment.starts_with('#');
    let inner =
        if is_yaml { comment.trim_start_matches('#') } else { comment.trim_start_matches("<!--").trim_end_matches('>').trim_end_matches('-') };
    let said = inner.trim().strip_prefix("playpress:").unwrap_or_default().trim();
    let (of_file, rest) = match (said.strip_prefix("ignore-file["), said.strip_prefix("ignore[")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return invalid("this comment speaks to playpress, but is not understood".to_owned(), form),
    };
    let Some((codes, reason)) = rest.split_once(']') else {
        return invalid("the list of codes is not closed".to_owned(), form);
    };
    if reason.trim().is_empty() {
        return invalid(
            "no reason is given why this is passed over".to_owned(),
            "write it behind the bracket: whoever reads this next wants to know".to_owned(),
        );
    }
    let mut rules = Vec::new();
    for code in codes.split(',').map(str::trim) {
        match registry::rule(code) {
            Some(rule) if rule.is_fixed => {
                return invalid(format!("`{code}` cannot be passed over"), "mend what it reports: this rule guards safety".to_owned());
            }
            Some(rule) => rules.push((rule, false)),
            None => {
                let known: Vec<&str> = registry::rules().iter().map(|rule| rule.code).collect();
                let help = nearest(code, &known).map_or(form, |near| format!("did you mean `{near}`?"));
                return invalid(format!("there is no rule `{code}`"), help);
            }
        }
    }
    Ok(Ignore { span, rules, covers: (!of_file).then(|| covered(&file.text, &span.range(), is_yaml)) })
}

/// What a comment stands for: the line that it is on, or where it is alone there, the lines below up to the next blank one; in YAML, where an
/// entry is a line, only the next.
fn covered(text: &str, comment: &Range<usize>, is_yaml: bool) -> Range<usize> {
    let line_start = text[..comment.start].rfind('\n').map_or(0, |end| end + 1);
    let line_end = text[comment.end..].find('\n').map_or(text.len(), |end| comment.end + end + 1);
    let before = text[line_start..comment.start].trim_matches([' ', '\t', '>']);
    let is_alone = before.is_empty() && text[comment.end..line_end].trim().is_empty();
    if !is_alone {
        return line_start..line_end;
    }
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\r', '\n', '>']).is_empty();
    let is_comment = |line: &str| line.trim_start().starts_with(if is_yaml { "#" } else { "<!-- playpress:" });
    let mut start = line_end;
    let mut end = line_end;
    for line in text[line_end..].split_inclusive('\n') {
        match (is_blank(line) || is_comment(line), start == end) {
            (true, true) => {
                start += line.len();
                end = start;
            }
            (true, false) => break,
            (false, _) => {
                end += line.len();
                if is_yaml {
                    break;
                }
            }
        }
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_covers_its_line_or_the_block_below() {
        for (text, expected) in [
            ("a\n<!--c-->\nb\nd\n\ne\n", "b\nd\n"),
            ("<!--c-->\n\n| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |"),
            ("x\n| a | <!--c--> |\nb\n", "| a | <!--c--> |\n"),
            ("> <!--c-->\n> b\n>\n> d\n", "> b\n"),
            ("<!--c-->", ""),
        ] {
            let at = text.find("<!--c-->").expect("a comment");
            assert_eq!(&text[covered(text, &(at..at + 8), false)], expected, "{text:?}");
        }
        assert_eq!(&"# c\na: b\nd: e\n"[covered("# c\na: b\nd: e\n", &(0..3), true)], "a: b\n");
    }
}
