//! Opening a provider by the name of its format.

use std::path::{Path, PathBuf};

use super::age::AgeProvider;
use super::gpg::GpgProvider;
use super::passphrase::PassphraseProvider;
use super::{Kind, Provider, SecretBytes, SecretsError, Surroundings};

/// Opens the provider of a format. No key is read and nobody is asked before it is used. What is stored in diffable files, and the
/// files beside them, are files of [`Kind::Age`].
pub(super) fn open_provider(kind: Kind, surroundings: &Surroundings) -> Result<Box<dyn Provider>, SecretsError> {
    Ok(match kind {
        Kind::Age | Kind::AgeDiffable => Box::new(AgeProvider::new(surroundings)),
        Kind::Gpg => Box::new(GpgProvider::new(surroundings)),
        Kind::Aes => Box::new(OfAnyAge(PassphraseProvider::new(surroundings))),
    })
}

/// Files with names in `.aes` can be of batou 0.2. They become files of our own format when they are saved.
struct OfAnyAge(PassphraseProvider);

impl Provider for OfAnyAge {
    fn kind(&self) -> Kind {
        self.0.kind()
    }

    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        self.0.decrypt_of_any_age(path, stored)
    }

    fn address(&mut self, members: &[String]) -> Result<Option<String>, SecretsError> {
        self.0.address(members)
    }

    fn is_addressed(&mut self, path: &Path, stored: &[u8]) -> Result<bool, SecretsError> {
        self.0.is_addressed(path, stored)
    }

    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError> {
        self.0.encrypt(path, clear)
    }
}

/// Decrypts a stored file; one of 0 bytes is an empty content.
pub(super) fn decrypt(provider: &mut dyn Provider, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
    if stored.is_empty() { Ok(SecretBytes::default()) } else { provider.decrypt(path, stored) }
}

/// A path as messages show it: relative to the project if it lies in it.
pub(super) fn shown(project: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(project).unwrap_or(path).to_owned()
}
