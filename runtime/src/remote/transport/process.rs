//! Connections of other programs than this one's ssh: one process each.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};

use super::connect::Reached;
use super::error::{ConnectError, ConnectErrorKind};
use super::ssh::Pipes;

/// A process that has a command line run on a host.
pub(super) struct ProcessConnection {
    child: Child,
}

impl ProcessConnection {
    /// Starts it with these words and the command line as the last one.
    pub(super) fn start(words: &[String], command: &str) -> Result<(Self, Pipes), ConnectError> {
        let failed = |error: &dyn std::fmt::Display| {
            ConnectError::new(ConnectErrorKind::Other, format!("cannot start {}", words[0]))
                .with_words(&error.to_string())
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "not a command of a definition: the other end of its pipes is far away"
        )]
        let mut process = std::process::Command::new(&words[0]);
        process.args(&words[1..]).arg(command);
        process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = process.spawn().map_err(|error| failed(&error))?;
        let pipes = match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(input), Some(output), Some(errors)) => Pipes {
                input: File::from(OwnedFd::from(input)),
                output: File::from(OwnedFd::from(output)),
                errors: File::from(OwnedFd::from(errors)),
            },
            _ => return Err(failed(&"it has no pipes")),
        };
        Ok((Self { child }, pipes))
    }
}

impl Reached for ProcessConnection {}

impl Drop for ProcessConnection {
    fn drop(&mut self) {
        // It may have ended; then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
