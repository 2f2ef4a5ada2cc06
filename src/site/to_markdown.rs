//! An article as Markdown: what programs read that do not want a site around a text. It is made of the article as this edition shows it, so it
//! holds nothing that the page does not: no comment, no link that was left out. Its HTML is our own, so each element ends where it should.

use super::tags::pieces;
use std::fmt::Write;

/// Elements within each other that change the start of lines; deeper ones are flat.
const DEEPEST: usize = 40;

/// Turns the HTML of an article into Markdown; `link` makes of an address what the copy has.
#[must_use]
pub(super) fn to_markdown(html: &str, link: &dyn Fn(&str) -> String) -> String {
    let mut converter = Converter { out: String::with_capacity(html.len()), is_line_start: true, ..Converter::default() };
    for piece in pieces(html) {
        converter.text(piece.text);
        if let Some(tag) = piece.tag {
            converter.tag(tag, link);
        }
    }
    let mut out = converter.out;
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// What is due before the next block.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Gap {
    #[default]
    None,
    /// An empty line.
    Due,
    /// Nothing: a quote, an item or an alert has just begun.
    Fresh,
}

/// Whether text is code.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Code {
    #[default]
    None,
    Inline,
    Block,
}

#[derive(Default)]
struct Converter {
    out: String,
    /// What each line starts with, and the lengths of its parts.
    prefix: String,
    parts: Vec<usize>,
    /// What stands in place of the last part on the next line.
    marker: Option<String>,
    is_line_start: bool,
    gap: Gap,
    /// The number of the next item of each open list; `None` has no numbers.
    lists: Vec<Option<usize>>,
    links: Vec<String>,
    /// The cells of the open row, of the innermost table.
    row: Option<Vec<String>>,
    is_head: bool,
    tables: usize,
    code: Code,
    /// Of the code block that is open: its language, and its fence once that is written.
    language: String,
    fence: String,
    /// What is not shown: the label of an alert, which is written otherwise.
    skipped: usize,
    /// The names of elements that put something before lines.
    quotes: Vec<bool>,
}

/// The value of an attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    // Values of attributes hold no quotes, so what follows ` NAME="` is one.
    while let Some((_, behind)) = rest.split_once(' ') {
        if let Some(value) = behind.strip_prefix(name).and_then(|behind| behind.strip_prefix("=\"")) {
            return value.split('"').next();
        }
        rest = behind;
    }
    None
}

impl Converter {
    /// Where text goes: the open cell, else the copy.
    fn target(&mut self) -> &mut String {
        match self.row.as_mut().and_then(|row| row.last_mut()) {
            Some(cell) => cell,
            None => &mut self.out,
        }
    }

    fn in_cell(&self) -> bool {
        self.row.as_ref().is_some_and(|row| !row.is_empty())
    }

    fn emit(&mut self, text: &str) {
        if self.gap == Gap::Fresh {
            self.gap = Gap::None;
        }
        if !self.in_cell() && self.is_line_start {
            self.write_blank();
            match self.marker.take() {
                Some(marker) => {
                    let before = self.prefix.len() - self.parts.last().copied().unwrap_or(0);
                    self.out.push_str(&self.prefix[..before]);
                    self.out.push_str(&marker);
                }
                None => self.out.push_str(&self.prefix),
            }
            self.is_line_start = false;
        }
        self.target().push_str(text);
    }

    /// Writes the empty line that is due between two blocks.
    fn write_blank(&mut self) {
        if self.gap == Gap::Due && !self.out.is_empty() {
            self.out.push_str(self.prefix.trim_end());
            self.out.push('\n');
        }
        self.gap = Gap::None;
    }

    fn end_line(&mut self) {
        if self.in_cell() {
            return;
        }
        if !self.is_line_start {
            self.out.truncate(self.out.trim_end_matches(' ').len());
            self.out.push('\n');
            self.is_line_start = true;
        }
    }

    /// A block begins or ends.
    fn block(&mut self) {
        if self.in_cell() {
            let cell = self.target();
            if !cell.is_empty() && !cell.ends_with("<br>") {
                cell.push_str("<br>");
            }
            return;
        }
        self.end_line();
        self.gap = if self.gap == Gap::Fresh { Gap::None } else { Gap::Due };
    }

    fn indent(&mut self, part: &str) {
        self.write_blank();
        self.gap = Gap::Fresh;
        if self.parts.len() < DEEPEST {
            self.prefix.push_str(part);
            self.parts.push(part.len());
            self.quotes.push(true);
        } else {
            self.quotes.push(false);
        }
    }

    fn outdent(&mut self) {
        if self.quotes.pop() == Some(true)
            && let Some(length) = self.parts.pop()
        {
            self.prefix.truncate(self.prefix.len() - length);
        }
        self.marker = None;
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() || self.skipped > 0 {
            return;
        }
        if self.code == Code::Block {
            let decoded = decoded(text);
            self.open_fence(&decoded);
            for (index, line) in decoded.split('\n').enumerate() {
                if index > 0 {
                    if self.is_line_start {
                        let blank = self.prefix.trim_end().to_owned();
                        self.out.push_str(&blank);
                    }
                    self.out.push('\n');
                    self.is_line_start = true;
                }
                if !line.is_empty() {
                    self.emit(line);
                }
            }
            return;
        }
        if self.code == Code::Inline {
            let decoded = decoded(text).replace('\n', " ");
            let fence = "`".repeat(longest_run(&decoded) + 1);
            let pad = if decoded.starts_with('`') || decoded.ends_with('`') { " " } else { "" };
            let code = if self.in_cell() { decoded.replace('|', "\\|") } else { decoded };
            return self.emit(&format!("{fence}{pad}{code}{pad}{fence}"));
        }
        let has_blank_before = text.starts_with([' ', '\n']);
        let has_blank_after = text.ends_with([' ', '\n']);
        let trimmed = text.trim_matches([' ', '\n']);
        let is_at_start = if self.in_cell() { self.target().is_empty() } else { self.is_line_start };
        if trimmed.is_empty() {
            if !is_at_start && !self.target().ends_with(' ') {
                self.emit(" ");
            }
            return;
        }
        let mut plain = String::with_capacity(text.len() + 8);
        if has_blank_before && !is_at_start {
            plain.push(' ');
        }
        if trimmed.contains('\n') || trimmed.contains("  ") {
            let words: Vec<&str> = trimmed.split([' ', '\n']).filter(|word| !word.is_empty()).collect();
            escape(&mut plain, &words.join(" "), is_at_start, self.in_cell());
        } else {
            escape(&mut plain, trimmed, is_at_start, self.in_cell());
        }
        if has_blank_after {
            plain.push(' ');
        }
        self.emit(&plain);
    }

    fn tag(&mut self, tag: &str, link: &dyn Fn(&str) -> String) {
        let is_end = tag.starts_with('/');
        let bare = tag.trim_start_matches('/');
        let name = bare.split([' ', '\n', '/']).next().unwrap_or_default();
        if self.skipped > 0 {
            self.skipped -= usize::from(is_end && name == "p");
            return;
        }
        match name {
            "strong" | "b" | "em" | "i" | "del" | "s" | "br" | "a" | "img" | "iframe" | "input" => self.inline(tag, name, is_end, link),
            "code" | "kbd" | "samp" if self.code != Code::Block => self.code = if is_end { Code::None } else { Code::Inline },
            "table" | "thead" | "tr" | "td" | "th" => self.table(name, is_end),
            "p" | "div" | "section" | "details" | "summary" | "dl" | "dt" | "dd" | "figure" | "figcaption" | "blockquote" | "ul" | "ol" | "li"
            | "pre" | "code" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.block_tag(tag, name, is_end),
            _ => {}
        }
    }

    /// Begins a block of code with a fence that `code` does not hold.
    fn open_fence(&mut self, code: &str) {
        if self.fence.is_empty() {
            self.fence = "`".repeat(longest_run(code).max(2) + 1);
            let opening = format!("{}{}", self.fence, self.language);
            self.emit(&opening);
            self.end_line();
        }
    }

    fn block_tag(&mut self, tag: &str, name: &str, is_end: bool) {
        let class = attribute(tag, "class").unwrap_or_default();
        match (name, is_end) {
            ("p", false) if class == "alert-label" => self.skipped = 1,
            ("div", false) if class.starts_with("alert ") => {
                self.block();
                self.indent("> ");
                let label = class.rsplit('-').next().unwrap_or_default().to_uppercase();
                self.emit(&format!("[!{label}]"));
                self.end_line();
                self.gap = Gap::Fresh;
                self.lists.push(None);
            }
            ("div", false) => {
                self.block();
                // So that its end is told from that of an alert.
                self.quotes.push(false);
                self.lists.push(None);
            }
            ("div", true) => {
                self.lists.pop();
                self.outdent();
                self.block();
            }
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", false) => {
                self.block();
                let level = name[1..].parse().unwrap_or(1);
                self.emit(&format!("{} ", "#".repeat(level)));
            }
            ("blockquote", false) => {
                self.block();
                self.indent("> ");
            }
            ("blockquote", true) => {
                self.outdent();
                self.block();
            }
            ("ul" | "ol" | "li", _) => self.list(tag, name, is_end),
            ("pre", false) => {
                self.block();
                self.code = Code::Block;
            }
            ("pre", true) => {
                self.open_fence("");
                self.end_line();
                let fence = std::mem::take(&mut self.fence);
                self.emit(&fence);
                self.code = Code::None;
                self.block();
            }
            ("code", false) if self.code == Code::Block => {
                class.strip_prefix("lang-").unwrap_or_default().clone_into(&mut self.language);
            }
            ("hr", _) => {
                self.block();
                self.emit("---");
                self.block();
            }
            // The first paragraph of an item stands beside its sign.
            ("p", false) if self.marker.is_some() => {}
            ("code", _) => {}
            _ => self.block(),
        }
    }

    fn list(&mut self, tag: &str, name: &str, is_end: bool) {
        match (name, is_end) {
            ("ul" | "ol", false) => {
                if self.lists.is_empty() || self.in_cell() {
                    self.block();
                } else {
                    self.end_line();
                }
                let start = attribute(tag, "start").and_then(|start| start.parse().ok()).unwrap_or(1);
                self.lists.push((name == "ol").then_some(start));
            }
            ("ul" | "ol", true) => {
                self.lists.pop();
                if self.lists.is_empty() || self.in_cell() { self.block() } else { self.end_line() }
            }
            ("li", false) => {
                self.end_line();
                let marker = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
                if self.in_cell() {
                    self.block();
                    return self.emit(&marker);
                }
                self.indent(&" ".repeat(marker.len()));
                self.marker = Some(marker);
            }
            ("li", true) => {
                if self.in_cell() {
                    return;
                }
                if self.marker.is_some() {
                    self.emit("");
                }
                self.end_line();
                self.outdent();
            }
            _ => {}
        }
    }

    fn inline(&mut self, tag: &str, name: &str, is_end: bool, link: &dyn Fn(&str) -> String) {
        match (name, is_end) {
            ("strong" | "b", _) => self.emit("**"),
            ("em" | "i", _) => self.emit("*"),
            ("del" | "s", _) => self.emit("~~"),
            ("br", _) if self.in_cell() => self.emit("<br>"),
            ("br", _) => {
                self.emit("\\");
                self.end_line();
            }
            ("a", false) => {
                let href = attribute(tag, "href").map(|href| link(&decoded(href))).unwrap_or_default();
                if !href.is_empty() {
                    self.emit("[");
                }
                self.links.push(href);
            }
            ("a", true) => {
                if let Some(href) = self.links.pop().filter(|href| !href.is_empty()) {
                    self.emit(&format!("]({})", destination(&href)));
                }
            }
            ("img", _) => {
                let mut alt = String::new();
                escape(&mut alt, &decoded(attribute(tag, "alt").unwrap_or_default()), false, self.in_cell());
                let source = link(&decoded(attribute(tag, "src").unwrap_or_default()));
                self.emit(&format!("![{alt}]({})", destination(&source)));
            }
            ("iframe", false) => {
                let title = decoded(attribute(tag, "title").unwrap_or("Video"));
                self.emit(&format!("[{title}]({})", destination(&decoded(attribute(tag, "src").unwrap_or_default()))));
            }
            ("input", _) => self.emit(if tag.contains(" checked") { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }

    fn table(&mut self, name: &str, is_end: bool) {
        match (name, is_end) {
            ("table", false) => {
                self.tables += 1;
                if self.tables == 1 {
                    self.block();
                }
            }
            ("table", true) => {
                self.tables -= 1;
                if self.tables == 0 {
                    self.row = None;
                    self.block();
                }
            }
            ("thead", _) if self.tables == 1 => self.is_head = !is_end,
            ("tr", false) if self.tables == 1 => self.row = Some(Vec::new()),
            ("td" | "th", false) if self.tables == 1 => {
                if let Some(row) = &mut self.row {
                    row.push(String::new());
                }
            }
            ("tr", true) if self.tables == 1 => self.end_row(),
            // A table in a cell of another becomes text of that cell.
            ("td" | "th", true) if self.tables > 1 => self.emit(" "),
            _ => {}
        }
    }

    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        let mut line = String::from("|");
        for cell in &row {
            let _ = write!(line, " {} |", cell.trim_end_matches("<br>").trim());
        }
        let count = row.len();
        self.emit(&line);
        self.end_line();
        if self.is_head {
            self.emit(&format!("|{}", " --- |".repeat(count)));
            self.end_line();
        }
    }
}

/// An address as Markdown has it.
fn destination(href: &str) -> String {
    if href.contains([' ', '(', ')', '<', '>']) { format!("<{}>", href.replace('<', "%3C").replace('>', "%3E")) } else { href.to_owned() }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The text of some HTML: our escapes taken back. What an author wrote as a reference stays one, which Markdown reads too.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Adds a text of HTML so that Markdown reads it as nothing but text.
fn escape(out: &mut String, text: &str, is_at_start: bool, in_cell: bool) {
    // Most texts hold no sign that means something.
    let is_sign = |byte: u8| matches!(byte, b'\\' | b'`' | b'*' | b'[' | b']' | b'_' | b'~' | b'|');
    let may_begin_block = |byte: u8| matches!(byte, b'-' | b'+' | b'#' | b'=' | b':' | b'0'..=b'9');
    let begins_block = is_at_start && text.bytes().next().is_some_and(may_begin_block);
    if !begins_block && !text.bytes().any(is_sign) {
        return out.push_str(text);
    }
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    if is_at_start {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let begins_list = text.starts_with(['-', '+', '#', '=', ':']) || (digits > 0 && text[digits..].starts_with(['.', ')']));
        if begins_list {
            // The sign that would begin a list, not the number before it.
            out.push_str(&text[..digits]);
            out.push('\\');
            (0..digits).for_each(|_| {
                chars.next();
            });
        }
    }
    while let Some((_, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        match c {
            '\\' | '`' | '*' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '_' if !(previous.is_alphanumeric() && next.is_alphanumeric()) => out.push_str("\\_"),
            '~' if next == '~' || previous == '~' => out.push_str("\\~"),
            '|' if in_cell => out.push_str("\\|"),
            c => out.push(c),
        }
        previous = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_becomes_markdown() {
        for (html, markdown) in [
            (
                "<h1 id=\"a\">A &amp; b</h1>\n<p>One <strong>two</strong> <a href=\"x.html\">three</a>.</p>\n",
                "# A &amp; b\n\nOne **two** [three](x.html).\n",
            ),
            ("<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n<li>d</li>\n</ol>\n</li>\n</ul>\n<p>e</p>\n", "- a\n- b\n  1. c\n  2. d\n\ne\n"),
            ("<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n</ul>\n", "- a\n\n  b\n"),
            ("<h2>T</h2>\n<ol>\n<li>a</li>\n</ol>", "## T\n\n1. a\n"),
            ("<div class=\"alert alert-note\">\n<p class=\"alert-label\">NOTE</p>\n<p>Text</p>\n</div>\n<p>x</p>\n", "> [!NOTE]\n> Text\n\nx\n"),
            ("<pre><code class=\"lang-sh\">a &lt; b\n\nc\n</code></pre>\n", "```sh\na < b\n\nc\n```\n"),
            (
                "<table>\n<thead>\n<tr>\n<th scope=\"col\">A</th>\n<th scope=\"col\">B</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1|2</td>\n<td>x<br>y</td>\n</tr>\n</tbody>\n</table>\n",
                "| A | B |\n| --- | --- |\n| 1\\|2 | x<br>y |\n",
            ),
            ("<p>*no* [x] _y_ a_b &lt;br&gt;</p>\n<p>1. x</p>\n<p># y</p>", "\\*no\\* \\[x\\] \\_y\\_ a_b &lt;br&gt;\n\n1\\. x\n\n\\# y\n"),
            ("<p>a<br>b <code>x`y</code> <img src=\"i.png\" alt=\"I\"></p>", "a\\\nb ``x`y`` ![I](i.png)\n"),
            ("<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<hr>\n", "> a\n>\n> > b\n\n---\n"),
        ] {
            assert_eq!(to_markdown(html, &|href| href.to_owned()), markdown, "{html}");
        }
    }
}
