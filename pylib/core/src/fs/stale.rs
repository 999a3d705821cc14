//! Temporary files that a killed process left beside the files it was replacing.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};

pub(super) const PREFIX: &str = ".batou-";
pub(super) const SUFFIX: &str = ".tmp";

thread_local! {
    static CLEARED: RefCell<HashSet<PathBuf>> = RefCell::default();
}

/// Marks a temporary file as being in use for as long as it is open, however its process ends.
pub(super) fn hold(temporary: &File) {
    // A file system without locks keeps its leftovers (see `clear`), and everything else works.
    let _ = flock(temporary, FlockOperation::NonBlockingLockExclusive);
}

/// Removes the temporary files in a directory that nobody holds, once a process.
///
/// What was being replaced when a process was killed still has its old content, so the next run comes by here. A failure
/// is none: the leftovers do no harm, and whoever may not list the directory may still be able to write into it.
pub(super) fn clear(directory: &Path) {
    if !CLEARED.with_borrow_mut(|cleared| cleared.insert(directory.to_owned())) {
        return;
    }
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if is_leftover(&name) && entry.file_type().is_ok_and(|kind| kind.is_file()) && is_abandoned(&entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file has a name as the temporary files of this module have.
pub(crate) fn is_leftover(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX))
}

fn is_abandoned(path: &Path) -> bool {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path);
    file.is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::test_support::names;

    #[test]
    fn only_what_nobody_holds_is_removed() {
        let root = tempfile::tempdir().unwrap();
        for name in [".batou-left.tmp", ".batou-held.tmp", ".batou-other", "other.tmp"] {
            fs::write(root.path().join(name), "x").unwrap();
        }
        fs::create_dir(root.path().join(".batou-directory.tmp")).unwrap();
        let held = File::open(root.path().join(".batou-held.tmp")).unwrap();
        hold(&held);
        clear(root.path());
        assert_eq!(names(root.path()), [".batou-directory.tmp", ".batou-held.tmp", ".batou-other", "other.tmp"]);
    }

    #[test]
    fn a_directory_that_is_missing_is_no_trouble() {
        clear(Path::new("/no such directory"));
    }
}
