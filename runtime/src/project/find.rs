//! Finding the project that a command is about.

use std::path::{Path, PathBuf};

use crate::cli::{CommandError, names};

/// The lock file of a project, shared with the original program.
pub const LOCK_FILE: &str = ".batou-lock";

/// The directory with `environments`: the one that `APPENV_BASEDIR` names, else the nearest from here upwards.
///
/// # Errors
/// There is none.
pub fn find() -> Result<PathBuf, CommandError> {
    if let Some(project) = find_if_any()? {
        return Ok(project);
    }
    Err(CommandError::usage(format!("there is no project in {} or above", working_directory()?.display()))
        .with_hint("a project is a directory that contains `environments` and `components`")
        .with_hint("to start one here: batou init"))
}

/// The same for what works outside of projects too: nothing if there is none.
///
/// # Errors
/// `APPENV_BASEDIR` names something else, or the working directory is gone.
pub fn find_if_any() -> Result<Option<PathBuf>, CommandError> {
    if let Some(directory) = names::APPENV_BASEDIR.value() {
        let directory = PathBuf::from(directory);
        if directory.join("environments").is_dir() {
            return absolute(&directory).map(Some);
        }
        return Err(CommandError::usage(format!("there is no project in {}", directory.display()))
            .with_hint("APPENV_BASEDIR must name a directory that contains `environments`"));
    }
    working_directory()?.ancestors().find(|directory| directory.join("environments").is_dir()).map(absolute).transpose()
}

fn working_directory() -> Result<PathBuf, CommandError> {
    std::env::current_dir().map_err(|error| CommandError::usage("cannot tell the working directory").with_cause(&error))
}

fn absolute(directory: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(directory).map_err(|error| {
        CommandError::usage(format!("cannot use the project {}", directory.display())).with_cause(&error)
    })
}

/// The environments of a project, sorted.
pub fn environments(project: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(project.join("environments")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().join("environment.cfg").is_file() {
                return Some(name);
            }
            let old_form = name.strip_suffix(".cfg").filter(|_| entry.path().is_file());
            old_form.map(str::to_owned)
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test builds its own project")]
mod tests {
    use super::*;

    #[test]
    fn both_layouts_are_listed_once_and_sorted() {
        let project = tempfile::tempdir().expect("a directory");
        let environments_directory = project.path().join("environments");
        for directory in ["production", "dev", "empty"] {
            std::fs::create_dir_all(environments_directory.join(directory)).expect("a directory");
        }
        for file in ["production/environment.cfg", "dev/environment.cfg", "dev.cfg", "old.cfg", "notes.txt"] {
            std::fs::write(environments_directory.join(file), "").expect("a file");
        }
        assert_eq!(environments(project.path()), ["dev", "old", "production"]);
    }
}
