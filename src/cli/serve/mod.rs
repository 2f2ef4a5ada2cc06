//! `playpress serve`: the book in the browser, from memory, and again after each change. Loopback only.

mod http;
mod live;
mod poll;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::sync::watch as channel;

use super::console::{self, Console};
use super::{Root, editions, today};
use crate::book::{Book, EditionPage};
use crate::check::{self, Report};
use crate::diagnostic::Diagnostic;
use crate::report;
use crate::site::{self, Proof, Site, Theme};
use crate::source::provenance::Sourced;
use crate::source::{Changes, SourceSet};
use crate::text::path::RelPath;
use crate::workspace::Workspace;
use crate::write;

/// How many ports after the default one are tried.
const PORTS: u16 = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    root: Root,
    /// The port [default: 3000, or the next that is free]
    #[arg(short, long)]
    port: Option<u16>,
    /// The address; one of this machine alone.
    #[arg(short = 'n', long, default_value = "127.0.0.1")]
    hostname: String,
    /// Open the book in the browser.
    #[arg(long)]
    open: bool,
    /// Show only the site of this audience.
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// How changes are noticed: `poll` looks at all files again and again, for network drives and containers.
    #[arg(long, value_name = "KIND", value_enum, default_value = "native")]
    watcher: watch::Kind,
}

/// The sites that are shown now.
struct Shown {
    book: Arc<Book>,
    /// The folder of each site, the site, and its proof. A site that is alone has no folder.
    sites: Vec<(RelPath, Site, Proof)>,
}

/// What is known of the book now, for all who ask.
struct State {
    shown: Arc<Shown>,
    /// What is wrong with the book; of the book before, for a moment after a change.
    report: Arc<Report>,
    /// Why the book could not be read again, for people.
    problem: Option<String>,
}

/// Counts what has happened, for browsers that wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct News {
    /// The text of pages changed.
    changes: u64,
    /// What pages load changed: styles, scripts, images.
    reloads: u64,
    /// The findings changed.
    findings: u64,
}

/// The state, and the news of it.
struct Desk {
    state: Mutex<State>,
    news: channel::Sender<News>,
}

impl Desk {
    /// What is shown now.
    fn shown(&self) -> Arc<Shown> {
        self.with(|state| state.shown.clone())
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is at an address.
enum Answer {
    /// This file; its name tells its type.
    File(RelPath, Vec<u8>),
    /// Another address.
    Redirect(String),
    /// Nothing.
    Nothing,
    /// The proof refused it, or it could not be made.
    Refused(String),
}

impl Shown {
    /// The sites of a book; what can be kept of those before is.
    fn new(book: &Arc<Book>, theme: &Arc<Theme>, audience: Option<&str>, before: Option<&Self>) -> anyhow::Result<Self> {
        let chosen = editions(book, audience)?;
        let is_alone = audience.is_some();
        let site = |(place, edition): (usize, usize)| {
            let (site, proof) = if let Some((_, site, proof)) = before.and_then(|before| before.sites.get(place)) {
                let site = site::plan_again(site, book, edition, theme);
                let proof = Proof::again(proof, &site);
                (site, proof)
            } else {
                let site = site::plan(book, edition, theme);
                let proof = Proof::new(&site);
                (site, proof)
            };
            let folder = site.edition().settings.as_ref().filter(|_| !is_alone).map(|settings| settings.name.clone());
            let folder = RelPath::new(&folder.unwrap_or_default()).ok().context("an audience's name is a folder's")?;
            Ok((folder, site, proof))
        };
        Ok(Self { book: book.clone(), sites: chosen.into_iter().enumerate().map(site).collect::<anyhow::Result<_>>()? })
    }

    /// The page of the content at an address.
    fn page(&self, path: &str) -> Option<(&Site, &EditionPage)> {
        let wanted = RelPath::new(path).ok()?;
        self.sites.iter().find_map(|(folder, site, _)| {
            let below = below(&wanted, folder)?;
            let index = below.join("index.html").ok()?;
            let page = site.edition().pages.iter().find(|page| page.output == below || page.output == index)?;
            Some((site, page))
        })
    }

    /// What is at `path`, which is decoded and has no leading slash.
    fn answer(&self, path: &str) -> Answer {
        let Ok(wanted) = RelPath::new(path) else { return Answer::Nothing };
        for (folder, site, proof) in &self.sites {
            let Some(below) = below(&wanted, folder) else { continue };
            if below.as_str().is_empty() && !path.is_empty() && !path.ends_with('/') {
                return Answer::Redirect(format!("/{path}/"));
            }
            let index = below.join("index.html").unwrap_or_else(|_| below.clone());
            return match if site.has(&below) { Some(below) } else { Some(index).filter(|index| site.has(index)) } {
                None => Answer::Nothing,
                Some(output) => proved(site, proof, &output),
            };
        }
        match self.sites.first() {
            Some((folder, ..)) if wanted.as_str().is_empty() => Answer::Redirect(format!("/{folder}/")),
            _ => Answer::Nothing,
        }
    }
}

/// What remains of `path` in a site's folder.
fn below(path: &RelPath, folder: &RelPath) -> Option<RelPath> {
    if path == folder { Some(RelPath::root()) } else { path.below(folder) }
}

fn proved(site: &Site, proof: &Proof, output: &RelPath) -> Answer {
    let made = site.render(output).and_then(|content| content.context("the site has the file"));
    match made.map(|content: Sourced<_>| proof.prove(output, content)) {
        Ok(Ok(content)) => match write::bytes(site, content) {
            Ok(bytes) if output.extension() == "html" => Answer::File(output.clone(), live::add_script(bytes)),
            Ok(bytes) => Answer::File(output.clone(), bytes),
            Err(error) => Answer::Refused(format!("{error:#}")),
        },
        Ok(Err(refusal)) => Answer::Refused(proof.finding(&refusal).message),
        Err(error) => Answer::Refused(format!("{error:#}")),
    }
}

pub(super) fn run(arguments: &Arguments, console: &Console) -> anyhow::Result<ExitCode> {
    let workspace = match arguments.root.open() {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    let address: IpAddr = match arguments.hostname.as_str() {
        "localhost" => IpAddr::from([127, 0, 0, 1]),
        name => name.parse().with_context(|| format!("`{name}` is no address"))?,
    };
    anyhow::ensure!(
        address.is_loopback(),
        "`{address}` can be reached from other machines; serve shows drafts of every audience, so use 127.0.0.1 or ::1"
    );
    // What changes while the book is read for the first time is seen too.
    let build_dir = workspace.root().join(&workspace.config().build_dir);
    let mut watcher = watch::Watcher::new(workspace.root(), &build_dir, arguments.watcher);
    if let (Err(error), watch::Kind::Native) = (&watcher, arguments.watcher) {
        console.say(&format!("the system does not tell of changes ({error:#}), so all files are looked at again and again, as with --watcher poll"));
        watcher = watch::Watcher::new(workspace.root(), &build_dir, watch::Kind::Poll);
    }
    let start = Instant::now();
    let mut editor = Editor { workspace, audience: arguments.audience.clone(), theme: None, theme_findings: Vec::new() };
    let shown = Arc::new(editor.read(&Changes::Unknown, None).map_err(anyhow::Error::msg)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(listen(address, arguments.port, console))?;
    console.no_page(&shown.book);
    console.say(&format!("{} in {:.2} s", count(pages_of(&shown.book), "page"), start.elapsed().as_secs_f64()));
    let address = format!("http://{}/", listener.local_addr()?);
    console.say(&format!("{address} shows the book; Ctrl+C ends it"));
    let (news, seen) = channel::channel(News::default());
    let desk = Arc::new(Desk { state: Mutex::new(State { shown, report: Arc::default(), problem: None }), news });
    if arguments.open && std::env::var_os("CI").is_none() {
        // A machine without a browser can still serve.
        let _ = open::that_detached(&address);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let summary = editor.check(&desk);
            console.say(&format!("{summary}; {address}{}findings lists them", live::BASE));
            if let Err(error) = watcher.and_then(|watcher| editor.follow(watcher, &desk, console)) {
                console::error(&format!("changes are not seen: {error:#}"));
            }
        });
        runtime.block_on(http::serve(listener, desk.clone(), seen))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps the book as the files are.
struct Editor {
    workspace: Workspace,
    /// The only audience that is shown.
    audience: Option<String>,
    theme: Option<Arc<Theme>>,
    /// What was found wrong with the theme since it was loaded.
    theme_findings: Vec<Diagnostic>,
}

impl Editor {
    /// Follows changes until the watcher ends.
    fn follow(&mut self, mut watcher: watch::Watcher, desk: &Desk, console: &Console) -> anyhow::Result<()> {
        let mut again = None::<(Changes, Instant)>;
        loop {
            let longest = again.as_ref().map(|(_, due)| due.saturating_duration_since(Instant::now()));
            if let Some(changes) = watcher.next(longest)? {
                if let Some(wait) = watch::second_look(self.workspace.root(), &changes) {
                    let waiting = again.take().map_or_else(|| changes.clone(), |(waiting, _)| waiting.and(&changes));
                    again = Some((waiting, Instant::now() + wait));
                }
                self.change(&changes, desk, console);
            } else if let Some((changes, _)) = again.take() {
                self.change(&changes, desk, console);
            }
        }
    }

    /// Shows what `changes` have made of the book, and then looks for what is wrong with it.
    fn change(&mut self, changes: &Changes, desk: &Desk, console: &Console) {
        let start = Instant::now();
        let before = desk.shown();
        let had_problem = desk.with(|state| state.problem.is_some());
        match self.read(changes, Some(&before)) {
            Ok(shown) => {
                let difference = Difference::between(&before, &shown, changes);
                if difference.is_nothing() && !had_problem {
                    return;
                }
                desk.with(|state| {
                    state.shown = Arc::new(shown);
                    state.problem = None;
                });
                desk.news.send_modify(|news| {
                    news.changes += 1;
                    news.reloads += u64::from(difference.is_reload);
                });
                let took = start.elapsed();
                drop(before);
                let summary = self.check(desk);
                console.say(&format!("{}: {} in {}; {summary}", named(changes), difference.said(), milliseconds(took)));
            }
            Err(problem) => {
                console::error(&problem);
                desk.with(|state| state.problem = Some(problem));
                desk.news.send_modify(|news| news.findings += 1);
            }
        }
    }

    /// Reads the book as it is now, and plans its sites. Why that cannot be done is for people.
    fn read(&mut self, changes: &Changes, before: Option<&Shown>) -> Result<Shown, String> {
        let config = self.workspace.config().identity;
        self.workspace.reopen().map_err(|error| console::open_problem(&error))?;
        let book = self.workspace.book_after(changes);
        let is_same = before.is_some_and(|before| book.sources.has_names_of(&before.book.sources)) && config == self.workspace.config().identity;
        let theme = if let Some(theme) = self.theme.clone().filter(|_| is_same) {
            theme
        } else {
            self.theme_findings.clear();
            Arc::new(Theme::of_project(self.workspace.config(), &book.sources).map_err(|error| format!("{error:#}"))?)
        };
        self.theme = Some(theme.clone());
        Shown::new(&book, &theme, self.audience.as_deref(), before).map_err(|error| format!("{error:#}"))
    }

    /// Looks for what is wrong with the book that is shown; returns how much, for people.
    fn check(&mut self, desk: &Desk) -> String {
        let shown = desk.shown();
        let mut report = check::check(&shown.book, today());
        if let Some(theme) = &self.theme {
            self.theme_findings.extend(theme.take_findings());
        }
        report.add(&shown.book, self.theme_findings.clone());
        let summary = report::summary(&report, true);
        desk.with(|state| state.report = Arc::new(report));
        desk.news.send_modify(|news| news.findings += 1);
        if summary.is_empty() { "no findings".to_owned() } else { summary }
    }
}

/// What two books have that is not the same.
struct Difference {
    /// Pages that are new or other ones.
    pages: usize,
    /// Whether anything is another at all.
    is_any: bool,
    /// Whether something that pages load may be.
    is_reload: bool,
}

impl Difference {
    fn between(before: &Shown, after: &Shown, changes: &Changes) -> Self {
        let (old, new) = (&before.book, &after.book);
        let has_same_names = new.sources.has_names_of(&old.sources) || new.sources.names_hash() == old.sources.names_hash();
        let has_same_texts = has_same_names && new.sources.changed_since(&old.sources).next().is_none();
        // What is copied is not kept in the book.
        let is_copied = |sources: &SourceSet, path: &RelPath| sources.find(path).is_some_and(|file| sources.is_asset(file));
        let may_hold = |path: &RelPath| path.under(new.sources.root()).is_dir();
        let is_reload = match changes {
            Changes::Unknown => true,
            Changes::Paths(paths) => {
                paths.iter().any(|path| is_copied(&new.sources, path) || is_copied(&old.sources, path) || (!has_same_names && may_hold(path)))
            }
        };
        let known: ahash::HashSet<usize> =
            old.editions.iter().flat_map(|edition| &edition.pages).map(|page| Arc::as_ptr(&page.page).addr()).collect();
        let fresh = new.editions.iter().flat_map(|edition| &edition.pages).map(|page| Arc::as_ptr(&page.page).addr());
        let pages = fresh.filter(|page| !known.contains(page)).collect::<ahash::HashSet<usize>>().len();
        let is_any = is_reload || pages > 0 || !has_same_texts || old.config.identity != new.config.identity;
        Self { pages, is_any, is_reload }
    }

    fn is_nothing(&self) -> bool {
        !self.is_any
    }

    fn said(&self) -> String {
        count(self.pages, "page")
    }
}

/// Changes, for people.
fn named(changes: &Changes) -> String {
    match changes {
        Changes::Paths(paths) => match paths.first() {
            Some(path) if paths.len() == 1 => path.to_string(),
            _ => count(paths.len(), "file"),
        },
        Changes::Unknown => "many files".to_owned(),
    }
}

fn pages_of(book: &Book) -> usize {
    book.editions.iter().map(|edition| edition.pages.len()).sum()
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn milliseconds(took: Duration) -> String {
    format!("{} ms", took.as_millis().max(1))
}

/// Listens at the port that was asked for, else at the first that is free.
async fn listen(address: IpAddr, port: Option<u16>, console: &Console) -> anyhow::Result<TcpListener> {
    if let Some(port) = port {
        return TcpListener::bind(SocketAddr::new(address, port)).await.with_context(|| format!("port {port} cannot be used"));
    }
    for port in 3000..3000 + PORTS {
        if let Ok(listener) = TcpListener::bind(SocketAddr::new(address, port)).await {
            return Ok(listener);
        }
        console.say(&format!("port {port} is taken"));
    }
    anyhow::bail!("the ports 3000 to {} are all taken; choose one with --port", 3000 + PORTS - 1)
}
