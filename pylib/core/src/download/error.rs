use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::fs::FsError;

/// Why a file could not be fetched. URLs are masked already.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// Not a URL, or one that leads nowhere.
    #[error("cannot download {url}: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The server answered, but not with the file.
    #[error("cannot download {url}: the server answers {status}{reason}{}", place(redirected_to))]
    Status {
        /// The URL.
        url: String,
        /// The status code.
        status: u16,
        /// What the code means, with a blank before it.
        reason: String,
        /// Scheme and host that the request was led to.
        redirected_to: Option<String>,
    },
    /// The connection failed, more than once if that made sense.
    #[error("cannot download {url}: {reason} ({attempts} attempts)")]
    Connection {
        /// The URL.
        url: String,
        /// What failed.
        reason: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The file is not the one that was asked for.
    #[error("Checksum mismatch!\nexpected: {expected}\ngot: {actual}")]
    Digest {
        /// What was asked for.
        expected: String,
        /// What was fetched.
        actual: String,
    },
    /// The certificates to verify servers with could not be read.
    #[error("cannot read certificates from {origin}: {source}")]
    Certificates {
        /// The file, or what the system has.
        origin: String,
        /// Why.
        source: io::Error,
    },
    /// Another process is fetching the same file.
    #[error("{} is being written by another process", .0.display())]
    InProgress(PathBuf),
    /// A signal arrived.
    #[error("interrupted")]
    Interrupted,
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] FsError),
}

fn place(redirected_to: &Option<String>) -> String {
    redirected_to.as_ref().map(|place| format!(", after a redirect to {place}")).unwrap_or_default()
}
