use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;
use std::time::SystemTime;

use super::change::MODE_BITS;
use super::error::{At, FsError};
use super::facts::look;
use super::stale;

const ACTION: &str = "write";

/// What a file is to have besides its content; `None` leaves it to the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileAttributes {
    /// Permissions, set-id and sticky bits.
    pub mode: Option<u32>,
    /// User and group.
    pub owner: Option<(u32, u32)>,
    /// Time of last change.
    pub modified: Option<SystemTime>,
}

/// Puts a new file in the place of a file or link, in one step, as unpacking an archive does.
///
/// Unlike [`super::replace`] nothing of the old file is kept: a link is replaced itself, and other names of the old file
/// keep the old content. The new file is complete, with mode, owner and time, before it is visible.
///
/// # Errors
/// Whatever keeps the new file from being complete; then the old one is untouched. A directory is never replaced.
pub fn put_file(path: &Path, content: &mut dyn Read, attributes: FileAttributes) -> Result<(), FsError> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    stale::clear(directory);
    let hidden = if attributes.mode.is_some() { 0o600 } else { 0o666 };
    let mut made = tempfile::Builder::new()
        .prefix(stale::PREFIX)
        .suffix(stale::SUFFIX)
        .make_in(directory, |temporary| OpenOptions::new().write(true).create_new(true).mode(hidden).open(temporary))
        .at(ACTION, path)?;
    stale::hold(made.as_file());
    io::copy(content, made.as_file_mut()).at(ACTION, path)?;
    set_attributes(made.as_file(), attributes).at(ACTION, path)?;
    made.persist(path).map(drop).map_err(|refused| FsError::new(ACTION, path, refused.error))
}

/// The owner comes first, because changing it takes set-id bits away.
fn set_attributes(file: &File, attributes: FileAttributes) -> io::Result<()> {
    if let Some((user, group)) = attributes.owner {
        let found = file.metadata()?;
        if (found.uid(), found.gid()) != (user, group) {
            fchown(file, Some(user), Some(group))?;
        }
    }
    if let Some(mode) = attributes.mode {
        file.set_permissions(Permissions::from_mode(mode & MODE_BITS))?;
    }
    attributes.modified.map_or(Ok(()), |time| file.set_modified(time))
}

/// Removes a file, a link or an empty directory; a directory that holds something stays and is an error.
pub fn make_way(path: &Path) -> Result<(), FsError> {
    match look(path)? {
        None => Ok(()),
        Some(found) if found.is_dir() => fs::remove_dir(path).at("replace the directory", path),
        Some(_) => fs::remove_file(path).at("replace", path),
    }
}

/// Makes a hard link: `path` becomes another name of the file at `existing`. Nothing may stand there.
pub fn make_hard_link(path: &Path, existing: &Path) -> Result<(), FsError> {
    fs::hard_link(existing, path).map_err(|source| {
        let action = format!("make another name of {} at", existing.display());
        FsError::new(action, path, source)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::fs::test_support::names;

    #[test]
    fn files_and_links_are_replaced_themselves() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::write(at("old"), "old").unwrap();
        fs::hard_link(at("old"), at("other")).unwrap();
        symlink("other", at("link")).unwrap();
        let time = UNIX_EPOCH + Duration::new(1_000_000_000, 7);
        for name in ["old", "link"] {
            let attributes = FileAttributes { mode: Some(0o4751), owner: None, modified: Some(time) };
            put_file(&at(name), &mut "new".as_bytes(), attributes).unwrap();
            let found = fs::symlink_metadata(at(name)).unwrap();
            assert!(found.is_file());
            assert_eq!(found.mode() & 0o7777, 0o4751);
            assert_eq!(found.modified().unwrap(), time);
        }
        assert_eq!(fs::read(at("other")).unwrap(), b"old");
        assert_eq!(names(root.path()), ["link", "old", "other"]);
    }

    #[test]
    fn content_that_breaks_off_leaves_the_old_file() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("no more"))
            }
        }
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "old").unwrap();
        let content = &mut "half".as_bytes().chain(Broken);
        let error = put_file(&path, content, FileAttributes::default()).unwrap_err();
        assert!(error.to_string().ends_with("file: no more"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(root.path()), ["file"]);
    }

    #[test]
    fn only_empty_directories_make_way() {
        let root = tempfile::tempdir().unwrap();
        let (empty, full) = (root.path().join("empty"), root.path().join("full"));
        fs::create_dir(&empty).unwrap();
        fs::create_dir_all(full.join("below")).unwrap();
        make_way(&empty).unwrap();
        make_way(&empty).unwrap();
        assert!(make_way(&full).unwrap_err().to_string().starts_with("cannot replace the directory "));
        assert_eq!(names(root.path()), ["full"]);
    }
}
