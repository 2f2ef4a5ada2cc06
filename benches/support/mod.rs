//! What both benches need: a folder in memory, a process of its own for each measurement of memory, medians.

use std::env;
use std::fs;
use std::ops::{Add, Div, Sub};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::time::{ClockId, clock_gettime};

use crate::generator::{self, Playbook, Readers};

/// Set to a folder, generated playbooks are left there.
const KEEP: &str = "PLAYPRESS_BENCH_KEEP";
/// The argument of a process that measures its own memory.
const CHILD: &str = "--measure-memory";

/// A folder that goes when it is dropped, in memory where the system has that.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    keep: Option<PathBuf>,
    /// What is to be said of it.
    pub(crate) note: Option<String>,
}

impl Scratch {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let in_memory = tempfile::Builder::new().prefix("playpress-bench-").tempdir_in("/dev/shm");
        let (folder, note) = match in_memory {
            Ok(folder) => (folder, None),
            Err(error) => {
                let folder = tempfile::tempdir()?;
                let note = format!("no memory disk (/dev/shm: {error}): the figures hold the disk of {}", folder.path().display());
                (folder, Some(note))
            }
        };
        Ok(Self { folder, keep: env::var_os(KEEP).map(PathBuf::from), note })
    }

    /// A playbook of so many pages.
    pub(crate) fn playbook(&self, pages: usize, readers: Readers) -> anyhow::Result<Playbook> {
        let name = format!("{pages}-pages-{}", if readers == Readers::One { "one-audience" } else { "two-audiences" });
        let root = self.keep.as_deref().unwrap_or(self.folder.path()).join(name);
        generator::generate(&root, pages, readers).with_context(|| format!("cannot write `{}`", root.display()))
    }

    /// A place in the folder where nothing is.
    pub(crate) fn empty(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.path().join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        Ok(path)
    }
}

/// Two threads, whatever the machine has.
pub(crate) fn two_threads() -> anyhow::Result<()> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(2).build_global()?)
}

/// What some work took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Seconds by the clock.
    pub(crate) wall: f64,
    /// Seconds of all processors together: what else the machine does hardly changes them.
    pub(crate) cpu: f64,
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { wall: self.wall - other.wall, cpu: self.cpu - other.cpu }
    }
}

impl Div for Cost {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self { wall: self.wall / other.wall, cpu: self.cpu / other.cpu }
    }
}

impl Cost {
    /// The medians.
    pub(crate) fn median(costs: impl Iterator<Item = Self> + Clone) -> Self {
        Self { wall: median(costs.clone().map(|cost| cost.wall)), cpu: median(costs.map(|cost| cost.cpu)) }
    }
}

/// What `work` gives, and what it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let cpu = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default().as_secs_f64();
    let (start, cpu_before) = (Instant::now(), cpu());
    let done = work();
    (done, Cost { wall: start.elapsed().as_secs_f64(), cpu: cpu() - cpu_before })
}

/// The middle of some figures.
fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The most memory, in MB, that this program needs for `what`, done by a process of its own.
pub(crate) fn peak_memory(what: &str, root: &Path, output: &Path) -> anyhow::Result<f64> {
    let done = Command::new(env::current_exe()?).args([CHILD, what]).args([root, output]).output()?;
    let text = String::from_utf8_lossy(&done.stdout);
    text.trim().parse().with_context(|| format!("`{what}` said `{text}` and `{}`", String::from_utf8_lossy(&done.stderr)))
}

/// What to measure, the playbook and the place for its site, where this process was started to measure.
pub(crate) fn to_measure() -> Option<(String, PathBuf, PathBuf)> {
    let mut arguments = env::args().skip_while(|argument| argument != CHILD).skip(1);
    Some((arguments.next()?, arguments.next()?.into(), arguments.next()?.into()))
}

/// The most memory, in MB, that this process had so far.
pub(crate) fn own_peak() -> anyhow::Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the system does not say")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}
