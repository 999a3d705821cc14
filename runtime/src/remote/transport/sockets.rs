//! Where the sockets are by which the connections of ssh are used, and how later runs find those that an earlier one left.
//!
//! A connection belongs to one run at a time: it is taken by moving its socket to a directory of that run, and left to others by
//! moving it back. So nobody's work ends with that of somebody else.
#![expect(clippy::disallowed_methods, reason = "sockets are no files of a deployment")]

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

/// The length of the names that connections have.
pub(super) const NAME: usize = 20;

/// What ssh adds to the name of a socket while it makes it.
const ADDED: usize = 17;

/// What is older was left by a run that was killed.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);

/// The directories of a run.
#[derive(Debug)]
pub struct Sockets {
    places: Places,
    /// Goes with the run.
    _own: TempDir,
}

/// Where the sockets are.
#[derive(Debug, Clone)]
pub struct Places {
    /// The connections that nobody uses, if they are to be found by later runs.
    shared: Option<PathBuf>,
    /// Those of this run.
    own: PathBuf,
}

impl Sockets {
    /// Finds a directory of the user for connections that stay; without one, they do not.
    ///
    /// # Errors
    /// There is no place for a directory at all.
    pub fn find() -> io::Result<Self> {
        let runtime = dirs::runtime_dir().filter(|directory| directory.is_dir());
        let places = [runtime, dirs::cache_dir()].into_iter().flatten().map(|directory| directory.join("batou/ssh"));
        for shared in places {
            if let Some(own) = private(&shared).then(|| beside(&shared)).flatten() {
                remove_old(&shared);
                return Ok(Self { places: Places { shared: Some(shared), own: own.path().to_owned() }, _own: own });
            }
        }
        let own = tempfile::Builder::new().prefix("batou-").tempdir()?;
        Ok(Self { places: Places { shared: None, own: own.path().to_owned() }, _own: own })
    }

    /// Where they are; valid as long as this is.
    pub fn places(&self) -> Places {
        self.places.clone()
    }
}

impl Places {
    /// Whether connections can be left to later runs at all.
    pub(super) fn are_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Where the socket of a connection is while this run uses it.
    pub(super) fn own(&self, name: &str) -> PathBuf {
        self.own.join(name)
    }

    /// Takes the connection that an earlier run left, if there is one: nobody else can take it then.
    pub(super) fn take(&self, name: &str) -> Option<PathBuf> {
        let own = self.own(name);
        fs::rename(self.shared.as_ref()?.join(name), &own).is_ok().then_some(own)
    }

    /// Leaves a connection to later runs. Of two to the same host, the later one stays; the other one ends by itself.
    pub(super) fn give(&self, name: &str) {
        if let Some(shared) = &self.shared {
            // Without it, the next run logs in again.
            let _ = fs::rename(self.own(name), shared.join(name));
        }
    }

    /// Forgets a connection that is of no use any more.
    pub(super) fn remove(&self, socket: &Path) {
        // ssh itself may have removed it.
        let _ = fs::remove_file(socket);
    }
}

/// Makes the directory if it is not there. Whoever could put a socket there would be sent the secrets.
fn private(directory: &Path) -> bool {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    let user = rustix::process::geteuid().as_raw();
    made.and_then(|()| directory.symlink_metadata())
        .is_ok_and(|found| found.is_dir() && found.uid() == user && found.mode() & 0o077 == 0)
}

/// A directory in that one, if there can be sockets in it: their paths may be too long, or the file system may have none.
fn beside(shared: &Path) -> Option<TempDir> {
    let own = tempfile::Builder::new().prefix("").tempdir_in(shared).ok()?;
    let longest = own.path().join("x".repeat(NAME + ADDED));
    UnixListener::bind(&longest).ok()?;
    fs::remove_file(&longest).ok()?;
    Some(own)
}

/// Whatever still uses something that goes here works on; its connection is not found again.
fn remove_old(shared: &Path) {
    for entry in fs::read_dir(shared).into_iter().flatten().flatten() {
        let is_old = |found: fs::Metadata| found.modified().is_ok_and(|time| time.elapsed().is_ok_and(|age| age > OLD));
        if entry.metadata().is_ok_and(is_old) {
            // Somebody else may be doing the same.
            let _ = match entry.file_type() {
                Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
                _ => fs::remove_file(entry.path()),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, FileTimes, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::SystemTime;

    fn places(shared: &Path) -> (TempDir, Places) {
        let own = beside(shared).expect("a directory");
        let places = Places { shared: Some(shared.to_owned()), own: own.path().to_owned() };
        (own, places)
    }

    #[test]
    fn a_connection_belongs_to_one_at_a_time() {
        let shared = tempfile::tempdir().expect("a directory");
        let ((_mine, first), (_yours, second)) = (places(shared.path()), places(shared.path()));
        assert_eq!(first.take("a"), None);
        let _listener = UnixListener::bind(first.own("a")).expect("a socket");
        assert_eq!(second.take("a"), None);
        first.give("a");
        assert_eq!(second.take("a"), Some(second.own("a")));
        assert!(second.own("a").exists());
        assert_eq!(first.take("a"), None);
        second.remove(&second.own("a"));
        second.give("a");
        assert_eq!(first.take("a"), None);
    }

    #[test]
    fn what_others_can_look_into_is_not_used() {
        let place = tempfile::tempdir().expect("a directory");
        let directory = place.path().join("some/where");
        assert!(private(&directory));
        assert!(private(&directory), "the second time");
        fs::set_permissions(&directory, Permissions::from_mode(0o750)).expect("a mode");
        assert!(!private(&directory));
        fs::set_permissions(&directory, Permissions::from_mode(0o700)).expect("a mode");
        std::os::unix::fs::symlink(&directory, place.path().join("link")).expect("a link");
        assert!(!private(&place.path().join("link")));
        fs::write(place.path().join("file"), "").expect("a file");
        assert!(!private(&place.path().join("file")));
    }

    #[test]
    fn a_path_that_is_too_long_is_not_used() {
        let place = tempfile::tempdir().expect("a directory");
        let long = place.path().join("x".repeat(80));
        assert!(private(&long));
        assert!(beside(&long).is_none());
        assert_eq!(fs::read_dir(&long).expect("a directory").count(), 0);
    }

    #[test]
    fn what_killed_runs_left_goes_after_a_day() {
        let shared = tempfile::tempdir().expect("a directory");
        for name in ["old", "new"] {
            fs::create_dir(shared.path().join(name)).expect("a directory");
        }
        let times = FileTimes::new().set_modified(SystemTime::now() - OLD * 2);
        File::open(shared.path().join("old")).and_then(|old| old.set_times(times)).expect("a time");
        remove_old(shared.path());
        assert!(!shared.path().join("old").exists());
        assert!(shared.path().join("new").exists());
    }
}
