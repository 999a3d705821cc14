//! `batou-local`: deploys this machine's part of an environment.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    batou_runtime::program::batou_local(std::env::args_os().collect())
}
