//! Raw HTML of authors: what is on the list is written anew, everything else is shown as text and reported.

use std::fmt::Write;
use std::ops::Range;

use super::super::raw_html::{self, Attribute, Element, Token};
use super::Writer;
use crate::diagnostic::RuleMeta;
use crate::markdown::link::Target;
use crate::markdown::reports::HTML_COMMENT_UNCLOSED;
use crate::markdown::{IncludeIndex, Origin};
use crate::text::Span;
use crate::text::escape::{escaped, push_escaped, push_html_text};

rules! {
    DISALLOWED_HTML_TAG = "disallowed-html-tag", Info;
    DISALLOWED_HTML_ATTRIBUTE = "disallowed-html-attribute", Info;
    HTML_UNKNOWN_TAG = "html-unknown-tag", Warning;
    HTML_TAG_UNBALANCED = "html-tag-unbalanced", Info;
    HTML_LINK = "html-link", Info;
}

/// How many open elements an end tag looks through; browsers nest no deeper than 512.
const NEAR: usize = 512;

/// Where the bytes of some raw HTML stand.
struct Places<'p> {
    pieces: &'p [(usize, Range<usize>)],
    origin: Origin,
}

impl Places<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        let end = self.byte(range.end, true);
        Span::new(self.origin.span.file, self.byte(range.start, false).min(end)..end)
    }

    fn byte(&self, at: usize, is_end: bool) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| if is_end { *start < at } else { *start <= at }).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |(start, source)| (source.start + at.saturating_sub(*start)).min(source.end))
    }
}

/// What is said of a tag that does not pass.
fn refusal(kind: Element, name: &str) -> (&'static RuleMeta, String) {
    match kind {
        Element::Unknown => (&HTML_UNKNOWN_TAG, format!("`{name}` is no element of HTML, so the tag is shown as text")),
        Element::Allowed | Element::Refused => (&DISALLOWED_HTML_TAG, format!("the element `{name}` is not allowed and is shown as text")),
    }
}

impl Writer<'_> {
    pub(super) fn raw_html(&mut self, text: &str, pieces: &[(usize, Range<usize>)], origin: Origin) {
        let places = Places { pieces, origin };
        for token in raw_html::tokens(text) {
            match token {
                Token::Text(range) => {
                    push_html_text(&mut self.body.html, &text[range.clone()]);
                    self.heading_text(&html_escape::decode_html_entities(&text[range]), origin.via);
                }
                Token::Comment { range, is_closed: true } => {
                    if text[range.clone()].trim_start_matches("<!--").trim_start().starts_with("playpress:") {
                        self.remarks.push(places.span(&range));
                    }
                }
                Token::Comment { range, is_closed: false } => {
                    let span = places.span(&(range.start..range.start + 4));
                    let finding = HTML_COMMENT_UNCLOSED.at(span, "the comment is not closed, so what follows is not shown");
                    self.found.push((finding.help("close it with `-->`"), origin.via));
                }
                Token::Open { range, name, attributes, is_empty } => {
                    self.open_tag(&text[range.clone()], &range, &name, &attributes, &places);
                    if is_empty && self.open.last().is_some_and(|open| open.as_ref() == Some(&name)) {
                        self.close_raw(self.open.len() - 1);
                    }
                }
                Token::Close { range, name } => self.close_tag(&text[range.clone()], &range, &name, &places),
                Token::Other(range) => {
                    self.refuse(
                        &DISALLOWED_HTML_TAG,
                        "a declaration is not allowed here and is shown as text",
                        &text[range.clone()],
                        places.span(&range),
                        origin.via,
                    );
                }
            }
        }
    }

    /// Shows a tag as text.
    fn refuse(&mut self, rule: &'static RuleMeta, message: &str, tag: &str, span: Span, via: IncludeIndex) {
        push_escaped(&mut self.body.html, tag);
        let help = "write it in Markdown, or put it between backticks if the text is meant";
        self.found.push((rule.at(span, message).help(help), via));
    }

    fn open_tag(&mut self, tag: &str, range: &Range<usize>, name: &str, attributes: &[Attribute], places: &Places<'_>) {
        let via = places.origin.via;
        let is_allowed_frame = name == "iframe" && self.is_frame_allowed(attributes);
        let kind = raw_html::element(name);
        if kind != Element::Allowed && !is_allowed_frame {
            *self.refused.entry(name.to_owned()).or_default() += 1;
            let (rule, message) = refusal(kind, name);
            return self.refuse(rule, &message, tag, places.span(range), via);
        }
        self.close_implied(name);
        if name == "img" {
            return self.raw_image(attributes, places);
        }
        self.push(&format!("<{name}"));
        for attribute in attributes {
            self.attribute(name, attribute, places);
        }
        self.push(">");
        if !raw_html::is_void(name) {
            self.open.push(Some(name.to_owned()));
        }
    }

    /// Closes the elements whose end tag HTML lets authors leave out.
    fn close_implied(&mut self, name: &str) {
        let ends: &[&str] = match name {
            "p" => &["p"],
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "td" | "th" => &["td", "th"],
            "tr" => &["td", "th", "tr"],
            "tbody" | "thead" => &["td", "th", "tr", "tbody", "thead"],
            _ => &[],
        };
        while self.open.last().is_some_and(|open| open.as_deref().is_some_and(|open| ends.contains(&open))) {
            self.close_raw(self.open.len() - 1);
        }
    }

    fn close_tag(&mut self, tag: &str, range: &Range<usize>, name: &str, places: &Places<'_>) {
        if name == "br" {
            return self.push("<br>");
        }
        let near = self.open.len().saturating_sub(NEAR);
        let inside = self.open[near..].iter().rposition(Option::is_none).map_or(near, |element| near + element + 1);
        if let Some(at) = self.open[inside..].iter().rposition(|open| open.as_deref() == Some(name)) {
            return self.close_raw(inside + at);
        }
        match raw_html::element(name) {
            Element::Allowed if raw_html::is_void(name) => {}
            Element::Allowed => {
                let finding = HTML_TAG_UNBALANCED.at(places.span(range), format!("`</{name}>` closes nothing here and is left out"));
                self.found.push((finding.help("remove it, or open the element within the same block"), places.origin.via));
            }
            kind => {
                if let Some(open) = self.refused.get_mut(name).filter(|open| **open > 0) {
                    // The start tag was reported.
                    *open -= 1;
                    return push_escaped(&mut self.body.html, tag);
                }
                let (rule, message) = refusal(kind, name);
                self.refuse(rule, &message, tag, places.span(range), places.origin.via);
            }
        }
    }

    fn is_frame_allowed(&self, attributes: &[Attribute]) -> bool {
        let source = attributes.iter().find(|attribute| attribute.name == "src").map(|attribute| attribute.value.trim());
        let host = source.and_then(|url| url.strip_prefix("https://")).and_then(|url| url.split(['/', '?', '#']).next());
        host.is_some_and(|host| self.dialect.iframe_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host)))
    }

    fn attribute(&mut self, element: &str, attribute: &Attribute, places: &Places<'_>) {
        let origin = places.origin;
        if !self.is_allowed(element, attribute, places) {
            return;
        }
        let at_value = Origin { span: places.span(&attribute.range), ..origin };
        match attribute.name.as_str() {
            "href" => {
                if element == "a" {
                    let finding = HTML_LINK.at(at_value.span, "a link is written as HTML");
                    self.found.push((finding.help("write it in Markdown: `[text](address)`"), origin.via));
                }
                let open = self.href(&attribute.value, at_value);
                self.settle(open, at_value);
            }
            "cite" if self.classify(&attribute.value, at_value, false) != Target::External => {}
            "id" | "name" => {
                self.ids.push(attribute.value.clone());
                self.named(&attribute.name, &attribute.value);
            }
            _ => self.write_attribute(attribute),
        }
    }

    /// Whether an attribute may pass; if not, that is reported.
    fn is_allowed(&mut self, element: &str, attribute: &Attribute, places: &Places<'_>) -> bool {
        let allowed = raw_html::is_attribute_allowed(element, &attribute.name);
        if !allowed {
            let message = format!("the attribute `{}` of `{element}` is not allowed and is left out", attribute.name);
            let finding = DISALLOWED_HTML_ATTRIBUTE.at(places.span(&attribute.name_range), message);
            self.found.push((finding.help("remove it: the theme decides how pages look"), places.origin.via));
        }
        allowed
    }

    fn write_attribute(&mut self, attribute: &Attribute) {
        let html = format!(" {}=\"{}\"", attribute.name, escaped(&attribute.value));
        self.push(&html);
    }

    fn raw_image(&mut self, attributes: &[Attribute], places: &Places<'_>) {
        let mut alt = String::new();
        let mut url = ("", places.origin);
        let mut rest = String::new();
        for attribute in attributes {
            if !self.is_allowed("img", attribute, places) {
                continue;
            }
            match attribute.name.as_str() {
                "alt" => alt.clone_from(&attribute.value),
                "src" => url = (&attribute.value, Origin { span: places.span(&attribute.range), ..places.origin }),
                name => {
                    if matches!(name, "id" | "name") {
                        self.ids.push(attribute.value.clone());
                    }
                    let _ = write!(rest, " {name}=\"{}\"", escaped(&attribute.value));
                }
            }
        }
        let is_decoration = attributes.iter().any(|attribute| attribute.name == "role" && matches!(&*attribute.value, "presentation" | "none"));
        if !is_decoration {
            self.judge_alt(&alt, url.0, url.1);
        }
        self.write_image(url.0, alt, rest, url.1);
    }
}
