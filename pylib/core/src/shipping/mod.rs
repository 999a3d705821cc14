//! What travels of a repository to a target.
//!
//! Two sides talk in messages over a [`Line`]: the controller has the files and sends ([`tree::Tree`],
//! [`git::GitSource`], [`mercurial::MercurialSource`]), the
//! target receives ([`receive`]). Neither knows what carries the messages; a test joins both ends in memory.
//!
//! The controller reads nothing of what a target sends but numbers, checksums and texts to show, so a hijacked host can make it
//! write nothing. The target checks each path: nothing is written beside the deployment, and no link is followed.

mod error;
pub mod git;
mod line;
pub mod mercurial;
mod message;
mod receive;
mod refusal;
#[cfg(test)]
mod test_support;
pub mod tree;

pub use error::ShippingError;
pub use line::{Line, LineError, Receiving, Sending};
pub use message::{
    CHUNK, CommitId, Digest, Entry, Failure, FromController, FromTarget, Kind, Offer, Time, TreeReport, Want,
};
pub use receive::{Received, receive};
pub use refusal::{Notice, Refusal};
