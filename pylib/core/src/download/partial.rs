//! The file that grows while something is fetched.

use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::error::DownloadError;
use crate::fs::{self, FsError};

/// A partial file beside its target. Its name tells what is fetched, so that a later run finds and continues it.
pub(super) struct Partial {
    pub(super) path: PathBuf,
    pub(super) file: File,
}

impl Partial {
    pub(super) fn open(target: &Path, url: &str, expected: &str) -> Result<Self, DownloadError> {
        let mut hasher = DefaultHasher::new();
        (url, expected).hash(&mut hasher);
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".batou-{name}-{:016x}.part", hasher.finish()));
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(|source| FsError::new("write", &path, source))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => Err(DownloadError::InProgress(path)),
            // A file system without locks does without.
            _ => Ok(Self { path, file }),
        }
    }

    pub(super) fn length(&self) -> Result<u64, FsError> {
        self.file.metadata().map(|found| found.len()).map_err(|source| FsError::new("look at", &self.path, source))
    }

    pub(super) fn clear(&self) -> Result<(), FsError> {
        self.file.set_len(0).map_err(|source| FsError::new("write", &self.path, source))
    }

    /// Gives the target this content; a file that is there keeps its mode and owner, a link its place.
    pub(super) fn install(self, target: &Path) -> Result<(), FsError> {
        if fs::look(target)?.is_none() {
            return fs::rename_to_free(&self.path, target);
        }
        fs::replace_by_copy(target, &self.path, None)?;
        fs::remove(&self.path)
    }

    pub(super) fn discard(self) -> Result<(), FsError> {
        fs::remove(&self.path)
    }
}
