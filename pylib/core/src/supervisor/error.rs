//! Errors of talking to supervisord.

use std::io;

/// Why supervisord gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum SupervisorError {
    /// Nobody listens at the socket, or the connection broke.
    #[error("no answer from supervisord")]
    Connection(#[source] io::Error),
    /// The answer is no HTTP, or too long.
    #[error("supervisord answered what is no HTTP: {0}")]
    Http(&'static str),
    /// The request was refused, for want of a password say.
    #[error("supervisord answered with HTTP status {0}")]
    Status(u16),
    /// The body of the answer is no XML.
    #[error("supervisord answered what is no XML")]
    Xml(#[from] roxmltree::Error),
    /// The body is XML, but not the expected answer.
    #[error("supervisord answered without {0}")]
    Unexpected(&'static str),
    /// The method failed; while supervisord shuts down it does so with `SHUTDOWN_STATE`.
    #[error("supervisord refused: {text} (code {code})")]
    Fault {
        /// The number of supervisor's fault.
        code: i64,
        /// Its text.
        text: String,
    },
}
