//! What a checkout should show.

use git2::{Commit, Repository};

use super::GitError;
use super::place::masked;

/// What a checkout should show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The newest commit of a branch of the remote.
    Branch(String),
    /// A tag.
    Tag(String),
    /// A commit, by its hash, the beginning of it, or any name that git knows.
    Revision(String),
}

impl Wanted {
    /// The word for the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Wanted::Branch(_) => "branch",
            Wanted::Tag(_) => "tag",
            Wanted::Revision(_) => "revision",
        }
    }

    /// The name, without blanks around it.
    pub fn name(&self) -> &str {
        match self {
            Wanted::Branch(name) | Wanted::Tag(name) | Wanted::Revision(name) => name.trim(),
        }
    }

    /// The commit, if the repository has it.
    pub(super) fn find<'a>(&self, repository: &'a Repository) -> Option<Commit<'a>> {
        let name = self.name();
        let tag = format!("refs/tags/{name}");
        let branch = format!("refs/remotes/origin/{name}");
        let candidates = match self {
            Wanted::Branch(_) => vec![branch],
            Wanted::Tag(_) => vec![tag, name.to_owned()],
            Wanted::Revision(_) if is_hash(name) => vec![name.to_owned(), tag, branch],
            // A branch of the remote before the local one of its name, which nothing moves.
            Wanted::Revision(_) => vec![tag, branch, name.to_owned()],
        };
        candidates.iter().find_map(|name| repository.revparse_single(name).ok()?.peel_to_commit().ok())
    }

    /// The commit.
    pub(super) fn commit<'a>(&self, repository: &'a Repository, url: &str) -> Result<Commit<'a>, GitError> {
        self.find(repository).ok_or_else(|| GitError::Missing {
            kind: self.kind(),
            name: self.name().to_owned(),
            place: masked(url),
        })
    }
}

/// Whether a name reads as a hash of a commit or the beginning of one.
pub(super) fn is_hash(name: &str) -> bool {
    (4..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
