//! A calm line on the terminal for what takes over a second. It is erased when the work is done, and nobody but a person at a terminal gets it.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done sooner needs no line.
const DELAY: Duration = Duration::from_secs(1);

/// How often a second the line changes at most.
const RATE: u8 = 5;

/// The progress of one command.
pub(super) struct Progress {
    start: Instant,
    delay: Duration,
    /// Where the line goes; `None`: nobody would read it.
    target: Option<fn() -> ProgressDrawTarget>,
}

impl Progress {
    /// The progress of a command that starts now.
    pub(super) fn new(is_quiet: bool) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0" && value != "false");
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_wanted = !is_quiet && !is_dumb && !is_set("CI") && std::io::stderr().is_terminal();
        Self { start: Instant::now(), delay: DELAY, target: is_wanted.then_some(|| ProgressDrawTarget::stderr_with_hz(RATE)) }
    }

    /// Does `work`, which says by what it is given how much of how much is done. The line is gone when this returns.
    pub(super) fn during<T>(&self, what: &str, work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
        let Some(target) = self.target else { return work(&|_, _| {}) };
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{msg}: {human_pos} of {human_len}") {
            bar.set_style(style);
        }
        let is_shown = AtomicBool::new(false);
        let result = work(&|done, total| {
            if self.start.elapsed() < self.delay {
                return;
            }
            if !is_shown.swap(true, Ordering::Relaxed) {
                bar.set_draw_target(target());
            }
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use indicatif::InMemoryTerm;

    use super::*;

    static TERMINAL: LazyLock<InMemoryTerm> = LazyLock::new(|| InMemoryTerm::new(10, 80));

    fn terminal() -> ProgressDrawTarget {
        ProgressDrawTarget::term_like_with_hz(Box::new(TERMINAL.clone()), 255)
    }

    #[test]
    fn the_line_says_what_is_done_and_is_erased() {
        let at_once = Progress { start: Instant::now(), delay: Duration::ZERO, target: Some(terminal) };
        let result = at_once.during("pages", |watch| {
            watch(0, 1_200);
            watch(1_200, 1_200);
            TERMINAL.contents()
        });
        assert!(result.starts_with("pages: ") && result.ends_with("of 1,200"), "{result:?}");
        assert_eq!(TERMINAL.contents(), "");
        let later = Progress { delay: Duration::MAX, ..at_once };
        later.during("pages", |watch| {
            watch(1, 2);
            assert_eq!(TERMINAL.contents(), "", "what is done soon needs no line");
        });
    }
}
