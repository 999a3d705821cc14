//! What all formats have in common.

use std::path::Path;

use super::{Kind, SecretBytes, SecretsError};

/// Decrypts and encrypts whole files in one format. Providers share the session of their command: keys are read,
/// passphrases asked for and key lists fetched once.
///
/// Paths are only for messages and programs that want one; contents are handed over by the caller, which also writes the result.
pub trait Provider {
    /// The format.
    fn kind(&self) -> Kind;

    /// The clear content of a stored file. Files of 0 bytes are empty texts and never come here.
    ///
    /// # Errors
    /// Without a key or passphrase that opens it, and if it is damaged.
    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError>;

    /// Says for whom [`Provider::encrypt`] encrypts from now on. Gives the text of `age_keys.txt`, for those formats that keep one.
    /// Formats without members take an empty list.
    ///
    /// # Errors
    /// If a member cannot be resolved, or none is left.
    fn address(&mut self, members: &[String]) -> Result<Option<String>, SecretsError>;

    /// Whether a stored file can be read by exactly those that were addressed last. Formats that cannot tell from the file say
    /// `true`; `age_keys.txt` tells for them.
    ///
    /// # Errors
    /// If the recipients of the file cannot be listed.
    fn is_addressed(&mut self, path: &Path, stored: &[u8]) -> Result<bool, SecretsError>;

    /// The stored form of a clear content, for those that were addressed last.
    ///
    /// # Errors
    /// If nobody was addressed, or a program or key fails.
    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError>;
}
