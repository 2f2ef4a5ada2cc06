//! Events as HTML with holes. What another page decides (whether a target is there, what it is called) is left open.

mod blocks;
mod code;
mod headings;
pub(crate) mod math;
pub(crate) mod media;
pub(crate) mod raw;
mod tables;

use ahash::HashMap;
use pulldown_cmark::{self as cmark, CodeBlockKind, LinkType, Tag, TagEnd};

use self::headings::Draft;
use self::tables::Table;
use super::link::{self, Target};
use super::{Body, Dialect, Event, Hole, HoleKind, IncludeIndex, IncludeSite, Origin, expand, include_chain};
use crate::diagnostic::{Diagnostic, RuleMeta};
use crate::source::{self, Reads, SourceFile, SourceSet};
use crate::text::escape::{escaped, push_escaped};
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

rules! {
    LOCAL_FILE_PATH = "local-file-path", Warning;
    LINK_SCHEME_UNSAFE = "link-scheme-unsafe", Warning;
    ALT_TEXT_MISSING = "alt-text-missing", Warning;
    ALT_TEXT_FILENAME = "alt-text-filename", Info, off;
    ALT_TEXT_DUPLICATED = "alt-text-duplicated", Info;
    ALT_TEXT_BAD_VALUE = "alt-text-bad-value", Info;
    ALT_TEXT_BAD_LENGTH = "alt-text-bad-length", Info, off;
}

/// A heading of the expanded page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its plain text.
    pub text: String,
    /// Its id, unique on the page.
    pub id: String,
    /// Where it stands.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
    /// How many links and images of the page come before it.
    pub first_link: usize,
}

/// Whether a link is followed or shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkRole {
    /// The reader may go there.
    Anchor,
    /// It is shown.
    Image {
        /// Its alternative text, plain.
        alt: String,
        /// The further attributes of its tag, as HTML, each with a blank before it.
        attributes: String,
    },
    /// It is a page's name, with a link to the page.
    Xref {
        /// What is shown where there is no such page, plain.
        raw: String,
        /// Written as a link, so that it is a fault where there is no such page.
        is_explicit: bool,
    },
    /// It is played.
    Media {
        /// `video` or `audio`.
        element: &'static str,
        /// Its type.
        mime: &'static str,
        /// What it shows, plain.
        alt: String,
        /// The further attributes of its tag, as HTML, each with a blank before it.
        attributes: String,
    },
}

/// A link or image whose target the book has to look up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// As the author wrote it.
    pub url: String,
    /// Where the URL leads, as far as its text tells: a file or an anchor of the page.
    pub target: Target,
    /// Link or image.
    pub role: LinkRole,
    /// The URL's place.
    pub span: Span,
    /// The include that brought it.
    pub via: IncludeIndex,
}

impl Link {
    /// What the query of a link to a uid gives for `key`; blank values count as none.
    #[must_use]
    pub fn query(&self, key: &str) -> Option<String> {
        let Target::Uid { query, .. } = &self.target else { return None };
        let mut pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(name, value)| *name == key && !value.is_empty())?;
        Some(percent_encoding::percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
    }
}

/// A page's HTML and what was met while it was made.
#[derive(Debug)]
pub struct Rendered {
    /// The article.
    pub body: Body,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// Links and images to look up, in order.
    pub links: Vec<Link>,
    /// Ids and names of raw HTML, and ids of footnotes.
    pub ids: Vec<String>,
    /// The includes that were carried out.
    pub includes: Vec<IncludeSite>,
    /// The comments that speak to playpress: `<!-- playpress: … -->`.
    pub remarks: Vec<Span>,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Renders a page, includes expanded; `watch` sees each event before it is written, and how many bytes of HTML come before it.
#[must_use]
pub fn render(
    reads: &Reads<'_>,
    sources: &SourceSet,
    dialect: &Dialect,
    page: &SourceFile,
    watch: &mut dyn FnMut(&Event<'_>, Origin, usize),
) -> Rendered {
    let mut writer = Writer::new(sources, dialect);
    writer.body.html.reserve(page.text.len() * 3 / 2);
    let mut inclusion = expand(reads, dialect, page, &mut |event, origin| {
        writer.open_for(&event);
        watch(&event, origin, writer.body.html.len());
        writer.event(event, origin);
    });
    writer.close_raw(0);
    // A copy has the room that it needs, and the next page takes over that of the original.
    let body = Body {
        html: writer.body.html.as_str().to_owned(),
        holes: writer.body.holes.as_slice().to_vec(),
        codes: std::mem::take(&mut writer.body.codes),
    };
    let mut found = std::mem::take(&mut inclusion.found);
    found.append(&mut writer.found);
    let diagnostics = found.into_iter().map(|(finding, via)| finding.included_from(include_chain(&inclusion.sites, via))).collect();
    let headings = writer.headings();
    Rendered { body, headings, links: writer.links, ids: writer.ids, remarks: writer.remarks, includes: inclusion.sites, diagnostics }
}

/// A link that is open, and what is to be said of it when its place is known.
struct OpenLink {
    link: Option<usize>,
    fault: Option<(&'static RuleMeta, String, &'static str)>,
    via: IncludeIndex,
}

/// An image whose alternative text is being collected.
struct OpenImage {
    depth: usize,
    alt: String,
    url: String,
    title: String,
}

struct Writer<'w> {
    sources: &'w SourceSet,
    dialect: &'w Dialect,
    body: Body,
    drafts: Vec<Draft>,
    heading: Option<Draft>,
    links: Vec<Link>,
    open_links: Vec<OpenLink>,
    image: Option<OpenImage>,
    /// The language and the text of the code that is being read.
    code: Option<(String, String)>,
    /// Open elements of raw HTML; `None` is an element of Markdown, which raw HTML cannot close.
    open: Vec<Option<String>>,
    /// Elements of raw HTML that were shown as text and whose end tag has not come.
    refused: HashMap<String, usize>,
    ids: Vec<String>,
    tables: Vec<Table>,
    footnotes: HashMap<String, usize>,
    /// The file that the last link stood in, and its folder.
    folder: Option<(FileId, RelPath)>,
    /// The images of the page by their alternative texts.
    alts: HashMap<String, String>,
    remarks: Vec<Span>,
    found: Vec<(Diagnostic, IncludeIndex)>,
}

impl<'w> Writer<'w> {
    fn new(sources: &'w SourceSet, dialect: &'w Dialect) -> Self {
        Self {
            sources,
            dialect,
            body: Body::default(),
            drafts: Vec::new(),
            heading: None,
            links: Vec::new(),
            open_links: Vec::new(),
            image: None,
            code: None,
            open: Vec::new(),
            refused: HashMap::default(),
            ids: Vec::new(),
            tables: Vec::new(),
            footnotes: HashMap::default(),
            folder: None,
            alts: HashMap::default(),
            remarks: Vec::new(),
            found: Vec::new(),
        }
    }

    fn push(&mut self, html: &str) {
        self.body.html.push_str(html);
    }

    fn hole(&mut self, kind: HoleKind) {
        self.body.holes.push(Hole { at: self.body.html.len(), kind });
    }

    /// Writes an attribute that gives the name of an element of the page, or leads to one.
    fn named(&mut self, attribute: &str, name: &str) {
        self.push(&format!(" {attribute}=\"{}", if attribute == "href" { "#" } else { "" }));
        self.hole(HoleKind::Prefix);
        push_escaped(&mut self.body.html, name);
        self.push("\"");
    }

    fn event(&mut self, event: Event<'_>, origin: Origin) {
        if self.image.is_some() {
            self.in_image(event, origin);
            return;
        }
        // Events are large: they are handed around only where something may hold them back.
        let event = match &self.heading {
            Some(_) => match self.heading_start(event, origin) {
                Some(event) => event,
                None => return,
            },
            None => event,
        };
        match event {
            Event::Md(cmark::Event::Start(tag)) => self.start(tag, origin),
            Event::Md(cmark::Event::End(tag)) => self.end(tag, origin),
            Event::Md(cmark::Event::Text(text)) => self.text(&text, origin.via),
            Event::Md(cmark::Event::InlineMath(text)) => self.math(&text, false, origin),
            Event::Md(cmark::Event::DisplayMath(text)) => self.math(&text, true, origin),
            Event::Md(cmark::Event::Code(text)) => {
                self.push("<code>");
                self.text(&text, origin.via);
                self.push("</code>");
            }
            Event::Md(cmark::Event::SoftBreak) => self.line_break("\n"),
            Event::Md(cmark::Event::HardBreak) => self.line_break("<br>\n"),
            Event::Md(cmark::Event::Rule) => self.push("<hr>\n"),
            Event::Md(cmark::Event::TaskListMarker(is_done)) => self.push(if is_done {
                "<input type=\"checkbox\" disabled checked aria-label=\"done\"> "
            } else {
                "<input type=\"checkbox\" disabled aria-label=\"to do\"> "
            }),
            Event::Md(cmark::Event::FootnoteReference(label)) => self.footnote_reference(&label),
            // The expansion hands raw HTML over as `Event::Html`.
            Event::Md(cmark::Event::Html(_) | cmark::Event::InlineHtml(_)) => {}
            Event::Html { text, pieces } => self.raw_html(text, pieces, origin),
            Event::Xref { url, raw, is_explicit } => self.xref(url, raw, is_explicit, origin),
            Event::Code(code) => self.snippet(code),
            Event::Open(container) => self.open_container(container),
            Event::Close(container) => self.close_container(container),
            Event::Image { colons, at, described_by } => self.colons_image(colons, at, described_by, origin),
            Event::Video { url, title, described_by, is_inline } => self.video(url, title, described_by, is_inline),
            Event::Gap { is_inline: true } => self.push("<span class=\"gap\">left out</span>"),
            Event::Gap { is_inline: false } => self.push("<p class=\"gap\">Something belongs here that could not be shown.</p>\n"),
        }
    }

    fn text(&mut self, text: &str, via: IncludeIndex) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        push_escaped(&mut self.body.html, text);
        self.heading_text(text, via);
    }

    /// Writes the start tag of an element of Markdown.
    fn open(&mut self, html: &str) {
        self.push(html);
        self.open.push(None);
    }

    /// Closes the raw HTML inside the innermost element of Markdown, and that element.
    fn close(&mut self, html: &str) {
        let element = self.open.iter().rposition(Option::is_none).unwrap_or(0);
        self.close_raw(element + 1);
        self.open.pop();
        self.push(html);
    }

    /// Closes raw HTML down to `depth` open elements.
    fn close_raw(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(Some(name)) = self.open.pop() {
                self.push(&format!("</{name}>"));
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, origin: Origin) {
        match tag {
            Tag::Paragraph => self.open("<p>"),
            Tag::Heading { level, .. } => {
                let level = level as u8;
                self.push(&format!("<h{level}"));
                self.hole(HoleKind::Id(self.drafts.len()));
                self.open(">");
                self.heading = Some(Draft::new(level, origin, self.links.len()));
            }
            Tag::BlockQuote(_) => self.open("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().map(str::to_owned).unwrap_or_default(),
                    CodeBlockKind::Indented => String::new(),
                };
                let class = if language.is_empty() { String::new() } else { format!(" class=\"lang-{}\"", escaped(&language)) };
                self.open(&format!("<pre><code{class}>"));
                self.code = Some((language, String::new()));
            }
            Tag::List(Some(1)) => self.open("<ol>\n"),
            Tag::List(Some(start)) => self.open(&format!("<ol start=\"{start}\">\n")),
            Tag::List(None) => self.open("<ul>\n"),
            Tag::Item => self.open("<li>"),
            Tag::FootnoteDefinition(label) => self.footnote_definition(&label),
            Tag::Table(alignments) => {
                self.tables.push(Table::new(alignments));
                self.open("<table>\n");
            }
            Tag::TableHead => {
                self.open("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                self.open("<tr>\n");
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.open("<em>"),
            Tag::Strong => self.open("<strong>"),
            Tag::Strikethrough => self.open("<del>"),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, &dest_url, &title, origin),
            Tag::Image { dest_url, title, .. } => {
                self.image = Some(OpenImage { depth: 0, alt: String::new(), url: dest_url.into_string(), title: title.into_string() });
            }
            // These need options that are off.
            Tag::HtmlBlock
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd, origin: Origin) {
        match tag {
            TagEnd::Paragraph => self.close("</p>\n"),
            TagEnd::Heading(level) => {
                self.close(&format!("</h{}>\n", level as u8));
                self.drafts.extend(self.heading.take());
            }
            TagEnd::BlockQuote(_) => self.close("</blockquote>\n"),
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.code.take() {
                    self.code(&text, &language, &[]);
                }
                self.close("</code></pre>\n");
            }
            TagEnd::List(true) => self.close("</ol>\n"),
            TagEnd::List(false) => self.close("</ul>\n"),
            TagEnd::Item => self.close("</li>\n"),
            TagEnd::FootnoteDefinition => self.close("</div>\n"),
            TagEnd::Table => {
                let has_body = self.tables.pop().is_some_and(|table| table.has_body);
                self.close(if has_body { "</tbody>\n</table>\n" } else { "</table>\n" });
            }
            TagEnd::TableHead => self.close("</tr>\n</thead>\n"),
            TagEnd::TableRow => self.close("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.close("</em>"),
            TagEnd::Strong => self.close("</strong>"),
            TagEnd::Strikethrough => self.close("</del>"),
            TagEnd::Link => {
                self.close("</a>");
                if let Some(open) = self.open_links.pop() {
                    self.settle(open, origin);
                }
            }
            TagEnd::Image
            | TagEnd::HtmlBlock
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn footnote_number(&mut self, label: &str) -> usize {
        let next = self.footnotes.len() + 1;
        *self.footnotes.entry(label.to_owned()).or_insert(next)
    }

    fn footnote_reference(&mut self, label: &str) {
        let number = self.footnote_number(label);
        self.push("<sup class=\"footnote-reference\"><a");
        self.named("href", &format!("footnote-{number}"));
        self.push(&format!(">{number}</a></sup>"));
    }

    fn footnote_definition(&mut self, label: &str) {
        let number = self.footnote_number(label);
        self.ids.push(format!("footnote-{number}"));
        self.push("<div class=\"footnote\"");
        self.named("id", &format!("footnote-{number}"));
        self.open(&format!("><sup>{number}</sup> "));
    }

    fn link(&mut self, link_type: LinkType, url: &str, title: &str, origin: Origin) {
        let url = if link_type == LinkType::Email { format!("mailto:{url}") } else { url.to_owned() };
        self.push("<a");
        let open = self.href(&url, origin);
        self.open_links.push(open);
        if !title.is_empty() {
            let title = escaped(title);
            self.push(&format!(" title=\"{title}\""));
        }
        self.open(">");
    }

    /// Writes ` href="…"`, or leaves it open, or leaves it out.
    fn href(&mut self, url: &str, origin: Origin) -> OpenLink {
        let target = self.classify(url, origin, false);
        let mut open = OpenLink { link: None, fault: fault(&target, url), via: origin.via };
        match &target {
            Target::External | Target::Rooted | Target::Empty => self.push(&format!(" href=\"{}\"", escaped(url.trim()))),
            Target::Anchor(fragment) => self.named("href", fragment),
            Target::File { .. } | Target::Uid { .. } => self.hole(HoleKind::Href(self.links.len())),
            Target::Unsafe | Target::LocalFile | Target::Outside => {}
        }
        if open.fault.is_none() {
            open.link = Some(self.links.len());
            self.links.push(Link { url: url.to_owned(), target, role: LinkRole::Anchor, span: origin.span, via: origin.via });
        }
        open
    }

    fn classify(&mut self, url: &str, origin: Origin, is_image: bool) -> Target {
        // Links that follow one another stand in one file.
        let file = origin.span.file;
        let folder = match self.folder.take() {
            Some((last, folder)) if last == file => folder,
            _ => self.sources.path(file).parent(),
        };
        let target = link::classify(url, &folder, &self.dialect.tilde, is_image);
        self.folder = Some((file, folder));
        target
    }

    /// Gives a link its place, and reports what is wrong with it.
    fn settle(&mut self, open: OpenLink, origin: Origin) {
        if let Some(link) = open.link {
            self.links[link].span = origin.span;
        }
        if let Some((rule, message, help)) = open.fault {
            self.found.push((rule.at(origin.span, message).help(help), open.via));
        }
    }

    /// Collects the plain text of an image.
    fn in_image(&mut self, event: Event<'_>, origin: Origin) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Md(cmark::Event::Text(text) | cmark::Event::Code(text)) => image.alt.push_str(&text),
            Event::Md(cmark::Event::SoftBreak | cmark::Event::HardBreak) => image.alt.push(' '),
            Event::Md(cmark::Event::Start(Tag::Image { .. })) => image.depth += 1,
            Event::Md(cmark::Event::End(TagEnd::Image)) if image.depth > 0 => image.depth -= 1,
            Event::Md(cmark::Event::End(TagEnd::Image)) => {
                if let Some(image) = self.image.take() {
                    self.heading_text(&image.alt, origin.via);
                    self.judge_alt(&image.alt, &image.url, origin);
                    if self.write_media(&image.url, &image.alt, origin) {
                        return;
                    }
                    let attributes = if image.title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(&image.title)) };
                    self.write_image(&image.url, image.alt, attributes, origin);
                }
            }
            _ => {}
        }
    }

    /// Says what is wrong with the text that stands for an image where nobody sees it.
    fn judge_alt(&mut self, alt: &str, url: &str, origin: Origin) {
        if let Some(first) = self.alts.insert(alt.trim().to_owned(), url.to_owned()).filter(|first| first != url && !alt.trim().is_empty()) {
            let message = format!("the alternative text is also that of `{first}`, another image");
            self.found.push((ALT_TEXT_DUPLICATED.at(origin.span, message).help("say what each of the two tells"), origin.via));
        }
        let name = url.rsplit(['/', '\\']).next().unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let (rule, message) = match alt.trim() {
            "" => (&ALT_TEXT_MISSING, format!("the image `{url}` has no alternative text")),
            alt if alt.eq_ignore_ascii_case(name) || alt.eq_ignore_ascii_case(stem) => {
                (&ALT_TEXT_FILENAME, format!("the alternative text `{alt}` is only the name of the file"))
            }
            alt if NOT_SAYING.iter().any(|word| alt.eq_ignore_ascii_case(word)) => {
                (&ALT_TEXT_BAD_VALUE, format!("the alternative text `{alt}` says nothing of the image"))
            }
            alt if !(40..=150).contains(&alt.chars().count()) => {
                let count = alt.chars().count();
                (&ALT_TEXT_BAD_LENGTH, format!("the alternative text has {count} characters; 40 to 150 are a good length"))
            }
            _ => return,
        };
        let help = "say in a sentence what readers who do not see the image miss";
        self.found.push((rule.at(origin.span, message).help(help), origin.via));
    }

    /// Writes an image, or leaves it open, or shows its text in its place.
    fn write_image(&mut self, url: &str, alt: String, attributes: String, origin: Origin) {
        let target = self.classify(url, origin, true);
        let fault = fault(&target, url);
        match &target {
            Target::External | Target::Rooted => {
                let html = format!("<img src=\"{}\" alt=\"{}\"{attributes}>", escaped(url.trim()), escaped(&alt));
                self.push(&html);
            }
            Target::File { .. } => self.hole(HoleKind::Image(self.links.len())),
            Target::Empty | Target::Anchor(_) | Target::Uid { .. } | Target::Unsafe | Target::LocalFile | Target::Outside => {
                let html = image_gap(&alt);
                self.push(&html);
            }
        }
        if let Some((rule, message, help)) = fault {
            self.found.push((rule.at(origin.span, message).help(help), origin.via));
        } else {
            let role = LinkRole::Image { alt, attributes };
            self.links.push(Link { url: url.to_owned(), target, role, span: origin.span, via: origin.via });
        }
    }
}

/// Alternative texts that say nothing.
const NOT_SAYING: &[&str] =
    &["image", "picture", "photo", "screenshot", "icon", "alt text", "alternative text", "null", "undefined", "graphic", "logo"];

/// What stands in place of an image that cannot be shown.
#[must_use]
pub fn image_gap(alt: &str) -> String {
    let text = if alt.trim().is_empty() { "image left out".to_owned() } else { escaped(alt) };
    format!("<span class=\"gap\">{text}</span>")
}

/// What is wrong with a URL whatever the book holds.
fn fault(target: &Target, url: &str) -> Option<(&'static RuleMeta, String, &'static str)> {
    match target {
        Target::Unsafe => {
            Some((&LINK_SCHEME_UNSAFE, "a link with this scheme could run code and is left out".to_owned(), "link to a page or an `https:` address"))
        }
        Target::LocalFile => Some((
            &LOCAL_FILE_PATH,
            format!("`{url}` is a file of one machine and is left out"),
            "put the file into the project and link to it by a relative path",
        )),
        Target::Outside => Some((
            &source::PATH_OUTSIDE_ROOT,
            format!("`{url}` leads out of the project and is left out"),
            "move the file into the project, or link to its web address",
        )),
        _ => None,
    }
}
