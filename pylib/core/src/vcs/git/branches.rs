//! Facts about branches and their upstreams.

use std::path::{Path, PathBuf};

use git2::{BranchType, ErrorCode, Repository};

use super::error::Trying;
use super::{Checkout, GitError, snapshot};

/// What of a branch its upstream does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unpushed {
    /// There is no remote repository at all.
    NoRemote,
    /// The branch has no upstream, so nobody knows.
    NoUpstream {
        /// The remote repositories that it could be pushed to.
        remotes: Vec<String>,
    },
    /// These commits are missing in the upstream, as far as is known here.
    Commits {
        /// The upstream, such as `origin/main`.
        upstream: String,
        /// Beginning of the hash and first line of each, the newest first.
        commits: Vec<(String, String)>,
    },
}

/// Finds the checkout that holds a directory: itself, and where the directory is below it.
///
/// # Errors
/// [`GitError::NoRepository`] if there is none, [`GitError::Unusable`] if it has no files.
pub fn discover(directory: &Path) -> Result<(Checkout, PathBuf), GitError> {
    let unusable = |reason: &str| GitError::Unusable { path: directory.to_owned(), reason: reason.to_owned() };
    let repository = Repository::discover(directory).map_err(|error| match error.code() {
        ErrorCode::NotFound => GitError::NoRepository { path: directory.to_owned() },
        _ => unusable(error.message()),
    })?;
    let base = snapshot::prefix(&repository, directory)?;
    let path = repository.workdir().ok_or_else(|| unusable("it has no working directory"))?.to_owned();
    Ok((Checkout { repository, path }, base))
}

impl Checkout {
    /// The branch that is meant where none is named: the default one of `origin`, else `master` or `main`, else the one that is
    /// checked out.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn default_branch(&self) -> Result<String, GitError> {
        if let Ok(head) = self.repository.find_reference("refs/remotes/origin/HEAD")
            && let Some(target) = head.symbolic_target_bytes()
            && let Some(name) = String::from_utf8_lossy(target).strip_prefix("refs/remotes/origin/")
        {
            return Ok(name.to_owned());
        }
        for name in ["master", "main"] {
            if self.tip(name)?.is_some() {
                return Ok(name.to_owned());
            }
        }
        self.branch()
    }

    /// What of a branch its upstream does not have. Without a configured upstream the branch of the same name in `origin` counts.
    ///
    /// # Errors
    /// A repository that cannot be read, no such branch.
    pub fn unpushed(&self, branch: &str) -> Result<Unpushed, GitError> {
        const ACTION: &str = "compare the branch with its upstream in";
        let local = self.repository.find_branch(branch, BranchType::Local).trying(ACTION, &self.path)?;
        let upstream = match local.upstream() {
            Ok(found) => Some(found),
            Err(_) => self.repository.find_branch(&format!("origin/{branch}"), BranchType::Remote).ok(),
        };
        let Some(upstream) = upstream else {
            let remotes = self.repository.remotes().trying("read the configuration of", &self.path)?;
            let remotes: Vec<String> =
                remotes.iter().filter_map(|name| Some(name.ok().flatten()?.to_owned())).collect();
            return Ok(if remotes.is_empty() { Unpushed::NoRemote } else { Unpushed::NoUpstream { remotes } });
        };
        let name = upstream.name_bytes().trying(ACTION, &self.path)?;
        let name = String::from_utf8_lossy(name).into_owned();
        let (ours, theirs) = (local.get().peel_to_commit(), upstream.get().peel_to_commit());
        let (ours, theirs) = (ours.trying(ACTION, &self.path)?, theirs.trying(ACTION, &self.path)?);
        let mut walk = self.repository.revwalk().trying(ACTION, &self.path)?;
        walk.push(ours.id()).trying(ACTION, &self.path)?;
        walk.hide(theirs.id()).trying(ACTION, &self.path)?;
        let mut commits = Vec::new();
        for id in walk {
            let commit = id.and_then(|id| self.repository.find_commit(id)).trying(ACTION, &self.path)?;
            let summary = String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned();
            commits.push((commit.id().to_string()[..10].to_owned(), summary));
        }
        Ok(Unpushed::Commits { upstream: name, commits })
    }

    /// The address that a branch is fetched from: that of its upstream, else that of `origin`; `None` without either.
    ///
    /// # Errors
    /// A configuration that cannot be read.
    pub fn fetch_url(&self, branch: &str) -> Result<Option<String>, GitError> {
        let configuration = self.repository.config().trying("read the configuration of", &self.path)?;
        let text = |name: &str| match configuration.get_string(name) {
            Ok(text) => Ok(Some(text)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => Ok(None),
            Err(error) => Err(error).trying("read the configuration of", &self.path),
        };
        // A dot is the repository itself.
        let remote = text(&format!("branch.{branch}.remote"))?.filter(|remote| remote != ".");
        text(&format!("remote.{}.url", remote.as_deref().unwrap_or("origin")))
    }
}
