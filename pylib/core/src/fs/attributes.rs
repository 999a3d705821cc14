use std::ffi::CString;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{XattrFlags, fgetxattr, fsetxattr, lgetxattr, llistxattr};
use rustix::io::Errno;

/// Dropped by the system whenever a file is written, because it grants rights to the old content.
const CAPABILITY: &[u8] = b"security.capability";

/// Why an attribute of a file could not be carried over to its replacement.
#[derive(Debug)]
pub(super) struct AttributeFailure {
    /// The attribute, or nothing when they could not even be listed.
    pub(super) name: String,
    /// The answer of the system.
    pub(super) cause: Errno,
}

/// Carries access lists, security labels and user attributes over to a replacement that has none.
///
/// One system call when there are none, which is the usual case. The old file is asked by its path, because it need
/// not be readable.
pub(super) fn copy(from: &Path, to: &File) -> Result<(), AttributeFailure> {
    for name in names(from)? {
        if name.as_bytes() == CAPABILITY {
            continue;
        }
        let failure = |cause| AttributeFailure { name: name.to_string_lossy().into_owned(), cause };
        let wanted = value(|buffer| lgetxattr(from, &name, buffer)).map_err(failure)?;
        // A label that the system gave to the new file by itself may be one that nobody is allowed to set.
        if value(|buffer| fgetxattr(to.as_fd(), &name, buffer)).is_ok_and(|found| found == wanted) {
            continue;
        }
        fsetxattr(to.as_fd(), &name, &wanted, XattrFlags::empty()).map_err(failure)?;
    }
    Ok(())
}

fn names(file: &Path) -> Result<Vec<CString>, AttributeFailure> {
    let mut buffer = vec![0u8; 1024];
    loop {
        match llistxattr(file, &mut buffer[..]) {
            Ok(length) => {
                return Ok(buffer[..length]
                    .split(|byte| *byte == 0)
                    .filter(|name| !name.is_empty())
                    .filter_map(|name| CString::new(name).ok())
                    .collect());
            }
            // File systems without attributes have none to keep.
            Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(Vec::new()),
            Err(Errno::RANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 8, 0),
            Err(cause) => {
                return Err(AttributeFailure { name: String::new(), cause });
            }
        }
    }
}

fn value(get: impl Fn(&mut [u8]) -> Result<usize, Errno>) -> Result<Vec<u8>, Errno> {
    let mut buffer = vec![0u8; 1024];
    loop {
        match get(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Err(Errno::RANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 8, 0),
            Err(cause) => return Err(cause),
        }
    }
}
