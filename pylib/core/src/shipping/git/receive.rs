//! The side of the target.

use std::io::Read;
use std::path::Path;

use super::super::error::ShippingError;
use super::super::line::Receiving;
use super::super::message::{CommitId, FromController, FromTarget, LIST};
use super::super::tree::{Content, Intake, Stop};
use super::MOST_KNOWN;
use crate::vcs::git;

/// Takes the missing commits of a branch into the repository at a root, and shows the newest.
pub(in crate::shipping) fn receive_bundle(
    root: &Path,
    branch: &str,
    line: &mut Receiving<'_>,
) -> Result<CommitId, ShippingError> {
    let reference = format!("refs/remotes/batou-bundle/{branch}");
    let checkout = git::open_or_init(root)?;
    let head = checkout.head_id()?;
    let mut known = checkout.commits()?;
    known.truncate(MOST_KNOWN);
    // Whatever the limit cut off, the commit that is shown is the best to know.
    known.extend(head.filter(|head| !known.contains(head)));
    let mut lists = known.chunks(LIST / size_of::<CommitId>()).peekable();
    while let Some(commits) = lists.next() {
        line.send(FromTarget::Known { commits: commits.to_vec(), last: lists.peek().is_none() })?;
    }
    if known.is_empty() {
        line.send(FromTarget::Known { commits: Vec::new(), last: true })?;
    }
    let mut intake = Intake::new(line);
    let mut content = Content::new(&mut intake, None);
    let mut first = [0];
    // Nothing at all is sent where nothing is missing.
    let taken = match content.read(&mut first) {
        Ok(0) => Ok(()),
        Ok(_) => checkout.take_pack(&mut first.as_slice().chain(&mut content)),
        Err(_) => Ok(()),
    };
    match content.stop {
        Some(Stop::Error(error)) => return Err(error),
        Some(Stop::Again) => return Err(ShippingError::unexpected("a new beginning of commits")),
        None => taken?,
    }
    let FromController::Commit(commit) = intake.next()? else {
        return Err(ShippingError::unexpected("something else than the commit to show"));
    };
    checkout.show_commit(&reference, commit)?;
    finish(checkout.head_id()?, commit, line)
}

/// Fetches a branch and shows its newest commit.
pub(in crate::shipping) fn pull(
    root: &Path,
    url: &str,
    branch: &str,
    commit: CommitId,
    line: &mut Receiving<'_>,
    interrupted: &dyn Fn() -> bool,
) -> Result<CommitId, ShippingError> {
    let found = git::pull(root, url, branch, commit, interrupted)?;
    finish(Some(found), commit, line)
}

fn finish(shown: Option<CommitId>, wanted: CommitId, line: &mut Receiving<'_>) -> Result<CommitId, ShippingError> {
    if shown != Some(wanted) {
        return Err(ShippingError::Different { local: wanted, remote: shown });
    }
    line.send(FromTarget::Head(wanted))?;
    Ok(wanted)
}
