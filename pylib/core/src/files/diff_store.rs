//! Complete differences kept in files.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::fs::{self, FsError};

/// So many files are kept.
const KEPT: usize = 100;
const PREFIX: &str = "tmp";
const SUFFIX: &str = ".diff";

/// A directory of complete differences, of which the newest 100 are kept.
///
/// The directory is created when the first difference is written, and listed only then: a deployment that changes a
/// thousand files must not list it a thousand times.
#[derive(Debug)]
pub struct DiffStore {
    directory: PathBuf,
    /// The files there, oldest first; `None` until the directory has been listed.
    known: Option<VecDeque<PathBuf>>,
}

impl DiffStore {
    /// Names the directory; nothing is touched yet.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), known: None }
    }

    /// Where the differences are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Writes a difference to a new file that only its owner can read, and removes the oldest ones beyond 100.
    ///
    /// # Errors
    /// A directory that cannot be created or listed, a file that cannot be written or removed.
    pub fn write(&mut self, diff: &str) -> Result<PathBuf, FsError> {
        fs::make_directory(&self.directory, true)?;
        let known = match &mut self.known {
            Some(known) => known,
            none => none.insert(oldest_first(&self.directory)?),
        };
        let path = fs::create_unique(&self.directory, PREFIX, SUFFIX, diff.as_bytes())?;
        known.push_back(path.clone());
        while known.len() > KEPT {
            if let Some(oldest) = known.pop_front() {
                fs::remove(&oldest)?;
            }
        }
        Ok(path)
    }
}

fn oldest_first(directory: &Path) -> Result<VecDeque<PathBuf>, FsError> {
    let mut found = Vec::new();
    for name in fs::list(directory)?.unwrap_or_default() {
        let ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let path = directory.join(name);
        if ours && let Some(seen) = fs::look(&path)?.filter(std::fs::Metadata::is_file) {
            // A system that does not tell the time of change has all of them old.
            found.push((seen.modified().unwrap_or(SystemTime::UNIX_EPOCH), path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;
    use std::time::Duration;

    use super::*;
    use crate::fs::test_support::names;

    #[test]
    fn a_difference_gets_a_private_file_in_a_directory_made_on_demand() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("work/.batou-diffs");
        let mut store = DiffStore::new(&directory);
        assert_eq!(names(root.path()), [""; 0]);
        let path = store.write("--- \n+++ ä\n").unwrap();
        assert_eq!(path.parent(), Some(&*directory));
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("tmp") && name.ends_with(".diff"), "{name}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "--- \n+++ ä\n");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_ne!(store.write("x").unwrap(), path);
    }

    #[test]
    fn the_newest_hundred_are_kept_and_nothing_else_is_touched() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for number in 0..130u64 {
            let file = std::fs::File::create(at(&format!("tmp{number:03}.diff"))).unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + number);
            file.set_modified(time).unwrap();
        }
        std::fs::write(at("tmp.txt"), "").unwrap();
        std::fs::create_dir(at("tmpdir.diff")).unwrap();
        let mut store = DiffStore::new(root.path());
        let first = store.write("1").unwrap();
        assert_eq!(names(root.path()).len(), 102);
        assert!(!at("tmp030.diff").exists() && at("tmp031.diff").exists());
        for _ in 0..99 {
            store.write("x").unwrap();
        }
        assert!(first.exists() && !at("tmp129.diff").exists());
        std::fs::remove_file(&first).unwrap();
        store.write("last").unwrap();
        assert!(at("tmp.txt").exists() && at("tmpdir.diff").exists());
        assert_eq!(names(root.path()).len(), 102);
    }
}
