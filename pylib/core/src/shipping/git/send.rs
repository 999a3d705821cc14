//! The side of the controller.

use std::path::{Path, PathBuf};

use super::super::error::ShippingError;
use super::super::line::Sending;
use super::super::message::{CHUNK, CommitId, FromController, FromTarget, Offer};
use super::super::refusal::Refusal;
use super::super::tree::{Outlet, answer, ended};
use super::MOST_KNOWN;
use crate::vcs::git::{Checkout, discover};

/// A branch of a repository to be sent to any number of targets, also at the same time.
#[derive(Debug, Clone)]
pub struct GitSource {
    pub(super) root: PathBuf,
    pub(super) base: PathBuf,
    pub(super) branch: String,
    pub(super) tip: CommitId,
}

impl GitSource {
    /// Finds the repository that holds a project, and the branch in it; without a name, its default one.
    ///
    /// # Errors
    /// No repository; no such branch, or another commit is checked out than its newest: then the definitions that were read here
    /// are not the ones that would be deployed.
    pub fn find(project: &Path, branch: Option<&str>) -> Result<Self, Refusal> {
        let (checkout, base) = discover(project)?;
        let branch = branch.map_or_else(|| checkout.default_branch(), |name| Ok(name.to_owned()))?;
        let tip = checkout.tip(&branch)?.ok_or_else(|| Refusal::NoBranch { branch: branch.clone() })?;
        if checkout.head_id()? != Some(tip) {
            return Err(Refusal::NotCheckedOut { branch, current: checkout.branch()? });
        }
        Ok(Self { root: checkout.path().to_owned(), base, branch, tip })
    }

    /// The directory of the repository.
    pub fn root(&self) -> &Path {
        &self.root
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

    pub(super) fn checkout(&self) -> Result<Checkout, ShippingError> {
        Ok(Checkout::open(&self.root)?)
    }

    /// Makes a target show the commit; what it lacks is sent.
    ///
    /// # Errors
    /// A lost line, a repository that cannot be read, a target that cannot go on or shows another commit afterwards.
    pub fn send(&self, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        ended(line, |line| {
            let checkout = self.checkout()?;
            line.send(FromController::Offer(Offer::GitBundle { branch: self.branch.clone() }))?;
            let known = known(line)?;
            let mut outlet = Outlet::new(line);
            self.send_pack(&checkout, &known, &mut outlet)?;
            outlet.line.send(FromController::End)?;
            outlet.line.send(FromController::Commit(self.tip))?;
            self.compare(outlet.line)
        })
    }

    /// Makes a target fetch the branch from an address (`None`: that of the upstream, else of `origin`) and show the commit.
    ///
    /// # Errors
    /// No address; a lost line; a target that cannot fetch, or gets another commit.
    pub fn pull(&self, url: Option<&str>, line: &mut Sending<'_>) -> Result<(), ShippingError> {
        let url = self.url(url)?;
        ended(line, |line| {
            let (branch, commit) = (self.branch.clone(), self.tip);
            line.send(FromController::Offer(Offer::GitPull { url, branch, commit }))?;
            self.compare(line)
        })
    }

    fn url(&self, given: Option<&str>) -> Result<String, ShippingError> {
        if let Some(url) = given {
            return Ok(url.to_owned());
        }
        let known = self.checkout()?.fetch_url(&self.branch)?;
        known.ok_or_else(|| ShippingError::NoAddress { branch: self.branch.clone() })
    }

    fn send_pack(
        &self,
        checkout: &Checkout,
        known: &[CommitId],
        outlet: &mut Outlet<'_, '_>,
    ) -> Result<(), ShippingError> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut sent = Ok(());
        checkout.pack(self.tip, known, &mut |mut piece| {
            while !piece.is_empty() && sent.is_ok() {
                let (now, later) = piece.split_at(piece.len().min(CHUNK - chunk.len()));
                chunk.extend_from_slice(now);
                piece = later;
                if chunk.len() == CHUNK {
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                    sent = outlet.send(CHUNK, FromController::Chunk(full));
                }
            }
            sent.is_ok()
        })?;
        sent?;
        if chunk.is_empty() { Ok(()) } else { outlet.send(chunk.len(), FromController::Chunk(chunk)) }
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

fn known(line: &mut Sending<'_>) -> Result<Vec<CommitId>, ShippingError> {
    let mut all = Vec::new();
    loop {
        let FromTarget::Known { commits, last } = answer(line)? else {
            return Err(ShippingError::unexpected("something else than the commits it has"));
        };
        if all.len() + commits.len() > MOST_KNOWN + 1 {
            return Err(ShippingError::unexpected("more commits than anybody needs"));
        }
        all.extend(commits);
        if last {
            return Ok(all);
        }
    }
}
