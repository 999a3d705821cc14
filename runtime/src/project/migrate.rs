//! Bringing a project of an older batou up to date.

use std::path::{Path, PathBuf};

use batou_core::{
    fs,
    lock::{LockError, RunLock},
};

use super::{
    moves::{self, Move},
    version::{CURRENT, FILE, ProjectVersion},
};
use crate::cli::{CommandError, ErrorKind};

/// Something that only the authors of the definitions can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The number of the migration that it belongs to.
    pub number: u64,
    /// What has changed and what to do.
    pub text: &'static str,
    /// Lines to look at: `FILE:LINE: TEXT`.
    pub candidates: Vec<String>,
}

/// What a migration does, found out before anything is changed.
#[derive(Debug)]
pub struct Migration {
    version: ProjectVersion,
    /// The files that move, in this order.
    pub moves: Vec<Move>,
    /// What there is to be done by hand.
    pub notes: Vec<Note>,
    /// Files that belong to no environment and stay, relative to the project.
    pub left: Vec<PathBuf>,
}

struct NoteKind {
    number: u64,
    text: &'static str,
    // What a line of a definition that is concerned has in it.
    marker: Option<&'static str>,
}

const NOTES: &[NoteKind] = &[
    NoteKind {
        number: 2300,
        text: "an attribute that is set both in an environment and in its secrets is an error now; remove it from the \
               environment, as the value of the secrets was used before",
        marker: None,
    },
    NoteKind {
        number: 2302,
        text: "a text that is the default of an Attribute is used as it is; write `ConfigString(...)` from \
               batou.component around it where it is to be expanded, mapped or converted",
        marker: Some("Attribute("),
    },
    NoteKind {
        number: 2303,
        text: "an Address is looked up as IPv4 only; set `require_v6 = True` or `optional` in [environment], or \
               `require_v6=...` where it is made, if you use IPv6",
        marker: Some("Address("),
    },
];

impl Migration {
    /// Finds out what is to be done in a project.
    ///
    /// # Errors
    /// The project is newer than this program, its number cannot be told, or something is in the way of a file.
    pub fn plan(project: &Path) -> Result<Self, CommandError> {
        let version = read_version(project)?;
        if version.number > CURRENT {
            return Err(CommandError::failed(format!(
                "the project is of version {}, and this program knows versions up to {CURRENT} only",
                version.number
            ))
            .with_hint("use a newer program; nothing was changed"));
        }
        let unreadable =
            |error: fs::FsError| CommandError::failed("cannot look through the project").with_reason(error);
        let moves = moves::plan(project, version.number).map_err(unreadable)?;
        if !moves.obstacles.is_empty() {
            let error = CommandError::failed("the project cannot be migrated; nothing was changed");
            let error = moves.obstacles.into_iter().fold(error, CommandError::with_reason);
            return Err(error.with_hint("move, merge or remove one of the files by hand, then start again"));
        }
        let mut notes = Vec::new();
        for kind in NOTES.iter().filter(|kind| kind.number > version.number) {
            let candidates = match kind.marker {
                Some(marker) => lines_with(project, marker).map_err(unreadable)?,
                None => Vec::new(),
            };
            notes.push(Note { number: kind.number, text: kind.text, candidates });
        }
        Ok(Self { version, moves: moves.moves, notes, left: moves.left })
    }

    /// The number of the project before.
    pub fn from(&self) -> u64 {
        self.version.number
    }

    /// Whether the project is up to date.
    pub fn is_nothing_to_do(&self) -> bool {
        self.version.number == CURRENT
    }

    /// Moves the files, telling each after it is done, and writes the number last: until then the migration can be
    /// started again.
    ///
    /// # Errors
    /// The system refuses something. What was told is done.
    pub fn run(self, project: &Path, mut tell: impl FnMut(&Move)) -> Result<(), CommandError> {
        let failed = |error: fs::FsError| {
            CommandError::failed("the migration is not complete")
                .with_reason(error)
                .with_hint("when that is put right, start it again: it goes on from here")
        };
        for one in &self.moves {
            let target = project.join(&one.to);
            if let Some(parent) = target.parent() {
                fs::make_directory(parent, true).map_err(failed)?;
            }
            fs::rename_to_free(&project.join(&one.from), &target).map_err(failed)?;
            tell(one);
        }
        self.version.write_current(project).map_err(failed)
    }
}

/// Writes the current number into a project, whatever its number was.
///
/// # Errors
/// The file cannot be written.
pub fn bootstrap(project: &Path) -> Result<(), CommandError> {
    ProjectVersion::default()
        .write_current(project)
        .map_err(|error| CommandError::failed(format!("cannot write {FILE}")).with_reason(error))
}

/// What there is to say about the number of a project that is to be deployed. Older projects work as they are; of a
/// newer one nobody knows.
pub fn version_warning(project: &Path) -> Option<String> {
    match ProjectVersion::read(project) {
        Ok(version) if version.number > CURRENT => Some(format!(
            "the project is of version {} according to {FILE}, and this program knows versions up to {CURRENT} only",
            version.number
        )),
        // What is wrong with the file is an error of loading.
        Ok(_) | Err(_) => None,
    }
}

fn read_version(project: &Path) -> Result<ProjectVersion, CommandError> {
    ProjectVersion::read(project).map_err(|error| {
        CommandError::failed("cannot tell the version of the project").with_hint(error.hint()).with_cause(&error)
    })
}

/// Keeps deployments out while a project changes, or, for `looking` only, waits for none to be there.
///
/// # Errors
/// Another run is active or the lock file cannot be used.
pub fn lock(path: &Path, description: &str, looking: bool) -> Result<Option<RunLock>, CommandError> {
    let locked = if looking { RunLock::observe(path) } else { RunLock::acquire(path, description).map(Some) };
    locked.map_err(|error| {
        let kind = if matches!(error, LockError::Held { .. }) { ErrorKind::Busy } else { ErrorKind::Failed };
        let command_error = CommandError::new(kind, error.to_string()).with_hint(error.hint());
        std::error::Error::source(&error).into_iter().fold(command_error, CommandError::with_cause)
    })
}

/// The lines of definitions that have a text in them.
fn lines_with(project: &Path, marker: &str) -> Result<Vec<String>, fs::FsError> {
    let mut found = Vec::new();
    let mut directories = vec![PathBuf::from("components")];
    while let Some(directory) = directories.pop() {
        let mut names = fs::list(&project.join(&directory))?.unwrap_or_default();
        names.sort_unstable();
        for name in names {
            let path = directory.join(name);
            match fs::look(&project.join(&path))? {
                Some(facts) if facts.is_dir() => directories.push(path),
                Some(facts) if facts.is_file() && path.extension().is_some_and(|suffix| suffix == "py") => {
                    let text = fs::read(&project.join(&path))?;
                    for (number, line) in String::from_utf8_lossy(&text).lines().enumerate() {
                        if line.contains(marker) {
                            found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test builds its own project")]
mod tests {
    use super::*;

    fn old_project() -> tempfile::TempDir {
        let project = tempfile::tempdir().expect("a directory");
        for (file, text) in [
            ("environments/dev.cfg", "dev"),
            ("secrets/dev.cfg", "secret"),
            ("components/a/component.py", "class A(Component):\n    x = Attribute(str, 'y')\n"),
        ] {
            let path = project.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        project
    }

    #[test]
    fn a_migration_is_told_done_and_not_repeated() {
        let project = old_project();
        let migration = Migration::plan(project.path()).expect("nothing in the way");
        assert_eq!((migration.from(), migration.moves.len(), migration.notes.len()), (0, 2, 3));
        assert_eq!(migration.notes[1].candidates, ["components/a/component.py:2: x = Attribute(str, 'y')"]);
        let mut told = Vec::new();
        migration.run(project.path(), |one| told.push(one.to.clone())).expect("done");
        assert_eq!(told.len(), 2);
        let content = std::fs::read_to_string(project.path().join("environments/dev/environment.cfg"));
        assert_eq!(content.expect("moved"), "dev");
        assert!(Migration::plan(project.path()).expect("done").is_nothing_to_do());
    }

    #[test]
    fn a_failure_in_the_middle_can_be_taken_up_again() {
        let project = old_project();
        let migration = Migration::plan(project.path()).expect("nothing in the way");
        // Somebody is faster after the plan was made.
        let taken = project.path().join("environments/dev/environment.cfg");
        std::fs::create_dir_all(taken.parent().expect("a parent")).expect("a directory");
        std::fs::write(&taken, "mine").expect("a file");
        let error = migration.run(project.path(), |_| {}).expect_err("in the way");
        assert_eq!(error.message, "the migration is not complete");
        assert_eq!(std::fs::read_to_string(&taken).expect("a file"), "mine");
        assert!(!project.path().join(FILE).exists());
        std::fs::remove_file(&taken).expect("removed");
        let migration = Migration::plan(project.path()).expect("nothing in the way");
        assert_eq!(migration.moves.len(), 1, "the other one is done");
        migration.run(project.path(), |_| {}).expect("done");
    }

    #[test]
    fn newer_and_broken_projects_are_left_alone() {
        for (text, part) in [("{\"migration\": {\"version\": 2500}}", "2500"), ("{", "cannot tell the version")] {
            let project = old_project();
            std::fs::write(project.path().join(FILE), text).expect("a file");
            let error = Migration::plan(project.path()).expect_err("unknown");
            assert!(error.message.contains(part), "{error}");
            assert_eq!(version_warning(project.path()).is_some(), part == "2500");
        }
        assert_eq!(version_warning(old_project().path()), None);
    }
}
