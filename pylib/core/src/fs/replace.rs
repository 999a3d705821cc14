use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::attributes;
use super::change::MODE_BITS;
use super::error::{At, FsError};
use super::stale;

const ACTION: &str = "replace";
/// As many links in a row as Linux follows.
const LONGEST_CHAIN: usize = 40;

/// Gives a file a new content in one step.
///
/// The content is written to a hidden temporary file in the same directory, which gets owner, group, mode and extended
/// attributes of the old file before it takes its place. A link is followed to the real file and stays a link; one
/// that leads nowhere gets its target created. A new file gets `mode_if_new`, else what the process gives to new
/// files. Other hard links to the old file keep the old content.
///
/// The data is not forced to the platter: a thousand forced writes take minutes on a rotating disk, and what a power
/// failure takes away is noticed anyway, because the next run compares every byte again.
///
/// # Errors
/// Whatever keeps the new file from being complete. Then the old file is untouched and the temporary one is gone. An
/// owner, group or attribute that cannot be kept is such an error, and so is a target that is not a regular file.
pub fn replace(path: &Path, content: &[u8], mode_if_new: Option<u32>) -> Result<(), FsError> {
    replace_by(path, mode_if_new, |file| file.write_all(content).at(ACTION, path))
}

/// Gives a file the content of another one in one step, as [`replace`] does; nothing is held in memory.
///
/// # Errors
/// Those of [`replace`], and whatever keeps the source from being read.
pub fn replace_by_copy(path: &Path, source: &Path, mode_if_new: Option<u32>) -> Result<(), FsError> {
    let mut content = File::open(source).at("read", source)?;
    replace_by(path, mode_if_new, |file| io::copy(&mut content, file).map(drop).at("copy into place", path))
}

/// The new content of a file, complete and forced to the disk beside it, but not yet visible. Dropped, it is gone.
#[derive(Debug)]
pub struct Prepared {
    replacement: NamedTempFile,
    /// The file that is replaced, behind all links.
    target: PathBuf,
    path: PathBuf,
}

/// Writes a file's new content beside it, as [`replace`] does, and forces it to the disk. What is prepared for several files can
/// then take its places at nearly the same time, and nothing has happened if one of them cannot be prepared.
///
/// # Errors
/// Those of [`replace`].
pub fn prepare(path: &Path, content: &[u8], mode_if_new: Option<u32>) -> Result<Prepared, FsError> {
    let prepared = prepare_by(path, mode_if_new, |file| file.write_all(content).at(ACTION, path))?;
    prepared.replacement.as_file().sync_all().at(ACTION, path)?;
    Ok(prepared)
}

impl Prepared {
    /// The file, as the caller named it.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the new content take the place of the old one.
    ///
    /// # Errors
    /// If the system refuses; then the old file is untouched.
    pub fn put(self) -> Result<(), FsError> {
        let Prepared { replacement, target, path } = self;
        replacement.persist(&target).map(drop).map_err(|refused| FsError::new(ACTION, &path, refused.error))
    }
}

/// Forces the names in a directory to the disk.
///
/// # Errors
/// If the directory cannot be opened or the disk fails. File systems that know no such thing are none.
pub fn sync_directory(path: &Path) -> Result<(), FsError> {
    match File::open(path).and_then(|directory| directory.sync_all()) {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        result => result.at("force to the disk", path),
    }
}

fn replace_by(
    path: &Path,
    mode_if_new: Option<u32>,
    write: impl FnOnce(&mut File) -> Result<(), FsError>,
) -> Result<(), FsError> {
    prepare_by(path, mode_if_new, write)?.put()
}

fn prepare_by(
    path: &Path,
    mode_if_new: Option<u32>,
    write: impl FnOnce(&mut File) -> Result<(), FsError>,
) -> Result<Prepared, FsError> {
    let (target, old) = real_target(path).at(ACTION, path)?;
    if let Some(old) = &old {
        refuse_other_kinds(old).at(ACTION, path)?;
    }
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    // What will be readable for others anyway need not be hidden; the system withholds the bits of the umask from it.
    let hidden = if old.is_none() && mode_if_new.is_none() { 0o666 } else { 0o600 };
    stale::clear(directory);
    let mut replacement = tempfile::Builder::new()
        .prefix(stale::PREFIX)
        .suffix(stale::SUFFIX)
        .make_in(directory, |temporary| OpenOptions::new().write(true).create_new(true).mode(hidden).open(temporary))
        .at(if old.is_some() { ACTION } else { "create" }, path)?;
    stale::hold(replacement.as_file());
    write(replacement.as_file_mut())?;
    match (&old, mode_if_new) {
        (Some(old), _) => take_over(path, &target, old, replacement.as_file())?,
        (None, Some(mode)) => {
            replacement.as_file().set_permissions(Permissions::from_mode(mode & MODE_BITS)).at(ACTION, path)?;
        }
        (None, None) => {}
    }
    Ok(Prepared { replacement, target, path: path.to_owned() })
}

/// Follows links at the end of a path by hand, so that one which leads nowhere tells where its file has to be created.
fn real_target(path: &Path) -> io::Result<(PathBuf, Option<Metadata>)> {
    let mut target = path.to_owned();
    for _ in 0..=LONGEST_CHAIN {
        match fs::symlink_metadata(&target) {
            Ok(found) if found.is_symlink() => {
                let text = fs::read_link(&target)?;
                // A relative text counts from the directory of the link; the system resolves `..` in it.
                target = match target.parent() {
                    Some(parent) => parent.join(text),
                    None => text,
                };
            }
            Ok(found) => return Ok((target, Some(found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((target, None)),
            Err(error) => return Err(error),
        }
    }
    Err(nix::errno::Errno::ELOOP.into())
}

/// Directories cannot be replaced by a file, devices and pipes must not be: programs know them by what they are.
fn refuse_other_kinds(found: &Metadata) -> io::Result<()> {
    if found.is_dir() {
        return Err(nix::errno::Errno::EISDIR.into());
    }
    if !found.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a device, pipe or socket, not a regular file"));
    }
    Ok(())
}

/// Gives the replacement what is to be kept of the old file.
///
/// The mode comes last, because a change of owner takes set-id bits away and an access list changes permissions.
fn take_over(path: &Path, target: &Path, old: &Metadata, replacement: &File) -> Result<(), FsError> {
    let fresh = replacement.metadata().at(ACTION, path)?;
    if (fresh.uid(), fresh.gid()) != (old.uid(), old.gid()) {
        fchown(replacement, Some(old.uid()), Some(old.gid())).map_err(|source| {
            let action = format!("keep user id {} and group id {} of", old.uid(), old.gid());
            FsError::new(action, path, source)
        })?;
    }
    attributes::copy(target, replacement).map_err(|failure| {
        let action = format!("keep the extended attribute {:?} of", failure.name);
        FsError::new(action, path, failure.cause.into())
    })?;
    replacement.set_permissions(Permissions::from_mode(old.mode() & MODE_BITS)).at(ACTION, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{chown, symlink};

    use nix::errno::Errno;
    use nix::unistd::geteuid;

    use super::*;
    use crate::fs::test_support::{ORDINARY, SmallDisk, as_ordinary_user, loudly, names};

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn mode_and_owner_survive_with_set_id_bits() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("program");
        fs::write(&path, "old").unwrap();
        let owner = if geteuid().is_root() {
            (4321, 1234)
        } else {
            loudly("not root: a foreign owner is not tested");
            let own = fs::metadata(&path).unwrap();
            (own.uid(), own.gid())
        };
        chown(&path, Some(owner.0), Some(owner.1)).unwrap();
        for wanted in [0o6755, 0o4711, 0o1640, 0o400, 0] {
            fs::set_permissions(&path, Permissions::from_mode(wanted)).unwrap();
            replace(&path, b"new", Some(0o777)).unwrap();
            let found = fs::metadata(&path).unwrap();
            assert_eq!((found.uid(), found.gid()), owner);
            assert_eq!(mode(&path), wanted);
        }
        assert_eq!(names(root.path()), ["program"]);
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_new_file_gets_the_mode_asked_for_or_that_of_the_process() {
        let root = tempfile::tempdir().unwrap();
        let (asked, usual) = (root.path().join("asked"), root.path().join("usual"));
        replace(&asked, b"x", Some(0o640)).unwrap();
        assert_eq!(mode(&asked), 0o640);
        replace(&usual, b"x", None).unwrap();
        let plain = root.path().join("plain");
        File::create(&plain).unwrap();
        assert_eq!(mode(&usual), mode(&plain));
    }

    #[test]
    fn links_stay_and_their_file_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("real")).unwrap();
        fs::create_dir(at("links")).unwrap();
        fs::write(at("real/file"), "old").unwrap();
        symlink("../real/file", at("links/relative")).unwrap();
        symlink("relative", at("links/chained")).unwrap();
        symlink(at("links/chained"), at("absolute")).unwrap();
        for (link, content) in [("links/relative", "1"), ("links/chained", "2"), ("absolute", "3")] {
            replace(&at(link), content.as_bytes(), None).unwrap();
            assert_eq!(fs::read_to_string(at("real/file")).unwrap(), content);
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink());
        }
        symlink("real/new", at("dangling")).unwrap();
        replace(&at("dangling"), b"made", None).unwrap();
        assert_eq!(fs::read(at("real/new")).unwrap(), b"made");
        symlink("circle", at("circle")).unwrap();
        let error = replace(&at("circle"), b"x", None).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ELOOP as i32));
        assert_eq!(names(&at("real")), ["file", "new"]);
        assert_eq!(names(&at("links")), ["chained", "relative"]);
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("directory");
        fs::create_dir(&directory).unwrap();
        let error = replace(&directory, b"x", None).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EISDIR as i32));
        let pipe = root.path().join("pipe");
        nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
        let error = replace(&pipe, b"x", None).unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
        let error = replace(&root.path().join("missing/file"), b"x", None).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOENT as i32));
        assert_eq!(names(root.path()), ["directory", "pipe"]);
    }

    #[test]
    fn a_full_disk_leaves_the_old_file_and_nothing_else() {
        let Some(disk) = SmallDisk::mount() else {
            loudly("a full disk is not tested");
            return another_system_refusal();
        };
        let path = disk.path().join("file");
        replace(&path, b"old", Some(0o640)).unwrap();
        let error = replace(&path, &[b'x'; 200_000], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot replace {}: No space left on device (os error 28)", path.display())
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(names(&disk.path()), ["file"]);
        replace(&path, b"fits", None).unwrap();
    }

    /// Stands in where no disk can be filled: the process file system takes no new files.
    fn another_system_refusal() {
        let path = Path::new("/proc/self/new-file");
        let error = replace(path, b"x", None).unwrap_err();
        assert_eq!(error.path, path);
        assert!(error.errno().is_some());
    }

    #[test]
    fn a_read_only_directory_leaves_the_old_file() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        as_ordinary_user(root.path(), || {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(root.path(), Permissions::from_mode(0o555)).unwrap();
            let error = replace(&path, b"new", None).unwrap_err();
            assert_eq!(error.errno(), Some(Errno::EACCES as i32));
            assert_eq!(error.path, path);
        });
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(root.path()), ["file"]);
    }

    #[test]
    fn an_owner_that_cannot_be_kept_is_named_and_the_file_is_intact() {
        if !geteuid().is_root() {
            loudly("not root: a foreign owner cannot be made; see the other refusals");
            return another_system_refusal();
        }
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "old").unwrap();
        chown(&path, Some(4321), Some(1234)).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        as_ordinary_user(root.path(), || {
            let error = replace(&path, b"new", None).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "cannot keep user id 4321 and group id 1234 of {}: Operation not permitted (os error 1)",
                    path.display()
                )
            );
        });
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(root.path()), ["file"]);
        assert_ne!(fs::metadata(&path).unwrap().uid(), ORDINARY);
    }

    #[test]
    fn user_attributes_are_kept() {
        use rustix::fs::{XattrFlags, lgetxattr, lsetxattr};
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "old").unwrap();
        if let Err(error) = lsetxattr(&path, "user.origin", b"here", XattrFlags::empty()) {
            loudly(&format!("no extended attributes here ({error})"));
            replace(&path, b"new", None).unwrap();
            return assert_eq!(fs::read(&path).unwrap(), b"new");
        }
        replace(&path, b"new", None).unwrap();
        let mut found = [0; 16];
        assert_eq!(lgetxattr(&path, "user.origin", &mut found[..]).unwrap(), 4);
        assert_eq!(&found[..4], b"here");
    }

    #[test]
    fn a_relative_path_without_a_directory_works() {
        // The manifest's folder is the working directory of tests; nothing is created because the target is a folder.
        let error = replace(Path::new("src"), b"x", None).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::EISDIR as i32));
    }

    #[test]
    fn readers_meet_the_old_or_the_new_content_only() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        let (old, new) = (vec![b'o'; 60_000], vec![b'n'; 90_000]);
        replace(&path, &old, None).unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for _ in 0..50 {
                    replace(&path, &new, None).unwrap();
                    replace(&path, &old, None).unwrap();
                }
            });
            while !writer.is_finished() {
                let seen = fs::read(&path).unwrap();
                assert!(seen == old || seen == new, "half a file of {} bytes", seen.len());
            }
        });
    }
}
