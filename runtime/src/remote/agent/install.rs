//! The program in the cache of a host.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use batou_core::fs::remove;

use crate::remote::program::hash_of;

/// How many programs of other versions are kept, for those who deploy with them.
const KEPT: usize = 3;

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
        for old in others(directory, wanted).into_iter().skip(KEPT - 1) {
            // Whoever cannot remove it has it for another time.
            let _ = remove(&old);
        }
    }
    Ok(())
}

/// The programs in a directory besides one, the newest first.
fn others(directory: &Path, hash: &str) -> Vec<PathBuf> {
    let mut found: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(other) = name.to_str().and_then(|name| name.strip_prefix("agent-")) else { continue };
        if other != hash
            && let Ok(modified) = entry.metadata().and_then(|data| data.modified())
        {
            found.push((modified, entry.path()));
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Where a user keeps what can be fetched again.
pub(super) fn cache_directory() -> Option<PathBuf> {
    dirs::cache_dir().map(|directory| directory.join("batou"))
}
