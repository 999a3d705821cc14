//! Filters of attributes that are programs, such as git-lfs: libgit2 does not run them.

use git2::{Commit, Repository, TreeWalkMode, TreeWalkResult};

use super::error::{GitError, Trying};
use super::program;

const ATTRIBUTES: &str = ".gitattributes";

/// Whether files of the commit go through filters that are configured, and the git program is there to run them.
pub(super) fn are_needed(repository: &Repository, commit: &Commit<'_>) -> Result<bool, GitError> {
    const ACTION: &str = "read the attributes of files in";
    if !are_configured(repository) {
        return Ok(false);
    }
    let path = repository.workdir().unwrap_or_else(|| repository.path());
    let tree = commit.tree().trying(ACTION, path)?;
    let mut found = false;
    let walk = tree.walk(TreeWalkMode::PreOrder, |_, entry| {
        let is_filtered = entry.name_bytes() == ATTRIBUTES.as_bytes()
            && repository.find_blob(entry.id()).is_ok_and(|blob| names_filter(blob.content()));
        found |= is_filtered;
        if found { TreeWalkResult::Abort } else { TreeWalkResult::Ok }
    });
    if !found {
        walk.trying(ACTION, path)?;
    }
    Ok(found && program::is_installed())
}

/// The same for the files that are checked out.
pub(super) fn are_used(repository: &Repository) -> Result<bool, GitError> {
    if !are_configured(repository) {
        return Ok(false);
    }
    let path = repository.workdir().unwrap_or_else(|| repository.path());
    let index = repository.index().trying("read the index of", path)?;
    let mut attributes = index.iter().filter(|entry| {
        entry.path == ATTRIBUTES.as_bytes() || entry.path.ends_with(format!("/{ATTRIBUTES}").as_bytes())
    });
    let found = attributes.any(|entry| repository.find_blob(entry.id).is_ok_and(|blob| names_filter(blob.content())));
    Ok(found && program::is_installed())
}

/// Configured are those with a command.
fn are_configured(repository: &Repository) -> bool {
    let configuration = repository.config().ok();
    let entries =
        configuration.as_ref().and_then(|known| known.entries(Some(r"^filter\..*\.(smudge|clean|process)$")).ok());
    entries.is_some_and(|mut entries| entries.next().is_some())
}

fn names_filter(attributes: &[u8]) -> bool {
    attributes.windows(7).any(|window| window == b"filter=")
}
