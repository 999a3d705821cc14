//! Cloning into a directory that may hold something.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::attended::attended;
use super::error::GitError;
use super::{Wanted, update};
use crate::fs::{FsError, ensure_absent, list, look, make_directory, remove, rename_to_free};

/// What the names of directories begin with that clones are made in.
const ASIDE: &str = ".batou-clone-";

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
        let aside = Builder::new().prefix(ASIDE).tempdir_in(&target).map_err(here)?;
        let new = aside.path().join("new");
        make_directory(&new, false)?;
        update::make(&url, &wanted, &new, cancel)?;
        // From here on it holds the old content, which only success removes.
        let aside = aside.keep();
        exchange(&target, &aside, &rename_to_free)?;
        sweep(&target)?;
        update::refresh_index(&target)
    })
}

/// Moves what is in a directory to `old` below `aside`, and what is in `new` there into the directory. Where that fails, all goes
/// back to where it was.
fn exchange(target: &Path, aside: &Path, rename: &dyn Fn(&Path, &Path) -> Result<(), FsError>) -> Result<(), FsError> {
    let (new, old) = (aside.join("new"), aside.join("old"));
    make_directory(&old, false)?;
    let names = |directory: &Path| Ok::<_, FsError>(list(directory)?.unwrap_or_default());
    let mut leaving = names(target)?;
    leaving.retain(|name| Some(name.as_os_str()) != aside.file_name());
    leaving.sort_by_key(|name| name != ".git");
    let mut coming = names(&new)?;
    coming.sort_by_key(|name| name == ".git");
    let moves = |names: Vec<OsString>, from: PathBuf, to: PathBuf| {
        names.into_iter().map(move |name| (from.join(&name), to.join(name)))
    };
    let mut done: Vec<(PathBuf, PathBuf)> = Vec::new();
    for (from, to) in moves(leaving, target.to_owned(), old).chain(moves(coming, new, target.to_owned())) {
        if let Err(error) = rename(&from, &to) {
            for (from, to) in done.iter().rev() {
                // What cannot go back stays where it is; without `.git`, which goes back last, the next run begins anew.
                if rename(to, from).is_err() {
                    break;
                }
            }
            return Err(error);
        }
        done.push((from, to));
    }
    Ok(())
}

/// Whether this is a directory that a clone works in, or left behind when it was killed.
pub(super) fn is_aside(name: &OsStr) -> bool {
    name.as_bytes().starts_with(ASIDE.as_bytes())
}

/// Whether a clone that was killed left something behind in a checkout.
///
/// # Errors
/// A directory that cannot be read.
pub fn has_leftovers(checkout: &Path) -> Result<bool, GitError> {
    Ok(list(checkout)?.unwrap_or_default().iter().any(|name| is_aside(name)))
}

/// Removes what clones left behind.
pub(super) fn sweep(checkout: &Path) -> Result<(), FsError> {
    let names = list(checkout)?.unwrap_or_default();
    names.iter().filter(|name| is_aside(name)).try_for_each(|name| ensure_absent(&checkout.join(name)))
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::super::test_support::{Upstream, branch, names};
    use super::super::{Checkout, update};
    use super::*;

    /// A directory with an old checkout, some more, and a new checkout beside it.
    fn prepared(upstream: &Upstream) -> (PathBuf, PathBuf) {
        let target = upstream.target();
        fs::create_dir_all(target.join(".git/old")).unwrap();
        for name in ["file", "a", "z"] {
            fs::write(target.join(name), "old").unwrap();
        }
        let aside = target.join(format!("{ASIDE}x"));
        fs::create_dir_all(aside.join("new")).unwrap();
        super::super::update::make(&upstream.url(), &branch("main"), &aside.join("new"), &Default::default()).unwrap();
        (target, aside)
    }

    /// Ends in the middle: by an error, or for good by a panic.
    fn exchange_until(count: usize, target: &Path, aside: &Path, killed: bool) -> bool {
        let left = Cell::new(count);
        let rename = |from: &Path, to: &Path| {
            if left.get() == 0 {
                // Going back works again.
                left.set(usize::MAX);
                assert!(!killed, "killed");
                return Err(FsError::new("rename", from, std::io::ErrorKind::PermissionDenied.into()));
            }
            left.set(left.get() - 1);
            rename_to_free(from, to)
        };
        catch_unwind(AssertUnwindSafe(|| exchange(target, aside, &rename))).is_ok_and(|outcome| outcome.is_ok())
    }

    #[test]
    fn an_exchange_that_fails_in_the_middle_takes_everything_back() {
        for count in 0.. {
            let upstream = Upstream::new();
            let (target, aside) = prepared(&upstream);
            if exchange_until(count, &target, &aside, false) {
                assert_eq!(count, 6, "four that leave and two that come");
                break;
            }
            assert_eq!(names(&target), [&format!("{ASIDE}x"), "a", "file", "z"], "{count}");
            assert!(target.join(".git/old").is_dir());
            assert_eq!(fs::read(target.join("file")).unwrap(), b"old");
        }
    }

    #[test]
    fn a_run_after_one_that_was_killed_converges() {
        for count in 0..=6 {
            let upstream = Upstream::new();
            let (target, aside) = prepared(&upstream);
            exchange_until(count, &target, &aside, true);
            assert!(has_leftovers(&target).unwrap());
            if count == 6 {
                // Only tidying up was missing.
                let checkout = Checkout::find(&target).unwrap().unwrap();
                assert!(!checkout.has_changes().unwrap() && checkout.untracked().unwrap().is_empty());
                update(&target, &branch("main"), Vec::new(), &|| false).unwrap();
            } else {
                assert_eq!(target.join(".git/old").is_dir(), count == 0, "{count}");
                assert!(!target.join(".git/HEAD").exists());
                clone(&upstream.url(), &target, &branch("main"), &|| false).unwrap();
            }
            assert_eq!(names(&target), ["file"], "{count}");
            assert!(!Checkout::open(&target).unwrap().has_changes().unwrap());
            assert!(!has_leftovers(&target).unwrap());
        }
    }
}
