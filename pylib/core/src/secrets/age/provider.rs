//! Decrypts with the user's identities, encrypts for members.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ::age::{EncryptError, Encryptor, Recipient};

use super::AgeError;
use super::callbacks::PluginDialogue;
use super::content;
use super::keys::AgeKeys;
use super::recipients::{self, Recipients};
use crate::secrets::{Kind, Provider, SecretBytes, SecretsError, Surroundings};

/// Whole files, or single values, encrypted with age. Those of one session read and unlock identities once, and fetch key lists
/// once.
pub struct AgeProvider {
    keys: Arc<Mutex<AgeKeys>>,
    dialogue: PluginDialogue,
    addressed: Option<Recipients>,
}

impl AgeProvider {
    /// A provider with the identities of the user. None is read before it is needed.
    pub fn new(surroundings: &Surroundings) -> Self {
        Self {
            keys: surroundings.session.age(surroundings),
            dialogue: PluginDialogue(surroundings.dialogue.clone()),
            addressed: None,
        }
    }
}

impl Provider for AgeProvider {
    fn kind(&self) -> Kind {
        Kind::Age
    }

    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let AgeKeys { keyring, passphrase, .. } = &mut *keys;
        Ok(content::decrypt(path, stored, keyring, passphrase)?)
    }

    fn address(&mut self, members: &[String]) -> Result<Option<String>, SecretsError> {
        // A failure must not leave those before addressed.
        self.addressed = None;
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let addressed = recipients::resolve(members, &mut keys.lists, &self.dialogue)?;
        drop(keys);
        let text = addressed.text.clone();
        self.addressed = Some(addressed);
        Ok(Some(text))
    }

    /// Always `true`: the recipients that are named in a file are not those of X25519 and plugins. `age_keys.txt` tells.
    fn is_addressed(&mut self, _: &Path, _: &[u8]) -> Result<bool, SecretsError> {
        Ok(true)
    }

    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let addressed = self.addressed.as_ref().ok_or_else(|| AgeError::NotAddressed { path: path.to_owned() })?;
        let failed =
            |error: &dyn std::fmt::Display| AgeError::Encrypt { path: path.to_owned(), problem: error.to_string() };
        let recipients = addressed.recipients.iter().map(|recipient| &**recipient as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(recipients).map_err(|error| match error {
            EncryptError::IncompatibleRecipients { .. } => {
                failed(&"keys that withstand quantum computers do not go together with others")
            }
            error => failed(&error),
        })?;
        let mut stored = Vec::with_capacity(clear.len() + 1024);
        let mut writer = encryptor.wrap_output(&mut stored).map_err(|error| failed(&error))?;
        writer.write_all(clear).map_err(|error| failed(&error))?;
        writer.finish().map_err(|error| failed(&error))?;
        Ok(stored)
    }
}
