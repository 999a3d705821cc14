//! Where passphrases of identities come from.

use std::process::{Command, Stdio};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use super::AgeError;
use super::identity::Refusal;
use crate::secrets::{Dialogue, Surroundings, Variables};

const VARIABLE: &str = "BATOU_AGE_IDENTITY_PASSPHRASE";
const PASSWORD_MANAGER: &str = "op://";

/// Why there is no passphrase.
pub(super) enum Absence {
    /// Others may have one.
    Refused(Refusal),
    /// The command makes no sense any more.
    Fatal(AgeError),
}

/// Gives passphrases as the user set them, or asks.
pub(super) struct Passphrases {
    variables: Variables,
    dialogue: Arc<dyn Dialogue>,
    /// What the password manager gave: it may ask the user, too.
    managed: Option<SecretString>,
}

impl Passphrases {
    pub(super) fn new(surroundings: &Surroundings) -> Self {
        Self { variables: surroundings.variables.clone(), dialogue: surroundings.dialogue.clone(), managed: None }
    }

    /// The passphrase of an identity.
    pub(super) fn of_identity(&mut self, shown: &str) -> Result<SecretString, Absence> {
        let Some(set) = (self.variables)(VARIABLE) else {
            return self.ask(shown).map_err(Absence::Refused);
        };
        let text = set.into_string().map(Zeroizing::new).map_err(|_| {
            Absence::Refused(Refusal::NoPassphrase { problem: format!("{VARIABLE} is not encoded in UTF-8") })
        })?;
        if !text.starts_with(PASSWORD_MANAGER) {
            return Ok(SecretString::from(text.as_str()));
        }
        if self.managed.is_none() {
            self.managed = Some(self.read_managed(&text).map_err(Absence::Fatal)?);
        }
        Ok(self.managed.clone().unwrap_or_default())
    }

    /// Asks for the passphrase of a file.
    pub(super) fn ask(&self, shown: &str) -> Result<SecretString, Refusal> {
        self.dialogue
            .ask_secret(&format!("Enter passphrase for {shown}"))
            .map_err(|error| Refusal::NoPassphrase { problem: error.to_string() })
    }

    /// Tells that a passphrase was wrong.
    pub(super) fn warn_wrong(&self, shown: &str) {
        self.dialogue.warn(&format!("the passphrase for {shown} is wrong"));
    }

    fn read_managed(&self, reference: &str) -> Result<SecretString, AgeError> {
        let failed = |problem: String| AgeError::PasswordManager { reference: reference.to_owned(), problem };
        let mut command = Command::new("op");
        command.arg("read").arg(reference).stdin(Stdio::inherit());
        if let Some(path) = (self.variables)("PATH") {
            command.env("PATH", path);
        }
        let output = command.output().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => failed("the program op is not installed".to_owned()),
            _ => failed(error.to_string()),
        })?;
        let stdout = Zeroizing::new(output.stdout);
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(failed(if said.is_empty() { output.status.to_string() } else { said }));
        }
        let text = std::str::from_utf8(&stdout).map_err(|_| failed("it is not encoded in UTF-8".to_owned()))?;
        let passphrase = SecretString::from(text.trim());
        if passphrase.expose_secret().is_empty() {
            return Err(failed("it is empty".to_owned()));
        }
        Ok(passphrase)
    }
}
