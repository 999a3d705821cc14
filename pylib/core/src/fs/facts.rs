use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::error::{At, FsError};

/// How much is read at a time.
const PIECE: usize = 1 << 16;

/// Whether an answer of the system proves that there is nothing at a path.
///
/// A file where a directory is needed and a loop of links are as good as absence: no object can be reached. A refusal
/// (no permission, an input/output error) proves nothing.
fn proves_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        || error.raw_os_error() == Some(nix::errno::Errno::ELOOP as i32)
}

fn absence_as_none<T>(result: io::Result<T>, action: &'static str, path: &Path) -> Result<Option<T>, FsError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if proves_absence(&error) => Ok(None),
        Err(error) => Err(FsError::new(action, path, error)),
    }
}

/// Looks at what a path leads to, through links. `None`: there is nothing (dangling links included).
pub fn follow(path: &Path) -> Result<Option<Metadata>, FsError> {
    absence_as_none(fs::metadata(path), "look at", path)
}

/// Looks at what stands at a path itself: a link is a link. `None`: there is nothing.
pub fn look(path: &Path) -> Result<Option<Metadata>, FsError> {
    absence_as_none(fs::symlink_metadata(path), "look at", path)
}

/// The text of the symbolic link at a path. `None`: there is no link.
pub fn link_text(path: &Path) -> Result<Option<PathBuf>, FsError> {
    match look(path)? {
        Some(found) if found.is_symlink() => absence_as_none(fs::read_link(path), "read the link", path),
        _ => Ok(None),
    }
}

/// The names in a directory, in no particular order. `None`: there is no directory.
pub fn list(path: &Path) -> Result<Option<Vec<OsString>>, FsError> {
    let Some(entries) = absence_as_none(fs::read_dir(path), "list", path)? else {
        return Ok(None);
    };
    entries.map(|entry| Ok(entry.at("list", path)?.file_name())).collect::<Result<_, _>>().map(Some)
}

/// Reads a whole file.
///
/// # Errors
/// Anything that keeps the bytes from being known, absence included.
pub fn read(path: &Path) -> Result<Vec<u8>, FsError> {
    fs::read(path).at("read", path)
}

/// Whether two files hold the same bytes. They are read piece by piece, and no further than to the first difference.
///
/// # Errors
/// Anything that keeps the bytes of either from being known.
pub fn same_content(left: &Path, right: &Path) -> Result<bool, FsError> {
    let open = |path| fs::File::open(path).map(|file| BufReader::with_capacity(PIECE, file)).at("read", path);
    let (mut left_file, mut right_file) = (open(left)?, open(right)?);
    loop {
        let ours = left_file.fill_buf().at("read", left)?;
        let theirs = right_file.fill_buf().at("read", right)?;
        let length = ours.len().min(theirs.len());
        if length == 0 {
            return Ok(ours.is_empty() && theirs.is_empty());
        }
        if ours[..length] != theirs[..length] {
            return Ok(false);
        }
        left_file.consume(length);
        right_file.consume(length);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn absence_in_all_its_forms_is_nothing() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        fs::write(&file, "x").unwrap();
        let dangling = root.path().join("dangling");
        symlink("nowhere", &dangling).unwrap();
        let looped = root.path().join("loop");
        symlink("loop", &looped).unwrap();

        assert!(follow(&root.path().join("missing")).unwrap().is_none());
        assert!(follow(&file.join("below")).unwrap().is_none());
        assert!(follow(&dangling).unwrap().is_none());
        assert!(follow(&looped).unwrap().is_none());
        assert!(look(&dangling).unwrap().unwrap().is_symlink());
        assert_eq!(link_text(&looped).unwrap().as_deref(), Some(Path::new("loop")));
        assert_eq!(link_text(&file).unwrap(), None);
        assert_eq!(list(&file).unwrap(), None);
    }

    #[test]
    fn what_may_not_be_seen_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let closed = root.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o0)).unwrap();
        crate::fs::test_support::as_ordinary_user(root.path(), || {
            let error = follow(&closed.join("file")).unwrap_err();
            assert_eq!(error.errno(), Some(nix::errno::Errno::EACCES as i32));
            assert!(list(&closed).is_err());
        });
        fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    }

    #[test]
    fn an_error_names_action_path_and_cause() {
        let error = read(Path::new("/nonexistent/file")).unwrap_err();
        assert_eq!(error.to_string(), "cannot read /nonexistent/file: No such file or directory (os error 2)");
        assert_eq!(error.errno(), Some(2));
    }
}
