//! What a service is and how it can be found.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A program that shall keep running in the foreground of a process of its own.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// The name for people.
    pub name: String,
    /// Shell text, run in [`directory`](Self::directory). A simple command replaces the shell, so that it gets signals
    /// itself; anything else (several commands, a pipeline, `cd`, a leading assignment) keeps the shell as the recorded
    /// process, whose group gets the signals. The program must not put itself into the background.
    pub command: String,
    /// The working directory of the command.
    pub directory: PathBuf,
    /// Where the process id is kept. Record and log stand beside it.
    pub pid_file: PathBuf,
    /// Files by whose content the service must be restarted when they change.
    pub watched: Vec<PathBuf>,
    /// Variables that are added to, or replace those of, the own environment.
    pub environment: Vec<(OsString, OsString)>,
}

/// How a service was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceState {
    /// No process of it is there; a pid file that names nobody, or somebody else, may be.
    Stopped,
    /// It runs as described.
    Running {
        /// Its process.
        pid: i32,
    },
    /// It runs, but not as described now.
    Outdated {
        /// Its process.
        pid: i32,
        /// What differs, as a text fragment.
        reason: String,
    },
}

impl Service {
    /// The file that gets standard output and standard error; it is only ever appended to.
    pub fn log_file(&self) -> PathBuf {
        beside(&self.pid_file, ".log")
    }

    /// The record of what was started.
    pub fn state_file(&self) -> PathBuf {
        beside(&self.pid_file, ".state")
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
