//! A regular file that has to be there, whatever its content.

use std::path::Path;

use crate::fs::{self, FsError};

/// Whether a path leads, through links, to something else than a regular file, or to nothing.
///
/// # Errors
/// When the path cannot be looked at.
pub fn differs(path: &Path) -> Result<bool, FsError> {
    Ok(!fs::follow(path)?.is_some_and(|found| found.is_file()))
}

/// Removes whatever is in the way (a dangling link, a tree) and creates an empty file.
pub fn apply(path: &Path) -> Result<(), FsError> {
    fs::ensure_absent(path)?;
    fs::create_empty(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn only_a_file_or_a_link_to_one_is_present() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::write(at("file"), "kept").unwrap();
        std::fs::create_dir_all(at("tree/below")).unwrap();
        symlink("file", at("good")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        symlink("tree", at("to-tree")).unwrap();
        symlink("loop", at("loop")).unwrap();
        for name in ["file", "good"] {
            assert!(!differs(&at(name)).unwrap(), "{name}");
        }
        for name in ["dangling", "loop", "missing", "to-tree", "tree"] {
            assert!(differs(&at(name)).unwrap(), "{name}");
            apply(&at(name)).unwrap();
            assert!(!differs(&at(name)).unwrap(), "{name}");
            assert_eq!(std::fs::read(at(name)).unwrap(), b"");
        }
        assert_eq!(std::fs::read(at("file")).unwrap(), b"kept");
    }

    #[test]
    fn a_missing_parent_is_an_error_that_names_the_file() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("missing/file");
        assert!(differs(&path).unwrap());
        let error = apply(&path).unwrap_err();
        assert_eq!((error.path.as_path(), error.errno()), (&*path, Some(2)));
    }
}
