//! A directory for clear texts: nobody else may look into it, it is in memory if possible, and it does not outlive its process.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, OFlags, flock, mkdir};

/// What the names begin with; a number that makes them unique follows.
const PREFIX: &str = "batou-edit-";
/// So often another name is tried, or another removal.
const ATTEMPTS: u32 = 20;
/// Overwritten in pieces of this size.
const PIECE: usize = 8192;

/// A directory of mode 0700, locked as long as its process lives, and removed with its content on drop.
#[derive(Debug)]
pub struct PrivateDirectory {
    path: PathBuf,
    // What others see whether the owner is alive by; the system frees the lock with the process.
    _lock: File,
    is_in_memory: bool,
}

impl PrivateDirectory {
    /// Makes one in the first of `places` that is a directory in memory and can be used, else in `fallback`. What killed
    /// processes of this user left in any of them is removed first.
    ///
    /// # Errors
    /// If no place can be used.
    pub fn create(places: &[PathBuf], fallback: &Path) -> io::Result<Self> {
        for place in places.iter().map(PathBuf::as_path).chain([fallback]) {
            remove_abandoned(place);
        }
        for place in places.iter().filter(|place| is_in_memory(place)) {
            if let Ok(directory) = Self::create_in(place, true) {
                return Ok(directory);
            }
        }
        Self::create_in(fallback, is_in_memory(fallback))
    }

    fn create_in(place: &Path, is_in_memory: bool) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for attempt in 0..ATTEMPTS {
            let path = place.join(format!("{PREFIX}{}-{}", std::process::id(), unique(attempt)));
            match mkdir(&path, Mode::RWXU) {
                Ok(()) => {}
                Err(rustix::io::Errno::EXIST) => continue,
                Err(error) => return Err(error.into()),
            }
            // Another process may take the directory for abandoned until it is locked.
            match lock(&path) {
                Ok(Some(lock)) => return Ok(Self { path, _lock: lock, is_in_memory }),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is on a file system in memory.
    pub fn is_in_memory(&self) -> bool {
        self.is_in_memory
    }
}

impl Drop for PrivateDirectory {
    fn drop(&mut self) {
        wipe(&self.path);
    }
}

/// Overwrites all files of a directory and removes it.
pub(super) fn wipe(directory: &Path) {
    for _ in 0..ATTEMPTS {
        overwrite_all(directory);
        // An editor that is about to end may write once more.
        if batou_core::fs::ensure_absent(directory).is_ok() && fs::symlink_metadata(directory).is_err() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn overwrite_all(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => overwrite_all(&path),
            // What cannot be overwritten is removed all the same.
            Ok(kind) if kind.is_file() => drop(overwrite(&path)),
            _ => {}
        }
    }
}

fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).custom_flags(OFlags::NOFOLLOW.bits() as i32).open(path)?;
    let mut left = file.metadata()?.len();
    while left > 0 {
        let piece = left.min(PIECE as u64);
        file.write_all(&vec![0; piece as usize])?;
        left -= piece;
    }
    file.sync_data()
}

/// Takes the lock of a directory; nothing if its owner is alive, or if it is not the directory of that name any more.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(None);
    }
    let (opened, named) = (file.metadata()?, fs::symlink_metadata(path)?);
    Ok(((opened.dev(), opened.ino()) == (named.dev(), named.ino())).then_some(file))
}

/// Removes the directories of this user's processes that were killed.
fn remove_abandoned(place: &Path) {
    let own = rustix::process::geteuid().as_raw();
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.metadata().is_ok_and(|data| data.is_dir() && data.uid() == own);
        if is_ours && let Ok(Some(_lock)) = lock(&entry.path()) {
            wipe(&entry.path());
        }
    }
}

/// Nanoseconds tell processes of the same number in different containers apart.
fn unique(attempt: u32) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    format!("{:x}{attempt:x}", now.as_nanos())
}

#[cfg(target_os = "linux")]
fn is_in_memory(place: &Path) -> bool {
    const TMPFS: u32 = 0x0102_1994;
    const RAMFS: u32 = 0x8584_58f6;
    // The number is of another width on each architecture; the magic ones have 32 bits.
    rustix::fs::statfs(place).is_ok_and(|facts| [TMPFS, RAMFS].contains(&(facts.f_type as u32)))
}

#[cfg(not(target_os = "linux"))]
fn is_in_memory(_place: &Path) -> bool {
    false
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test makes what others left behind")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn entries(place: &Path) -> usize {
        fs::read_dir(place).expect("a directory").count()
    }

    #[test]
    fn it_is_private_and_goes_with_its_content() {
        let place = tempfile::tempdir().expect("a directory");
        let directory = PrivateDirectory::create(&[place.path().join("missing")], place.path()).expect("a directory");
        let path = directory.path().to_owned();
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o7777, 0o700);
        fs::create_dir(path.join("below")).expect("a directory");
        fs::write(path.join("below/file"), vec![b'x'; 3 * PIECE + 1]).expect("a file");
        drop(directory);
        assert_eq!(entries(place.path()), 0);
    }

    #[test]
    fn files_are_overwritten_before_they_go() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("file");
        fs::write(&file, vec![b'x'; PIECE + 1]).expect("a file");
        overwrite_all(place.path());
        assert_eq!(fs::read(&file).expect("a file"), vec![0; PIECE + 1]);
    }

    #[test]
    fn abandoned_ones_go_and_others_stay() {
        let place = tempfile::tempdir().expect("a directory");
        let alive = PrivateDirectory::create(&[], place.path()).expect("a directory");
        let abandoned = place.path().join(format!("{PREFIX}1-x"));
        let foreign = place.path().join("other-1-x");
        for path in [&abandoned, &foreign] {
            fs::create_dir(path).expect("a directory");
            fs::write(path.join("file"), "text").expect("a file");
        }
        let second = PrivateDirectory::create(&[], place.path()).expect("a directory");
        assert!(alive.path().exists() && second.path().exists() && foreign.exists());
        assert!(!abandoned.exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_preferred() {
        assert!(is_in_memory(Path::new("/dev/shm")), "this machine has no memory file system");
        assert!(!is_in_memory(Path::new("/proc")));
        let fallback = tempfile::tempdir().expect("a directory");
        let directory = PrivateDirectory::create(&[PathBuf::from("/dev/shm")], fallback.path()).expect("a directory");
        assert!(directory.is_in_memory() && directory.path().starts_with("/dev/shm"));
    }
}
