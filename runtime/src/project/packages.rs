//! The project's own Python packages, as commands use them.

use std::path::{Path, PathBuf};

use batou_core::packages::{self, LockPolicy, PackageError, Selection, Surroundings};

use super::find_if_any;
use crate::{
    cli::CommandError,
    events::{Action, Event},
    report::Reporter,
};

/// The directories that a run imports packages from. What people should know is told to the reporter.
///
/// A deployment writes the lock of a project that has none; what changes nothing does not.
///
/// # Errors
/// The packages cannot be found, with what to do about it.
pub fn package_directories(project: &Path, action: Action, reporter: &Reporter) -> Result<Vec<PathBuf>, CommandError> {
    if !has_requirements(project) {
        return Ok(Vec::new());
    }
    let policy = if action == Action::Deployment { LockPolicy::WriteMissing } else { LockPolicy::Leave };
    let surroundings = surroundings(false, reporter)?;
    let selection = packages::select(project, policy, &surroundings).map_err(|error| failure(&error))?;
    tell_warnings(&selection, reporter);
    Ok(selection.directories())
}

/// What `batou python` searches besides the directory of its program: the project around the working directory and its
/// packages, in the order of a deployment. Outside of projects that is nothing. No lock is written.
///
/// # Errors
/// The packages cannot be found, with what to do about it.
pub fn import_path(reporter: &Reporter) -> Result<Vec<PathBuf>, CommandError> {
    let Some(project) = find_if_any()? else { return Ok(Vec::new()) };
    let packages = package_directories(&project, Action::Check, reporter)?;
    Ok(std::iter::once(project).chain(packages).collect())
}

/// Whether a project has packages at all. Only what is surely absent is: what cannot be read is told later.
fn has_requirements(project: &Path) -> bool {
    [packages::REQUIREMENTS, packages::LOCK].iter().any(|name| !matches!(project.join(name).try_exists(), Ok(false)))
}

/// What the packages need to know of this process; what takes time is told as a line.
///
/// # Errors
/// The user has no place to keep packages.
pub fn surroundings(is_offline: bool, reporter: &Reporter) -> Result<Surroundings, CommandError> {
    let reporter = reporter.clone();
    let progress = Box::new(move |text: &str| reporter.emit(Event::debug_line(text)));
    Surroundings::of_process(is_offline, progress).map_err(|error| failure(&error))
}

/// Tells what people should know about packages.
pub fn tell_warnings(selection: &Selection, reporter: &Reporter) {
    for warning in &selection.warnings {
        reporter.emit(Event::warning(warning.clone()));
    }
}

/// The error that ends a command because of packages.
pub fn failure(error: &PackageError) -> CommandError {
    let message = CommandError::failed("the packages of the project cannot be used").with_cause(error);
    error.facts().iter().fold(message, CommandError::with_reason).with_hints(error.hints())
}
