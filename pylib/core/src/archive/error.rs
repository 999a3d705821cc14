use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::files::owner::OwnerError;
use crate::fs::FsError;

/// Why an archive could not be listed or unpacked.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The archive is not what it should be, or ends too early.
    #[error("archive {} is damaged or no {format} archive", archive.display())]
    Damaged {
        /// The archive.
        archive: PathBuf,
        /// What was expected.
        format: &'static str,
        /// What the reader says.
        source: io::Error,
    },
    /// A member that could write outside the target.
    #[error("archive {}: member {member:?} {danger}; nothing was unpacked", archive.display())]
    Unsafe {
        /// The archive.
        archive: PathBuf,
        /// The name of the member, as it stands in the archive.
        member: String,
        /// What is wrong with it.
        danger: Danger,
    },
    /// Something that cannot be read here.
    #[error("archive {}: {what}", archive.display())]
    Unsupported {
        /// The archive.
        archive: PathBuf,
        /// What is not supported.
        what: String,
    },
    /// The disk refused something.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// The owner of a member could not be looked up.
    #[error(transparent)]
    Owner(#[from] OwnerError),
}

/// What makes a member unsafe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Danger {
    /// It starts with a slash.
    #[error("has an absolute path")]
    Absolute,
    /// It contains `..`.
    #[error("leads out of its directory by `..`")]
    Upwards,
    /// No file can have this name.
    #[error("has a null byte in its name")]
    NullByte,
    /// Something else than a directory whose path is that of the target.
    #[error("would take the place of the target itself")]
    Target,
    /// A symbolic link to somewhere else.
    #[error("is a link that leads outside the target (links_outside=True allows it)")]
    LinkOutside,
    /// It would be written through such a link.
    #[error("would be written through a link of the archive that may lead outside the target")]
    ThroughLink,
    /// Another name of a file that is elsewhere.
    #[error("is a hard link to something outside the target")]
    HardLinkOutside,
}

/// Whether a failed read is the disk's fault or the archive's.
pub(super) fn while_reading(archive: &Path, format: &'static str, source: io::Error) -> ArchiveError {
    if source.raw_os_error().is_some() {
        FsError::new("read", archive, source).into()
    } else {
        ArchiveError::Damaged { archive: archive.to_owned(), format, source }
    }
}
