//! A symbolic link with an exact text.

use std::path::Path;

use crate::fs::{self, FsError};

/// Whether `path` is something else than a link that reads exactly `text`, or nothing.
///
/// # Errors
/// When the path cannot be looked at.
pub fn differs(path: &Path, text: &Path) -> Result<bool, FsError> {
    // Paths compare equal when only repeated or final slashes differ; the text has to be the same byte by byte.
    Ok(fs::link_text(path)?.is_none_or(|found| found.as_os_str() != text.as_os_str()))
}

/// Removes whatever is there, a tree too, and makes the link. The directory above must exist.
pub fn apply(path: &Path, text: &Path) -> Result<(), FsError> {
    fs::ensure_absent(path)?;
    fs::make_symlink(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_counts_and_not_what_it_leads_to() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::write(at("source"), "kept").unwrap();
        std::os::unix::fs::symlink("source", at("relative")).unwrap();
        std::fs::create_dir_all(at("tree/below")).unwrap();
        std::fs::write(at("file"), "x").unwrap();
        let text = at("source");
        for name in ["relative", "tree", "file", "missing"] {
            assert!(differs(&at(name), &text).unwrap(), "{name}");
            apply(&at(name), &text).unwrap();
            assert!(!differs(&at(name), &text).unwrap(), "{name}");
        }
        assert!(differs(&at("file"), &at("source/")).unwrap());
        assert_eq!(std::fs::read(at("source")).unwrap(), b"kept");
        apply(&at("file"), Path::new("/nonexistent")).unwrap();
        assert!(!differs(&at("file"), Path::new("/nonexistent")).unwrap());
    }
}
