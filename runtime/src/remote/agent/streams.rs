//! The pipes to the deploying side, out of reach of definitions and the programs that they start.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use rustix::stdio::{dup2_stdin, dup2_stdout};

/// Takes the pipes of the process away. What reads standard input from then on finds it empty, and what is written to standard
/// output becomes one of the things that are said beside the messages.
///
/// # Errors
/// A descriptor cannot be made.
pub(super) fn take() -> io::Result<(File, File)> {
    let input = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    let output = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    let nothing = File::open("/dev/null")?;
    dup2_stdin(OwnedFd::from(nothing))?;
    dup2_stdout(rustix::stdio::stderr())?;
    Ok((File::from(input), File::from(output)))
}
