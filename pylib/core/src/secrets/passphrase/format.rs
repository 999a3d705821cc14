//! The file: some lines of text, so that it can be sent by mail and kept by version control without further precautions.
//!
//! ```text
//! batou-aes 1
//! scrypt LOG_N R P SALT
//! check CHECK
//! iv IV
//! CIPHERTEXT, 64 characters a line
//! hmac-sha256 CODE
//! ```

use std::path::Path;

use aes::Aes256;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::PassphraseError;
use super::keys::{CHECK_LENGTH, Cost, Keys, Salt};
use crate::secrets::SecretBytes;

const MAGIC: &str = "batou-aes ";
const VERSION: &str = "1";
const BLOCK: usize = 16;
/// How long the lines of the ciphertext are.
const WIDTH: usize = 64;
const CODE: &str = "hmac-sha256 ";

/// Whether bytes begin as the files of this format do, of whatever version.
pub fn is_passphrase_file(stored: &[u8]) -> bool {
    stored.starts_with(MAGIC.as_bytes())
}

/// A file, read but not yet checked against a passphrase.
pub(super) struct Sealed {
    pub cost: Cost,
    pub salt: Salt,
    check: [u8; CHECK_LENGTH],
    iv: [u8; BLOCK],
    ciphertext: Vec<u8>,
    /// All that the code covers.
    covered: Vec<u8>,
    code: [u8; 32],
}

impl Sealed {
    /// Takes a file apart.
    ///
    /// # Errors
    /// If it is of another format or version, or breaks the rules of this one.
    pub fn parse(path: &Path, stored: &[u8]) -> Result<Sealed, PassphraseError> {
        let truncated = || PassphraseError::Truncated { path: path.to_path_buf() };
        let damaged = |what| PassphraseError::Damaged { path: path.to_path_buf(), what };
        if MAGIC.as_bytes().starts_with(stored) {
            return Err(truncated());
        }
        if !is_passphrase_file(stored) {
            return Err(PassphraseError::OtherFormat { path: path.to_path_buf() });
        }
        let stored = without_carriage_returns(stored);
        let text = std::str::from_utf8(&stored).map_err(|_| damaged("it is no text"))?;
        let (first, _) = text.split_once('\n').ok_or_else(truncated)?;
        let version = &first[MAGIC.len()..];
        if version != VERSION {
            let version = version.chars().take(WIDTH).collect();
            return Err(PassphraseError::Version { path: path.to_path_buf(), version });
        }
        let lines = text.strip_suffix('\n').ok_or_else(truncated)?;
        let (covered, last) = lines.rsplit_once('\n').ok_or_else(truncated)?;
        let code = last.strip_prefix(CODE).ok_or_else(truncated)?;
        let code = fixed(code).ok_or_else(|| damaged("its last line has no authentication code"))?;
        let mut lines = covered.split('\n').skip(1);
        let (cost, salt) = lines.next().and_then(derivation).ok_or_else(|| damaged("line 2 is no line of scrypt"))?;
        if cost.parameters().is_none() {
            let Cost { log_n, r, p } = cost;
            return Err(PassphraseError::Cost { path: path.to_path_buf(), log_n, r, p });
        }
        let named = |line: Option<&str>, name: &str| fixed(line?.strip_prefix(name)?);
        let check = named(lines.next(), "check ").ok_or_else(|| damaged("line 3 has no check value"))?;
        let iv = named(lines.next(), "iv ").ok_or_else(|| damaged("line 4 has no initial vector"))?;
        let ciphertext = BASE64.decode(lines.collect::<String>()).map_err(|_| damaged("its content is no base64"))?;
        let covered = format!("{covered}\n").into_bytes();
        Ok(Sealed { cost, salt, check, iv, ciphertext, covered, code })
    }

    /// The clear content.
    ///
    /// # Errors
    /// [`PassphraseError::Wrong`] if the keys are others, and [`PassphraseError::Damaged`].
    pub fn open(&self, path: &Path, keys: &Keys) -> Result<SecretBytes, PassphraseError> {
        let damaged = |what| PassphraseError::Damaged { path: path.to_path_buf(), what };
        if !is_equal(keys.check(), &self.check) {
            return Err(PassphraseError::Wrong { path: path.to_path_buf() });
        }
        if code_of(keys, &self.covered).verify_slice(&self.code).is_err() {
            return Err(damaged("its content does not belong to its authentication code"));
        }
        let unreadable = || damaged("its content is no whole number of blocks");
        let mut clear = Zeroizing::new(vec![0; self.ciphertext.len()]);
        let length = cbc::Decryptor::<Aes256>::new_from_slices(keys.cipher(), &self.iv)
            .map_err(|_| unreadable())?
            .decrypt_padded_b2b::<Pkcs7>(&self.ciphertext, &mut clear)
            .map_err(|_| unreadable())?
            .len();
        Ok(SecretBytes::from(clear[..length].to_vec()))
    }
}

/// The file of a clear content. Each call wants an initial vector of its own.
pub(super) fn seal(clear: &[u8], keys: &Keys, salt: &Salt, cost: Cost, iv: &[u8; BLOCK]) -> Vec<u8> {
    let Cost { log_n, r, p } = cost;
    let mut text = format!(
        "{MAGIC}{VERSION}\nscrypt {log_n} {r} {p} {salt}\ncheck {check}\niv {iv}\n",
        salt = BASE64.encode(salt),
        check = BASE64.encode(keys.check()),
        iv = BASE64.encode(iv),
    )
    .into_bytes();
    let cipher: &[u8; 32] = keys.cipher().try_into().expect("the key has 32 bytes");
    let ciphertext = cbc::Encryptor::<Aes256>::new(cipher.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(clear);
    for line in BASE64.encode(ciphertext).as_bytes().chunks(WIDTH) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    let code = code_of(keys, &text).finalize().into_bytes();
    text.extend_from_slice(format!("{CODE}{}\n", BASE64.encode(code)).as_bytes());
    text
}

fn code_of(keys: &Keys, covered: &[u8]) -> Hmac<Sha256> {
    let mut code = <Hmac<Sha256> as KeyInit>::new_from_slice(keys.authentication()).expect("any length is a key");
    code.update(covered);
    code
}

/// Compares in a time that tells nothing about the content.
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right)) == 0
}

/// Mail and version control may change the ends of lines, which does no harm.
fn without_carriage_returns(stored: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(stored.len());
    for (place, &byte) in stored.iter().enumerate() {
        if byte != b'\r' || stored.get(place + 1) != Some(&b'\n') {
            result.push(byte);
        }
    }
    result
}

fn fixed<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    BASE64.decode(text).ok()?.try_into().ok()
}

fn derivation(line: &str) -> Option<(Cost, Salt)> {
    let mut words = line.strip_prefix("scrypt ")?.split(' ');
    let cost = Cost { log_n: number(words.next()?)?, r: number(words.next()?)?, p: number(words.next()?)? };
    let salt = fixed(words.next()?)?;
    words.next().is_none().then_some((cost, salt))
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
