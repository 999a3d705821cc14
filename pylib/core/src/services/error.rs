//! Errors of services.

use std::io;
use std::path::PathBuf;

/// A service could not be looked at, started or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The pid file, the record or the log could not be read, written or removed.
    #[error("cannot {action} {path} of service {service}", path = path.display())]
    File {
        /// The name of the service.
        service: String,
        /// `read`, `write`, `open` or `remove`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A watched file is there, but cannot be read; so nobody can tell whether it changed.
    #[error("cannot read {path}, a file that service {service} depends on", path = path.display())]
    Watched {
        /// The name of the service.
        service: String,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The record beside the pid file is damaged.
    #[error("cannot understand {path}, the record of service {service}; stop the service by hand and remove the file", path = path.display())]
    Record {
        /// The name of the service.
        service: String,
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// Nobody can tell whether the process is the service.
    #[error("cannot tell whether process {pid} in {path} is service {service}; end it by hand or remove the file", path = path.display())]
    Unidentified {
        /// The name of the service.
        service: String,
        /// The pid file.
        path: PathBuf,
        /// The process that it names.
        pid: i32,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A start was asked for, but the service runs.
    #[error("service {service} already runs as process {pid}")]
    AlreadyRunning {
        /// The name of the service.
        service: String,
        /// Its process.
        pid: i32,
    },
    /// The working directory is missing, no directory, or closed to us.
    #[error("cannot run service {service} in the directory {path}", path = path.display())]
    Directory {
        /// The name of the service.
        service: String,
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The shell could not be started or followed.
    #[error("cannot start service {service}")]
    Start {
        /// The name of the service.
        service: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The process ended within moments of its start.
    #[error("service {service} ended {how} right after its start; its output is in {log}", how = ending(*code), log = log.display())]
    Ended {
        /// The name of the service.
        service: String,
        /// The exit code, or the negative number of a signal.
        code: i32,
        /// The log file.
        log: PathBuf,
        /// The last lines that this start wrote to the log, oldest first.
        last_lines: Vec<String>,
    },
    /// The process could not be signalled.
    #[error("cannot send a signal to process {pid} of service {service}")]
    Signal {
        /// The name of the service.
        service: String,
        /// Its process.
        pid: i32,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The process is still there after SIGKILL.
    #[error("process {pid} of service {service} does not end, not even by SIGKILL")]
    StillAlive {
        /// The name of the service.
        service: String,
        /// Its process.
        pid: i32,
    },
}

impl ServiceError {
    /// What to do about it, in one line, where that is not obvious from the message.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            ServiceError::Ended { code: 0, .. } => {
                Some("let the program run in the foreground instead of becoming a daemon")
            }
            ServiceError::Ended { code: 127, .. } => {
                Some("check that the program exists and is found from the service's directory")
            }
            ServiceError::Ended { code: 126, .. } => Some("check that the program is executable"),
            ServiceError::Watched { .. } => Some("watch regular files that the deploying user may read"),
            _ => None,
        }
    }
}

fn ending(code: i32) -> String {
    if code < 0 { format!("by signal {}", -code) } else { format!("with code {code}") }
}
