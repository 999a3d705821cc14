//! What one command found out, so that it asks nobody twice.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};

use super::Surroundings;
use super::age::AgeKeys;

/// Unlocked keys, passphrases and key lists of one command. Clones share them, so that several environments have them in common.
#[derive(Clone, Default)]
pub struct Session(Arc<Held>);

#[derive(Default)]
struct Held {
    age: OnceLock<Arc<Mutex<AgeKeys>>>,
    passphrases: Mutex<Vec<SecretString>>,
}

impl Session {
    /// The keys for age files, which are those of the first that asks.
    pub(super) fn age(&self, surroundings: &Surroundings) -> Arc<Mutex<AgeKeys>> {
        self.0.age.get_or_init(|| Arc::new(Mutex::new(AgeKeys::new(surroundings)))).clone()
    }

    /// A passphrase that opened files of this command, in the order in which they were found.
    pub(super) fn passphrase(&self, index: usize) -> Option<SecretString> {
        self.0.passphrases.lock().unwrap_or_else(PoisonError::into_inner).get(index).cloned()
    }

    /// Keeps a passphrase that opened a file.
    pub(super) fn remember(&self, passphrase: &SecretString) {
        let mut known = self.0.passphrases.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.iter().any(|one| one.expose_secret() == passphrase.expose_secret()) {
            known.push(passphrase.clone());
        }
    }
}
