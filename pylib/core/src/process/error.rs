//! Errors of running commands. A code other than zero is none of them.

use std::io;
use std::path::PathBuf;

/// A command could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The working directory is missing, no directory, or closed to us.
    #[error("cannot run a command in the directory {path}", path = path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The command or a variable holds a NUL byte, or a variable's name is empty or holds `=`.
    #[error("cannot pass {what} to a command: {reason}")]
    NotPassable {
        /// `the command`, or the name of the variable.
        what: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The shell could not be started, for example because the command is too long for the system.
    #[error("cannot start {program}", program = program.display())]
    Start {
        /// The shell.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The output or the end of the command could not be awaited. The command was ended.
    #[error("cannot follow a running command")]
    Follow {
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The run was interrupted; the command and its children were ended.
    #[error("interrupted while a command was running")]
    Interrupted,
}
