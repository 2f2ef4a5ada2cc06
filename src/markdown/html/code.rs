//! Code as HTML: plain, and beside it the same with its parts marked, where its language is known.

use super::Writer;
use crate::markdown::snippet::Lines;
use crate::markdown::{HoleKind, MarkedCode, highlight};
use crate::text::escape::escaped;

impl Writer<'_> {
    /// Writes what stands between `<code>` and `</code>`. `lines` are the lines to point out, counted from 1.
    pub(super) fn code(&mut self, text: &str, language: &str, lines: &[Lines]) {
        let marked = highlight::highlight(text, language).map(|marked| pointed_out(&marked, lines));
        if marked.is_some() {
            self.hole(HoleKind::Code(self.body.codes.len()));
        }
        self.push(&pointed_out(&escaped(text), lines));
        let end = self.body.html.len();
        self.body.codes.extend(marked.map(|marked| MarkedCode { end, marked }));
    }
}

/// HTML in which no element reaches over the end of a line, with some of its lines in elements of their own.
fn pointed_out(html: &str, lines: &[Lines]) -> String {
    if lines.is_empty() {
        return html.to_owned();
    }
    let line = |(index, line): (usize, &str)| {
        let is_pointed_out = lines.iter().any(|lines| (lines.first..=lines.last).contains(&(index + 1)));
        if is_pointed_out { format!("<span class=\"hl-line\">{line}</span>") } else { line.to_owned() }
    };
    html.split_inclusive('\n').enumerate().map(line).collect()
}
