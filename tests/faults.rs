//! Faults that authors make, put into a book without any, one at a time and at random places: each gives one finding, of the right code, on the
//! right line.

use std::collections::BTreeMap;
use std::fmt::Write;

use playpress::book::Book;
use playpress::check::{self, Report, text_of};
use playpress::text::lines::LineIndex;
use playpress::workspace::Workspace;

use crate::documents::TODAY;
use crate::place::Place;

const PAGES: usize = 30;
const ROLES: [&str; 3] = ["FastTrack Engineer", "FastTrack Manager", "Migration Specialist"];
const SERVICES: [&str; 4] = ["Exchange", "Teams", "SharePoint", "Yammer"];

/// A source of numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).expect("small")
    }
}

/// The name of a page. Every third is for both audiences, the next for colleagues, the next for partners.
fn name(page: usize) -> String {
    format!("process-{page:02}.md")
}

fn audience(page: usize) -> &'static str {
    ["internal, partner", "internal", "partner"][page % 3]
}

fn page(number: usize) -> String {
    // Pages link to those of their own kind.
    let next = (number + 3) % PAGES;
    let mut text = format!(
        "---\ntitle: Process {number} of the launch\ndescription: How process {number} is done\nauthor: jo\nms.author: jo\nmanager: ana\nms.date: 10/{:02}/2025\nms.topic: process\nms.prod: playpress\nft.audience: {}\n---\n\n# Process {number}\n\nPhase: **Assess**  \nMotions: **Onboarding / Adoption**\n\n[!INCLUDE [Note](includes/note.md)]\n\n## Overview\n\nIt begins with [the next one](process-{next:02}.md#details-{next}) and task {}.\n\n![A picture that shows how process {number} is done, step by step](media/step.svg)\n\n## Details {number}\n\nSee [the start](index.md#start) first.\n\n### Step\n\nPrimary Role: **{}**\n\n",
        number % 27 + 1,
        audience(number),
        4000 + number % 7,
        ROLES[number % 3],
    );
    text.push_str("| Task ID | Task Name | (M)andatory / (O)ptional | FastTrack Role | Services |\n| - | - | :-: | - | - |\n");
    for row in 0..5 {
        let id = (number + row * 3) % 17;
        let letter = if id.is_multiple_of(4) { "M" } else { "O" };
        let _ = writeln!(
            text,
            "| {} | Do thing number {id} for the customer | {letter} | {} | {} / {} |",
            4000 + id,
            ROLES[id % 3],
            SERVICES[id % 4],
            SERVICES[(id + 1) % 4]
        );
    }
    let _ = write!(
        text,
        "\n## Refresh Summary\n\n| Date | Who Changed | What Changed |\n| - | - | - |\n| 10/{:02}/2025 | Jo | Added a picture |\n| 9/{:02}/2025 | Ana | Changed the steps |\n| 3/4/2025 | Jo | Page created |\n",
        number % 27 + 1,
        number % 27 + 1
    );
    text
}

/// A book without a fault.
fn clean() -> BTreeMap<String, String> {
    let header = |title: &str, audience: &str| {
        format!(
            "---\ntitle: {title}\ndescription: About {title}\nauthor: jo\nms.author: jo\nmanager: ana\nms.date: 10/01/2025\nms.topic: other\nms.prod: playpress\nft.audience: {audience}\n---\n\n"
        )
    };
    let toc = |pages: &dyn Fn(usize) -> bool| {
        let entry = |number: usize| format!("- name: Process {number}\n  href: {}\n", name(number));
        let entries: Vec<String> = (0..PAGES).filter(|number| pages(*number)).map(entry).collect();
        format!("- name: Start\n  href: index.md\n{}", entries.concat())
    };
    let mut files = BTreeMap::from([
        (
            "book.toml".to_owned(),
            "[audiences.internal]\nknows = [\"partner\"]\nsite-url = \"https://colleagues.example.com\"\n\n[audiences.partner]\nsite-url = \"https://partners.example.com\"\n".to_owned(),
        ),
        ("content/index.md".to_owned(), header("Start", "internal, partner") + "# The launch\n\n## Start\n\nRead on.\n"),
        ("content/toc--internal.yml".to_owned(), toc(&|number| number % 3 != 2)),
        ("content/toc--partner.yml".to_owned(), toc(&|number| number % 3 != 1)),
        ("content/includes/note.md".to_owned(), "> [!NOTE]\n> Be kind.\n".to_owned()),
        ("content/includes/secret.md".to_owned(), "---\nft.audience: internal\n---\nFor colleagues.\n".to_owned()),
        ("content/media/step.svg".to_owned(), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n".to_owned()),
    ]);
    files.extend((0..PAGES).map(|number| (format!("content/{}", name(number)), page(number))));
    files
}

/// A fault: the file that it is put into, its new text, and the code and line of the finding, perhaps in another file.
struct Fault {
    file: String,
    text: String,
    code: &'static str,
    at: Option<usize>,
    found_in: Option<String>,
}

/// Puts faults into files.
struct Injector<'i> {
    files: &'i BTreeMap<String, String>,
    random: Random,
}

impl Injector<'_> {
    /// A page for these readers: 0 both, 1 colleagues, 2 partners, else any.
    fn page(&mut self, kind: usize) -> (usize, String) {
        let number = if kind < 3 { self.random.below(PAGES / 3) * 3 + kind } else { self.random.below(PAGES) };
        (number, format!("content/{}", name(number)))
    }

    /// Changes the first line of a page that holds `mark`.
    fn line(&mut self, kind: usize, mark: &str, code: &'static str, change: impl FnOnce(&str) -> String) -> Fault {
        let (_, file) = self.page(kind);
        self.line_of(file, mark, code, change)
    }

    fn line_of(&self, file: String, mark: &str, code: &'static str, change: impl FnOnce(&str) -> String) -> Fault {
        let text = &self.files[&file];
        let at = text.lines().position(|line| line.contains(mark)).unwrap_or_else(|| panic!("{mark} in {file}"));
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[at] = change(&lines[at]);
        let text = lines.join("\n") + "\n";
        Fault { file, text, code, at: Some(at + 1), found_in: None }
    }

    /// Changes a random row of the tasks of a page; the rows above it are there to be looked at.
    fn row(&mut self, code: &'static str, change: impl FnOnce(&[&str], usize) -> String) -> Fault {
        let (_, file) = self.page(3);
        let text = &self.files[&file];
        let lines: Vec<&str> = text.lines().collect();
        let first = lines.iter().position(|line| line.starts_with("| 4")).expect("a row");
        let at = first + 1 + self.random.below(4);
        let mut new: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        new[at] = change(&lines, at);
        let text = new.join("\n") + "\n";
        Fault { file, text, code, at: Some(at + 1), found_in: None }
    }
}

/// The kinds of faults, each at a random place.
#[expect(clippy::too_many_lines, reason = "a list")]
fn faults(files: &BTreeMap<String, String>, seed: u64) -> Vec<(&'static str, Fault)> {
    let mut inject = Injector { files, random: Random(seed) };
    let mut all: Vec<(&'static str, Fault)> = Vec::new();
    let number = inject.random.below(900) + 100;
    all.push(("link target", inject.line(3, "[the next one]", "file-not-found", |line| line.replace("process-", "procedure-of-many-kinds-"))));
    all.push(("anchor", inject.line(3, "[the start]", "bookmark-not-found", |line| line.replace("#start", "#strat"))));
    let (renamed, file) = inject.page(3);
    let mut fault = inject.line_of(file, "## Details", "bookmark-not-found", |_| format!("## Particulars {renamed}"));
    let before = format!("content/{}", name((renamed + PAGES - 3) % PAGES));
    fault.at = files[&before].lines().position(|line| line.contains("[the next one]")).map(|at| at + 1);
    fault.found_in = Some(before);
    all.push(("renamed heading", fault));
    all.push(("include path", inject.line(3, "[!INCLUDE", "include-not-found", |line| line.replace("note.md", "notes.md"))));
    let circle = format!("[!INCLUDE [Again]({})]\n", "note.md");
    all.push((
        "include cycle",
        Fault {
            file: "content/includes/note.md".to_owned(),
            text: format!("Be kind.\n\n{circle}"),
            code: "circular-reference",
            at: Some(3),
            found_in: None,
        },
    ));
    all.push(("task ID twice", inject.row("task-id-duplicate", |lines, at| lines[at].replacen(&lines[at][2..6], &lines[at - 1][2..6], 1))));
    all.push(("a row twice", inject.row("task-id-duplicate", |lines, at| lines[at - 1].to_owned())));
    all.push(("M/O letter", inject.row("task-mandatory-invalid", |lines, at| lines[at].replace("| M |", "| X |").replace("| O |", "| X |"))));
    all.push(("M/O letter gone", inject.row("task-mandatory-invalid", |lines, at| lines[at].replace("| M |", "| |").replace("| O |", "| |"))));
    all.push((
        "M/O turned",
        inject.row("task-mandatory-drift", |lines, at| lines[at].replace("| M |", "| Y |").replace("| O |", "| M |").replace("| Y |", "| O |")),
    ));
    all.push(("name changed", inject.row("task-name-drift", |lines, at| lines[at].replace("for the customer", "for a customer"))));
    all.push((
        "misspelt role",
        inject.row("task-role-unknown", |lines, at| {
            lines[at].replace("Engineer", "Enginer").replace("Manager", "Manger").replace("Specialist", "Speicalist")
        }),
    ));
    all.push((
        "misspelt role in a line",
        inject.line(3, "Primary Role", "task-role-unknown", |line| {
            line.replace("**F", "**Fa").replace("**M", "**Mi").replace("Faa", "Fa").replace("ist**", "st**").replace("er**", "r**")
        }),
    ));
    all.push((
        "unknown task",
        inject.line(3, "and task 40", "task-id-unknown", |line| line.replace("task 40", &format!("task {}", number + 9000)[..7])),
    ));
    all.push(("surplus cell", inject.row("table-row-cells", |lines, at| format!("{} more |", lines[at]))));
    all.push(("refresh order", {
        let (_, file) = inject.page(3);
        let mut lines: Vec<&str> = files[&file].lines().collect();
        let at = lines.iter().position(|line| line.contains("Added a picture")).expect("a row");
        lines.swap(at, at + 1);
        let text = lines.join("\n") + "\n";
        Fault { file, text, code: "refresh-summary-order", at: Some(at + 2), found_in: None }
    }));
    all.push(("refresh date", inject.line(3, "Changed the steps", "refresh-date-invalid", |line| line.replacen("9/", "19/3", 1))));
    all.push(("newest refresh date", inject.line(3, "Added a picture", "refresh-date-invalid", |line| line.replacen("10/", "10/0", 1))));
    all.push(("stale ms.date", inject.line(3, "ms.date", "ms-date-stale", |_| "ms.date: 01/15/2025".to_owned())));
    all.push(("ms.date form", inject.line(3, "ms.date", "date-format-invalid", |line| format!("ms.date: 2025-10-{}", &line[12..14]))));
    for key in ["title", "description", "ms.author", "manager", "ms.date", "ms.topic", "ms.prod"] {
        let mut fault = inject.line(3, &format!("{key}: "), "missing-attribute", |_| "# gone".to_owned());
        fault.at = Some(1);
        all.push(("missing key", fault));
    }
    let mut fault = inject.line(3, "manager: ", "yaml-duplicate-key", |line| format!("{line}\nmanager: eve"));
    fault.at = fault.at.map(|at| at + 1);
    all.push(("duplicate key", fault));
    let mut fault = inject.line(3, "ms.date: ", "yaml-duplicate-key", |line| format!("{line}\nms.date: 1/1/2020"));
    fault.at = fault.at.map(|at| at + 1);
    all.push(("duplicate date", fault));
    all.push(("broken YAML", inject.line(3, "description: ", "yaml-header-syntax-error", |_| "description: How: it is done".to_owned())));
    all.push(("unknown audience", inject.line(3, "ft.audience: ", "audience-unknown", |_| "ft.audience: partnr".to_owned())));
    let secret = name(inject.random.below(PAGES / 3) * 3 + 1);
    all.push(("leak by link", inject.line(2, "[the start]", "audience-leak", |line| line.replace("index.md#start", &secret))));
    all.push(("leak by include", inject.line(2, "[!INCLUDE", "audience-leak", |line| line.replace("note.md", "secret.md"))));
    let mut fault =
        inject.line_of("content/toc--partner.yml".to_owned(), "index.md", "audience-leak", |line| format!("{line}\n- name: More\n  href: {secret}"));
    fault.at = fault.at.map(|at| at + 2);
    all.push(("leak by TOC", fault));
    let address = format!("https://colleagues.example.com/{}", secret.replace(".md", ".html"));
    all.push(("leak by URL", inject.line(2, "[the start]", "audience-leak-url", |line| line.replace("index.md#start", &address))));
    let mut fault = inject.line_of("content/toc--partner.yml".to_owned(), "index.md", "file-not-found", |line| {
        format!("{line}\n- name: More\n  href: somewhere-else.md")
    });
    fault.at = fault.at.map(|at| at + 2);
    all.push(("TOC target", fault));
    let orphan = inject.random.below(PAGES / 3) * 3 + 2;
    let toc = files["content/toc--partner.yml"].replace(&format!("- name: Process {orphan}\n  href: {}\n", name(orphan)), "");
    all.push((
        "page in no TOC",
        Fault {
            file: "content/toc--partner.yml".to_owned(),
            text: toc,
            code: "toc-missing",
            at: None,
            found_in: Some(format!("content/{}", name(orphan))),
        },
    ));
    all.push(("path case", inject.line(3, "[the next one]", "file-case-mismatch", |line| line.replace("process-", "Process-"))));
    all.push((
        "alternative text removed",
        inject.line(3, "![A picture", "alt-text-missing", |line| format!("![]{}", &line[line.find("](").expect("an image") + 1..])),
    ));
    for mark in ["It begins with", "## Details", "Changed the steps", "Added a picture", "Phase: ", "manager: "] {
        all.push((
            "merge conflict",
            inject.line(3, mark, "merge-conflict", |line| format!("<<<<<<< HEAD\n{line}\n=======\n{line} \n>>>>>>> review")),
        ));
    }
    let (_, file) = inject.page(3);
    let lines: Vec<&str> = files[&file].lines().collect();
    let at = lines.iter().position(|line| line.starts_with("| 4")).expect("a row") + inject.random.below(5);
    all.push((
        "merge conflict in a table",
        inject.line_of(file.clone(), lines[at], "merge-conflict", |line| format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> review")),
    ));
    all.push((
        "own-site URL",
        inject.line(2, "[the start]", "own-site-url", |line| line.replace("index.md", "https://partners.example.com/index.html")),
    ));
    all.push((
        "own-site URL that is dead",
        inject.line(2, "[the start]", "site-url-not-found", |line| line.replace("index.md", "https://partners.example.com/x.html")),
    ));
    all.push((
        "SafeLink",
        inject.line(3, "[the start]", "safelinks-url", |line| {
            line.replace("index.md#start", "https://nam06.safelinks.protection.outlook.com/?url=https%3A%2F%2Faka.ms%2Fx&amp;data=02")
        }),
    ));
    all
}

/// Findings by what they are, wherever lines went.
fn keys(book: &Book, report: &Report) -> BTreeMap<(String, String, String), Vec<Option<usize>>> {
    let mut keys: BTreeMap<(String, String, String), Vec<Option<usize>>> = BTreeMap::new();
    for finding in &report.diagnostics {
        let file = finding.place.file().map(|file| book.sources.path(file).to_string()).unwrap_or_default();
        let line =
            finding.place.span().map(|span| LineIndex::new(&book.sources.file(span.file).expect("a text").text).position(span.start as usize).line);
        keys.entry((finding.rule.code.to_owned(), file, text_of(finding, &book.sources).to_owned())).or_default().push(line);
    }
    keys
}

#[test]
fn each_fault_gives_one_finding() {
    let files = clean();
    let place = Place::new(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    let mut workspace = Workspace::open(place.root()).expect("the project opens");
    let mut read = || {
        let book = workspace.book();
        let report = check::check(&book, TODAY);
        keys(&book, &report)
    };
    let before = read();
    assert!(before.is_empty(), "the book is clean: {before:#?}");
    let mut wrong = Vec::new();
    let mut count = 0;
    for seed in 1..=6 {
        for (kind, fault) in faults(&files, seed) {
            count += 1;
            assert_ne!(fault.text, files[&fault.file], "{kind} changes something");
            place.write(&fault.file, &fault.text);
            let found = read();
            place.write(&fault.file, &files[&fault.file]);
            let at = fault.found_in.as_ref().unwrap_or(&fault.file);
            let is_right =
                found.len() == 1 && found.iter().all(|((code, file, _), lines)| code == fault.code && file == at && lines.as_slice() == [fault.at]);
            if !is_right {
                wrong.push(format!("{kind} in {} (seed {seed}): wanted {} at {at}:{:?}, found {found:#?}", fault.file, fault.code, fault.at));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
