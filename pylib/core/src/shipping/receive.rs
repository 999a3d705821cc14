//! The side of the target, whatever is offered.

use std::path::Path;

use super::error::ShippingError;
use super::line::Receiving;
use super::message::{CommitId, FromController, FromTarget, Offer, TreeReport};
use super::{git, mercurial, tree};

/// What a target got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Files.
    Tree(TreeReport),
    /// The commit that is shown now.
    Commit(CommitId),
}

/// Takes the repository that the controller offers into the directory `root`, which is made when it is missing. `interrupted` is
/// asked now and then while a program works.
///
/// After an error nothing of the transfer is left on the line, unless the line is the error.
///
/// # Errors
/// Whatever keeps the files from being as wanted; the controller was told.
pub fn receive(
    root: &Path,
    line: &mut Receiving<'_>,
    interrupted: &dyn Fn() -> bool,
) -> Result<Received, ShippingError> {
    let outcome = take(root, line, interrupted);
    match &outcome {
        Ok(_) | Err(ShippingError::Line(_) | ShippingError::Controller(_)) => {}
        Err(error) => {
            line.send(FromTarget::Failed(error.to_failure()))?;
            // The controller may be in the middle of something, and says when it has noticed.
            while !matches!(line.receive()?, FromController::Noticed | FromController::Failed(_)) {}
        }
    }
    outcome
}

fn take(root: &Path, line: &mut Receiving<'_>, interrupted: &dyn Fn() -> bool) -> Result<Received, ShippingError> {
    match line.receive()? {
        FromController::Offer(Offer::Tree { digest, base, ignored }) => {
            let further = ignored.into_iter().map(serde_bytes::ByteBuf::into_vec).collect();
            tree::receive(root, digest, &base, further, line).map(Received::Tree)
        }
        FromController::Offer(Offer::GitBundle { branch }) => {
            git::receive_bundle(root, &branch, line).map(Received::Commit)
        }
        FromController::Offer(Offer::GitPull { url, branch, commit }) => {
            git::pull(root, &url, &branch, commit, line, interrupted).map(Received::Commit)
        }
        FromController::Offer(Offer::HgBundle) => mercurial::receive_bundle(root, line).map(Received::Commit),
        FromController::Offer(Offer::HgPull { url, commit }) => {
            mercurial::pull(root, &url, commit, line, interrupted).map(Received::Commit)
        }
        FromController::Failed(failure) => Err(ShippingError::Controller(failure.shortened())),
        _ => Err(ShippingError::unexpected("something else than an offer")),
    }
}
