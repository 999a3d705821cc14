//! Files of batou 0.2, as aespipe makes them. `docs/secrets-formats.md` describes them byte by byte.

mod error;
mod format;
#[cfg(test)]
mod format_tests;

use std::path::Path;

pub use error::AespipeError;
pub use format::{decrypt, encrypt};

use super::passphrase::PassphraseSource;
use super::{SecretBytes, SecretsError, Surroundings};

/// The clear content of a file of batou 0.2; an empty file is an empty content. The passphrase is looked for as for files of the
/// format `aes`.
///
/// # Errors
/// Without the right passphrase, and if the file is damaged.
pub fn open_aespipe(path: &Path, stored: &[u8], surroundings: &Surroundings) -> Result<SecretBytes, SecretsError> {
    if stored.is_empty() {
        return Ok(SecretBytes::default());
    }
    let passphrase = PassphraseSource::new(surroundings).existing(path)?;
    Ok(decrypt(path, stored, &passphrase)?)
}
