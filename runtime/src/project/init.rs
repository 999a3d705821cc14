//! Starting a project.

use std::{
    ffi::OsStr,
    path::{Component, Path, PathBuf},
};

use batou_core::fs;

use super::version;
use crate::cli::CommandError;

/// A file of a new project.
struct Starter {
    path: &'static str,
    text: &'static str,
}

const STARTERS: &[Starter] = &[
    Starter { path: "environments/dev/environment.cfg", text: include_str!("starter/environment.cfg") },
    Starter { path: "components/hello/component.py", text: include_str!("starter/component.py") },
    Starter { path: "components/hello/hello.txt", text: include_str!("starter/hello.txt") },
];

const IGNORED: Starter = Starter { path: ".gitignore", text: include_str!("starter/gitignore") };

/// What was made.
#[derive(Debug, PartialEq, Eq)]
pub struct Started {
    /// The new files, relative to the project.
    pub files: Vec<&'static str>,
    /// The lines that an existing `.gitignore` lacks; it is left as it is.
    pub missing_in_gitignore: Vec<&'static str>,
}

/// Makes a small project with one environment and one component in a directory, which need not exist.
///
/// # Errors
/// The directory is a project already, or cannot be written. Nothing that exists is changed.
pub fn init(directory: &Path) -> Result<Started, CommandError> {
    refuse_what_exists(directory)?;
    let ignore_file = directory.join(IGNORED.path);
    let ignored = match fs::follow(&ignore_file).map_err(|error| failed(directory, &error))? {
        Some(_) => Some(fs::read(&ignore_file).map_err(|error| failed(directory, &error))?),
        None => None,
    };
    let mut files = Vec::new();
    let version_text = version::current_text();
    let mut wanted: Vec<(&'static str, &str)> =
        STARTERS.iter().map(|starter| (starter.path, starter.text)).chain([(version::FILE, &*version_text)]).collect();
    if ignored.is_none() {
        wanted.push((IGNORED.path, IGNORED.text));
    }
    for (path, text) in wanted {
        let target = directory.join(path);
        let parent = target.parent().unwrap_or(directory);
        fs::make_directory(parent, true).map_err(|error| failed(directory, &error))?;
        fs::create_with(&target, text.as_bytes()).map_err(|error| failed(directory, &error))?;
        files.push(path);
    }
    let missing_in_gitignore = ignored.map(|text| missing_lines(&String::from_utf8_lossy(&text))).unwrap_or_default();
    Ok(Started { files, missing_in_gitignore })
}

fn failed(directory: &Path, error: &fs::FsError) -> CommandError {
    CommandError::failed(format!("cannot make a project in {}", shown(directory))).with_reason(error)
}

/// A directory that already has anything of what a project is made of is left alone.
fn refuse_what_exists(directory: &Path) -> Result<(), CommandError> {
    let look = |path: &Path| fs::follow(path).map_err(|error| failed(directory, &error));
    if let Some(facts) = look(directory)?
        && !facts.is_dir()
    {
        return Err(CommandError::usage(format!("cannot make a project in {}: it is no directory", shown(directory))));
    }
    let mut there = Vec::new();
    for name in ["environments", "components", version::FILE] {
        if fs::look(&directory.join(name)).map_err(|error| failed(directory, &error))?.is_some() {
            there.push(format!("`{name}`"));
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    Err(CommandError::usage(format!(
        "cannot make a project in {}: it has {} already",
        shown(directory),
        there.join(", ")
    ))
    .with_hint("name a directory that is new or empty; nothing that exists is ever changed"))
}

/// The lines of our file that the user's does not have.
fn missing_lines(text: &str) -> Vec<&'static str> {
    let plain = |line: &str| line.trim().trim_matches('/').to_owned();
    let present: Vec<String> = text.lines().map(plain).collect();
    IGNORED
        .text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !present.contains(&plain(line)))
        .collect()
}

/// The directory as people read it; the working directory has no telling name.
pub fn shown(directory: &Path) -> String {
    if is_here(directory) { "this directory".to_owned() } else { directory.display().to_string() }
}

/// Whether a path is the working directory.
pub fn is_here(directory: &Path) -> bool {
    let parts: PathBuf = directory.components().filter(|part| *part != Component::CurDir).collect();
    parts.as_os_str() == OsStr::new("")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test builds its own directories")]
mod tests {
    use super::*;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory")
    }

    #[test]
    fn a_project_is_made_where_nothing_is() {
        let directory = directory();
        let project = directory.path().join("new/project");
        let started = init(&project).expect("made");
        assert_eq!(started.files.len(), 5);
        assert!(started.missing_in_gitignore.is_empty());
        for file in started.files {
            assert!(project.join(file).is_file(), "{file}");
        }
        let version = super::super::ProjectVersion::read(&project).expect("a number");
        assert_eq!(version.number, version::CURRENT);
    }

    #[test]
    fn the_new_project_is_the_one_that_is_deployed_with_both_programs() {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/compat/cases/started-project-deploys");
        for starter in STARTERS {
            let compared = std::fs::read_to_string(case.join(starter.path)).expect("a file of the case");
            assert_eq!(compared, starter.text, "{}", starter.path);
        }
    }

    #[test]
    fn what_exists_is_not_touched() {
        for name in ["environments", "components", ".batou.json"] {
            let directory = directory();
            std::fs::write(directory.path().join(name), "mine").expect("a file");
            let error = init(directory.path()).expect_err("it is there");
            assert!(error.message.contains(name), "{error}");
            let left: Vec<_> = std::fs::read_dir(directory.path()).expect("a listing").collect();
            assert_eq!(left.len(), 1, "nothing was made");
        }
        let directory = directory();
        let file = directory.path().join("file");
        std::fs::write(&file, "mine").expect("a file");
        assert!(init(&file).expect_err("no directory").message.contains("no directory"));
    }

    #[test]
    fn an_existing_gitignore_is_kept_and_what_it_lacks_is_told() {
        let directory = directory();
        std::fs::write(directory.path().join(".gitignore"), "work\n__pycache__/\n").expect("a file");
        let started = init(directory.path()).expect("made");
        assert_eq!(started.missing_in_gitignore, [".batou-lock", ".appenv/", ".batou/"]);
        let kept = std::fs::read_to_string(directory.path().join(".gitignore")).expect("a file");
        assert_eq!(kept, "work\n__pycache__/\n");
    }

    #[test]
    fn the_working_directory_is_recognized() {
        for (path, here) in [(".", true), ("./.", true), ("", true), ("a", false), ("..", false)] {
            assert_eq!(is_here(Path::new(path)), here, "{path}");
        }
    }
}
