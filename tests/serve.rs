//! `playpress serve`, over a real connection: pages, changes, and what it refuses.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A running server and the book that it shows.
struct Server {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
    /// What it said before it listened.
    said: Vec<String>,
    /// What it said then.
    later: Arc<Mutex<Vec<String>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start() -> Self {
        Self::with(&["--port", "0"])
    }

    fn with(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("it can be written");
        write("index.md", "---\nft.audience: internal, partner\n---\n# Start\n\n![x](x.svg)\n");
        write("secret.md", "---\nft.audience: internal\n---\n# Secret\n");
        write("x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        write("unused.txt", "no page uses this");
        let mut child = Command::new(env!("CARGO_BIN_EXE_playpress"))
            .arg("serve")
            .args(arguments)
            .arg("--root")
            .arg(folder.path())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is ours")).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next().expect("it says where it listens").expect("text");
            if let Some(rest) = line.strip_prefix("http://") {
                break rest.split('/').next().expect("an address").to_owned();
            }
            said.push(line);
        };
        // The rest is read, so that the server never waits for us.
        let later = Arc::<Mutex<Vec<String>>>::default();
        let heard = later.clone();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| heard.lock().expect("it is not poisoned").push(line)));
        Self { child, address, folder, said, later }
    }

    fn get_as(&self, host: &str, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a request");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("a response");
        let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, response)
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.get_as(&self.address, path)
    }
}

#[test]
fn each_edition_is_shown_in_its_folder() {
    let server = Server::start();
    let (status, response) = server.get("/");
    assert!(status == 302 && response.contains("location: /internal/"), "{response}");
    assert_eq!(server.get("/partner").0, 302);
    let (status, page) = server.get("/partner/");
    assert!(status == 200 && page.contains("<h1 id=\"start\">Start</h1>"), "{page}");
    assert!(page.contains("content-type: text/html; charset=utf-8"), "{page}");
    let (status, image) = server.get("/internal/x.svg");
    assert!(status == 200 && image.contains("image/svg+xml"), "{image}");
    assert_eq!(server.get("/internal/secret.html").0, 200);
    assert_eq!(server.get("/partner/secret.html").0, 404);
}

#[test]
fn nothing_else_is_reached() {
    let server = Server::start();
    for path in [
        "/internal/unused.txt",
        "/internal/book.toml",
        "/internal/../index.md",
        "/internal/%2e%2e/index.md",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/%00",
    ] {
        assert_eq!(server.get(path).0, 404, "{path}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example", "192.168.0.1:80", ""] {
        assert_eq!(server.get_as(host, "/internal/").0, 403, "{host}");
    }
    for host in ["localhost", "localhost:9999", "127.0.0.1", "[::1]:80"] {
        assert_eq!(server.get_as(host, "/internal/").0, 200, "{host}");
    }
}

#[test]
fn a_change_is_shown() {
    let server = Server::start();
    assert_eq!(server.get("/internal/new.html").0, 404);
    fs::write(server.folder.path().join("new.md"), "---\nft.audience: internal\n---\n# New\n").expect("it can be written");
    let start = Instant::now();
    while server.get("/internal/new.html").0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "the change is never shown");
        std::thread::sleep(Duration::from_millis(20));
    }
    fs::write(server.folder.path().join("book.toml"), "[book]\ntitel = \"x\"\n").expect("it can be written");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(server.get("/internal/new.html").0, 200, "a broken configuration leaves the last good book");
}

/// The events of a server.
struct Events(BufReader<TcpStream>);

impl Events {
    fn of(server: &Server) -> Self {
        let mut events = BufReader::new(TcpStream::connect(&server.address).expect("it listens"));
        write!(events.get_mut(), "GET /__playpress/events HTTP/1.1\r\nHost: {}\r\n\r\n", server.address).expect("a request");
        events.get_mut().set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        let mut events = Self(events);
        events.next(": playpress");
        events
    }

    /// Reads until a line holds this.
    fn next(&mut self, wanted: &str) {
        let mut line = String::new();
        while !line.contains(wanted) {
            line.clear();
            assert!(self.0.read_line(&mut line).expect("an event in time") > 0, "{wanted} never comes");
        }
    }
}

#[test]
fn a_page_follows_changes_and_shows_what_is_wrong_with_it() {
    let server = Server::start();
    assert!(server.get("/internal/").1.contains("<head><script src=\"/__playpress/live.js\" defer></script>\n"), "before all other scripts");
    assert!(server.get("/__playpress/live.js").1.contains("text/javascript"));
    let findings = |page: &str| server.get(&format!("/__playpress/findings.json{page}")).1;
    let mut events = Events::of(&server);
    fs::write(server.folder.path().join("secret.md"), "---\nft.audience: internal\n---\n# Secret\n\n[gone](gone.md)\n").expect("it can be written");
    events.next("event: change");
    events.next("event: findings");
    let found = findings("?page=%2Finternal%2Fsecret.html");
    assert!(found.contains("\"warnings\":1") && found.contains("there is no file `gone.md`") && found.contains("\"marked\":\"gone.md\""), "{found}");
    assert!(findings("?page=%2Finternal%2F").contains("\"warnings\":0"), "another page has no part in it");
    assert!(findings("").contains("\"href\":\"/internal/secret.html\""), "the list of all leads to the page");
    assert!(server.get("/__playpress/findings").1.contains("data-list"));
    fs::write(server.folder.path().join("book.toml"), "[book]\ntitel = \"x\"\n").expect("it can be written");
    events.next("event: findings");
    let found = findings("?page=%2Finternal%2F");
    assert!(found.contains("did you mean `title`?"), "{found}");
    assert_eq!(server.get_as("evil.example", "/__playpress/findings.json?page=/internal/").0, 403);
}

#[test]
fn the_terminal_has_one_line_for_each_change() {
    let server = Server::start();
    let mut events = Events::of(&server);
    for text in ["One.", "Two."] {
        fs::write(server.folder.path().join("secret.md"), format!("---\nft.audience: internal\n---\n# Secret\n\n{text}\n"))
            .expect("it can be written");
        events.next("event: change");
        events.next("event: findings");
    }
    // A folder that is new is looked at twice, and told of once.
    fs::create_dir(server.folder.path().join("new")).expect("a folder");
    fs::write(server.folder.path().join("new/page.md"), "---\nft.audience: internal\n---\n# New\n").expect("it can be written");
    events.next("event: change");
    std::thread::sleep(Duration::from_millis(800));
    let said = server.later.lock().expect("it is not poisoned").clone();
    assert!(said.iter().filter(|line| line.starts_with("new")).count() <= 2, "{said:?}");
    // A file that changes nothing makes no line.
    fs::write(server.folder.path().join(".hidden"), "").expect("it can be written");
    fs::create_dir(server.folder.path().join("many")).expect("a folder");
    for page in 0..2000 {
        let text = format!("---\nft.audience: internal\n---\n# Page {page}\n");
        fs::write(server.folder.path().join(format!("many/{page}.md")), text).expect("it can be written");
    }
    let start = Instant::now();
    while server.get("/internal/many/1999.html").0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "many files at once are never shown");
        std::thread::sleep(Duration::from_millis(20));
    }
    fs::remove_dir_all(server.folder.path().join("many")).expect("it can be removed");
    while server.get("/internal/many/0.html").0 != 404 {
        assert!(start.elapsed() < Duration::from_secs(40), "they never go");
        std::thread::sleep(Duration::from_millis(20));
    }
    let said = server.later.lock().expect("it is not poisoned").clone();
    let lines: Vec<&String> = said.iter().filter(|line| line.starts_with("secret.md: ")).collect();
    assert_eq!(lines.len(), 2, "{said:?}");
    assert!(lines.iter().all(|line| line.contains(": 1 page in ") && line.ends_with("; 1 hint")), "{said:?}");
}

/// The memory of a process that is in use, in MB.
fn memory(server: &Server) -> usize {
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id())).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
}

#[test]
fn memory_stays_what_it_is_over_many_edits() {
    let server = Server::start();
    let (few, many) = if std::env::var_os("LONG").is_some() { (100, 1000) } else { (40, 120) };
    for page in 0..200 {
        let text = format!("---\nft.audience: internal\n---\n# Page {page}\n\n{}\n", "Words of the page. ".repeat(200));
        fs::write(server.folder.path().join(format!("page-{page}.md")), text).expect("it can be written");
    }
    let start = Instant::now();
    while server.get("/internal/page-199.html").0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "the pages are never shown");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut events = Events::of(&server);
    let mut edit = |number: usize| {
        let text = format!("---\nft.audience: internal\n---\n# Page\n\nEdit {number}. {}\n", "Words of the page. ".repeat(200));
        fs::write(server.folder.path().join("page-7.md"), text).expect("it can be written");
        events.next("event: change");
        assert!(server.get("/internal/page-7.html").1.contains(&format!("Edit {number}.")), "the edit is shown when it is told");
    };
    (0..few).for_each(&mut edit);
    let before = memory(&server);
    (few..many).for_each(&mut edit);
    let after = memory(&server);
    assert!(after <= before + 8, "{before} MB after {few} edits, {after} MB after {many}");
}

#[test]
fn a_port_that_is_taken() {
    // If this fails, somebody else has the port: it is taken all the same.
    let _taken = TcpListener::bind("127.0.0.1:3000");
    let server = Server::with(&[]);
    assert!(server.said.iter().any(|line| line == "port 3000 is taken"), "{:?}", server.said);
    assert_eq!(server.get("/internal/").0, 200, "the next free one is used");
    let port = server.address.rsplit(':').next().expect("a port");
    let asked =
        Command::new(env!("CARGO_BIN_EXE_playpress")).args(["serve", "--port", port, "--root"]).arg(server.folder.path()).output().expect("it runs");
    assert_eq!(asked.status.code(), Some(2), "a port that was asked for is not exchanged for another");
    assert!(String::from_utf8_lossy(&asked.stderr).contains(&format!("port {port} cannot be used")));
}

#[test]
fn only_this_machine_is_answered() {
    let output = Command::new(env!("CARGO_BIN_EXE_playpress"))
        .args(["serve", "--hostname", "0.0.0.0"])
        .current_dir(std::env::temp_dir())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("other machines"));
}
