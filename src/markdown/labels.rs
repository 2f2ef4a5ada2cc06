//! Labels of quotes: what `[!NOTE]`, `[!div class="x"]` and `[!VIDEO …]` say.

/// What a quote's label makes of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Label {
    /// `[!NOTE]`
    Alert(AlertKind),
    /// `[!div class="x"]`: its class.
    Section(String),
    /// `[!VIDEO https://…]`
    Video {
        /// Its address, as written.
        url: String,
        /// What it shows; empty where nothing says.
        title: String,
    },
}

/// The five alerts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlertKind {
    /// `[!NOTE]`
    Note,
    /// `[!TIP]`
    Tip,
    /// `[!IMPORTANT]`
    Important,
    /// `[!CAUTION]`
    Caution,
    /// `[!WARNING]`
    Warning,
}

impl AlertKind {
    /// The label as readers see it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Note => "NOTE",
            Self::Tip => "TIP",
            Self::Important => "IMPORTANT",
            Self::Caution => "CAUTION",
            Self::Warning => "WARNING",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Note, Self::Tip, Self::Important, Self::Caution, Self::Warning].into_iter().find(|kind| kind.label().eq_ignore_ascii_case(name))
    }
}

impl Label {
    /// The label that is `inside` the brackets, without its `!`.
    pub(super) fn read(inside: &str) -> Option<Self> {
        if let Some(kind) = AlertKind::named(inside) {
            return Some(Self::Alert(kind));
        }
        let rest = |word: &str| {
            let start = inside.get(..word.len())?;
            start.eq_ignore_ascii_case(word).then(|| inside[word.len()..].trim())
        };
        if let Some(attributes) = rest("div") {
            let attributes = attributes.strip_prefix('`').and_then(|inner| inner.strip_suffix('`')).unwrap_or(attributes);
            return Some(Self::Section(class(attributes).to_owned()));
        }
        let video = rest("video")?;
        if !inside["video".len()..].starts_with([' ', '\t']) {
            return None;
        }
        let (url, title) = video.split_once(' ').unwrap_or((video, ""));
        let is_id = url.len() == 36
            && url.bytes().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() });
        let title = title.trim().strip_prefix("title=").unwrap_or(title.trim()).trim_matches('"');
        (is_id || url.starts_with("https://") || url.starts_with("http://")).then(|| Self::Video { url: url.to_owned(), title: title.to_owned() })
    }
}

/// The value of `class="…"` in the attributes of a section.
fn class(attributes: &str) -> &str {
    let Some(value) = attributes.trim().strip_prefix("class").map(str::trim_start).and_then(|rest| rest.strip_prefix('=')) else { return "" };
    let value = value.trim();
    value.strip_prefix(['"', '\'']).and_then(|value| value.split(['"', '\'']).next()).unwrap_or(value)
}

/// Why a quote that starts like an alert is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum NoAlert {
    /// Text stands behind the label.
    TextBehind,
    /// The label is not one of the five.
    UnknownLabel(String),
}
