//! What the syntax of images shows that is no image: films and sounds by their file's name, frames by their web address.

use crate::markdown::link::Target;
use crate::text::escape::escaped;

/// How something that is no image is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Media {
    /// By the browser's own player.
    File {
        /// `video` or `audio`.
        element: &'static str,
        /// Its type.
        mime: &'static str,
    },
    /// By the player of its site.
    Frame {
        /// The address of the player.
        url: String,
        /// Which site it is.
        class: &'static str,
    },
}

/// Types by the ends of names.
const TYPES: &[(&str, &str, &str)] = &[
    ("mp4", "video", "video/mp4"),
    ("m4v", "video", "video/mp4"),
    ("webm", "video", "video/webm"),
    ("ogv", "video", "video/ogg"),
    ("mov", "video", "video/quicktime"),
    ("avi", "video", "video/x-msvideo"),
    ("wmv", "video", "video/x-ms-wmv"),
    ("mp3", "audio", "audio/mpeg"),
    ("m4a", "audio", "audio/mp4"),
    ("aac", "audio", "audio/aac"),
    ("oga", "audio", "audio/ogg"),
    ("ogg", "audio", "audio/ogg"),
    ("flac", "audio", "audio/flac"),
    ("wav", "audio", "audio/wav"),
    ("weba", "audio", "audio/webm"),
];

/// How `url`, which leads to `target`, is shown; `None` for an image.
pub(super) fn kind(url: &str, target: &Target) -> Option<Media> {
    let path = match target {
        Target::File { path, .. } => path.as_str(),
        Target::External | Target::Rooted => {
            if let Some((url, class)) = player(url.trim()) {
                return Some(Media::Frame { url, class });
            }
            url.trim().split(['?', '#']).next().unwrap_or_default()
        }
        _ => return None,
    };
    let extension = path.rsplit('/').next()?.rsplit_once('.')?.1;
    let (_, element, mime) = TYPES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(extension))?;
    Some(Media::File { element, mime })
}

/// The player of a film on a site that has one.
fn player(url: &str) -> Option<(String, &'static str)> {
    let rest = url.strip_prefix("//").or_else(|| url.strip_prefix("https://")).or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let query = |key: &str| {
        let query = path.split_once('?')?.1.split('#').next()?;
        query.split('&').filter_map(|item| item.split_once('=')).find(|(name, _)| *name == key).map(|(_, value)| value.to_owned())
    };
    let plain = path.split(['?', '#']).next().unwrap_or_default();
    let film = |id: &str, start: Option<String>| {
        let start = start.map_or_else(String::new, |start| format!("?start={start}"));
        (!id.is_empty()).then(|| (format!("https://www.youtube.com/embed/{id}{start}"), "youtube"))
    };
    match host.to_ascii_lowercase().as_str() {
        "www.youtube.com" if plain == "embed" || plain.starts_with("embed/") => Some((format!("https://www.youtube.com/{path}"), "youtube")),
        "www.youtube.com" if plain == "watch" => film(&query("v")?, query("t")),
        "www.youtube.com" => film(plain.strip_prefix("shorts/")?, None),
        "youtu.be" => film(plain, query("t")),
        "vimeo.com" => Some((format!("https://player.vimeo.com/video/{}", plain.rsplit('/').next()?), "vimeo")),
        _ => None,
    }
}

/// The address at which a film is shown in a frame: over https, of hosts that set fewer cookies; of an id, the player of Microsoft Learn.
pub(super) fn video_url(url: &str) -> String {
    if !url.contains(['/', ':']) {
        return format!("https://learn-video.azurefd.net/vod/player?id={url}");
    }
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    match host.to_ascii_lowercase().as_str() {
        "youtube.com" | "www.youtube.com" => format!("https://www.youtube-nocookie.com/{path}"),
        "channel9.msdn.com" => {
            let (path, fragment) = path.split_once('#').map_or((path, ""), |(path, fragment)| (path, fragment));
            let sign = if path.contains('?') { '&' } else { '?' };
            let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
            format!("https://{host}/{path}{sign}nocookie=true{fragment}")
        }
        _ => format!("https://{rest}"),
    }
}

/// A film or sound at `url`.
pub(crate) fn html(element: &str, mime: &str, attributes: &str, url: &str) -> String {
    format!("<{element}{attributes} controls><source type=\"{mime}\" src=\"{}\"></{element}>", escaped(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_films() {
        for (url, shown) in [
            ("https://www.youtube.com/watch?v=abc&t=5", Some("https://www.youtube.com/embed/abc?start=5")),
            ("https://www.youtube.com/embed/abc", Some("https://www.youtube.com/embed/abc")),
            ("//youtu.be/abc", Some("https://www.youtube.com/embed/abc")),
            ("https://vimeo.com/8607834", Some("https://player.vimeo.com/video/8607834")),
            ("https://www.youtube.com/c/channel", None),
            ("https://example.com/x.png", None),
        ] {
            let found = kind(url, &Target::External).map(|media| match media {
                Media::Frame { url, .. } => url,
                Media::File { mime, .. } => mime.to_owned(),
            });
            assert_eq!(found.as_deref(), shown, "{url}");
        }
        assert_eq!(kind("https://x.y/z.MP4?q=1", &Target::External), Some(Media::File { element: "video", mime: "video/mp4" }));
        assert_eq!(video_url("http://www.youtube.com/embed/a?b=c"), "https://www.youtube-nocookie.com/embed/a?b=c");
        assert_eq!(video_url("https://channel9.msdn.com/a/player"), "https://channel9.msdn.com/a/player?nocookie=true");
    }
}
