//! The `playpress` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    playpress::cli::run()
}
