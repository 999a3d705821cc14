//! The side of the controller.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::error::{ShippingError, disk};
use super::super::line::Sending;
use super::super::message::{CHUNK, CommitId, FromController, FromTarget, Offer};
use super::super::refusal::{Notice, Refusal};
use super::super::tree::{Outlet, answer, ended};
use super::MOST_KNOWN;
use crate::vcs::mercurial::Checkout;

/// The branch that there always is.
const DEFAULT_BRANCH: &str = "default";

/// A branch of a repository to be sent to any number of targets, also at the same time.
#[derive(Debug, Clone)]
pub struct MercurialSource {
    checkout: Checkout,
    base: PathBuf,
    branch: String,
    tip: CommitId,
}

impl MercurialSource {
    /// Finds the repository that holds a project, and the branch (`None`: `default`) in it.
    ///
    /// # Errors
    /// No program, no repository; no such branch, or another commit is checked out than its newest: then the definitions that were
    /// read here are not the ones that would be deployed.
    pub fn find(project: &Path, branch: Option<&str>) -> Result<Self, Refusal> {
        let (checkout, base) = Checkout::discover(project)?;
        let branch = branch.unwrap_or(DEFAULT_BRANCH).to_owned();
        let tip = checkout.commit(&branch)?.ok_or_else(|| Refusal::NoBranch { branch: branch.clone() })?;
        if checkout.parent()? != Some(tip) {
            return Err(Refusal::NotCheckedOut { branch, current: checkout.branch()? });
        }
        Ok(Self { checkout, base, branch, tip })
    }

    /// The directory of the repository.
    pub fn root(&self) -> &Path {
        self.checkout.path()
    }

    /// Where the project is below it; empty if it is the same.
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// The branch.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// The commit that is sent.
    pub fn commit(&self) -> CommitId {
        self.tip
    }

    /// Checks that all files are committed (untracked ones count, ignored ones do not) and all commits are at the default address,
    /// which is asked. With `dirty` neither is checked.
    ///
    /// # Errors
    /// [`Refusal`] with the first that is not so; an address that cannot be reached.
    pub fn verify(&self, dirty: bool) -> Result<Option<Notice>, Refusal> {
        if dirty {
            return Ok(Some(Notice::Dirty));
        }
        let changes = self.checkout.changes()?;
        if !changes.is_empty() {
            return Err(Refusal::Uncommitted { changes });
        }
        if self.checkout.default_path()?.is_none() {
            return Ok(Some(Notice::NoRemote));
        }
        let commits = self.checkout.outgoing()?;
        if commits.is_empty() {
            return Ok(None);
        }
        Err(Refusal::Unpushed { branch: self.branch.clone(), upstream: "the default path".to_owned(), commits })
    }

    /// Makes a target show the commit; what it lacks is sent.
    ///
    /// # Errors
    /// A lost line, a repository that cannot be read, a target that cannot go on or shows another commit afterwards.
    pub fn send(&self, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        ended(line, |line| {
            line.send(FromController::Offer(Offer::HgBundle))?;
            let FromTarget::Known { commits, last: true } = answer(line)? else {
                return Err(ShippingError::unexpected("something else than the commits it has"));
            };
            if commits.len() > MOST_KNOWN {
                return Err(ShippingError::unexpected("more commits than anybody needs"));
            }
            let mut outlet = Outlet::new(line);
            self.send_bundle(&commits, &mut outlet)?;
            outlet.line.send(FromController::End)?;
            outlet.line.send(FromController::Commit(self.tip))?;
            self.compare(outlet.line)
        })
    }

    /// Makes a target pull the commit from an address (`None`: the default path) and show it.
    ///
    /// # Errors
    /// No address; a lost line; a target that cannot pull.
    pub fn pull(&self, url: Option<&str>, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        let url = match url {
            Some(url) => Some(url.to_owned()),
            None => self.checkout.default_path()?,
        };
        let url = url.ok_or_else(|| ShippingError::NoAddress { branch: self.branch.clone() })?;
        ended(line, |line| {
            line.send(FromController::Offer(Offer::HgPull { url, commit: self.tip }))?;
            self.compare(line)
        })
    }

    fn send_bundle(&self, known: &[CommitId], outlet: &mut Outlet<'_, '_>) -> Result<(), ShippingError> {
        let directory =
            tempfile::tempdir().map_err(|error| disk("make a directory in", &std::env::temp_dir(), error))?;
        let path = directory.path().join("bundle");
        if !self.checkout.bundle(self.tip, known, &path)? {
            return Ok(());
        }
        let mut bundle = File::open(&path).map_err(|error| disk("read", &path, error))?;
        loop {
            let mut chunk = Vec::with_capacity(CHUNK);
            (&mut bundle).take(CHUNK as u64).read_to_end(&mut chunk).map_err(|error| disk("read", &path, error))?;
            if chunk.is_empty() {
                return Ok(());
            }
            outlet.send(chunk.len(), FromController::Chunk(chunk))?;
        }
    }

    fn compare(&self, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        loop {
            match answer(line)? {
                FromTarget::Taken => {}
                FromTarget::Head(commit) if commit == self.tip => return Ok(()),
                FromTarget::Head(commit) => {
                    return Err(ShippingError::Different { local: self.tip, remote: Some(commit) });
                }
                _ => return Err(ShippingError::unexpected("something else than the commit that it shows")),
            }
        }
    }
}
