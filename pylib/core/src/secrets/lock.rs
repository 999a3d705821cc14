//! One editor at a time.
//!
//! Editors of this program keep each other out by a lock on the directory, because files are replaced while it is held. batou 2.x
//! takes record locks on the encrypted files themselves, so those are taken, too. They belong to the open file: the usual record
//! locks would be lost as soon as this process closes the file after reading it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::libc;
use rustix::fs::{FlockOperation, flock};

use super::SecretsError;
use crate::fs::FsError;

/// A held lock against other editors; freed on drop, and with its process.
#[derive(Debug)]
pub struct EditLock(#[expect(dead_code, reason = "it is held, not used")] pub(super) Arc<HeldFiles>);

/// What is locked as long as it is open.
#[derive(Debug)]
pub(super) struct HeldFiles {
    _files: Vec<File>,
}

/// Locks a directory and files in it. `shown` is the file that an editor of the directory has open, for the message.
pub(super) fn hold(directory: &Path, files: &[PathBuf], shown: &Path) -> Result<HeldFiles, SecretsError> {
    let mut held = Vec::new();
    match File::open(directory) {
        Ok(file) => {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => held.push(file),
                Err(error) if error == rustix::io::Errno::WOULDBLOCK => {
                    return Err(SecretsError::Locked { path: shown.to_owned() });
                }
                // Some network file systems lock no directories. The locks on the files remain.
                Err(error) if is_unsupported(error.into()) => {}
                Err(error) => return Err(FsError::new("lock", directory, error.into()).into()),
            }
        }
        Err(error) => return Err(FsError::new("lock", directory, error).into()),
    }
    for path in files {
        let (file, is_writable) = match File::options().read(true).write(true).open(path) {
            Ok(file) => (file, true),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) =>
            {
                // It can still be replaced if the directory allows that.
                (File::open(path).map_err(|error| FsError::new("lock", path, error))?, false)
            }
            Err(error) => return Err(FsError::new("lock", path, error).into()),
        };
        match lock_records(&file, is_writable) {
            Ok(()) => held.push(file),
            Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => {
                return Err(SecretsError::Locked { path: path.clone() });
            }
            Err(error) if is_unsupported(io::Error::from_raw_os_error(error.raw_os_error().unwrap_or(0))) => {}
            Err(error) => return Err(FsError::new("lock", path, error).into()),
        }
    }
    Ok(HeldFiles { _files: held })
}

fn is_unsupported(error: io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOLCK | libc::EOPNOTSUPP | libc::ENOSYS | libc::EBADF))
}

/// Takes a record lock on the whole file, without waiting.
#[cfg(target_os = "linux")]
fn lock_records(file: &File, is_writable: bool) -> io::Result<()> {
    use nix::fcntl::{FcntlArg, fcntl};
    let kind = if is_writable { libc::F_WRLCK } else { libc::F_RDLCK };
    let whole = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    fcntl(file, FcntlArg::F_OFD_SETLK(&whole)).map(drop).map_err(io::Error::from)
}

/// Other systems have only locks that end with the first close of the file; they keep an editor of batou 2.x out until then.
#[cfg(not(target_os = "linux"))]
fn lock_records(file: &File, is_writable: bool) -> io::Result<()> {
    let kind =
        if is_writable { FlockOperation::NonBlockingLockExclusive } else { FlockOperation::NonBlockingLockShared };
    rustix::fs::fcntl_lock(file, kind).map_err(io::Error::from)
}
