//! `batou`: the command line with all commands.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    batou_runtime::program::batou(std::env::args_os().collect())
}
