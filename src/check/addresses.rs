//! Web addresses in pages: those of the book's own sites are looked up in its sources, others are judged by what is written.

use std::borrow::Cow;
use std::cell::OnceCell;

use ahash::{HashMap, HashSet};
use percent_encoding::percent_decode_str;

use super::{Sink, mended_where_written, short};
use crate::book::{Book, Edition, EditionPage, PageId, Resolution};
use crate::diagnostic::Diagnostic;
use crate::markdown::link::{self, Target};
use crate::markdown::{self, Link, LinkRole};
use crate::page::style::is_invisible;
use crate::text::nearest::nearest;
use crate::text::path::RelPath;

rules! {
    OWN_SITE_URL = "own-site-url", Info;
    SITE_URL_NOT_FOUND = "site-url-not-found", Warning;
    AUDIENCE_LEAK_URL = "audience-leak-url", Error;
    AUDIENCE_HOST = "audience-host", Warning;
    SAFELINKS_URL = "safelinks-url", Warning;
    LINK_OUTPUT_PATH = "link-output-path", Info;
    LINK_EMPTY = "link-empty", Warning;
    LINK_MALFORMED = "link-malformed", Warning;
    LINK_SCHEME_MISSING = "link-scheme-missing", Warning;
    INSECURE_LINK = "insecure-link", Info;
    HARD_CODED_LOCALE = "hard-coded-locale", Info;
    PRESERVE_VIEW_NOT_SET = "preserve-view-not-set", Info;
    DISALLOWED_DOMAIN = "disallowed-domain", Info;
    EXTERNAL_IMAGE = "external-image", Info;
}

/// The ends of host names that people write without `https://`.
const TOP_LEVEL: &[&str] = &[
    "com", "org", "net", "ms", "io", "gov", "edu", "eu", "uk", "de", "fr", "es", "pt", "br", "jp", "cn", "info", "biz", "dev", "app", "ai", "us",
    "ca", "au", "ch", "it", "nl", "be", "at", "se", "no", "dk", "fi", "pl", "in", "mx",
];

/// Hosts, and those below them, that answer over https.
const SECURE: &[&str] = &["microsoft.com", "office.com", "office365.com", "azure.com", "aka.ms", "live.com", "windows.net", "github.com"];

/// Hosts whose addresses hold a language that readers are led to by themselves if it is left out.
const LOCALIZED: &[&str] = &["docs.microsoft.com", "learn.microsoft.com", "support.office.com", "support.microsoft.com", "www.microsoft.com"];

/// A site of the book.
struct Site<'b> {
    edition: usize,
    /// Host and path, host in lower case, without a slash at the end.
    address: String,
    book: &'b Edition,
    /// What is in it, once somebody asks.
    files: OnceCell<Files>,
}

/// The addresses of a site, from its root, in lower case.
struct Files {
    pages: HashMap<String, PageId>,
    /// Files that are copied, and old addresses.
    others: HashSet<String>,
}

pub(super) fn check(book: &Book, sink: &mut Sink) {
    let sites: Vec<Site<'_>> = book.editions.iter().enumerate().filter_map(|(index, edition)| site(book, index, edition)).collect();
    for (index, edition) in book.editions.iter().enumerate() {
        let own = Site::new(index, edition, String::new());
        let judge = Judge { book, edition, index, sites: &sites, own: &own };
        for page in &edition.pages {
            for (link, resolution) in page.page.links.iter().zip(page.links.iter()) {
                if let Some((finding, is_bound)) = judge.link(page, link, *resolution) {
                    let finding = mended_where_written(finding, &book.sources, link.span, &link.url);
                    let finding = finding.included_from(markdown::include_chain(&page.page.includes, link.via));
                    if is_bound { sink.add_of(finding, page.page.file, index) } else { sink.add(finding, Some(page.page.file)) }
                }
            }
        }
    }
}

fn site<'b>(book: &'b Book, index: usize, edition: &'b Edition) -> Option<Site<'b>> {
    let url = match &edition.settings {
        Some(settings) => settings.site_url.as_ref()?,
        None => book.config.site_url.as_ref()?,
    };
    Some(Site::new(index, edition, host_and_rest(url)?.trim_end_matches('/').to_owned()))
}

impl<'b> Site<'b> {
    fn new(edition: usize, book: &'b Edition, address: String) -> Self {
        Self { edition, address, book, files: OnceCell::new() }
    }

    fn files(&self) -> &Files {
        self.files.get_or_init(|| {
            let lower = |path: &RelPath| path.as_str().to_lowercase();
            let pages = self.book.pages.iter().enumerate().map(|(id, page)| (lower(&page.output), PageId::from_index(id))).collect();
            let redirects = self.book.redirects.iter().map(|redirect| lower(&redirect.output));
            Files { pages, others: self.book.assets.keys().map(lower).chain(redirects).collect() }
        })
    }

    /// What an address leads to: a path from the root of the site, without `?` and `#`, decoded.
    fn find(&self, path: &str) -> Option<Found> {
        let path = path.trim_matches('/').to_lowercase();
        let candidates = [
            path.clone(),
            format!("{path}/index.html"),
            format!("{path}.html"),
            path.strip_suffix(".md").map_or(String::new(), |stem| format!("{stem}.html")),
        ];
        let page = candidates.iter().find_map(|path| self.files().pages.get(path.trim_start_matches('/')));
        page.map(|page| Found::Page(*page)).or_else(|| self.files().others.contains(&path).then_some(Found::Other))
    }

    /// The only page of the same name as one that is not there.
    fn near(&self, path: &str) -> Option<String> {
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?.to_lowercase();
        let mut named = self.files().pages.keys().filter(|output| output.rsplit('/').next() == Some(&*name));
        named.next().filter(|_| named.next().is_none()).cloned()
    }
}

/// What an address leads to.
enum Found {
    Page(PageId),
    Other,
}

/// Host and what follows, the host in lower case; `None` where it is no http address.
fn host_and_rest(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next()?.to_lowercase();
    Some(format!("{}{}", host.trim_end_matches(":443").trim_end_matches(":80"), &rest[end..]))
}

fn is_below(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Judges the links of an edition.
struct Judge<'j> {
    book: &'j Book,
    edition: &'j Edition,
    index: usize,
    sites: &'j [Site<'j>],
    /// The edition's own files, for addresses from the root of the site.
    own: &'j Site<'j>,
}

impl Judge<'_> {
    /// What is wrong with a link, and whether that depends on the edition.
    fn link(&self, page: &EditionPage, link: &Link, resolution: Resolution) -> Option<(Diagnostic, bool)> {
        match &link.target {
            Target::Empty if link.role == LinkRole::Anchor => {
                let finding = LINK_EMPTY.at(link.span, "the link leads nowhere");
                Some((finding.help("write the address between the parentheses, or take the brackets away"), false))
            }
            Target::External => self.external(page, link),
            Target::Rooted => {
                let (path, fragment) = split(&link.url);
                match self.own.find(&path) {
                    Some(Found::Page(target)) => {
                        let href = self.href(link, target, fragment);
                        let finding = LINK_OUTPUT_PATH.at(link.span, format!("`{}` is the address of a page, not its file", short(&link.url)));
                        Some((
                            finding.help(format!("write `{href}`, which is checked and leads there wherever the site is")).fix(link.span, href),
                            true,
                        ))
                    }
                    _ => None,
                }
            }
            Target::File { .. } if let Some(finding) = with_blank(link) => Some((finding, false)),
            Target::File { path, fragment, is_folder, .. } => match resolution {
                Resolution::Page(target) if *is_folder || (!path.is_markdown() && self.edition.page(target).published != *path) => {
                    let href = self.href(link, target, fragment.as_deref());
                    let finding = LINK_OUTPUT_PATH.at(link.span, format!("`{}` is the address of a page, not its file", short(&link.url)));
                    Some((finding.help(format!("write `{href}`")).fix(link.span, href), false))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The link to a page's file, from the file that the link stands in.
    fn href(&self, link: &Link, target: PageId, fragment: Option<&str>) -> String {
        let base = self.book.sources.path(link.span.file);
        let href = base.href_to(&self.edition.page(target).published);
        fragment.filter(|fragment| !fragment.is_empty()).map_or_else(|| href.clone(), |fragment| format!("{href}#{fragment}"))
    }

    fn external(&self, page: &EditionPage, link: &Link) -> Option<(Diagnostic, bool)> {
        let url = link.url.trim();
        if let Some(finding) = malformed(url, link) {
            return Some((finding, false));
        }
        let Some(address) = host_and_rest(url) else { return scheme(url, link).map(|finding| (finding, false)) };
        let host = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
        if is_below(host, "safelinks.protection.outlook.com") {
            return Some((safelink(url, link), false));
        }
        if let Some(site) = self.site_of(&address) {
            return self.own_site(page, link, site, &address[site.address.len()..]);
        }
        let settings = self.edition.settings.as_ref();
        if let Some(hidden) = settings.and_then(|settings| settings.hidden_hosts.iter().find(|hidden| is_below(host, hidden))) {
            let name = self.edition.name().unwrap_or_default();
            let finding = AUDIENCE_HOST.at(link.span, format!("`{host}` is a host that `{name}` cannot reach (`{hidden}` in `hidden-hosts`)"));
            return Some((finding.help("link to a place that these readers can reach, or leave the link out for them"), true));
        }
        if let Some(trusted) = self.book.config.checks.trusted_hosts.as_ref().filter(|trusted| !trusted.iter().any(|known| is_below(host, known))) {
            let (rule, what) = match link.role {
                LinkRole::Anchor | LinkRole::Xref { .. } => (&DISALLOWED_DOMAIN, "the link leads to"),
                LinkRole::Image { .. } | LinkRole::Media { .. } => (&EXTERNAL_IMAGE, "the image comes from"),
            };
            let finding = rule.at(link.span, format!("{what} `{host}`, which is none of the {} trusted hosts", trusted.len()));
            return Some((finding.help("use a host that the team trusts, or add this one to `trusted-hosts` in `[check]` of `book.toml`"), false));
        }
        let is_insecure = url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http:"));
        if is_insecure && SECURE.iter().any(|domain| is_below(host, domain)) {
            let finding = INSECURE_LINK.at(link.span, format!("`{}` is not encrypted on its way", short(url)));
            let secure = format!("https{}", &url[4..]);
            return Some((finding.help("write `https`").unsafe_fix(link.span, secure), false));
        }
        let locale = address[host.len()..].trim_start_matches('/').split('/').next().unwrap_or_default();
        let is_locale =
            locale.len() == 5 && locale.as_bytes()[2] == b'-' && locale.bytes().enumerate().all(|(at, byte)| at == 2 || byte.is_ascii_alphabetic());
        if is_locale && LOCALIZED.contains(&host) {
            let finding = HARD_CODED_LOCALE.at(link.span, format!("the address holds the language `{locale}`"));
            return Some((finding.help(format!("leave `/{locale}` out: readers get the page in their own language")), false));
        }
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
        let is_set = |key: &str| query.split('&').any(|pair| pair.split('=').next() == Some(key));
        if LOCALIZED.contains(&host) && is_set("view") && !is_set("preserve-view") {
            let finding = PRESERVE_VIEW_NOT_SET.at(link.span, "the address names a version, and readers lose it with the next click");
            return Some((finding.help("add `&preserve-view=true`, or leave `view` out"), false));
        }
        None
    }

    /// The site of the book that an address is of.
    fn site_of(&self, address: &str) -> Option<&Site<'_>> {
        let is_of = |site: &&Site<'_>| {
            let rest = address.strip_prefix(&site.address);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        self.sites.iter().filter(is_of).max_by_key(|site| (site.address.len(), site.edition == self.index))
    }

    /// What is wrong with an address of one of the book's sites, from its root on.
    fn own_site(&self, page: &EditionPage, link: &Link, site: &Site<'_>, address: &str) -> Option<(Diagnostic, bool)> {
        let (path, fragment) = split(address);
        let found = site.find(&path);
        let theirs = site.book.name().unwrap_or_default();
        if site.edition != self.index {
            let own = self.edition.settings.as_ref();
            let may = own.is_some_and(|own| own.sees.iter().chain(&own.knows).any(|name| name == theirs));
            if !may {
                let finding = AUDIENCE_LEAK_URL.at(link.span, format!("`{}` is on the site of `{theirs}`", short(&link.url)));
                let reader = self.edition.name().unwrap_or_default();
                return Some((finding.help(format!("link to what `{reader}` may see, or leave the link out")), true));
            }
        }
        let finding = match found {
            None => {
                let near = site.near(&path);
                let finding =
                    SITE_URL_NOT_FOUND.at(link.span, format!("the site has no page `{}`", short(if path.is_empty() { "/" } else { &path })));
                finding
                    .help(near.map_or_else(|| "correct the address, or link to the page's file".to_owned(), |near| format!("did you mean `{near}`?")))
            }
            Some(Found::Page(target)) if fragment.is_some_and(|fragment| is_bad(&site.book.page(target).page, fragment)) => {
                let path = &site.book.page(target).published;
                let finding = SITE_URL_NOT_FOUND.at(link.span, format!("there is no `#{}` in `{path}`", fragment.unwrap_or_default()));
                finding.help("use the id of one of its headings")
            }
            Some(Found::Page(target)) if site.edition == self.index && link.role == LinkRole::Anchor => {
                let href = if site.book.page(target).published == page.published && fragment.is_some() {
                    format!("#{}", fragment.unwrap_or_default())
                } else {
                    self.href(link, target, fragment)
                };
                let finding = OWN_SITE_URL.at(link.span, format!("`{}` is a page of this book", short(&link.url)));
                finding.help(format!("write `{href}`, which is checked and works wherever the site is")).fix(link.span, href)
            }
            Some(_) => return None,
        };
        Some((finding, true))
    }
}

fn is_bad(page: &crate::page::Page, fragment: &str) -> bool {
    let id = link::fragment_id(fragment);
    !id.is_empty() && id != "top" && !page.has_anchor(&id)
}

/// The path of an address, decoded, and what is behind its `#`.
fn split(url: &str) -> (String, Option<&str>) {
    let (rest, fragment) = url.trim().split_once('#').map_or((url.trim(), None), |(rest, fragment)| (rest, Some(fragment)));
    let path = rest.split('?').next().unwrap_or_default();
    (percent_decode_str(path).decode_utf8_lossy().trim_start_matches('/').to_owned(), fragment)
}

/// Signs that no address has: somebody's slip.
pub(super) fn malformed(url: &str, link: &Link) -> Option<Diagnostic> {
    let bad = url.char_indices().find(|(at, c)| is_invisible(*c) || matches!(c, '「' | '」' | '“' | '”' | '«' | '»') || (*at == 0 && *c == '('));
    let (_, c) = bad?;
    let shown = if is_invisible(c) { format!("a character that nobody sees, U+{:04X}", u32::from(c)) } else { format!("`{c}`") };
    let finding = LINK_MALFORMED.at(link.span, format!("the address holds {shown}"));
    let mended: String = url.chars().filter(|c| !is_invisible(*c)).collect();
    let mended = mended.trim_start_matches('(').to_owned();
    let finding = finding.help("remove it; a title stands behind the address, between plain quotes: `(address \"title\")`");
    let is_whole = !mended.contains(['「', '」', '“', '”', '«', '»']);
    Some(if is_whole { finding.unsafe_fix(link.span, mended) } else { finding })
}

/// An address whose scheme is a slip: `hhttps://…`.
fn scheme(url: &str, link: &Link) -> Option<Diagnostic> {
    let (scheme, rest) = url.split_once(':')?;
    let lower = scheme.to_lowercase();
    let near = nearest(&lower, &["https", "http", "mailto"])?;
    if lower == near || matches!(lower.as_str(), "sftp" | "shttp") || (near != "mailto" && !rest.starts_with('/')) {
        return None;
    }
    let rest = if near == "mailto" { rest.to_owned() } else { format!("//{}", rest.trim_start_matches('/')) };
    let mended = format!("{near}:{rest}");
    let finding = LINK_SCHEME_MISSING.at(link.span, format!("`{scheme}:` is no scheme that a browser follows"));
    Some(finding.help(format!("did you mean `{near}:`?")).fix(link.span, mended))
}

/// What is wrong with a path that is no file but an address without its scheme; `None` where it is a path.
pub(super) fn without_scheme(url: &str, link: &Link) -> Option<Diagnostic> {
    let url = url.trim();
    let mended = if let Some(address) = url.strip_prefix("mailto=").or_else(|| url.strip_prefix("mailto;")) {
        format!("mailto:{address}")
    } else if let Some((scheme, rest)) =
        ["https//", "http//", "https;//", "http;//"].iter().find_map(|start| Some((*start, url.strip_prefix(start)?)))
    {
        format!("{}://{rest}", scheme.trim_end_matches([';', '/']))
    } else if is_mail(url) {
        format!("mailto:{url}")
    } else if is_host(url) {
        format!("https://{url}")
    } else {
        return None;
    };
    let finding = LINK_SCHEME_MISSING.at(link.span, format!("`{}` has no scheme, so it is taken for a file", short(url)));
    Some(finding.help(format!("write `{}`", short(&mended))).fix(link.span, mended))
}

/// A path with a blank at its end.
fn with_blank(link: &Link) -> Option<Diagnostic> {
    let (url, rest) = link.url.split_at(link.url.find(['?', '#']).unwrap_or(link.url.len()));
    let mut bare = url.trim();
    while let Some(shorter) = bare.strip_suffix("%20").or_else(|| bare.strip_suffix("%C2%A0")) {
        bare = shorter.trim_end();
    }
    (bare != url).then(|| {
        let finding = LINK_MALFORMED.at(link.span, format!("a blank stands at the end of `{}`", short(url)));
        finding.help("remove it").fix(link.span, format!("{bare}{rest}"))
    })
}

fn is_mail(url: &str) -> bool {
    let Some((name, host)) = url.split_once('@') else { return false };
    let host = host.split('?').next().unwrap_or_default();
    !name.is_empty() && !name.contains(['/', '\\', ' ']) && host.contains('.') && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
}

fn is_host(url: &str) -> bool {
    let host = url.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((name, end)) = host.rsplit_once('.') else { return false };
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    is_word && !name.starts_with('.') && TOP_LEVEL.iter().any(|known| known.eq_ignore_ascii_case(end))
}

/// The address within that of a mail gateway.
fn safelink(url: &str, link: &Link) -> Diagnostic {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let wrapped = query.split(['&', '#']).map(|pair| pair.strip_prefix("amp;").unwrap_or(pair)).find_map(|pair| pair.strip_prefix("url="));
    let address = wrapped.map(|wrapped| percent_decode_str(wrapped).decode_utf8_lossy()).filter(|address| host_and_rest(address).is_some());
    let finding = SAFELINKS_URL.at(link.span, "the address leads through a mail gateway, as it was copied from a message");
    match address {
        Some(address) => {
            let address: Cow<'_, str> =
                if address.contains([' ', '(', ')']) { address.replace(' ', "%20").replace('(', "%28").replace(')', "%29").into() } else { address };
            finding.help(format!("write `{}`", short(&address))).fix(link.span, address)
        }
        None => finding.help("write the address that the message showed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for (url, is_one) in [
            ("aka.ms/x", true),
            ("www.example.com", true),
            ("jo@example.com", true),
            ("mailto=jo@example.com", true),
            ("https//x.y", true),
            ("readme.md", false),
            ("a/b.com.md", false),
            ("../example.com", false),
            ("x.png", false),
            ("jo@home", false),
        ] {
            let is_found = ["mailto=", "https//"].iter().any(|start| url.starts_with(start)) || is_mail(url) || is_host(url);
            assert_eq!(is_found, is_one, "{url}");
        }
        assert_eq!(host_and_rest("HTTPS://A.B:443/C?d").as_deref(), Some("a.b/C?d"));
        assert_eq!(host_and_rest("mailto:a@b"), None);
        assert!(is_below("x.sharepoint.com", "sharepoint.com") && !is_below("myharepoint.com", "sharepoint.com"));
    }
}
