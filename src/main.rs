//! The `playpress` program.

use std::process::ExitCode;

/// A build makes and drops many millions of small texts, on all processors.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    playpress::cli::run()
}
