//! What the commands have in common: the project, its environments, errors and output.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use batou_core::secrets::{NoAnswer, Saved, SecretsError, Surroundings};

use crate::{
    cli::{CommandError, ErrorKind, unknown_environment},
    project,
    report::visible,
    secrets::surroundings,
};

/// The project of the working directory.
pub(super) fn here() -> Result<Surroundings, CommandError> {
    project::find().map(surroundings)
}

/// The same for files that may be outside of projects.
pub(super) fn here_or_anywhere() -> Result<Surroundings, CommandError> {
    let directory = match project::find_if_any()? {
        Some(project) => project,
        None => absolute(Path::new("."))?,
    };
    Ok(surroundings(directory))
}

/// A path that was given relative to the working directory.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, CommandError> {
    std::path::absolute(path)
        .map_err(|error| CommandError::usage(format!("cannot use {}", path.display())).with_cause(&error))
}

/// Refuses environments that the project does not have.
pub(super) fn known(name: &str, surroundings: &Surroundings) -> Result<(), CommandError> {
    let environments = project::environments(&surroundings.project);
    if environments.iter().any(|known| known == name) { Ok(()) } else { Err(unknown_environment(name, &environments)) }
}

/// An error of the core as people see it.
pub(super) fn failure(error: &SecretsError) -> CommandError {
    let kind = if is_interrupted(error) { ErrorKind::Interrupted } else { ErrorKind::Failed };
    let failed = CommandError::new(kind, error.to_string()).with_hints(error.hint());
    // Errors of the disk say their cause themselves.
    let is_new = |cause: &&(dyn std::error::Error + 'static)| !failed.message.ends_with(&cause.to_string());
    match std::error::Error::source(error).filter(is_new) {
        Some(cause) => failed.with_cause(cause),
        None => failed,
    }
}

/// The same where several environments may fail.
pub(super) fn failure_of(environment: &str, error: &SecretsError) -> CommandError {
    let mut failed = failure(error);
    failed.message = format!("environment `{environment}`: {}", failed.message);
    failed
}

/// Whether a question was answered with Ctrl-C.
fn is_interrupted(error: &(dyn std::error::Error + 'static)) -> bool {
    let is_answer = |error: &(dyn std::error::Error + 'static)| {
        matches!(error.downcast_ref::<NoAnswer>(),
                 Some(NoAnswer::Ended(cause)) if cause.kind() == io::ErrorKind::Interrupted)
    };
    let mut next = Some(error);
    while let Some(error) = next {
        if is_answer(error) {
            return true;
        }
        next = error.source();
    }
    false
}

/// Writes to standard output, exactly. Whoever closes a pipe has seen enough.
pub(super) fn write(content: &[u8]) -> Result<(), CommandError> {
    let mut output = io::stdout().lock();
    match output.write_all(content).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CommandError::failed("cannot write the output").with_cause(&error))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard output.
pub(super) fn tell(line: &str) -> Result<(), CommandError> {
    write(format!("{}\n", visible(line)).as_bytes())
}

/// Tells what a save did, each line with a heading that may be empty.
pub(super) fn tell_saved(heading: &str, saved: &Saved) -> Result<(), CommandError> {
    let mut lines = Vec::new();
    if let Some(kind) = saved.provider_added {
        lines.push(format!("added `secret_provider = {kind}` to the section [batou]"));
    }
    if let Some((from, to)) = saved.switched {
        lines.push(format!("changed the format from {from} to {to}"));
    }
    if saved.are_keys_changed {
        lines.push("other keys than before can read the secrets now: everything was encrypted anew".to_owned());
    }
    lines.extend(saved.written.iter().map(|path| format!("wrote {}", path.display())));
    lines.extend(saved.removed.iter().map(|path| format!("removed {}", path.display())));
    if saved.is_unchanged() {
        lines.push("nothing to do".to_owned());
    }
    lines.iter().try_for_each(|line| tell(&format!("{heading}{line}")))
}
