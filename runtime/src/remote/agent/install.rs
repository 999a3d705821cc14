//! The program in the cache of a host.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use batou_core::fs::{FsError, ensure_absent, remove};

use crate::remote::program::hash_of;

/// How many programs of other versions are kept, for those who deploy with them.
const KEPT: usize = 3;

/// What was not whole for so long will never be: who sent it was cut off.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// Checks that this program arrived as it was sent, and removes those that nobody has used for longest.
///
/// # Errors
/// What is wrong with it.
pub(super) fn verify(wanted: &str) -> Result<(), String> {
    let path = std::env::current_exe().map_err(|error| format!("the program cannot find itself: {error}"))?;
    let found = hash_of(&path).map_err(|error| format!("the program cannot read itself: {error}"))?;
    if found != wanted {
        return Err("the program arrived damaged".to_owned());
    }
    if let Some(directory) = path.parent() {
        let old = others(directory, &format!("agent-{wanted}")).into_iter().skip(KEPT - 1);
        for path in old.chain(abandoned(directory)) {
            // Whoever cannot remove it has it for another time.
            let _ = remove(&path);
        }
    }
    Ok(())
}

/// Removes what can be brought to the host again, but for this program.
///
/// # Errors
/// Something cannot be removed.
pub(super) fn reset(cache: &Path) -> Result<(), FsError> {
    ensure_absent(&cache.join("packages"))?;
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    // Without a name, any of them may be this one.
    let own = own.as_deref().map(|name| name.trim_end_matches(" (deleted)"));
    let programs = own.map(|own| others(cache, own)).unwrap_or_default();
    programs.iter().chain(&abandoned(cache)).try_for_each(|path| ensure_absent(path))
}

/// The programs in a directory besides the one of this name, the newest first.
fn others(directory: &Path, own: &str) -> Vec<PathBuf> {
    let mut found = files(directory, |name| name.starts_with("agent-") && name != own);
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, path)| path).collect()
}

/// What never became a program.
fn abandoned(directory: &Path) -> Vec<PathBuf> {
    let found = files(directory, |name| name.starts_with("new-"));
    let is_old = |time: &SystemTime| time.elapsed().is_ok_and(|age| age > ABANDONED);
    found.into_iter().filter(|(time, _)| is_old(time)).map(|(_, path)| path).collect()
}

/// The files of a directory with such names, and when they were changed.
fn files(directory: &Path, is_meant: impl Fn(&str) -> bool) -> Vec<(SystemTime, PathBuf)> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(&is_meant))
        .filter_map(|entry| Some((entry.metadata().and_then(|found| found.modified()).ok()?, entry.path())))
        .collect()
}

/// Where a user keeps what can be fetched again.
pub(super) fn cache_directory() -> Option<PathBuf> {
    dirs::cache_dir().map(|directory| directory.join("batou"))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "these are the files to be tested with")]
mod tests {
    use super::*;
    use std::fs::{File, FileTimes};

    #[test]
    fn what_is_of_no_use_any_more_is_found() {
        let place = tempfile::tempdir().expect("a directory");
        let now = SystemTime::now();
        for (name, hours) in [("agent-a", 1), ("agent-b", 2), ("agent-c", 3), ("new-1", 1), ("new-2", 25), ("ssh", 99)]
        {
            let times = FileTimes::new().set_modified(now - Duration::from_secs(hours * 3600));
            File::create(place.path().join(name)).and_then(|file| file.set_times(times)).expect("a file");
        }
        let names = |paths: Vec<PathBuf>| -> Vec<String> {
            paths.iter().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect()
        };
        assert_eq!(names(others(place.path(), "agent-b")), ["agent-a", "agent-c"]);
        assert_eq!(names(abandoned(place.path())), ["new-2"]);
    }
}
