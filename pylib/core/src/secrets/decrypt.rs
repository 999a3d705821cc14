//! Decrypting any file by its name.

use std::path::Path;

use secrecy::ExposeSecret;

use super::open::{decrypt, open_provider, shown};
use super::store::clear_text;
use super::{Kind, SecretBytes, SecretsError, Surroundings};
use crate::fs;

/// The clear content of an encrypted file, whose format follows from the end of its name. For a diffable main file it is the text
/// that an editor shows. Relative paths start at the project directory.
///
/// # Errors
/// If the name tells no format, and whatever keeps the file from being read or decrypted.
pub fn decrypt_file(path: &Path, surroundings: &Surroundings) -> Result<SecretBytes, SecretsError> {
    let path = surroundings.project.join(path);
    let place = shown(&surroundings.project, &path);
    let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
    let Some(kind) = Kind::from_name(suffix) else {
        return Err(SecretsError::UnknownSuffix { path: place });
    };
    let stored = fs::read(&path)?;
    if stored.is_empty() {
        return Ok(SecretBytes::default());
    }
    let mut provider = open_provider(kind, surroundings)?;
    if kind == Kind::AgeDiffable {
        let text = clear_text(provider.as_mut(), kind, &place, &stored)?;
        return Ok(SecretBytes::from(text.expose_secret().as_bytes().to_vec()));
    }
    decrypt(provider.as_mut(), &place, &stored)
}
