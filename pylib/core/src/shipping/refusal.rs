//! Why a deployment of commits is refused before anything is sent.

use std::fmt;
use std::path::PathBuf;

use crate::vcs::git::GitError;
use crate::vcs::mercurial::MercurialError;

/// How many names and commits an error shows.
const SHOWN: usize = 20;

/// Why a deployment is refused before anything is sent.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Something about the repository could not be told.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The same with Mercurial.
    #[error(transparent)]
    Mercurial(#[from] MercurialError),
    /// The branch is not there.
    #[error("the repository has no branch {branch}")]
    NoBranch {
        /// The name.
        branch: String,
    },
    /// Something else is checked out.
    #[error("the branch to deploy is {branch}, but {current} is checked out, with another commit")]
    NotCheckedOut {
        /// The branch to deploy.
        branch: String,
        /// What is checked out.
        current: String,
    },
    /// Files differ from the commit.
    #[error("the repository has uncommitted changes:{}", shown(changes.iter().map(|(letters, path)| format!("{letters} {}", path.display()))))]
    Uncommitted {
        /// The letters of `git status --porcelain` and the path of each.
        changes: Vec<(String, PathBuf)>,
    },
    /// Commits are not in the upstream.
    #[error("the branch {branch} has commits that {upstream} does not have:{}", shown(commits.iter().map(|(id, summary)| format!("{id} {summary}"))))]
    Unpushed {
        /// The branch to deploy.
        branch: String,
        /// Where they are missing.
        upstream: String,
        /// Beginning of the hash and first line of each.
        commits: Vec<(String, String)>,
    },
    /// The branch was never pushed.
    #[error("the branch {branch} has no upstream, so nobody else can see what would be deployed")]
    NoUpstream {
        /// The branch to deploy.
        branch: String,
        /// The remote repositories there are.
        remotes: Vec<String>,
    },
}

impl Refusal {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Git(error) => error.hint().map(str::to_owned),
            Self::Mercurial(error) => error.hint().map(str::to_owned),
            Self::NoBranch { .. } => Some("Set `branch` in [environment] to the branch to deploy.".to_owned()),
            Self::NotCheckedOut { branch, .. } => {
                Some(format!("Check {branch} out, or set `branch` in [environment]."))
            }
            Self::Uncommitted { .. } => {
                Some("Commit and push them, or deploy the last commit with --dirty.".to_owned())
            }
            Self::Unpushed { .. } => Some("Push them, or deploy them with --dirty.".to_owned()),
            Self::NoUpstream { branch, remotes } => {
                let remote = remotes.first().map_or("REMOTE", String::as_str);
                Some(format!("Push it (git push --set-upstream {remote} {branch}), or deploy it with --dirty."))
            }
        }
    }
}

/// Something to warn about; the deployment goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nothing was checked.
    Dirty,
    /// There is nobody to push to.
    NoRemote,
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Dirty => {
                "uncommitted and unpushed changes are not looked for (--dirty); what is sent is the last commit, \
                 without uncommitted changes"
            }
            Self::NoRemote => "the repository has no remote, so nobody else can see what is deployed",
        })
    }
}

/// The first of some lines, each on its own, and how many more there are.
fn shown(lines: impl ExactSizeIterator<Item = String>) -> String {
    let more = lines.len().saturating_sub(SHOWN);
    let mut text: String = lines.take(SHOWN).map(|line| format!("\n  {line}")).collect();
    if more > 0 {
        text.push_str(&format!("\n  and {more} more"));
    }
    text
}
