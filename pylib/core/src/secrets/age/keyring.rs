//! All identities of the user, tried one after the other.

use std::path::PathBuf;

use age_core::format::{FileKey, Stanza};

use super::AgeError;
use super::callbacks::PluginDialogue;
use super::identity::{IdentityEntry, Refusal, Trial};
use super::identity_paths::identity_paths;
use super::passphrases::Passphrases;
use crate::secrets::Surroundings;

/// The identities of the user.
pub(super) struct Keyring {
    entries: Vec<IdentityEntry>,
    /// Whether the user named the files. Of the usual ones nobody expects that all exist.
    named: bool,
    pub(super) passphrases: Passphrases,
    dialogue: PluginDialogue,
}

/// Why no identity opened a file.
pub(super) enum Failure {
    NoneOpens(Vec<(PathBuf, Refusal)>),
    /// None of the usual files exists.
    NoneExists(Vec<PathBuf>),
    Fatal(AgeError),
}

impl Keyring {
    pub(super) fn new(surroundings: &Surroundings) -> Self {
        let (paths, named) = identity_paths(surroundings);
        Self {
            entries: paths.into_iter().map(IdentityEntry::new).collect(),
            named,
            passphrases: Passphrases::new(surroundings),
            dialogue: PluginDialogue(surroundings.dialogue.clone()),
        }
    }

    /// The key of a file with these recipients. What needs no passphrase is tried first, so that nobody is asked in vain.
    pub(super) fn open(&mut self, stanzas: &[Stanza]) -> Result<FileKey, Failure> {
        for entry in &mut self.entries {
            if let Trial::Opened(file_key) = entry.try_without_asking(stanzas, &self.dialogue) {
                return Ok(file_key);
            }
        }
        let mut tried = Vec::new();
        for entry in &mut self.entries {
            match entry.try_asking(stanzas, &mut self.passphrases, &self.dialogue) {
                Trial::Opened(file_key) => return Ok(file_key),
                Trial::Fatal(error) => return Err(Failure::Fatal(error)),
                Trial::Refused(Refusal::Missing) if !self.named => {}
                Trial::Refused(refusal) => tried.push((entry.path.clone(), refusal)),
                Trial::Locked => tried.push((entry.path.clone(), Refusal::NotRecipient)),
            }
        }
        if tried.is_empty() {
            return Err(Failure::NoneExists(self.entries.iter().map(|entry| entry.path.clone()).collect()));
        }
        Err(Failure::NoneOpens(tried))
    }
}
