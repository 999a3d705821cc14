//! `batou secrets get` and `set`.

use std::io::{self, IsTerminal, Read};

use batou_core::secrets::{Store, Surroundings};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::project::{failure, here, known, tell_saved, write};
use crate::cli::{CommandError, ErrorKind};

/// What a key begins with that names a file.
const FILE: &str = "file:";

/// Writes one value, exactly; on a terminal with a line end.
pub(super) fn get(environment: &str, key: &str) -> Result<(), CommandError> {
    let mut store = open(environment, &here()?)?;
    let mut value = match file_of(key)? {
        Some(name) => {
            if !store.files().iter().any(|known| known == name) {
                return Err(CommandError::failed(format!("environment {environment} has no secret file {name}"))
                    .with_hint("`batou secrets summary` lists them"));
            }
            let content = store.read_file(name).map_err(|error| failure(&error))?;
            Zeroizing::new(content.expose_secret().to_vec())
        }
        None => {
            let value = store.get(key).map_err(|error| failure(&error))?;
            Zeroizing::new(value.expose_secret().as_bytes().to_vec())
        }
    };
    if io::stdout().is_terminal() && !value.ends_with(b"\n") {
        value.push(b'\n');
    }
    write(&value)
}

/// Sets one value from standard input.
pub(super) fn set(environment: &str, key: &str) -> Result<(), CommandError> {
    let surroundings = here()?;
    let mut store = open(environment, &surroundings)?;
    let name = file_of(key)?;
    let _lock = store.lock().map_err(|error| failure(&error))?;
    let saved = match name {
        Some(name) => store.save_file(name, &input(key, &surroundings)?),
        None => {
            let input = input(key, &surroundings)?;
            let text = std::str::from_utf8(&input).map_err(|_| {
                CommandError::failed("the value is not UTF-8")
                    .with_hint("bytes belong into a secret file: `batou secrets set ENVIRONMENT file:NAME`")
            })?;
            let text = text.strip_suffix('\n').unwrap_or(text);
            store.set(key, &SecretString::from(text.strip_suffix('\r').unwrap_or(text)))
        }
    };
    tell_saved("", &saved.map_err(|error| failure(&error))?)
}

fn open(environment: &str, surroundings: &Surroundings) -> Result<Store, CommandError> {
    known(environment, surroundings)?;
    Store::open(environment, surroundings).map_err(|error| failure(&error))
}

/// The name of the file that a key means.
fn file_of(key: &str) -> Result<Option<&str>, CommandError> {
    match key.strip_prefix(FILE) {
        Some(name) if name.is_empty() || name.contains('/') => {
            Err(CommandError::usage(format!("`{key}` names no secret file")).with_hint("write it as file:NAME"))
        }
        name => Ok(name),
    }
}

fn input(key: &str, surroundings: &Surroundings) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    if io::stdin().is_terminal() {
        let asked = surroundings.dialogue.ask_secret(&format!("Value of {key}"));
        return match asked {
            Ok(value) => Ok(Zeroizing::new(value.expose_secret().as_bytes().to_vec())),
            Err(batou_core::secrets::NoAnswer::Ended(error)) if error.kind() == io::ErrorKind::Interrupted => {
                Err(CommandError::new(ErrorKind::Interrupted, "interrupted; nothing was changed"))
            }
            Err(error) => Err(CommandError::failed("there is no value").with_cause(&error)),
        };
    }
    let mut content = Zeroizing::new(Vec::new());
    match io::stdin().lock().read_to_end(&mut content) {
        Ok(_) => Ok(content),
        Err(error) => Err(CommandError::failed("cannot read the value").with_cause(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_files_are_told_apart() {
        assert_eq!(file_of("file:tls.key").expect("a file"), Some("tls.key"));
        assert_eq!(file_of("file.option").expect("an option"), None);
        assert_eq!(file_of("host:web1.token").expect("an option"), None);
        for key in ["file:", "file:../x"] {
            assert_eq!(file_of(key).expect_err("no file").kind, ErrorKind::Usage);
        }
    }
}
