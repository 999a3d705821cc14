//! Obstacles for tests: an unprivileged user, a small disk.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Gid, Uid, geteuid, setfsgid, setfsuid};

/// A user that no test machine gives rights to.
pub(crate) const ORDINARY: u32 = 65_432;

/// Says in the log of the tests that a precondition is missing.
#[expect(clippy::print_stderr, reason = "a test has no other way to be heard")]
pub(crate) fn loudly(message: &str) {
    eprintln!("##### PRECONDITION MISSING ##### {message}");
}

/// Runs a test as a user without privileges who owns `root`.
///
/// Tests often run as root, whom no permission stops. The identity that counts for files is a property of the thread,
/// so other tests do not notice. Without root the present user has no privileges anyway.
pub(crate) fn as_ordinary_user(root: &Path, test: impl FnOnce() + Send) {
    if !geteuid().is_root() {
        test();
        return std::fs::set_permissions(root, Permissions::from_mode(0o700)).unwrap();
    }
    chown(root, Some(ORDINARY), Some(ORDINARY)).unwrap();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            setfsgid(Gid::from_raw(ORDINARY));
            setfsuid(Uid::from_raw(ORDINARY));
            test();
        });
        let ended = run.join();
        std::fs::set_permissions(root, Permissions::from_mode(0o700)).unwrap();
        if let Err(panic) = ended {
            std::panic::resume_unwind(panic);
        }
    });
}

/// A disk of 64 KiB that is unmounted at the end.
pub(crate) struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Mounts the disk; `None`, said loudly, where that is not allowed.
    pub(crate) fn mount() -> Option<Self> {
        let point = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(point.path()).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(point)),
            Ok(output) => {
                loudly(&format!("cannot mount: {}", String::from_utf8_lossy(&output.stderr)));
                None
            }
            Err(error) => {
                loudly(&format!("cannot mount: {error}"));
                None
            }
        }
    }

    /// Where the disk is.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let done = Command::new("umount").arg("-l").arg(self.0.path()).status();
        if !done.is_ok_and(|status| status.success()) {
            loudly("cannot unmount the small disk");
        }
    }
}

/// The sorted names in a directory.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
