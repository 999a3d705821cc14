//! Decrypting the content of one file.

use std::cell::RefCell;
use std::io;
use std::path::Path;

use ::age::armor::ArmoredReader;
use ::age::{DecryptError, Decryptor, Identity, scrypt};
use age_core::format::{FileKey, Stanza};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::AgeError;
use super::identity::Refusal;
use super::keyring::{Failure, Keyring};
use crate::secrets::SecretBytes;

/// What binary files begin with, before the version.
pub(super) const MAGIC: &[u8] = b"age-encryption.org/";
/// The whole first line of the known version.
const KNOWN: &[u8] = b"age-encryption.org/v1\n";
/// What files in text form begin with.
pub(super) const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// The work that checking a passphrase may take, as an exponent: a GiB of memory and some seconds. `age -p` writes 18.
pub(super) const MOST_WORK: u8 = 20;

/// Passes the question for the key of a file on to the user's identities, and keeps why there is none.
struct Asking<'a> {
    keyring: RefCell<&'a mut Keyring>,
    failure: RefCell<Option<Failure>>,
}

impl Identity for Asking<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.unwrap_stanzas(std::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        match self.keyring.borrow_mut().open(stanzas) {
            Ok(file_key) => Some(Ok(file_key)),
            Err(failure) => {
                *self.failure.borrow_mut() = Some(failure);
                None
            }
        }
    }
}

/// The clear content of a file. `passphrase` is the one that opened a file before, for files that have one instead of
/// recipients.
pub(super) fn decrypt(
    path: &Path,
    stored: &[u8],
    keyring: &mut Keyring,
    passphrase: &mut Option<SecretString>,
) -> Result<SecretBytes, AgeError> {
    let begins_like = |whole: &[u8]| stored.starts_with(whole) || (!stored.is_empty() && whole.starts_with(stored));
    // Text may have blank lines before it.
    let is_armored = stored.trim_ascii_start().starts_with(ARMOR);
    if !begins_like(MAGIC) && !begins_like(ARMOR) && !is_armored {
        return Err(AgeError::NotAge { path: path.to_owned() });
    }
    let stored = if is_armored { stored.trim_ascii_start() } else { stored };
    let errors = Errors { path, is_armored, is_known: stored.starts_with(KNOWN) };
    let decryptor = || Decryptor::new_buffered(ArmoredReader::new(stored)).map_err(|error| errors.translate(error));
    let opened = decryptor()?;
    if opened.is_scrypt() {
        return with_passphrase(&errors, decryptor, keyring, passphrase, stored.len());
    }
    let asking = Asking { keyring: RefCell::new(keyring), failure: RefCell::new(None) };
    match opened.decrypt(std::iter::once(&asking as &dyn Identity)) {
        Ok(reader) => errors.read(reader, stored.len()),
        Err(error) => Err(match asking.failure.into_inner() {
            Some(Failure::Fatal(error)) => error,
            Some(Failure::NoneOpens(tried)) => AgeError::NoIdentityOpens { path: path.to_owned(), tried },
            Some(Failure::NoneExists(looked_for)) => AgeError::NoPrivateKey { path: path.to_owned(), looked_for },
            None => errors.translate(error),
        }),
    }
}

fn with_passphrase<'a>(
    errors: &Errors<'_>,
    decryptor: impl Fn() -> Result<Decryptor<ArmoredReader<io::BufReader<&'a [u8]>>>, AgeError>,
    keyring: &Keyring,
    known: &mut Option<SecretString>,
    length: usize,
) -> Result<SecretBytes, AgeError> {
    let attempt = |passphrase: &SecretString| {
        let mut identity = scrypt::Identity::new(passphrase.clone());
        identity.set_max_work_factor(MOST_WORK);
        match decryptor()?.decrypt(std::iter::once(&identity as &dyn Identity)) {
            Ok(reader) => errors.read(reader, length).map(Some),
            Err(DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys) => {
                Ok(None)
            }
            Err(error) => Err(errors.translate(error)),
        }
    };
    if let Some(passphrase) = known.as_ref()
        && let Some(clear) = attempt(passphrase)?
    {
        return Ok(clear);
    }
    let refused = |refusal: Refusal| AgeError::Passphrase { path: errors.path.to_owned(), refusal };
    let passphrase = keyring.passphrases.ask(&errors.path.display().to_string()).map_err(refused)?;
    match attempt(&passphrase)? {
        Some(clear) => {
            *known = Some(passphrase);
            Ok(clear)
        }
        None => Err(refused(Refusal::WrongPassphrase)),
    }
}

/// Turns the crate's errors into ours.
struct Errors<'a> {
    path: &'a Path,
    is_armored: bool,
    /// Whether the first line is that of the known version: the crate takes damaged headers for those of other versions.
    is_known: bool,
}

impl Errors<'_> {
    fn read(&self, mut reader: impl io::Read, length: usize) -> Result<SecretBytes, AgeError> {
        // Room for all, as growing would leave copies behind.
        let mut clear = Zeroizing::new(Vec::with_capacity(length));
        reader.read_to_end(&mut clear).map_err(|error| self.of_stream(&error))?;
        Ok(SecretBytes::from(Box::<[u8]>::from(clear.as_slice())))
    }

    fn translate(&self, error: DecryptError) -> AgeError {
        let path = self.path.to_owned();
        match error {
            DecryptError::UnknownFormat if !self.is_known => AgeError::UnknownVersion { path },
            DecryptError::InvalidMac => AgeError::Mac { path },
            DecryptError::ExcessiveWork { required, .. } => AgeError::ExcessiveWork { path, required, most: MOST_WORK },
            DecryptError::Io(error) => self.of_stream(&error),
            _ => AgeError::Header { path },
        }
    }

    fn of_stream(&self, error: &io::Error) -> AgeError {
        let path = self.path.to_owned();
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return AgeError::Truncated { path };
        }
        match error.get_ref().and_then(|inner| inner.downcast_ref::<::age::armor::ArmoredReadError>()) {
            Some(problem) if self.is_armored => AgeError::Armor { path, problem: problem.to_string() },
            _ => AgeError::Content { path },
        }
    }
}
