//! Changes to links, times and special files, which only copies of whole trees make.

use std::os::unix::fs::{lchown, symlink};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{AtFlags, CWD, FileType, Mode, Timespec, Timestamps};

use super::change::MODE_BITS;
use super::error::{At, FsError};
use super::facts::look;
use super::remove::ensure_absent;

/// Puts a symbolic link with exactly this text in the place of whatever is there; a link or file is replaced in one step.
pub fn replace_link(path: &Path, text: &Path) -> Result<(), FsError> {
    const ACTION: &str = "make link";
    match look(path)? {
        None => return symlink(text, path).at(ACTION, path),
        Some(found) if found.is_dir() => ensure_absent(path)?,
        Some(_) => {}
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let made =
        tempfile::Builder::new().prefix(".batou-").make_in(directory, |made| symlink(text, made)).at(ACTION, path)?;
    made.into_temp_path().persist(path).map_err(|refused| FsError::new(ACTION, path, refused.error))
}

/// Sets the time of last change of what a path leads to.
pub fn set_modified(path: &Path, time: SystemTime) -> Result<(), FsError> {
    const ACTION: &str = "set the time of";
    let times = modification(time);
    rustix::fs::utimensat(CWD, path, &times, AtFlags::empty()).map_err(std::io::Error::from).at(ACTION, path)
}

/// Sets user, group and time of last change of a link itself; `None` keeps what there is.
pub fn set_link_attributes(
    path: &Path,
    user: Option<u32>,
    group: Option<u32>,
    time: Option<SystemTime>,
) -> Result<(), FsError> {
    if user.is_some() || group.is_some() {
        lchown(path, user, group).at("change the owner of the link", path)?;
    }
    if let Some(time) = time {
        rustix::fs::utimensat(CWD, path, &modification(time), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(std::io::Error::from)
            .at("set the time of the link", path)?;
    }
    Ok(())
}

/// Only the time of last change; that of last access stays.
fn modification(time: SystemTime) -> Timestamps {
    let (seconds, nanoseconds) = match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
        // Nanoseconds count forwards also before the epoch.
        Err(before) => {
            let before = before.duration();
            let seconds = -i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
            match before.subsec_nanos() {
                0 => (seconds, 0),
                nanoseconds => (seconds - 1, 1_000_000_000 - nanoseconds),
            }
        }
    };
    Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_OMIT as _ },
        last_modification: Timespec { tv_sec: seconds, tv_nsec: nanoseconds.into() },
    }
}

/// Makes a pipe, socket or device: `mode` holds its kind and its permissions. Nothing may stand there.
pub fn make_special(path: &Path, mode: u32, device: u64) -> Result<(), FsError> {
    const ACTION: &str = "make a special file";
    #[allow(clippy::useless_conversion, reason = "the raw mode is 16 bits wide on some systems")]
    let raw = mode.try_into().unwrap_or_default();
    let (kind, permissions) = (FileType::from_raw_mode(raw), Mode::from_raw_mode(raw));
    #[cfg(target_os = "linux")]
    rustix::fs::mknodat(CWD, path, kind, permissions, device).map_err(std::io::Error::from).at(ACTION, path)?;
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (kind, permissions, device);
        let refusal = std::io::Error::new(std::io::ErrorKind::Unsupported, "not supported on this system");
        return Err(FsError::new(ACTION, path, refusal));
    }
    // The system withholds the bits of the umask.
    super::change::set_mode(path, mode & MODE_BITS)
}

/// Whether this process may give files to a group because it belongs to it.
pub fn belongs_to_group(group: u32) -> bool {
    rustix::process::getgroups().is_ok_and(|groups| groups.iter().any(|member| member.as_raw() == group))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::unix::fs::MetadataExt;
    use std::time::Duration;

    use super::*;
    use crate::fs::test_support::names;

    #[test]
    fn a_link_takes_the_place_of_anything() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("link");
        for text in ["first", "second", "second"] {
            replace_link(&path, Path::new(text)).unwrap();
            assert_eq!(std::fs::read_link(&path).unwrap(), Path::new(text));
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir_all(path.join("below")).unwrap();
        replace_link(&path, Path::new("third")).unwrap();
        assert_eq!(std::fs::read_link(&path).unwrap(), Path::new("third"));
        assert_eq!(names(root.path()), ["link"]);
    }

    #[test]
    fn times_are_set_on_files_and_on_links_themselves() {
        let root = tempfile::tempdir().unwrap();
        let (file, link) = (root.path().join("file"), root.path().join("link"));
        File::create(&file).unwrap();
        symlink("file", &link).unwrap();
        let later = UNIX_EPOCH + Duration::new(1_000_000_000, 5);
        let before = UNIX_EPOCH - Duration::new(10, 250_000_000);
        set_modified(&link, later).unwrap();
        set_link_attributes(&link, None, None, Some(before)).unwrap();
        let found = std::fs::metadata(&file).unwrap();
        assert_eq!((found.mtime(), found.mtime_nsec()), (1_000_000_000, 5));
        assert_eq!(std::fs::symlink_metadata(&link).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn a_pipe_gets_its_mode_whatever_the_umask() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("pipe");
        make_special(&path, 0o010_666, 0).unwrap();
        assert_eq!(std::fs::symlink_metadata(&path).unwrap().mode(), 0o010_666);
    }
}
