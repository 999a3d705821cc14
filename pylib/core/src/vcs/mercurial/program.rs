//! The program hg.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::fs::FsError;
use crate::process::{Command, Output, ProcessError, quote, run};
use crate::vcs::git::masked;

/// What the shell says about a program that is not there.
const NOT_FOUND: i32 = 127;

/// Something about a checkout could not be told or done.
#[derive(Debug, thiserror::Error)]
pub enum MercurialError {
    /// There is no program.
    #[error("the program hg is not installed")]
    NoProgram,
    /// A directory belongs to no repository.
    #[error("{} is in no Mercurial repository", path.display())]
    NoRepository {
        /// The directory.
        path: PathBuf,
    },
    /// The program failed.
    #[error("{command} failed with return code {code}: {output}")]
    Program {
        /// The command, without passwords.
        command: String,
        /// Its return code.
        code: i32,
        /// What it said, without passwords.
        output: String,
    },
    /// The program answers what it never should.
    #[error("{command} gave {answer:?}, which is no hash")]
    Answer {
        /// The command.
        command: String,
        /// The answer.
        answer: String,
    },
    /// The program could not be run.
    #[error("cannot run the program hg")]
    Process(#[source] ProcessError),
    /// A file could not be looked at or changed.
    #[error(transparent)]
    Disk(#[from] FsError),
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

impl MercurialError {
    /// What to do about it, if that can be said.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoProgram => {
                Some("Install Mercurial on the controller and on the hosts, or use another update_method.")
            }
            Self::NoRepository { .. } => {
                Some("Put the project into one (hg init), or set `update_method` in [environment] to another method.")
            }
            _ => None,
        }
    }
}

/// Runs hg in a directory and gives what it said, whatever its code.
pub(super) fn ask(
    directory: &Path,
    arguments: &[&str],
    interrupted: &dyn Fn() -> bool,
) -> Result<Output, MercurialError> {
    let environment: [(OsString, OsString); 2] = [("LC_ALL".into(), "C".into()), ("HGPLAIN".into(), "1".into())];
    let script = shown(arguments);
    match run(&Command::new(&script).environment(&environment).directory(directory), interrupted) {
        Ok(output) if output.code == NOT_FOUND => Err(MercurialError::NoProgram),
        Ok(output) => Ok(output),
        Err(ProcessError::Interrupted) => Err(MercurialError::Interrupted),
        Err(error) => Err(MercurialError::Process(error)),
    }
}

/// The same where only the code 0 is success.
pub(super) fn hg(
    directory: &Path,
    arguments: &[&str],
    interrupted: &dyn Fn() -> bool,
) -> Result<Vec<u8>, MercurialError> {
    let output = ask(directory, arguments, interrupted)?;
    if output.code == 0 { Ok(output.stdout) } else { Err(failed(arguments, &output)) }
}

/// The error that a code is.
pub(super) fn failed(arguments: &[&str], output: &Output) -> MercurialError {
    let said = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
    MercurialError::Program {
        command: masked(&shown(arguments)),
        code: output.code,
        output: masked(String::from_utf8_lossy(said).trim_end()),
    }
}

/// What makes ssh ask nobody, for commands that reach another repository; nothing where the user has said how ssh is called.
pub(super) fn without_questions(directory: &Path) -> Result<Vec<&'static str>, MercurialError> {
    let configured = ask(directory, &["config", "ui.ssh"], &|| false)?.code == 0;
    Ok(if configured { Vec::new() } else { vec!["--config", "ui.ssh=ssh -o BatchMode=yes"] })
}

pub(super) fn shown(arguments: &[&str]) -> String {
    let words: Vec<String> = arguments.iter().map(|argument| quote(argument)).collect();
    format!("hg --noninteractive {}", words.join(" "))
}
