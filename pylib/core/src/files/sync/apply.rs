//! Doing what a plan says.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::error::SyncError;
use super::options::SyncOptions;
use super::plan::{Step, plan};
use crate::fs::{self, FsError};

/// What a directory inherits from the one above, so that its files get the same group.
const SET_GROUP_ID: u32 = 0o2000;

/// How a target that is not there, or no directory, is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct TargetOptions {
    /// Whatever stands there and is no directory makes way.
    pub replace: bool,
    /// The directories above are made as well.
    pub leading: bool,
}

/// Makes a target like its source.
///
/// # Errors
/// Those of [`plan`], before anything is changed, and what the disk refuses.
pub fn apply(source: &Path, target: &Path, options: &SyncOptions, how: TargetOptions) -> Result<(), SyncError> {
    let is_directory = fs::follow(target)?.is_some_and(|found| found.is_dir());
    let clears = how.replace && !is_directory && fs::look(target)?.is_some();
    // Looked at before anything makes way: a source that is missing must not cost what is there.
    let steps = match plan(source, target, options) {
        Err(SyncError::TargetIsNoDirectory { .. }) if clears => None,
        steps => Some(steps?),
    };
    if options.dry_run {
        return Ok(());
    }
    if clears {
        fs::ensure_absent(target)?;
    }
    if how.leading
        && !is_directory
        && let Some(parent) = target.parent()
    {
        fs::make_directory(parent, true)?;
    }
    let steps = match steps {
        Some(steps) => steps,
        None => plan(source, target, options)?,
    };
    for step in &steps {
        step.apply()?;
    }
    Ok(())
}

impl Step {
    fn apply(&self) -> Result<(), FsError> {
        match self {
            Self::Remove(path) => fs::ensure_absent(path),
            Self::MakeDirectory(path, mode) => {
                fs::make_directory(path, false)?;
                // It has to be filled; the permissions that are wanted come at the end.
                if mode & 0o700 == 0o700 { Ok(()) } else { set_mode_with_inherited(path, mode | 0o700) }
            }
            Self::Write { path, source, mode } => fs::replace_by_copy(path, source, Some(*mode)),
            Self::MakeLink(path, text) => fs::replace_link(path, text),
            Self::MakeSpecial(path, mode, device) => fs::make_special(path, *mode, *device),
            Self::FinishDirectory(path, mode) => set_mode_with_inherited(path, *mode),
            Self::SetLinkAttributes(path, user, group, time) => fs::set_link_attributes(path, *user, *group, *time),
            Self::SetOwner(path, user, group) => fs::set_owner(path, *user, *group),
            Self::SetMode(path, mode) => fs::set_mode(path, *mode),
            Self::SetTime(path, time) => fs::set_modified(path, *time),
        }
    }
}

fn set_mode_with_inherited(path: &Path, mode: u32) -> Result<(), FsError> {
    let inherited = fs::look(path)?.map_or(0, |found| found.mode() & SET_GROUP_ID);
    fs::set_mode(path, mode | inherited)
}
