//! Changes to the tree of a target, but for the contents of files.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::error::ShippingError;
use super::super::message::{Entry, Kind, Time, TreeReport};
use super::compare::{Removal, Steps};
use super::path::below;
use crate::fs::{list, make_directory, make_way, replace_link, set_mode};

/// Does all steps but those of files to get.
///
/// # Errors
/// The first step that the system refuses. Those before it stay done.
pub(super) fn apply(
    root: &Path,
    wanted: &[Entry],
    steps: &Steps,
    report: &mut TreeReport,
) -> Result<(), ShippingError> {
    adjust_modes(root, wanted, &steps.directory_modes, report)?;
    for removal in &steps.removals {
        remove(root, removal, report)?;
    }
    for entry in entries(wanted, &steps.makings) {
        let place = below(root, &entry.path);
        match &entry.kind {
            Kind::Directory { mode } => {
                make_directory(&place, false)?;
                set_mode(&place, *mode)?;
            }
            Kind::Link { text } => replace_link(&place, Path::new(OsStr::from_bytes(text)))?,
            Kind::File { .. } => {}
        }
        report.written += 1;
    }
    adjust_modes(root, wanted, &steps.modes, report)
}

fn entries<'a>(wanted: &'a [Entry], numbers: &'a [u32]) -> impl Iterator<Item = &'a Entry> {
    numbers.iter().filter_map(|number| wanted.get(*number as usize))
}

fn adjust_modes(root: &Path, wanted: &[Entry], numbers: &[u32], report: &mut TreeReport) -> Result<(), ShippingError> {
    for entry in entries(wanted, numbers) {
        if let Kind::Directory { mode } | Kind::File { mode, .. } = entry.kind {
            set_mode(&below(root, &entry.path), mode)?;
            report.adjusted += 1;
        }
    }
    Ok(())
}

/// A directory that still holds what is ignored stays, unless something else needs its place.
fn remove(root: &Path, removal: &Removal, report: &mut TreeReport) -> Result<(), ShippingError> {
    let path = below(root, &removal.path);
    if removal.is_directory
        && let Some(kept) = list(&path)?.unwrap_or_default().into_iter().min()
    {
        return if removal.makes_way { Err(ShippingError::Kept { path, kept: PathBuf::from(kept) }) } else { Ok(()) };
    }
    make_way(&path)?;
    if !removal.makes_way {
        report.removed += 1;
    }
    Ok(())
}

/// A time as the system has it. What lies beyond its limits is the epoch.
pub(super) fn system_time(time: Time) -> SystemTime {
    let seconds = Duration::from_secs(time.seconds.unsigned_abs());
    let whole = if time.seconds < 0 { UNIX_EPOCH.checked_sub(seconds) } else { UNIX_EPOCH.checked_add(seconds) };
    // A malicious number of nanoseconds only gives another time.
    whole.and_then(|whole| whole.checked_add(Duration::from_nanos(time.nanoseconds.into()))).unwrap_or(UNIX_EPOCH)
}
