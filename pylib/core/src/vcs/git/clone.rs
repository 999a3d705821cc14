//! Cloning into a directory that may hold something.

use std::path::Path;

use tempfile::Builder;

use super::attended::attended;
use super::error::GitError;
use super::{Wanted, update};
use crate::fs::{FsError, ensure_absent, list, look, make_directory, remove, rename_to_free};

/// Clones a repository into a directory, which stays itself while everything in it is replaced.
///
/// All of it is made beside the old content first, submodules included, and takes its place once it is whole. `.git` goes first and
/// comes last, so whatever interrupts the exchange is seen by the next run.
///
/// # Errors
/// A remote that cannot be reached, a name that it does not have, an interruption: the old content is still there. Files that cannot
/// be moved.
pub fn clone(url: &str, target: &Path, wanted: &Wanted, interrupted: &dyn Fn() -> bool) -> Result<(), GitError> {
    let (url, target, wanted) = (absolute(url), target.to_owned(), wanted.clone());
    attended(interrupted, move |cancel| {
        let here = |source| FsError::new("make a temporary directory in", &target, source);
        let aside = Builder::new().prefix(".batou-clone-").tempdir_in(&target).map_err(here)?;
        let new = aside.path().join("new");
        make_directory(&new, false)?;
        update::make(&url, &wanted, &new, cancel)?;
        // From here on it holds the old content, which only success removes.
        let aside = aside.keep();
        exchange(&target, &aside)?;
        ensure_absent(&aside)?;
        update::refresh_index(&target)
    })
}

/// Moves what is in a directory to `old` below `aside`, and what is in `new` there into the directory. Where that fails, the old
/// content comes back.
fn exchange(target: &Path, aside: &Path) -> Result<(), FsError> {
    let (new, old) = (aside.join("new"), aside.join("old"));
    make_directory(&old, false)?;
    let mut names = list(target)?.unwrap_or_default();
    names.retain(|name| Some(name.as_os_str()) != aside.file_name());
    names.sort_by_key(|name| name != ".git");
    for name in &names {
        if let Err(error) = rename_to_free(&target.join(name), &old.join(name)) {
            for name in names.iter().rev() {
                // What cannot go back stays where nothing deletes it.
                let _ = rename_to_free(&old.join(name), &target.join(name));
            }
            return Err(error);
        }
    }
    let mut names = list(&new)?.unwrap_or_default();
    names.sort_by_key(|name| name == ".git");
    names.iter().try_for_each(|name| rename_to_free(&new.join(name), &target.join(name)))
}

/// Makes sure that there is a directory with nothing in it; one that is there stays itself, as somebody may work in it.
///
/// # Errors
/// What cannot be removed or made.
pub fn empty_directory(path: &Path) -> Result<(), GitError> {
    match look(path)? {
        Some(found) if found.is_dir() => {
            for name in list(path)?.unwrap_or_default() {
                remove(&path.join(name))?;
            }
        }
        found => {
            if found.is_some() {
                remove(path)?;
            }
            make_directory(path, false)?;
        }
    }
    Ok(())
}

/// A path becomes absolute, as git notes it.
fn absolute(url: &str) -> String {
    let is_path = !url.contains("://") && Path::new(url).is_dir();
    match std::path::absolute(url) {
        Ok(path) if is_path => path.to_string_lossy().into_owned(),
        _ => url.to_owned(),
    }
}
