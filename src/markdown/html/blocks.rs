//! Blocks that CommonMark does not have, as HTML: alerts, sections, rows and columns, zones, tabs, images with a frame, videos, code of files.

use std::fmt::Write;

use super::media::{self, Media};
use super::{LinkRole, Writer};
use crate::markdown::blocks::{Tab, TabGroup};
use crate::markdown::code::Code;
use crate::markdown::colons::Colons;
use crate::markdown::event::Container;
use crate::markdown::link::Target;
use crate::markdown::{HoleKind, Link, Origin};
use crate::text::Span;
use crate::text::escape::escaped;

impl Writer<'_> {
    pub(super) fn open_container(&mut self, container: Container<'_>) {
        match container {
            Container::Alert(kind) => {
                let label = kind.label();
                let class = label.to_lowercase();
                self.open(&format!("<div class=\"alert alert-{class}\">\n<p class=\"alert-label\">{label}</p>\n"));
            }
            Container::Section { class: "" } => self.open("<div>\n"),
            Container::Section { class } => self.open(&format!("<div class=\"{}\">\n", escaped(class))),
            Container::Row => self.open("<section class=\"row\">\n"),
            Container::Column { span: "" | "1" } => self.open("<div class=\"column\">\n"),
            Container::Column { span } => self.open(&format!("<div class=\"column span{}\">\n", escaped(span))),
            Container::Zone { target, pivot } => self.zone(target, pivot),
            Container::Moniker { range } => {
                let range = escaped(range);
                self.open(&format!("<div class=\"moniker\" data-range=\"{range}\">\n<p class=\"zone-label\">Only for {range}</p>\n"));
            }
            Container::Description { id } => {
                self.ids.push(id.to_owned());
                self.push("<div");
                self.named("id", id);
                self.open(" class=\"visually-hidden\">\n");
            }
            Container::Tabs { group, number } => self.tabs(group, number),
            Container::Panel { tab, number, is_active } => self.panel(tab, number, is_active),
        }
    }

    pub(super) fn close_container(&mut self, container: Container<'_>) {
        self.close(match container {
            Container::Row | Container::Panel { .. } => "</section>\n",
            _ => "</div>\n",
        });
    }

    fn zone(&mut self, target: &str, pivot: &str) {
        let pivots: Vec<&str> = pivot.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let mut html = "<div class=\"zone".to_owned();
        if !target.is_empty() {
            html.push_str(" has-target");
        }
        if !pivots.is_empty() {
            html.push_str(" has-pivot");
        }
        html.push('"');
        if !target.is_empty() {
            let _ = write!(html, " data-target=\"{target}\"");
        }
        if !pivots.is_empty() {
            let _ = write!(html, " data-pivot=\"{}\"", escaped(&pivots.join(" ")));
        }
        let label: Vec<&str> = pivots.into_iter().chain(Some(target).filter(|target| !target.is_empty())).collect();
        let _ = writeln!(html, ">\n<p class=\"zone-label\">Only for {}</p>", escaped(&label.join(", ")));
        self.open(&html);
    }

    fn tabs(&mut self, group: &TabGroup, number: usize) {
        self.push("<div class=\"tabGroup\"");
        self.named("id", &format!("tabgroup_{number}"));
        self.push(">\n<ul role=\"tablist\">\n");
        for (index, tab) in group.tabs.iter().enumerate() {
            let hidden = if tab.is_visible { "" } else { " hidden" };
            let selected = if index == group.active { " tabindex=\"0\" aria-selected=\"true\"" } else { " tabindex=\"-1\" aria-selected=\"false\"" };
            let name = tab_name(tab, number);
            self.push(&format!("<li role=\"presentation\"{hidden}><a"));
            self.named("id", &format!("tab_{name}"));
            self.named("href", &format!("tabpanel_{name}"));
            self.push(" role=\"tab\"");
            self.named("aria-controls", &format!("tabpanel_{name}"));
            self.push(&format!("{}{selected}>{}</a></li>\n", tab_attributes(tab), tab.title));
            self.ids.push(format!("tab_{name}"));
        }
        self.ids.push(format!("tabgroup_{number}"));
        self.open("</ul>\n");
    }

    fn panel(&mut self, tab: &Tab, number: usize, is_active: bool) {
        let name = tab_name(tab, number);
        let active = if is_active { " data-active" } else { "" };
        let (title, attributes) = (plain(&tab.title), tab_attributes(tab));
        self.push("<section");
        self.named("id", &format!("tabpanel_{name}"));
        self.push(" role=\"tabpanel\"");
        self.named("aria-labelledby", &format!("tab_{name}"));
        self.open(&format!("{attributes} data-title=\"{title}\"{active}>\n"));
        self.ids.push(format!("tabpanel_{name}"));
    }

    /// Writes the image of a `:::image`, whose first colon is at byte `at` of the file.
    pub(super) fn colons_image(&mut self, colons: &Colons, at: usize, described_by: Option<&str>, origin: Origin) {
        let place = |name: &str| {
            let range = colons.get(name).map_or(0..colons.len, |attribute| attribute.range.clone());
            Origin { span: Span::new(origin.span.file, at + range.start..at + range.end), ..origin }
        };
        let is_icon = colons.text("type") == "icon";
        let has_border = match colons.text("border").to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => !is_icon,
        };
        let is_block = described_by.is_some();
        let (open, close) = match (is_block, has_border) {
            (true, true) => ("<p class=\"mx-imgBorder\">\n", "</p>\n"),
            (true, false) => ("<p>\n", "</p>\n"),
            (false, true) => ("<span class=\"mx-imgBorder\">", "</span>"),
            (false, false) => ("", ""),
        };
        if !open.is_empty() {
            self.open(open);
        }
        let (link, light) = (colons.get("link"), colons.get("lightbox"));
        let href = link
            .map(|link| (link.value.clone(), place("link")))
            .or_else(|| light.map(|light| (format!("{}#lightbox", light.value), place("lightbox"))));
        if let Some((url, origin)) = &href {
            self.push("<a");
            let open = self.href(url, *origin);
            self.settle(open, *origin);
            self.open(">");
        }
        let mut attributes = String::new();
        if is_icon {
            attributes.push_str(" role=\"presentation\"");
        }
        if let Some(id) = described_by {
            let _ = write!(attributes, " aria-describedby=\"{}\"", escaped(id));
        }
        let alt = if is_icon { String::new() } else { colons.text("alt-text").to_owned() };
        self.write_image(colons.text("source"), alt, attributes, place("source"));
        if href.is_some() {
            self.close("</a>");
        }
        if is_block {
            self.push("\n");
        }
        if !close.is_empty() {
            self.close(close);
        }
    }

    /// Leaves room for a link to the page of a uid. It is no part of a heading's id.
    pub(super) fn xref(&mut self, url: &str, raw: &str, is_explicit: bool, origin: Origin) {
        self.heading_name(raw);
        let target = self.classify(url, origin, false);
        self.hole(HoleKind::Xref(self.links.len()));
        let role = LinkRole::Xref { raw: raw.to_owned(), is_explicit };
        self.links.push(Link { url: url.to_owned(), target, role, span: origin.span, via: origin.via });
    }

    /// Writes a video of a web address in a frame.
    pub(super) fn video(&mut self, url: &str, title: &str, described_by: Option<&str>, is_inline: bool) {
        let title = if title.trim().is_empty() { "Video" } else { title };
        let described = described_by.map_or_else(String::new, |id| format!(" aria-describedby=\"{}\"", escaped(id)));
        let url = media::video_url(url);
        let frame = format!("<iframe src=\"{}\" title=\"{}\"{described} loading=\"lazy\" allowfullscreen></iframe>", escaped(&url), escaped(title));
        let (element, end) = if is_inline { ("span", "") } else { ("div", "\n") };
        self.push(&format!("<{element} class=\"embeddedvideo\">{frame}</{element}>{end}"));
    }

    /// Writes what the syntax of images shows as a film, a sound or a frame; `false`: it is an image.
    pub(super) fn write_media(&mut self, url: &str, alt: &str, origin: Origin) -> bool {
        let target = self.classify(url, origin, true);
        match media::kind(url, &target) {
            None => false,
            Some(Media::Frame { url, class }) => {
                let title = if alt.trim().is_empty() { "Video" } else { alt };
                let (url, title) = (escaped(&url), escaped(title));
                self.push(&format!(
                    "<iframe src=\"{url}\" title=\"{title}\" class=\"{class}\" width=\"500\" height=\"281\" loading=\"lazy\" allowfullscreen></iframe>"
                ));
                true
            }
            Some(Media::File { element, mime }) => {
                let size = if element == "video" { " width=\"500\" height=\"281\"" } else { " width=\"500\"" };
                let attributes = format!("{size} aria-label=\"{}\"", escaped(alt));
                if let Target::File { .. } = target {
                    self.hole(HoleKind::Image(self.links.len()));
                    let role = LinkRole::Media { element, mime, alt: alt.to_owned(), attributes };
                    self.links.push(Link { url: url.to_owned(), target, role, span: origin.span, via: origin.via });
                } else {
                    let html = media::html(element, mime, &attributes, url.trim());
                    self.push(&html);
                }
                true
            }
        }
    }

    /// Writes code of a file.
    pub(super) fn snippet(&mut self, code: Code<'_>) {
        let Code { text, language, highlight, title } = code;
        let title = if title.is_empty() { String::new() } else { format!(" title=\"{}\"", escaped(title)) };
        let (language, interactive) = interactive(language);
        let class = if language.is_empty() { String::new() } else { format!(" class=\"lang-{}\"", escaped(language)) };
        let interactive = if interactive { format!(" data-interactive=\"{}\"", escaped(language)) } else { String::new() };
        self.push(&format!("<pre><code{class}{interactive}{title}>"));
        self.code(text, language, highlight);
        self.push("</code></pre>\n");
    }
}

/// A language, and whether readers could run it where docfx publishes it.
pub(super) fn interactive(language: &str) -> (&str, bool) {
    match language.strip_suffix("-interactive") {
        Some(plain) => (plain, true),
        None => (language, false),
    }
}

/// The text of some HTML of ours, for an attribute.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

/// What the ids of a tab and of its panel end with.
fn tab_name(tab: &Tab, number: usize) -> String {
    match tab.condition.as_str() {
        "" => format!("{number}_{}", tab.id),
        condition => format!("{number}_{}_{condition}", tab.id),
    }
}

fn tab_attributes(tab: &Tab) -> String {
    match tab.condition.as_str() {
        "" => format!(" data-tab=\"{}\"", tab.id),
        condition => format!(" data-tab=\"{}\" data-condition=\"{condition}\"", tab.id),
    }
}
