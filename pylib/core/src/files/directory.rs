//! A directory that has to be there, whatever is in it.

use std::path::Path;

use crate::fs::{self, FsError};

/// Whether a path leads, through links, to something else than a directory, or to nothing.
///
/// # Errors
/// When the path cannot be looked at.
pub fn differs(path: &Path) -> Result<bool, FsError> {
    Ok(!fs::follow(path)?.is_some_and(|found| found.is_dir()))
}

/// Removes whatever is in the way and makes the directory, with `leading` also those above it.
pub fn apply(path: &Path, leading: bool) -> Result<(), FsError> {
    fs::ensure_absent(path)?;
    fs::make_directory(path, leading)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_is_no_directory_makes_room_for_one() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir(at("there")).unwrap();
        std::fs::write(at("there/inside"), "kept").unwrap();
        symlink("there", at("linked")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        std::fs::write(at("file"), "x").unwrap();
        assert!(!differs(&at("there")).unwrap());
        assert!(!differs(&at("linked")).unwrap());
        for name in ["dangling", "file", "missing"] {
            assert!(differs(&at(name)).unwrap(), "{name}");
            apply(&at(name), false).unwrap();
            assert!(!differs(&at(name)).unwrap(), "{name}");
        }
        assert!(apply(&at("a/b/c"), false).is_err());
        apply(&at("a/b/c"), true).unwrap();
        assert!(!differs(&at("a/b/c")).unwrap());
        assert!(at("there/inside").exists());
    }
}
