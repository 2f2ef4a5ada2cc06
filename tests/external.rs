//! `playpress check --external` against a host that misbehaves in each of the ways that hosts do.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::place::{Place, codes, stdout};

/// What was asked: when, how and for what.
type Asked = Arc<Mutex<Vec<(Instant, String, String)>>>;

/// A host on loopback, for as long as the tests run.
struct Host {
    address: String,
    asked: Asked,
    most_at_once: Arc<Mutex<(usize, usize)>>,
}

impl Host {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let host = Self { address, asked: Asked::default(), most_at_once: Arc::default() };
        let (asked, at_once) = (host.asked.clone(), host.most_at_once.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, at_once) = (asked.clone(), at_once.clone());
                thread::spawn(move || answer(stream, &asked, &at_once));
            }
        });
        host
    }

    /// How often a path was asked for, by method.
    fn asked(&self, path: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for (_, method, _) in self.asked.lock().expect("no panic").iter().filter(|(_, _, asked)| asked == path) {
            *counts.entry(method.clone()).or_default() += 1;
        }
        counts
    }

    fn all(&self) -> usize {
        self.asked.lock().expect("no panic").len()
    }
}

/// Answers requests of one connection, closing it after each.
fn answer(stream: TcpStream, asked: &Asked, at_once: &Mutex<(usize, usize)>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let mut line = String::new();
    let mut token = String::new();
    while reader.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("x-token:") {
            value.trim().clone_into(&mut token);
        }
        line.clear();
    }
    let (method, path) =
        first.split_once(' ').and_then(|(method, rest)| Some((method.to_owned(), rest.split(' ').next()?.to_owned()))).expect("a request");
    let times = {
        let mut asked = asked.lock().expect("no panic");
        asked.push((Instant::now(), method.clone(), path.clone()));
        asked.iter().filter(|(_, _, other)| *other == path).count()
    };
    {
        let mut counts = at_once.lock().expect("no panic");
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
    }
    let (head, body) = reply(&method, &path, times, &token);
    if path.starts_with("/many") {
        thread::sleep(Duration::from_millis(30));
    }
    let mut stream = stream;
    let body = if method == "HEAD" { "" } else { body };
    // Once the answer is on its way, the next request may come.
    at_once.lock().expect("no panic").0 -= 1;
    let _ = write!(stream, "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
}

fn reply(method: &str, path: &str, times: usize, token: &str) -> (&'static str, &'static str) {
    const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";
    match path {
        "/gone" => ("410 Gone", ""),
        "/no-head" if method == "HEAD" => ("405 Method Not Allowed", ""),
        "/missing" => ("404 Not Found", ""),
        "/bad-head" if method == "HEAD" => ("404 Not Found", "never sent"),
        "/private" => ("403 Forbidden", ""),
        "/token" if token == "yes" => ("200 OK", ""),
        "/token" => ("404 Not Found", "no token"),
        "/moved" => ("301 Moved Permanently\r\nLocation: /page", ""),
        "/for-now" => ("302 Found\r\nLocation: /page", ""),
        "/moved-twice" => ("308 Permanent Redirect\r\nLocation: moved", ""),
        "/to-gone" => ("301 Moved Permanently\r\nLocation: /gone", ""),
        "/circle" => ("302 Found\r\nLocation: /circle", ""),
        "/script" => ("302 Found\r\nLocation: javascript:alert(1)", ""),
        "/later" if times == 1 => ("429 Too Many Requests\r\nRetry-After: 1", ""),
        "/never" => ("503 Service Unavailable\r\nRetry-After: 86400", ""),
        "/breaks-once" if times == 1 => ("500 Internal Server Error", ""),
        "/breaks" => ("500 Internal Server Error", ""),
        "/slow" => {
            thread::sleep(Duration::from_millis(1500));
            ("200 OK", "")
        }
        _ => (HTML, "<!doctype html><h1 id=top-of>A</h1><a name='old'></a><p id=\"user-content-goals\">x</p><p id=caf\u{e9}>x</p>"),
    }
}

const SETTINGS: &str = "[check.external]\ntimeout = 0.7\ndelay = 0\n";

fn page(host: &Host, paths: &[&str]) -> String {
    let links: String = paths.iter().fold(String::new(), |text, path| text + &format!("[link]({}{path})\n\n", host.address));
    format!("# Links\n\n{links}")
}

/// The findings on the lines of a page's links, by their paths.
fn found(place: &Place, paths: &[&str]) -> BTreeMap<String, String> {
    let output = place.run(&["check", "--external", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let one = |finding: &serde_json::Value| {
        let line = usize::try_from(finding["line"].as_u64().expect("a line")).expect("small");
        (paths[(line - 3) / 2].to_owned(), finding["code"].as_str().expect("a code").to_owned())
    };
    document["diagnostics"].as_array().expect("a list").iter().map(one).collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect()
}

#[test]
fn each_way_to_misbehave_is_told() {
    let host = Host::new();
    let paths = [
        "/page",
        "/gone",
        "/missing",
        "/no-head",
        "/bad-head",
        "/private",
        "/token",
        "/moved",
        "/for-now",
        "/moved-twice",
        "/to-gone",
        "/circle",
        "/script",
        "/later",
        "/never",
        "/breaks-once",
        "/breaks",
        "/slow",
        "/page#top-of",
        "/page#old",
        "/page#goals",
        "/page#caf%C3%A9",
        "/page#nowhere",
        "/page#/route",
        "/moved#old",
    ];
    let place = Place::new(&[
        ("content/index.md", &page(&host, &paths)),
        ("book.toml", &format!("{SETTINGS}[check.external.headers.\"127.0.0.1\"]\nX-Token = \"yes\"\n")),
    ]);
    let wanted = expected(&[
        ("/gone", "link-broken"),
        ("/missing", "link-broken"),
        ("/moved", "redirected-link"),
        ("/moved-twice", "redirected-link"),
        ("/to-gone", "link-broken"),
        ("/circle", "link-unreachable"),
        ("/script", "link-unreachable"),
        ("/never", "link-unreachable"),
        ("/breaks", "link-unreachable"),
        ("/slow", "link-unreachable"),
        ("/page#nowhere", "link-bookmark-not-found"),
        ("/moved#old", "redirected-link"),
    ]);
    assert_eq!(found(&place, &paths), wanted);
    assert_eq!(host.asked("/no-head"), BTreeMap::from([("HEAD".to_owned(), 1), ("GET".to_owned(), 1)]));
    assert_eq!(host.asked("/private").get("HEAD"), Some(&1));
    assert_eq!(host.asked("/never").get("HEAD"), Some(&1), "a host that wants to be left alone for a day is not asked again");
    assert_eq!(host.asked("/breaks").values().sum::<usize>(), 6, "three times, by HEAD and by GET");
    let asked = host.asked.lock().expect("no panic").clone();
    let later: Vec<Instant> = asked.iter().filter(|(_, _, path)| path == "/later").map(|(at, ..)| *at).collect();
    assert!(later[1] - later[0] >= Duration::from_millis(900), "as long a wait as the host asked for");

    // What is known is not asked again; what is not sure is.
    let before = host.all();
    assert_eq!(found(&place, &paths), wanted);
    let again: std::collections::BTreeSet<String> = host.asked.lock().expect("no panic")[before..].iter().map(|(_, _, path)| path.clone()).collect();
    assert_eq!(again.into_iter().collect::<Vec<_>>(), ["/breaks", "/circle", "/never", "/script", "/slow"]);
}

#[test]
fn a_host_gets_few_requests_at_once_and_pauses() {
    let host = Host::new();
    let paths: Vec<String> = (0..24).map(|number| format!("/many-{number}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let place = Place::new(&[("content/index.md", &page(&host, &paths)), ("book.toml", "[check.external]\nper-host = 3\ndelay = 0.01\n")]);
    assert_eq!(found(&place, &paths), BTreeMap::new());
    assert_eq!(host.all(), 24);
    assert!(host.most_at_once.lock().expect("no panic").1 <= 3);
    let asked = host.asked.lock().expect("no panic");
    assert!(asked[23].0 - asked[0].0 >= Duration::from_millis(23 * 10 - 20), "a pause between two");
}

#[test]
fn what_was_learned_before_somebody_stopped_it_is_kept() {
    let host = Host::new();
    let place = Place::new(&[
        ("content/index.md", &page(&host, &["/page", "/missing", "/slow"])),
        ("book.toml", "[check.external]\ntimeout = 30\ndelay = 0\n"),
    ]);
    let mut child =
        crate::place::command(place.root()).args(["check", "--external", "--quiet"]).stdout(std::process::Stdio::null()).spawn().expect("it runs");
    while host.asked("/slow").is_empty() || host.asked("/missing").len() < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(100));
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    // Somebody cut a line off.
    let cache = place.read(".playpress/links.jsonl");
    assert_eq!(cache.lines().count(), 2, "{cache}");
    place.write(".playpress/links.jsonl", &format!("{cache}{{\"url\":\"http://x"));
    let before = host.all();
    assert_eq!(codes(&place.run(&["check", "--external", "--format", "json"])), ["link-broken"]);
    let asked: Vec<String> = host.asked.lock().expect("no panic")[before..].iter().map(|(_, _, path)| path.clone()).collect();
    assert_eq!(asked, ["/slow"]);
}

#[test]
fn addresses_can_be_left_out_and_own_sites_are_not_asked() {
    let host = Host::new();
    let paths = ["/page/a", "/secret/b", "/site/c.html", "/other"];
    let settings = format!(
        "[output.html]\nsite-url = \"{0}/site\"\n\n[check.rules]\nsite-url-not-found = \"off\"\n\n[check.external]\ninclude = [\"{0}/page/*\", \"{0}/s*\"]\nexclude = [\"*secret*\"]\n",
        host.address
    );
    let place = Place::new(&[("content/index.md", &page(&host, &paths)), ("book.toml", &settings)]);
    assert_eq!(found(&place, &paths), BTreeMap::new());
    assert_eq!(host.all(), 1);
    assert_eq!(host.asked("/page/a").len(), 1);
}

#[test]
fn nothing_is_asked_unless_somebody_wants_it() {
    let host = Host::new();
    let place = Place::new(&[("content/index.md", &page(&host, &["/missing"]))]);
    assert!(codes(&place.run(&["check", "--format", "json"])).is_empty());
    place.run(&["build"]);
    assert_eq!(host.all(), 0);
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    place.write("content/index.md", &format!("# A\n\n[x](http://{silent}/x) [y](http://nobody.invalid/)\n"));
    place.write("book.toml", SETTINGS);
    assert_eq!(codes(&place.run(&["check", "--external", "--format", "json"])), ["link-unreachable", "link-unreachable"]);
}
