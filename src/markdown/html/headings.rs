//! Headings: their plain text, and their ids as docfx makes them.

use std::ops::Range;

use ahash::HashMap;
use pulldown_cmark::{self as cmark, TagEnd};

use super::{Heading, Writer};
use crate::markdown::{Event, IncludeIndex, Origin, slug};

/// A heading whose id is not settled yet.
pub(super) struct Draft {
    level: u8,
    text: String,
    /// What the id is made of: the text less what includes and names of pages brought.
    own_text: String,
    pub(super) origin: Origin,
    /// The id that its author gave.
    given: Option<String>,
    start: Start,
    first_link: usize,
}

/// What a heading starts with: `<a id="x"></a>` and something behind it gives it an id.
enum Start {
    Nothing,
    /// Raw HTML that is held back: the start tag, then perhaps the end tag.
    Tags(String, Vec<Piece>),
    Other,
}

/// A piece of raw HTML: its text, where its bytes stand, and where it comes from.
type Piece = (String, Vec<(usize, Range<usize>)>, Origin);

impl Draft {
    pub(super) fn new(level: u8, origin: Origin, first_link: usize) -> Self {
        Self { level, text: String::new(), own_text: String::new(), origin, given: None, start: Start::Nothing, first_link }
    }
}

/// The id that a tag `<a id="x">` gives, in the one form that docfx reads.
fn anchor(tag: &str) -> Option<&str> {
    let rest = tag.strip_prefix("<a ")?.trim_start_matches(' ');
    let rest = rest.strip_prefix("id=\"").or_else(|| rest.strip_prefix("name=\""))?;
    let (id, end) = rest.split_once('"')?;
    let is_id = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-' | '.'));
    (is_id && end.trim_start_matches(' ') == ">").then_some(id)
}

impl Writer<'_> {
    /// Holds back what may give the heading its id; everything else comes back to be written.
    pub(super) fn heading_start<'e>(&mut self, event: Event<'e>, origin: Origin) -> Option<Event<'e>> {
        let Some(heading) = &mut self.heading else { return Some(event) };
        let ends = matches!(event, Event::Md(cmark::Event::End(TagEnd::Heading(_))));
        // An include within the heading has no part in the id.
        let is_own = origin.via == heading.origin.via;
        match (&mut heading.start, &event) {
            (Start::Other, _) => return Some(event),
            (Start::Nothing, Event::Html { text, pieces }) if is_own => {
                if let Some(id) = anchor(text) {
                    heading.start = Start::Tags(id.to_owned(), vec![((*text).to_owned(), pieces.to_vec(), origin)]);
                    return None;
                }
            }
            (Start::Tags(_, held), Event::Html { text: "</a>", pieces }) if is_own && held.len() == 1 => {
                held.push(("</a>".to_owned(), pieces.to_vec(), origin));
                return None;
            }
            _ => {}
        }
        if let Start::Tags(id, held) = std::mem::replace(&mut heading.start, Start::Other) {
            if held.len() == 2 && !ends {
                heading.given = Some(id);
            } else {
                for (text, pieces, origin) in held {
                    self.raw_html(&text, &pieces, origin);
                }
            }
        }
        Some(event)
    }

    pub(super) fn heading_text(&mut self, text: &str, via: IncludeIndex) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
            if via == heading.origin.via {
                heading.own_text.push_str(text);
            }
        }
    }

    /// Text that readers see in a heading and that is no part of its id.
    pub(super) fn heading_name(&mut self, text: &str) {
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
    }

    /// A line break is a blank in a heading's text and nothing in its id.
    pub(super) fn line_break(&mut self, html: &str) {
        self.push(html);
        self.heading_name(" ");
    }

    /// The headings with their ids: first those of each file by itself, then over the page, where the page's own keep theirs.
    pub(super) fn headings(&mut self) -> Vec<Heading> {
        let mut by_file: HashMap<IncludeIndex, slug::Ids> = HashMap::default();
        let mut wanted = |draft: &Draft| {
            let ids = by_file.entry(draft.origin.via).or_default();
            match &draft.given {
                None => ids.unique(&slug::slug(&draft.own_text)),
                Some(id) => {
                    // docfx makes the id of the text too, and then does not use it.
                    ids.unique(&slug::slug(&draft.own_text));
                    id.clone()
                }
            }
        };
        let wanted: Vec<String> = self.drafts.iter().map(&mut wanted).collect();
        let mut taken = by_file.remove(&IncludeIndex::default()).unwrap_or_default();
        self.drafts.iter().filter_map(|draft| draft.given.as_deref()).for_each(|id| taken.take(id));
        let drafts = std::mem::take(&mut self.drafts);
        let settled = drafts.into_iter().zip(wanted).map(|(draft, wanted)| {
            let is_own = draft.origin.via == IncludeIndex::default() || draft.given.is_some();
            let id = if is_own { wanted } else { taken.unique(&wanted) };
            let Draft { level, text, origin, first_link, .. } = draft;
            Heading { level, text: text.trim().to_owned(), id, span: origin.span, via: origin.via, first_link }
        });
        settled.collect()
    }
}
