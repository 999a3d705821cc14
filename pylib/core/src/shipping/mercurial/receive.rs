//! The side of the target.

use std::io::Read;
use std::path::Path;

use super::super::error::ShippingError;
use super::super::line::Receiving;
use super::super::message::{CommitId, FromController, FromTarget};
use super::super::tree::{Content, Intake, Stop};
use super::MOST_KNOWN;
use crate::fs::{FileAttributes, put_file, remove};
use crate::vcs::mercurial::Checkout;

/// Takes the missing commits into the repository at a root, and shows the one that is named.
pub(in crate::shipping) fn receive_bundle(root: &Path, line: &mut Receiving<'_>) -> Result<CommitId, ShippingError> {
    let checkout = Checkout::open_or_init(root)?;
    let mut commits = checkout.heads()?;
    commits.truncate(MOST_KNOWN);
    line.send(FromTarget::Known { commits, last: true })?;
    let mut intake = Intake::new(line);
    let mut content = Content::new(&mut intake, None);
    let mut first = [0];
    let path = root.join(".hg/batou-bundle.hg");
    // Nothing at all is sent where nothing is missing.
    let has_bundle = match content.read(&mut first) {
        Ok(0) => Ok(false),
        Ok(_) => {
            let attributes = FileAttributes { mode: Some(0o600), ..FileAttributes::default() };
            put_file(&path, &mut first.as_slice().chain(&mut content), attributes).map(|()| true)
        }
        Err(_) => Ok(false),
    };
    match content.stop {
        Some(Stop::Error(error)) => return Err(error),
        Some(Stop::Again) => return Err(ShippingError::unexpected("a new beginning of commits")),
        None => {}
    }
    if has_bundle? {
        let taken = checkout.unbundle(&path);
        remove(&path)?;
        taken?;
    }
    let FromController::Commit(commit) = intake.next()? else {
        return Err(ShippingError::unexpected("something else than the commit to show"));
    };
    finish(&checkout, commit, line)
}

/// Fetches a commit and shows it.
pub(in crate::shipping) fn pull(
    root: &Path,
    url: &str,
    commit: CommitId,
    line: &mut Receiving<'_>,
    interrupted: &dyn Fn() -> bool,
) -> Result<CommitId, ShippingError> {
    let checkout = Checkout::open_or_init(root)?;
    if checkout.commit(&crate::checksum::hexadecimal(&commit))?.is_none() {
        checkout.pull(url, commit, interrupted)?;
    }
    finish(&checkout, commit, line)
}

fn finish(checkout: &Checkout, commit: CommitId, line: &mut Receiving<'_>) -> Result<CommitId, ShippingError> {
    checkout.show(commit)?;
    let shown = checkout.parent()?;
    if shown != Some(commit) {
        return Err(ShippingError::Different { local: commit, remote: shown });
    }
    line.send(FromTarget::Head(commit))?;
    Ok(commit)
}
