//! Main files whose values are encrypted one by one.
//!
//! The section `[batou]`, headers, names, comments and blank lines stay readable; of every other option the value is stored as
//! base64 of what a provider makes of it. An empty value stays empty.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use secrecy::ExposeSecret;

use super::document::{Document, DocumentError, utf8};
use super::{Provider, SecretsError, members};

/// Readers skip what is no base64 digit, so padding proves nothing.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The clear document of a stored one, as an editor shows it.
///
/// # Errors
/// If a value is not an encrypted one or cannot be decrypted.
pub fn read(stored: &Document, path: &Path, provider: &mut dyn Provider) -> Result<Document, SecretsError> {
    let mut clear = stored.clone();
    for section in encrypted_sections(stored) {
        for entry in stored.entries(section) {
            if entry.value().is_empty() {
                clear.replace(section, entry.name(), "");
                continue;
            }
            let digits: Vec<u8> = entry.value().bytes().filter(|byte| is_digit(*byte)).collect();
            let not_encrypted = || DocumentError::NotEncrypted {
                file: stored.file().to_owned(),
                line: entry.line(),
                option: entry.name().to_owned(),
            };
            let encrypted = LENIENT.decode(&digits).map_err(|_| not_encrypted())?;
            if encrypted.is_empty() {
                return Err(not_encrypted().into());
            }
            let place = with_line(path, entry.line());
            let value = provider.decrypt(&place, &encrypted)?;
            clear.replace(section, entry.name(), utf8(value.expose_secret(), &place)?);
        }
    }
    Ok(clear)
}

/// What a save starts from.
pub struct Previous<'a> {
    /// The document as it is stored.
    pub stored: &'a Document,
    /// The same in clear.
    pub clear: &'a Document,
}

/// The document to be stored for a clear one. Values that mean the same as before keep their stored form.
///
/// # Errors
/// If the provider cannot encrypt.
pub fn write(
    clear: &Document,
    previous: Option<&Previous<'_>>,
    path: &Path,
    provider: &mut dyn Provider,
) -> Result<Document, SecretsError> {
    let mut stored = clear.clone();
    for section in encrypted_sections(clear) {
        for entry in clear.entries(section) {
            if entry.value().is_empty() {
                stored.replace(section, entry.name(), "");
                continue;
            }
            if let Some(same) = previous.and_then(|previous| kept(previous, section, entry.name(), entry.value())) {
                stored.replace(section, entry.name(), same);
                continue;
            }
            let encrypted = provider.encrypt(&with_line(path, entry.line()), entry.value().as_bytes())?;
            stored.replace(section, entry.name(), &STANDARD.encode(encrypted));
        }
    }
    Ok(stored)
}

/// The stored form of a value that has not changed.
fn kept<'a>(previous: &Previous<'a>, section: &str, name: &str, value: &str) -> Option<&'a str> {
    let of_name = |document: &'a Document| document.get(section, name).filter(|entry| entry.name() == name);
    let clear = of_name(previous.clear)?;
    let stored = of_name(previous.stored)?.value();
    (clear.value() == value && !stored.is_empty()).then_some(stored)
}

fn encrypted_sections(document: &Document) -> impl Iterator<Item = &str> {
    document.sections().filter(|section| *section != members::SECTION)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Messages about one value name its line.
fn with_line(path: &Path, line: usize) -> PathBuf {
    let mut place = path.as_os_str().to_owned();
    if line > 0 {
        place.push(format!(":{line}"));
    }
    PathBuf::from(place)
}
