//! What all providers of one command have in common.

use secrecy::SecretString;

use super::key_list::KeyLists;
use super::keyring::Keyring;
use crate::secrets::Surroundings;

/// Keys, passphrases and key lists: each is read, asked for and fetched once.
pub(in crate::secrets) struct AgeKeys {
    pub(super) keyring: Keyring,
    pub(super) lists: KeyLists,
    /// The one that opened a file which has a passphrase instead of recipients.
    pub(super) passphrase: Option<SecretString>,
}

impl AgeKeys {
    /// The identities of the user. None is read before it is needed.
    pub(in crate::secrets) fn new(surroundings: &Surroundings) -> Self {
        Self {
            keyring: Keyring::new(surroundings),
            lists: KeyLists::new(surroundings.dialogue.clone()),
            passphrase: None,
        }
    }
}
