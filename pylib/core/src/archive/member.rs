use std::path::PathBuf;
use std::time::SystemTime;

/// What a member becomes on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    /// With its text.
    Symlink(PathBuf),
    /// With the name of the member whose file it shares.
    HardLink(PathBuf),
    /// A pipe or device: the bits of its kind, and its number.
    Special {
        kind: u32,
        device: u64,
    },
}

/// Whom a member belonged to where it was packed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Owner {
    pub(super) user: u64,
    pub(super) group: u64,
    pub(super) user_name: Option<String>,
    pub(super) group_name: Option<String>,
}

/// An entry of an archive, without its content.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// The path as it stands in the archive.
    pub(super) name: PathBuf,
    pub(super) kind: Kind,
    /// `None`: the archive does not say.
    pub(super) mode: Option<u32>,
    pub(super) owner: Option<Owner>,
    pub(super) modified: Option<SystemTime>,
}
