//! `batou-remote`: deploys an environment to its hosts over SSH.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    batou_runtime::program::batou_remote(std::env::args_os().collect())
}
