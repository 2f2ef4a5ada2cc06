//! `playpress serve`: the book in the browser, from memory, and again after each change. Loopback only.

mod http;
mod live;
mod watch;

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use tokio::net::TcpListener;

use super::console::{self, Console};
use super::{Root, editions, today};
use crate::book::{Book, EditionPage};
use crate::check::{self, Report};
use crate::site::{self, Proof, Site, Theme};
use crate::source::provenance::Sourced;
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
}

/// The sites that are shown now.
struct Shown {
    /// The folder of each site, the site, and its proof. A site that is alone has no folder.
    sites: Vec<(RelPath, Site, Proof)>,
    /// What is wrong with the book.
    report: Report,
    /// Why the book could not be read again, for people.
    problem: Option<String>,
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
    fn new(book: &Arc<Book>, theme: &Arc<Theme>, audience: Option<&str>, report: Report) -> anyhow::Result<Self> {
        let chosen = editions(book, audience)?;
        let is_alone = audience.is_some();
        let site = |edition: usize| {
            let site = site::plan(book, edition, theme);
            let folder = site.edition().settings.as_ref().filter(|_| !is_alone).map(|settings| settings.name.clone());
            let folder = RelPath::new(&folder.unwrap_or_default()).ok().context("an audience's name is a folder's")?;
            let proof = Proof::new(&site);
            Ok((folder, site, proof))
        };
        Ok(Self { sites: chosen.into_iter().map(site).collect::<anyhow::Result<_>>()?, report, problem: None })
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
    let mut workspace = match arguments.root.open() {
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
    let watcher = watch::Watcher::new(workspace.root(), &build_dir);
    let shown = Arc::new(RwLock::new(load(&mut workspace, arguments, console)?));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(listen(address, arguments.port, console))?;
    console.say(&format!("http://{}/ shows the book; Ctrl+C ends it", listener.local_addr()?));
    let (changes, seen) = tokio::sync::watch::channel(0_u64);
    if arguments.open && std::env::var_os("CI").is_none() {
        // A machine without a browser can still serve.
        let _ = open::that_detached(format!("http://{}/", listener.local_addr()?));
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let result = watcher.and_then(|watcher| {
                watcher.run(|| {
                    let fresh = match workspace.reopen() {
                        Ok(()) => load(&mut workspace, arguments, console).map_err(|error| format!("{error:#}")),
                        Err(error) => Err(console::open_problem(&error)),
                    };
                    let mut shown = shown.write().unwrap_or_else(PoisonError::into_inner);
                    match fresh {
                        Ok(fresh) => *shown = fresh,
                        Err(problem) => {
                            console::error(&problem);
                            shown.problem = Some(problem);
                        }
                    }
                    drop(shown);
                    changes.send_modify(|change| *change += 1);
                })
            });
            if let Err(error) = result {
                console::error(&format!("changes are not seen: {error:#}"));
            }
        });
        runtime.block_on(http::serve(listener, shown.clone(), seen))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the book as it is now, says what is wrong with it, and plans its sites.
fn load(workspace: &mut Workspace, arguments: &Arguments, console: &Console) -> anyhow::Result<Shown> {
    let book = workspace.book();
    let theme = Arc::new(Theme::of_project(workspace.config(), &book.sources)?);
    let mut report = check::check(&book, today());
    report.add(&book, theme.take_findings());
    console.report(&report, &book.sources);
    let pages: usize = book.editions.iter().map(|edition| edition.pages.len()).sum();
    console.say(&format!("{pages} pages"));
    console.summary(&report);
    Shown::new(&book, &theme, arguments.audience.as_deref(), report)
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
