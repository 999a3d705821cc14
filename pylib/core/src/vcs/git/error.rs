//! Errors of git. Every text in them is free of passwords.

use std::path::{Path, PathBuf};

use super::place::masked;
use crate::fs::FsError;
use crate::process::ProcessError;

/// Something about a checkout could not be told or done.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// libgit2 refused.
    #[error("cannot {action} {place}: {reason}")]
    Refused {
        /// What was tried, as words that fit between "cannot" and the place.
        action: &'static str,
        /// The path or the address, without its password.
        place: String,
        /// What libgit2 said.
        reason: String,
        /// Whether the other side wants to know who we are.
        needs_credentials: bool,
    },
    /// A directory belongs to no repository.
    #[error("{} is in no git repository", path.display())]
    NoRepository {
        /// The directory.
        path: PathBuf,
    },
    /// The directory holds something of the name `.git` that is no repository.
    #[error("cannot use the repository of {}: {reason}", path.display())]
    Unusable {
        /// The checkout.
        path: PathBuf,
        /// What libgit2 said.
        reason: String,
    },
    /// The wanted branch, tag or revision is not in the repository.
    #[error("there is no {kind} {name} in {place}")]
    Missing {
        /// `branch`, `tag` or `revision`.
        kind: &'static str,
        /// What was wanted.
        name: String,
        /// The address, without its password.
        place: String,
    },
    /// Only the git program can reach the address, and there is none.
    #[error("cannot reach {place}: that takes the program git, which is not installed")]
    NoProgram {
        /// The address, without its password.
        place: String,
    },
    /// The git program failed.
    #[error("{command} failed with return code {code}: {output}")]
    Program {
        /// The command, without passwords.
        command: String,
        /// Its return code.
        code: i32,
        /// What it wrote to standard error, without passwords.
        output: String,
    },
    /// The git program could not be run.
    #[error("cannot run the program git")]
    Process(#[source] ProcessError),
    /// A file could not be looked at or changed.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl GitError {
    /// What to do about it, if that can be said.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Refused { needs_credentials: true, .. } => Some(
                "Put user and password (or a token) into the URL, or install git on the host and configure a credential helper.",
            ),
            Self::Refused { reason, .. } | Self::Unusable { reason, .. } if reason.contains("not owned by") => {
                Some("Deploy as the owner of the directory, or add it to safe.directory in git's configuration.")
            }
            Self::NoRepository { .. } => {
                Some("Put the project into one (git init), or set `update_method` in [environment] to another method.")
            }
            Self::Unusable { .. } => Some("Repair it, or remove it to have it cloned anew."),
            Self::Missing { .. } => Some("Correct the name, or push it to the remote repository."),
            Self::NoProgram { .. } => Some("Install git on the host, or use an https URL, which needs no program."),
            _ => None,
        }
    }

    pub(crate) fn refused(action: &'static str, place: impl Into<String>, source: &git2::Error) -> Self {
        let place = place.into();
        let needs_credentials = source.code() == git2::ErrorCode::Auth;
        GitError::Refused { action, reason: masked(source.message()), place: masked(&place), needs_credentials }
    }
}

/// Adds what was tried, and where, to errors of libgit2.
pub(super) trait Trying<T> {
    /// For a path.
    fn trying(self, action: &'static str, path: &Path) -> Result<T, GitError>;
    /// For an address.
    fn reaching(self, action: &'static str, url: &str) -> Result<T, GitError>;
}

impl<T> Trying<T> for Result<T, git2::Error> {
    fn trying(self, action: &'static str, path: &Path) -> Result<T, GitError> {
        self.map_err(|error| GitError::refused(action, path.to_string_lossy(), &error))
    }

    fn reaching(self, action: &'static str, url: &str) -> Result<T, GitError> {
        self.map_err(|error| GitError::refused(action, url, &error))
    }
}
