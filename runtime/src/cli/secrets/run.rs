//! From arguments to what is done.

use super::{SecretsCommand, SecretsOptions, diff, edit, files, members, migrate, summary, textconv, values};
use crate::cli::{CommandError, ExitCode, print_error};

/// Does what was asked for.
pub fn run_secrets(options: &SecretsOptions) -> ExitCode {
    finish(run(&options.command))
}

/// Shows an error, if there is one, and gives the exit code.
pub(super) fn finish(result: Result<(), CommandError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::Success,
        Err(error) => print_error(&error, None, false, &mut std::io::stderr()),
    }
}

fn run(command: &SecretsCommand) -> Result<(), CommandError> {
    match command {
        SecretsCommand::Edit { editor, environment, file } => {
            edit::edit_environment(environment, file.as_deref(), editor.as_deref())
        }
        SecretsCommand::Summary => summary::summary(),
        SecretsCommand::Add { key, selection } => members::change(selection, &members::Change::Add(key)),
        SecretsCommand::Remove { key, selection } => members::change(selection, &members::Change::Remove(key)),
        SecretsCommand::Reencrypt { force, selection } => {
            members::change(selection, &members::Change::Reencrypt { force: *force })
        }
        SecretsCommand::Decrypttostdout { file } => files::decrypt(file),
        SecretsCommand::Get { environment, key } => values::get(environment, key),
        SecretsCommand::Set { environment, key } => values::set(environment, key),
        SecretsCommand::Diff { names, environment, old, new } => diff::diff(environment, old, new.as_deref(), *names),
        SecretsCommand::Migrate { environment, to, members } => migrate::migrate(environment, *to, members),
        SecretsCommand::Textconv { apply } => textconv::textconv(*apply),
    }
}
