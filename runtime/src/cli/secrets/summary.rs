//! `batou secrets summary`.

use std::fmt::Write as _;

use batou_core::secrets::{Kind, SecretsError, Store, Surroundings};

use super::project::{failure_of, here, write};
use crate::{
    cli::{CommandError, print_error},
    project::environments,
    report::visible,
};

/// Tells who can read the secrets of each environment, all of which are decrypted, in the layout of batou 2.x.
pub(super) fn summary() -> Result<(), CommandError> {
    let surroundings = here()?;
    let mut failed = 0;
    for environment in environments(&surroundings.project) {
        match of_environment(&environment, &surroundings) {
            Ok(text) => write(visible(&text).as_bytes())?,
            Err(error) => {
                failed += 1;
                print_error(&failure_of(&environment, &error), None, false, &mut std::io::stderr());
            }
        }
    }
    match failed {
        0 => Ok(()),
        1 => Err(CommandError::failed("the secrets of one environment cannot be read")),
        number => Err(CommandError::failed(format!("the secrets of {number} environments cannot be read"))),
    }
}

fn of_environment(environment: &str, surroundings: &Surroundings) -> Result<String, SecretsError> {
    let mut store = Store::open(environment, surroundings)?;
    let Some(kind) = store.kind() else {
        return Ok(format!("{environment}\n\tNo secrets found.\n"));
    };
    let mut text = format!("{environment}\n\t members\n");
    for member in store.members()? {
        let _ = writeln!(text, "\t\t- {member}");
    }
    if kind == Kind::Aes {
        text.push_str("\t\t(who knows the passphrase)\n");
    }
    text.push_str("\t secret files\n");
    for name in store.files().to_vec() {
        // So that a damaged file, or one that was forgotten when a member came, is told of.
        store.read_file(&name)?;
        let _ = writeln!(text, "\t\t- {name}");
    }
    if store.files().is_empty() {
        text.push_str("\t\t(none)\n");
    }
    text.push('\n');
    Ok(text)
}
