use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What the system refused, where, and why.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FsError {
    /// What was tried, as words that fit between "cannot" and the path.
    pub action: Cow<'static, str>,
    /// The path it was tried on, as the caller gave it.
    pub path: PathBuf,
    /// The answer of the system.
    pub source: io::Error,
}

impl FsError {
    /// Names the action and the path that an answer of the system belongs to.
    pub fn new(action: impl Into<Cow<'static, str>>, path: &Path, source: io::Error) -> Self {
        Self { action: action.into(), path: path.to_owned(), source }
    }

    /// The number of the system's error, if it came from the system.
    pub fn errno(&self) -> Option<i32> {
        self.source.raw_os_error()
    }
}

/// Adds action and path to an answer of the system.
pub(crate) trait At<T> {
    /// Turns an input/output error into an [`FsError`].
    fn at(self, action: &'static str, path: &Path) -> Result<T, FsError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, FsError> {
        self.map_err(|source| FsError::new(action, path, source))
    }
}
