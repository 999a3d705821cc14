//! Putting new contents in place, all or nothing as far as a file system can.

use std::path::{Path, PathBuf};

use crate::fs::{self, FsError, Prepared};
use crate::secrets::Kind;
use crate::secrets::locate::SWITCH;

/// What is to be written and removed in one directory.
#[derive(Default)]
pub(super) struct Changes {
    /// Files that nobody reads before the main file is in place: those of a new format.
    pub(super) before: Vec<(PathBuf, Vec<u8>)>,
    /// The main file. From then on the change counts.
    pub(super) main: Option<(PathBuf, Vec<u8>)>,
    /// Files that are read already, and at the end what says that all the others are encrypted for new keys.
    pub(super) after: Vec<(PathBuf, Vec<u8>)>,
    /// What has been converted.
    pub(super) removed: Vec<PathBuf>,
    /// The old and new format, if both main files are there for a moment.
    pub(super) switch: Option<(Kind, Kind)>,
}

impl Changes {
    pub(super) fn is_nothing(&self) -> bool {
        self.before.is_empty() && self.main.is_none() && self.after.is_empty() && self.removed.is_empty()
    }

    /// Writes all new contents beside their files and forces them to the disk; then lets them take their places in an order that
    /// can be taken up again wherever it is interrupted:
    ///
    /// - the keys' list comes last, so it never claims keys that a file is not encrypted for;
    /// - a change of format leaves a note as long as files of both formats are there.
    ///
    /// # Errors
    /// If a file cannot be prepared; then nothing has changed. If one cannot take its place, which the same system allowed a moment
    /// ago in the same directory; then the next save completes what was begun.
    pub(super) fn put(self, directory: &Path) -> Result<(), FsError> {
        if !directory.is_dir() {
            fs::make_directory(directory, true)?;
        }
        let prepared = |files: Vec<(PathBuf, Vec<u8>)>| -> Result<Vec<Prepared>, FsError> {
            files.into_iter().map(|(path, content)| fs::prepare(&path, &content, None)).collect()
        };
        let before = prepared(self.before)?;
        let main = prepared(self.main.into_iter().collect())?;
        let after = prepared(self.after)?;
        let note = directory.join(SWITCH);
        if let Some((old, new)) = self.switch {
            fs::prepare(&note, format!("{old} {new}\n").as_bytes(), None)?.put()?;
            fs::sync_directory(directory)?;
        }
        for file in before {
            file.put()?;
        }
        if self.switch.is_some() {
            fs::sync_directory(directory)?;
        }
        for file in main.into_iter().chain(after) {
            file.put()?;
        }
        fs::sync_directory(directory)?;
        for path in &self.removed {
            fs::remove(path)?;
        }
        fs::remove(&note)?;
        fs::sync_directory(directory)
    }
}
