//! How a page is built: its headings, pictures, links, tables and code as readers meet them, judged while the page's HTML is made.

use pulldown_cmark::{self as cmark, CodeBlockKind, Tag, TagEnd};

use crate::diagnostic::{Diagnostic, RuleMeta};
use crate::markdown::{Container, Event, IncludeIndex, Origin};
use crate::source::SourceSet;
use crate::text::{FileId, Span};

rules! {
    H1_MISSING = "h1-missing", Info;
    HEADING_EMPTY = "heading-empty", Info;
    MULTIPLE_H1S = "multiple-h1s", Info;
    H1_NOT_FIRST = "h1-not-first", Info;
    H1_IN_INCLUDE = "h1-in-include", Info;
    H1_IN_ZONE = "h1-in-zone", Info;
    HEADING_SKIPPED = "heading-skipped", Info;
    HEADING_NO_CONTENT = "heading-no-content", Info;
    H2_DUPLICATED = "h2-duplicated", Info;
    HEADINGS_WITH_UNDERLINE = "headings-with-underline", Info;
    DISALLOWED_HEADING = "disallowed-heading", Info;
    INVISIBLE_CHARACTER = "invisible-character", Info;
    IMAGE_INLINE = "image-inline", Info;
    LINK_TEXT_MISSING = "link-text-missing", Info;
    TABLE_HEADER_MISSING = "table-header-missing", Info;
    COLUMN_HEADER_MISSING = "column-header-missing", Info;
    CODE_BLOCK_INDENTED = "code-block-indented", Info;
    CODE_BLOCK_UNCLOSED = "code-block-unclosed", Info;
    DEV_LANGUAGE_MISSING = "dev-language-missing", Info;
    SENSITIVE_LANGUAGE = "sensitive-language", Info;
    TABBED_CONCEPTUAL_NOT_ALLOWED = "tabbed-conceptual-not-allowed", Info, off;
}

/// Headings that the site writes itself.
const DISALLOWED: &[&str] = &["feedback", "in this article", "on this page"];

/// How many lines of code need no language.
const FEW_LINES: usize = 4;

/// Letters that nobody sees.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Watches the events of a page.
pub(super) struct Style<'s> {
    sources: &'s SourceSet,
    terms: &'s [(String, String)],
    found: Vec<(Diagnostic, IncludeIndex)>,
    headings: Vec<Heading>,
    /// The place of the open heading among `headings`.
    open: Option<usize>,
    /// Whether anything that readers see came since the last heading.
    has_content: bool,
    /// The level of the heading above; 0: none.
    level: u8,
    /// The levels above the tabs that are open, and the numbers of the tabs.
    tabs: Vec<(u8, usize)>,
    next_tab: usize,
    zones: usize,
    /// The paragraph that is open.
    paragraph: Option<Paragraph>,
    in_image: usize,
    links: Vec<bool>,
    head: Option<Vec<(bool, Origin)>>,
    code: Option<Code>,
}

struct Heading {
    level: u8,
    text: String,
    origin: Origin,
    tab: Option<usize>,
    in_zone: bool,
    has_content_before: bool,
    /// It is a link, or holds one.
    is_link: bool,
}

/// A paragraph: its images, and whether it holds text too.
#[derive(Default)]
struct Paragraph {
    images: Vec<Origin>,
    has_text: bool,
}

struct Code {
    origin: Origin,
    is_fenced: bool,
    has_language: bool,
    lines: usize,
}

impl<'s> Style<'s> {
    pub(super) fn new(sources: &'s SourceSet, terms: &'s [(String, String)]) -> Self {
        Self {
            sources,
            terms,
            found: Vec::new(),
            headings: Vec::new(),
            open: None,
            has_content: false,
            level: 0,
            tabs: Vec::new(),
            next_tab: 0,
            zones: 0,
            paragraph: None,
            in_image: 0,
            links: Vec::new(),
            head: None,
            code: None,
        }
    }

    fn find(&mut self, rule: &'static RuleMeta, origin: Origin, message: impl Into<String>, help: &str) {
        self.found.push((rule.at(origin.span, message).help(help), origin.via));
    }

    pub(super) fn event(&mut self, event: &Event<'_>, origin: Origin) {
        if let (Event::Md(cmark::Event::Text(text)), false) = (event, self.terms.is_empty()) {
            self.judge_words(text, origin);
        }
        match event {
            Event::Md(cmark::Event::Start(tag)) => self.start(tag, origin),
            Event::Md(cmark::Event::End(tag)) => self.end(*tag, origin),
            Event::Md(cmark::Event::Text(text) | cmark::Event::Code(text) | cmark::Event::InlineMath(text) | cmark::Event::DisplayMath(text)) => {
                self.text(text);
            }
            Event::Md(cmark::Event::SoftBreak | cmark::Event::HardBreak) => self.heading_text(" "),
            Event::Xref { raw, .. } => self.text(raw),
            Event::Code(_) | Event::Image { .. } | Event::Video { .. } | Event::Gap { .. } | Event::Md(cmark::Event::FootnoteReference(_)) => {
                self.seen();
            }
            Event::Html { text, .. } => {
                let is_seen = text.starts_with("<img") || !text.starts_with('<');
                if is_seen && !text.trim().is_empty() {
                    self.seen();
                }
            }
            Event::Open(container) => self.open_container(*container, origin),
            Event::Close(Container::Panel { .. }) => {
                if let Some((level, _)) = self.tabs.pop() {
                    self.level = level;
                }
            }
            Event::Close(Container::Zone { .. } | Container::Moniker { .. }) => self.zones = self.zones.saturating_sub(1),
            _ => {}
        }
    }

    fn open_container(&mut self, container: Container<'_>, origin: Origin) {
        match container {
            Container::Panel { .. } => {
                self.tabs.push((self.level, self.next_tab));
                self.next_tab += 1;
                self.seen();
            }
            Container::Zone { .. } | Container::Moniker { .. } => self.zones += 1,
            Container::Tabs { .. } => {
                let help = "write the parts one below the other, each with a heading";
                self.find(&TABBED_CONCEPTUAL_NOT_ALLOWED, origin, "the page has tabs", help);
            }
            _ => {}
        }
    }

    /// Words that the book does without.
    fn judge_words(&mut self, text: &str, origin: Origin) {
        if self.code.is_some() {
            return;
        }
        let lower = text.to_lowercase();
        let is_whole = |at: usize, end: usize| {
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !is_letter(lower[..at].chars().next_back()) && !is_letter(lower[end..].chars().next())
        };
        // Where lower case or a character reference has another length, only the text as a whole can be shown.
        let is_as_written = lower.len() == text.len() && self.source(origin.span) == text;
        for (term, instead) in self.terms {
            for at in lower.match_indices(term.as_str()).map(|(at, _)| at).filter(|at| is_whole(*at, at + term.len())) {
                let start = origin.span.start as usize + at;
                let span = if is_as_written { Span::new(origin.span.file, start..start + term.len()) } else { origin.span };
                let finding = SENSITIVE_LANGUAGE.at(span, format!("`{term}` is a word that this book does without"));
                let finding = finding.help(format!("write `{instead}`"));
                self.found.push((if is_as_written { finding.unsafe_fix(span, instead) } else { finding }, origin.via));
            }
        }
    }

    /// Something that readers see.
    fn seen(&mut self) {
        if self.open.is_none() {
            self.has_content = true;
        }
        if let Some(has_text) = self.links.last_mut() {
            *has_text = true;
        }
    }

    fn heading_text(&mut self, text: &str) {
        if let Some(open) = self.open {
            self.headings[open].text.push_str(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.heading_text(text);
        if let Some(code) = &mut self.code {
            code.lines += text.matches('\n').count();
        }
        if text.trim().is_empty() {
            return;
        }
        if let Some(paragraph) = self.paragraph.as_mut().filter(|_| self.in_image == 0) {
            paragraph.has_text = true;
        }
        if let Some((is_named, _)) = self.head.as_mut().and_then(|head| head.last_mut()) {
            *is_named = true;
        }
        self.seen();
    }

    fn start(&mut self, tag: &Tag<'_>, origin: Origin) {
        match tag {
            Tag::Heading { level, .. } => self.start_heading(*level as u8, origin),
            Tag::Paragraph => self.paragraph = Some(Paragraph::default()),
            Tag::Image { .. } => {
                self.in_image += 1;
                self.seen();
                if let Some((is_named, _)) = self.head.as_mut().and_then(|head| head.last_mut()) {
                    *is_named = true;
                }
            }
            Tag::Link { .. } => {
                self.links.push(false);
                if let Some(open) = self.open {
                    self.headings[open].is_link = true;
                }
            }
            Tag::Table(_) => self.seen(),
            Tag::TableHead => self.head = Some(Vec::new()),
            Tag::TableCell => {
                if let Some(head) = &mut self.head {
                    head.push((false, origin));
                }
            }
            Tag::CodeBlock(kind) => {
                self.seen();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => Some(!info.trim().is_empty()),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some(Code { origin, is_fenced: language.is_some(), has_language: language.unwrap_or(false), lines: 0 });
            }
            _ => {}
        }
    }

    fn start_heading(&mut self, level: u8, origin: Origin) {
        let tab = self.tabs.last().map(|(_, number)| *number);
        let heading =
            Heading { level, text: String::new(), origin, tab, in_zone: self.zones > 0, has_content_before: self.has_content, is_link: false };
        self.open = Some(self.headings.len());
        self.headings.push(heading);
        self.has_content = false;
    }

    fn end(&mut self, tag: TagEnd, origin: Origin) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Paragraph => {
                if let Some(paragraph) = self.paragraph.take().filter(|paragraph| paragraph.has_text) {
                    for image in paragraph.images {
                        let help = "put the image into a paragraph of its own, with a blank line above and below";
                        self.find(&IMAGE_INLINE, image, "an image stands within a line of text", help);
                    }
                }
            }
            TagEnd::Image => {
                self.in_image = self.in_image.saturating_sub(1);
                if let Some(paragraph) = &mut self.paragraph {
                    paragraph.images.push(origin);
                }
            }
            TagEnd::Link if self.links.pop() == Some(false) => {
                self.find(&LINK_TEXT_MISSING, origin, "the link has no text, so nobody sees it", "write what it leads to between the brackets");
            }
            TagEnd::TableHead => self.end_table_head(),
            TagEnd::CodeBlock => self.end_code(),
            _ => {}
        }
    }

    fn end_table_head(&mut self) {
        let Some(head) = self.head.take() else { return };
        // A column that the header row does not have is one of a row that is too long, which is said there.
        let is_written = |origin: &Origin| {
            let Some(file) = self.sources.file(origin.span.file) else { return false };
            let behind = file.text[origin.span.start as usize..].lines().next().unwrap_or_default();
            !behind.trim_matches([' ', '\t', '\r', '|']).is_empty() || behind.contains('|')
        };
        let unnamed = head.iter().skip(1).find(|(is_named, origin)| !is_named && is_written(origin));
        if head.iter().all(|(is_named, _)| !is_named) {
            if let Some((_, origin)) = head.first() {
                self.find(&TABLE_HEADER_MISSING, *origin, "no column of the table has a name", "say in the header row what each column holds");
            }
        } else if let Some((_, origin)) = unnamed {
            self.find(&COLUMN_HEADER_MISSING, *origin, "this column of the table has no name", "say in the header row what it holds");
        }
    }

    fn source(&self, span: Span) -> &'s str {
        self.sources.file(span.file).and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }

    fn is_in_conflict(&self, span: Span) -> bool {
        // The lines above a mark may be part of the heading that `=======` makes.
        let meets = |lines: &std::ops::Range<usize>| lines.start < span.end as usize && (span.start as usize) < lines.end;
        self.sources.file(span.file).is_some_and(|file| file.conflicts.iter().any(meets))
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        if !code.is_fenced {
            let help = "put it between two lines of three backticks; if it is no code, indent it less";
            let first = first_line(self.source(code.origin.span), code.origin);
            return self.find(&CODE_BLOCK_INDENTED, first, "this is shown as code only because it is indented", help);
        }
        let text = self.source(code.origin.span);
        let fence = first_line(text, code.origin);
        let sign = text.trim_start().chars().next().unwrap_or('`');
        let is_closed = text.trim_end().lines().skip(1).last().is_some_and(|last| {
            let bare = last.trim_start_matches(|c: char| c.is_whitespace() || c == '>');
            bare.len() >= 3 && bare.chars().all(|c| c == sign)
        });
        if !is_closed {
            self.find(
                &CODE_BLOCK_UNCLOSED,
                fence,
                "the code is not closed, so all that follows is shown as code",
                "close it with a line of three backticks",
            );
        }
        if code.lines > FEW_LINES && !code.has_language {
            self.find(
                &DEV_LANGUAGE_MISSING,
                fence,
                "the code does not say in which language it is",
                "write it behind the backticks, such as `powershell`, or `output` for what a program prints",
            );
        }
    }

    fn end_heading(&mut self) {
        let Some(open) = self.open.take() else { return };
        let (before, current) = self.headings.split_at(open);
        let Some(heading) = current.first() else { return };
        let (level, origin, in_zone) = (heading.level, heading.origin, heading.in_zone);
        let text = heading.text.trim().to_owned();
        if self.is_in_conflict(origin.span) {
            self.headings.truncate(open);
            self.has_content = true;
            return;
        }
        let is_empty = text.is_empty() && !self.source(origin.span).contains("![");
        let is_bare =
            before.last().is_some_and(|above| !above.is_link && !heading.has_content_before && above.level >= level && above.tab == heading.tab);
        let above = before.last().map(|above| (above.level, above.text.trim().to_owned(), above.origin));
        if is_empty {
            self.find(&HEADING_EMPTY, origin, format!("the heading of level {level} has no text"), "write the heading's text, or remove the line");
        }
        if let (true, Some((above_level, above_text, above_origin))) = (is_bare, &above) {
            let message = format!("nothing stands below the heading `{above_text}` of level {above_level}");
            self.find(&HEADING_NO_CONTENT, *above_origin, message, "say something there, or remove the heading");
        }
        if self.level > 0 && level > self.level + 1 {
            let message = format!("a heading of level {level} follows one of level {}", self.level);
            let help = format!("write it with {} `#`", self.level + 1);
            self.find(&HEADING_SKIPPED, origin, message, &help);
        }
        self.level = level;
        if level == 1 {
            self.first_level(open, origin, in_zone);
        }
        let source = self.source(origin.span);
        if !is_empty && !source.trim_start_matches(|c: char| c.is_whitespace() || c == '>').starts_with('#') {
            let help = format!("write it on one line, with {level} `#` and a blank before it");
            self.find(&HEADINGS_WITH_UNDERLINE, first_line(source, origin), "the heading is made by the line below it", &help);
        }
        if DISALLOWED.iter().any(|name| text.eq_ignore_ascii_case(name)) {
            self.find(&DISALLOWED_HEADING, origin, format!("`{text}` is what the site itself writes on each page"), "choose another heading");
        }
        if let Some((at, c)) = source.char_indices().find(|(_, c)| is_invisible(*c)) {
            let start = origin.span.start as usize + at;
            let span = Span::new(origin.span.file, start..start + c.len_utf8());
            let finding = INVISIBLE_CHARACTER.at(span, format!("the heading holds a character that nobody sees, U+{:04X}", u32::from(c)));
            self.found.push((finding.help("remove it: links to this heading and searches do not find it").fix(span, ""), origin.via));
        }
    }

    fn first_level(&mut self, open: usize, origin: Origin, in_zone: bool) {
        let others = self.headings[..open].iter().filter(|other| other.level == 1).count();
        if others > 0 {
            self.find(&MULTIPLE_H1S, origin, "the page has a heading of level 1 already", "write it with two `#`");
        } else if open > 0 || self.headings[open].has_content_before {
            self.find(&H1_NOT_FIRST, origin, "something stands above the heading of level 1", "let the page begin with it");
        }
        if origin.via != IncludeIndex::default() {
            self.find(
                &H1_IN_INCLUDE,
                origin,
                "a heading of level 1 comes in from another file",
                "write the heading in the page, and leave it out here",
            );
        }
        if in_zone {
            self.find(
                &H1_IN_ZONE,
                origin,
                "the heading of level 1 is part of a zone or moniker",
                "move it out: each page has one heading for all its readers",
            );
        }
    }

    /// The findings, each with the include that brought its place.
    pub(super) fn into_found(mut self, page: FileId) -> Vec<(Diagnostic, IncludeIndex)> {
        if !self.headings.iter().any(|heading| heading.level == 1) {
            let finding = H1_MISSING.at(page, "the page has no heading of level 1").help("begin it with `# ` and the name of the page");
            self.found.push((finding, IncludeIndex::default()));
        }
        let mut by_text: ahash::HashMap<String, Vec<usize>> = ahash::HashMap::default();
        for (index, heading) in self.headings.iter().enumerate().filter(|(_, heading)| heading.level == 2 && !heading.text.trim().is_empty()) {
            by_text.entry(heading.text.trim().to_lowercase()).or_default().push(index);
        }
        let is_shown_with = |a: &Heading, b: &Heading| a.tab == b.tab || a.tab.is_none() || b.tab.is_none();
        let mut twice = Vec::new();
        for same in by_text.into_values().filter(|same| same.len() > 1) {
            let meets = |index: &usize| {
                // A few are enough to see that it is not alone.
                same.iter().take(8).any(|other| other != index && is_shown_with(&self.headings[*index], &self.headings[*other]))
            };
            twice.extend(same.iter().copied().filter(meets));
        }
        twice.sort_unstable();
        for index in twice {
            let heading = &self.headings[index];
            let finding = H2_DUPLICATED.at(heading.origin.span, format!("the page has two headings `{}` of level 2", heading.text.trim()));
            let found = (finding.help("give each a text of its own, so that readers and links can tell them apart"), heading.origin.via);
            self.found.push(found);
        }
        self.found
    }
}

/// The first line of a block.
fn first_line(text: &str, origin: Origin) -> Origin {
    let line = text.lines().next().unwrap_or_default().trim_end();
    let span = Span { end: origin.span.start + u32::try_from(line.len()).unwrap_or(0), ..origin.span };
    Origin { span, ..origin }
}
