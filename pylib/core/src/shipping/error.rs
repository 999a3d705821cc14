//! Errors of shipping. A lost connection is another error than a side that cannot go on.

use std::path::{Path, PathBuf};

use super::line::LineError;
use super::message::{CommitId, Failure};
use crate::checksum::hexadecimal;
use crate::fs::FsError;
use crate::vcs::git::GitError;
use crate::vcs::mercurial::MercurialError;

/// A repository could not be brought to a target.
#[derive(Debug, thiserror::Error)]
pub enum ShippingError {
    /// The connection is lost.
    #[error("the connection was lost while the repository was sent")]
    Line(#[from] LineError),
    /// A file here cannot be looked at, read or written.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// Something about a repository of git could not be told or done here.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The same with Mercurial.
    #[error(transparent)]
    Mercurial(#[from] MercurialError),
    /// The target cannot go on.
    #[error("on the target: {}", .0.reason)]
    Target(Failure),
    /// The controller cannot go on; the target says this.
    #[error("the controller ended the transfer: {}", .0.reason)]
    Controller(Failure),
    /// The other side does not keep to the order of messages.
    #[error("the other side sent {what}")]
    Unexpected {
        /// What is wrong with it.
        what: String,
    },
    /// A file is changed again and again.
    #[error("cannot send {}: it is changed while it is read", .0.display())]
    Unsteady(PathBuf),
    /// A file was removed after the files were listed.
    #[error("cannot send {}: it was removed or replaced meanwhile", .0.display())]
    Vanished(PathBuf),
    /// There are more entries than can be told apart.
    #[error("cannot send {}: it holds more than {limit} files and directories", path.display())]
    TooMany {
        /// The root.
        path: PathBuf,
        /// The most.
        limit: usize,
    },
    /// A directory of the target that must make way for something else holds what must stay.
    #[error("cannot replace the directory {}: it holds {}, which stays on the target", path.display(), kept.display())]
    Kept {
        /// The directory.
        path: PathBuf,
        /// A name in it.
        kept: PathBuf,
    },
    /// Nobody said from where the target should fetch.
    #[error("the branch {branch} has no remote that its address could be taken from")]
    NoAddress {
        /// The branch.
        branch: String,
    },
    /// The target has another commit than the controller.
    #[error("the target has the commit {}, not {}", remote.as_ref().map_or_else(|| "of an empty repository".to_owned(), |id| hexadecimal(id)), hexadecimal(local))]
    Different {
        /// That of the controller.
        local: CommitId,
        /// That of the target.
        remote: Option<CommitId>,
    },
}

impl ShippingError {
    /// What to do about it, if that can be said.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Target(failure) | Self::Controller(failure) => return failure.hint.clone(),
            Self::Git(error) => error.hint()?,
            Self::Mercurial(error) => error.hint()?,
            Self::Disk(error) => match error.source.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                    "Make room on the target and deploy again; files are old or new, none is torn."
                }
                std::io::ErrorKind::ReadOnlyFilesystem => "Make the file system of the target directory writable.",
                std::io::ErrorKind::PermissionDenied => {
                    "Correct the permissions. A target directory has to belong to the user that deploys there (`service_user`)."
                }
                _ => return None,
            },
            Self::Unsteady(_) => "Put files that programs write all the time outside the project, or under `work`.",
            Self::Vanished(_) => "Deploy again when nothing else changes the project.",
            Self::TooMany { .. } => "Set `repository_root` to a smaller directory, or use git-bundle.",
            Self::Kept { .. } => "Move it away on the target, or choose another name in the project.",
            Self::NoAddress { .. } => "Set `repository_url` in [environment].",
            Self::Different { .. } => "Push the branch, or pull what others pushed, and deploy again.",
            Self::Unexpected { .. } => "Both sides must be of the same version; if they are, please report it.",
            Self::Line(_) => return None,
        };
        Some(text.to_owned())
    }

    pub(super) fn unexpected(what: impl Into<String>) -> Self {
        Self::Unexpected { what: what.into() }
    }

    pub(super) fn to_failure(&self) -> Failure {
        Failure::new(self, self.hint().as_deref())
    }
}

/// An answer of the system, with what was tried.
pub(super) fn disk(action: &'static str, path: &Path, source: std::io::Error) -> ShippingError {
    FsError::new(action, path, source).into()
}
