//! Bringing a checkout to what is wanted.

use std::path::{Path, PathBuf};

use git2::build::CheckoutBuilder;
use git2::{Commit, Repository, StatusOptions};

use super::attended::{Cancel, attended};
use super::clone::sweep;
use super::error::{GitError, Trying};
use super::remote::{self, shown_origin};
use super::{Checkout, Wanted, filters, program, submodules};
use crate::fs::{FsError, look, remove};

/// Fetches, removes the untracked files (paths relative to the checkout), and makes everything else as it is wanted. What is not to
/// be had leaves all files as they are.
///
/// # Errors
/// A remote that cannot be reached, a name that it does not have, files that cannot be changed, an interruption.
pub fn update(
    path: &Path,
    wanted: &Wanted,
    untracked: Vec<PathBuf>,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), GitError> {
    let (path, wanted) = (path.to_owned(), wanted.clone());
    attended(interrupted, move |cancel| {
        let checkout = Checkout::open(&path)?;
        remote::fetch(&checkout, matches!(wanted, Wanted::Tag(_)), cancel)?;
        let commit = wanted.commit(&checkout.repository, &shown_origin(&checkout))?;
        for file in untracked {
            remove_file(&path.join(file))?;
        }
        show(&checkout.repository, &wanted, &commit, cancel)?;
        submodules::update(&checkout.repository, cancel)?;
        Ok(sweep(&path)?)
    })
}

/// Removes an untracked file. Directories are repositories of their own, which nobody here knows anything about.
fn remove_file(path: &Path) -> Result<(), GitError> {
    if look(path)?.is_some_and(|found| found.is_dir()) {
        let reason = std::io::Error::new(std::io::ErrorKind::IsADirectory, "it is a git repository of its own");
        return Err(FsError::new("remove the untracked directory", path, reason).into());
    }
    Ok(remove(path)?)
}

/// Puts the commit into files, index and HEAD. Tracked files lose their changes. For a branch the local one of that name is checked
/// out; otherwise whatever is checked out is moved to the commit.
pub(super) fn show(
    repository: &Repository,
    wanted: &Wanted,
    commit: &Commit<'_>,
    cancel: &Cancel,
) -> Result<(), GitError> {
    const ACTION: &str = "check out the commit in";
    let path = repository.workdir().unwrap_or_else(|| repository.path());
    if filters::are_needed(repository, commit)? {
        let branch = if let Wanted::Branch(_) = wanted { Some(wanted.name()) } else { None };
        return program::show(path, branch, &commit.id().to_string(), cancel);
    }
    let mut checkout = CheckoutBuilder::new();
    checkout.force();
    if let Wanted::Branch(_) = wanted {
        let name = wanted.name();
        let reference = format!("refs/heads/{name}");
        let is_checked_out = repository
            .find_reference("HEAD")
            .is_ok_and(|head| head.symbolic_target_bytes() == Some(reference.as_bytes()));
        if !is_checked_out {
            // The files first: until HEAD is moved, a failure is seen as changes.
            repository.checkout_tree(commit.as_object(), Some(&mut checkout)).trying(ACTION, path)?;
            repository.reference(&reference, commit.id(), true, "batou").trying("move the branch of", path)?;
            repository.set_head(&reference).trying("change the branch of", path)?;
        }
        let mut branch = match repository.find_branch(name, git2::BranchType::Local) {
            Ok(branch) => branch,
            Err(_) => repository.branch(name, commit, true).trying("make the branch of", path)?,
        };
        // Where nothing comes from the remote, the upstream is not needed.
        let _ = branch.set_upstream(Some(&format!("origin/{name}")));
    }
    let mut checkout = CheckoutBuilder::new();
    checkout.force();
    repository.reset(commit.as_object(), git2::ResetType::Hard, Some(&mut checkout)).trying(ACTION, path)
}

/// Clones into an empty directory and checks out.
pub(super) fn make(url: &str, wanted: &Wanted, directory: &Path, cancel: &Cancel) -> Result<(), GitError> {
    let repository = remote::clone(url, directory, cancel)?;
    let commit = wanted.commit(&repository, url)?;
    show(&repository, wanted, &commit, cancel)?;
    submodules::update(&repository, cancel)
}

/// Notes in the index how the files look now, so that later comparisons need not read them.
pub(super) fn refresh_index(directory: &Path) -> Result<(), GitError> {
    let repository = Repository::open(directory).trying("open the clone in", directory)?;
    let mut options = StatusOptions::new();
    options.update_index(true);
    repository.statuses(Some(&mut options)).map(drop).trying("compare files with the commit of", directory)
}
