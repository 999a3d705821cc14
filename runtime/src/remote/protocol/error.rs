//! Why a connection carries no more messages.

use std::io;
use std::time::Duration;

/// A connection carries no more messages. What the other side answered is never among these.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The other side ended it.
    #[error("the other side ended the connection")]
    Ended,
    /// It broke.
    #[error("the connection broke")]
    Broken(#[source] io::Error),
    /// Nothing was heard of the other side for so long.
    #[error("nothing was heard for {} seconds", .0.as_secs())]
    Silent(Duration),
    /// What came is none of the messages.
    #[error("the other side sent something that is no message ({0})")]
    Garbage(String),
    /// A message is larger than allowed.
    #[error("a message of {length} bytes is larger than {limit} bytes", limit = super::LIMIT)]
    TooLarge {
        /// Its length.
        length: usize,
    },
}

impl ChannelError {
    /// The error of reading or writing.
    pub(super) fn of(error: io::Error, patience: Duration) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::Silent(patience),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Self::Ended,
            _ => Self::Broken(error),
        }
    }
}
