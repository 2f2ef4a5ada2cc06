//! `playpress serve`, over a real connection: pages, changes, and what it refuses.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server and the book that it shows.
struct Server {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("it can be written");
        write("index.md", "---\nft.audience: internal, partner\n---\n# Start\n\n![x](x.svg)\n");
        write("secret.md", "---\nft.audience: internal\n---\n# Secret\n");
        write("x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        write("unused.txt", "no page uses this");
        let mut child = Command::new(env!("CARGO_BIN_EXE_playpress"))
            .args(["serve", "--port", "0", "--root"])
            .arg(folder.path())
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is ours")).lines();
        let address = loop {
            let line = lines.next().expect("it says where it listens").expect("text");
            if let Some(rest) = line.strip_prefix("http://") {
                break rest.split('/').next().expect("an address").to_owned();
            }
        };
        // The rest is read, so that the server never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, folder }
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
        "/internal/index.md",
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
