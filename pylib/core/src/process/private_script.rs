//! Scripts that must not be seen among the arguments of processes.
//!
//! Everybody on the machine can read those. A script that holds a known secret is written to a file in memory instead, which the
//! shell reads under the number of its descriptor and closes first, so that what the script starts does not inherit it. Parameters,
//! `$0` and exit codes are those of `sh -c`.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;

use crate::redact;

/// Shells need not know descriptors of more than one digit in redirections.
const HIGHEST_TO_CLOSE: i32 = 9;

/// The script for a shell that reads it from its standard input, where the script itself finds nothing, as all commands do. None if
/// no secret is in it.
pub(super) fn on_input(script: &OsStr) -> io::Result<Option<File>> {
    if holds_secret(script) { written("exec </dev/null; ", script).map(Some) } else { Ok(None) }
}

/// The script for a shell that inherits the file under the same number, and keeps its standard input. None if no secret is in it.
/// Descriptors above 9 are inherited by what the script starts, too.
///
/// # Errors
/// If there is no memory for it.
pub fn private_script(script: &OsStr) -> io::Result<Option<File>> {
    if !holds_secret(script) {
        return Ok(None);
    }
    let mut file = memory_file()?;
    let number = file.as_raw_fd();
    let prefix = if number <= HIGHEST_TO_CLOSE { format!("exec {number}<&-; ") } else { String::new() };
    fill(&mut file, &prefix, script)?;
    Ok(Some(file))
}

/// What the shell is told instead of the script.
pub(super) fn reading(number: i32) -> String {
    format!(". /dev/fd/{number}")
}

fn holds_secret(script: &OsStr) -> bool {
    redact::process().is_in(&script.to_string_lossy())
}

fn written(prefix: &str, script: &OsStr) -> io::Result<File> {
    let mut file = memory_file()?;
    fill(&mut file, prefix, script)?;
    Ok(file)
}

/// The prefix is on the first line, so that messages of the shell name the right lines.
fn fill(file: &mut File, prefix: &str, script: &OsStr) -> io::Result<()> {
    file.write_all(prefix.as_bytes())?;
    file.write_all(script.as_bytes())?;
    file.rewind()
}

#[cfg(target_os = "linux")]
fn memory_file() -> io::Result<File> {
    Ok(rustix::fs::memfd_create("batou-script", rustix::fs::MemfdFlags::CLOEXEC)?.into())
}

/// Elsewhere a file without a name.
#[cfg(not(target_os = "linux"))]
fn memory_file() -> io::Result<File> {
    tempfile::tempfile()
}
