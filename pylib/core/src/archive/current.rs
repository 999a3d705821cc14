use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::path::stripped;
use crate::fs::{self, FsError};

/// Whether all members of an archive are there and were put there after the archive.
///
/// Times of the last change of the *state* are compared, because unpacking restores those of the content. Directories
/// count as soon as they exist; of a link, its own time counts. Without the archive nothing is current.
///
/// # Errors
/// A path that cannot be looked at.
pub fn are_current(
    archive: &Path,
    target: &Path,
    names: impl IntoIterator<Item = PathBuf>,
    strip: usize,
) -> Result<bool, FsError> {
    let Some(archive) = fs::follow(archive)? else { return Ok(false) };
    let packed = (archive.ctime(), archive.ctime_nsec());
    for name in names {
        let Some(path) = stripped(&name, strip) else { continue };
        let path = target.join(path);
        let Some(found) = fs::look(&path)? else { return Ok(false) };
        // A link that leads nowhere, for whatever reason, leads to no directory.
        let leads_to_directory = || matches!(fs::follow(&path), Ok(Some(found)) if found.is_dir());
        if found.is_dir() || (found.is_symlink() && leads_to_directory()) {
            continue;
        }
        if (found.ctime(), found.ctime_nsec()) < packed {
            return Ok(false);
        }
    }
    Ok(true)
}
