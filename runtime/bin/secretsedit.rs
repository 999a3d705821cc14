//! `secretsedit`: edits the secrets of an environment.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    batou_runtime::program::secretsedit(std::env::args_os().collect())
}
