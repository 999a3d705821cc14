//! Whether what would be deployed is what others can see.

use super::super::refusal::{Notice, Refusal};
use super::send::GitSource;
use crate::vcs::git::{Checkout, Unpushed};

impl GitSource {
    /// Checks that all files are committed (untracked ones count, ignored ones do not) and all commits of the branch are pushed.
    /// With `dirty` neither is checked.
    ///
    /// # Errors
    /// [`Refusal`] with the first that is not so.
    pub fn verify(&self, dirty: bool) -> Result<Option<Notice>, Refusal> {
        if dirty {
            return Ok(Some(Notice::Dirty));
        }
        let checkout = Checkout::open(&self.root)?;
        let changes = checkout.changes()?;
        if !changes.is_empty() {
            return Err(Refusal::Uncommitted { changes });
        }
        let branch = self.branch.clone();
        match checkout.unpushed(&branch)? {
            Unpushed::NoRemote => Ok(Some(Notice::NoRemote)),
            Unpushed::NoUpstream { remotes } => Err(Refusal::NoUpstream { branch, remotes }),
            Unpushed::Commits { commits, .. } if commits.is_empty() => Ok(None),
            Unpushed::Commits { upstream, commits } => Err(Refusal::Unpushed { branch, upstream, commits }),
        }
    }
}
