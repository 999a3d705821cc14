//! The bytes of a file compared with those it should have.

use std::io;
use std::path::Path;

use crate::fs::{self, FsError};

/// How a file stands to the bytes it should have.
#[derive(Debug)]
pub enum Comparison {
    /// It has exactly these bytes.
    Same,
    /// There is nothing at its path.
    Missing,
    /// It has other bytes.
    Different {
        /// The bytes it has.
        old: Vec<u8>,
    },
    /// Its bytes cannot be known, so it has to be written.
    Unreadable {
        /// What keeps them from being known.
        cause: FsError,
    },
}

impl Comparison {
    /// Whether the file has to be written.
    pub fn differs(&self) -> bool {
        !matches!(self, Self::Same)
    }
}

/// Compares what a path leads to with wanted bytes.
///
/// The file is looked at before it is opened: opening a pipe would wait for a writer, and a device may act on it.
pub fn compare(path: &Path, wanted: &[u8]) -> Comparison {
    match fs::follow(path) {
        Ok(None) => return Comparison::Missing,
        Ok(Some(found)) if found.is_file() => {}
        Ok(Some(_)) => {
            let cause = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
            let cause = FsError::new("read", path, cause);
            return Comparison::Unreadable { cause };
        }
        Err(cause) => return Comparison::Unreadable { cause },
    }
    match fs::read(path) {
        Ok(old) if old == wanted => Comparison::Same,
        Ok(old) => Comparison::Different { old },
        Err(cause) if cause.source.kind() == io::ErrorKind::NotFound => Comparison::Missing,
        Err(cause) => Comparison::Unreadable { cause },
    }
}

/// Gives a file its bytes in one step and keeps mode, owner and links; a new one gets the permissions of the process.
pub fn apply(path: &Path, wanted: &[u8]) -> Result<(), FsError> {
    fs::replace(path, wanted, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::test_support::as_ordinary_user;

    #[test]
    fn every_byte_counts() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        assert!(matches!(compare(&path, b""), Comparison::Missing));
        apply(&path, b"abc").unwrap();
        assert!(!compare(&path, b"abc").differs());
        for wanted in [&b"abd"[..], b"ab", b"abc\n", b""] {
            match compare(&path, wanted) {
                Comparison::Different { old } => assert_eq!(old, b"abc"),
                other => panic!("{wanted:?}: {other:?}"),
            }
        }
        apply(&path, b"").unwrap();
        assert!(matches!(compare(&path, b""), Comparison::Same));
        let below = path.join("below");
        assert!(matches!(compare(&below, b""), Comparison::Missing));
    }

    #[test]
    fn what_cannot_be_read_is_never_the_same() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::create_dir(at("directory")).unwrap();
        nix::unistd::mkfifo(&at("pipe"), nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
        for name in ["directory", "pipe"] {
            match compare(&at(name), b"") {
                Comparison::Unreadable { cause } => assert_eq!(cause.path, at(name)),
                other => panic!("{other:?}"),
            }
        }
        as_ordinary_user(root.path(), || {
            std::fs::write(at("closed"), "x").unwrap();
            std::fs::set_permissions(at("closed"), std::os::unix::fs::PermissionsExt::from_mode(0o200)).unwrap();
            match compare(&at("closed"), b"x") {
                Comparison::Unreadable { cause } => {
                    assert_eq!(cause.errno(), Some(nix::errno::Errno::EACCES as i32));
                }
                other => panic!("{other:?}"),
            }
            // It can be replaced all the same, and stays closed.
            apply(&at("closed"), b"y").unwrap();
        });
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(at("closed")).unwrap());
        assert_eq!(mode & 0o777, 0o200);
    }
}
