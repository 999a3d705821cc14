use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::{At, FsError};

/// The bits of a mode that `chmod` knows: permissions, set-id and sticky.
pub(super) const MODE_BITS: u32 = 0o7777;
/// Set-user-id and set-group-id.
const SET_ID_BITS: u32 = 0o6000;

/// Makes a directory; with `leading` also those above it, and then one that is there already is fine.
pub fn make_directory(path: &Path, leading: bool) -> Result<(), FsError> {
    let made = if leading { fs::create_dir_all(path) } else { fs::create_dir(path) };
    made.at("make directory", path)
}

/// Makes a symbolic link at `path` that reads exactly `text`. Nothing may stand there.
pub fn make_symlink(path: &Path, text: &Path) -> Result<(), FsError> {
    symlink(text, path).at("make link", path)
}

/// Creates an empty file with the permissions the process gives to new files. Nothing may stand there, not even a link.
pub fn create_empty(path: &Path) -> Result<(), FsError> {
    OpenOptions::new().write(true).create_new(true).open(path).map(drop).at("create", path)
}

/// Writes a new file with the permissions the process gives to new files. Nothing may stand there, not even a link.
pub fn create_with(path: &Path, content: &[u8]) -> Result<(), FsError> {
    const ACTION: &str = "create";
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).at(ACTION, path)?;
    file.write_all(content).at(ACTION, path)
}

/// Gives an entry another name within its file system, in one step. Nothing may have that name, not even a link.
pub fn rename_to_free(path: &Path, target: &Path) -> Result<(), FsError> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;

    match renameat_with(CWD, path, CWD, target, RenameFlags::NOREPLACE) {
        // Some file systems cannot refuse an existing target by themselves.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if fs::symlink_metadata(target).is_err() => {
            fs::rename(path, target).at("rename", path)
        }
        Err(Errno::EXIST) => Err(FsError::new("rename to", target, Errno::EXIST.into())),
        other => other.map_err(std::io::Error::from).at("rename", path),
    }
}

/// Writes a new file of a name that nothing has yet, readable for its owner only; gives its path.
pub fn create_unique(directory: &Path, prefix: &str, suffix: &str, content: &[u8]) -> Result<PathBuf, FsError> {
    const ACTION: &str = "write a new file in";
    let mut made = tempfile::Builder::new()
        .prefix(prefix)
        .suffix(suffix)
        .make_in(directory, |path| OpenOptions::new().write(true).create_new(true).mode(0o600).open(path))
        .at(ACTION, directory)?;
    made.as_file_mut().write_all(content).at(ACTION, directory)?;
    match made.keep() {
        Ok((_, path)) => Ok(path),
        Err(refused) => Err(FsError::new(ACTION, directory, refused.error)),
    }
}

/// Gives a file the present time as time of last change; creates it, empty, when it is missing.
pub fn touch(path: &Path) -> Result<(), FsError> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .at("touch", path)
}

/// Sets permission, set-id and sticky bits of what a path leads to. Higher bits of `mode` are ignored, as the system does.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FsError> {
    fs::set_permissions(path, Permissions::from_mode(mode & MODE_BITS)).at("change the mode of", path)
}

/// Sets user, group or both of what a path leads to; `None` keeps the one there is.
///
/// The system takes set-id bits away when the owner of a file changes; they are put back, because the mode was asked
/// for separately and must not depend on the order of the two.
pub fn set_owner(path: &Path, user: Option<u32>, group: Option<u32>) -> Result<(), FsError> {
    const ACTION: &str = "change the owner of";
    let before = fs::metadata(path).at(ACTION, path)?.mode() & MODE_BITS;
    chown(path, user, group).at(ACTION, path)?;
    if before & SET_ID_BITS != 0 {
        let after = fs::metadata(path).at(ACTION, path)?.mode() & MODE_BITS;
        if after != before {
            set_mode(path, before)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use nix::unistd::geteuid;

    use super::*;
    use crate::fs::test_support::{as_ordinary_user, loudly};

    #[test]
    fn a_change_of_owner_keeps_set_id_bits() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("program");
        fs::write(&path, "x").unwrap();
        set_mode(&path, 0o6755).unwrap();
        let (user, group) = if geteuid().is_root() {
            (4321, 1234)
        } else {
            loudly("not root: only the present owner is set again");
            let own = fs::metadata(&path).unwrap();
            (own.uid(), own.gid())
        };
        set_owner(&path, Some(user), None).unwrap();
        set_owner(&path, None, Some(group)).unwrap();
        let found = fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid(), found.mode() & 0o7777), (user, group, 0o6755));
    }

    #[test]
    fn a_refused_owner_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "x").unwrap();
        as_ordinary_user(root.path(), || {
            let error = set_owner(&path, Some(0), Some(0)).and(set_owner(&path, Some(4321), None)).unwrap_err();
            assert_eq!(error.errno(), Some(nix::errno::Errno::EPERM as i32));
            assert!(error.to_string().contains("file"), "{error}");
        });
    }

    #[test]
    fn an_empty_file_never_goes_through_a_link() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("link");
        make_symlink(&link, Path::new("elsewhere")).unwrap();
        assert!(create_empty(&link).is_err());
        assert!(!root.path().join("elsewhere").exists());
    }

    #[test]
    fn touching_keeps_the_content() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("stamp");
        touch(&path).unwrap();
        fs::write(&path, "kept").unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        touch(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert!(fs::metadata(&path).unwrap().mtime() > 1);
    }

    #[test]
    fn leading_directories_are_made_on_demand_only() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        assert_eq!(make_directory(&deep, false).unwrap_err().errno(), Some(2));
        make_directory(&deep, true).unwrap();
        assert!(deep.is_dir());
    }

    #[test]
    fn nothing_is_overwritten_by_a_new_or_renamed_file() {
        let root = tempfile::tempdir().unwrap();
        let (one, two) = (root.path().join("one"), root.path().join("two"));
        create_with(&one, b"1").unwrap();
        create_with(&two, b"2").unwrap();
        assert_eq!(create_with(&one, b"3").unwrap_err().errno(), Some(nix::errno::Errno::EEXIST as i32));
        let error = rename_to_free(&one, &two).unwrap_err();
        assert!(error.to_string().contains("two"), "{error}");
        assert_eq!((fs::read(&one).unwrap(), fs::read(&two).unwrap()), (b"1".to_vec(), b"2".to_vec()));
        rename_to_free(&one, &root.path().join("three")).unwrap();
        assert_eq!(rename_to_free(&one, &root.path().join("four")).unwrap_err().errno(), Some(2));
        assert_eq!(fs::read(root.path().join("three")).unwrap(), b"1");
    }
}
