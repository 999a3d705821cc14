//! The bytes: AES-128-CBC in sectors of 512 bytes, each with its number as initial vector, and a checksum inside.

use std::path::Path;

use aes::Aes128;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::AespipeError;
use crate::secrets::SecretBytes;

const BLOCK: usize = 16;
const SECTOR: usize = 512;
/// The hexadecimal digits of a SHA-1, and the end of line after them.
const CHECKSUM: usize = 41;
/// The number of lines from which on aespipe takes each as a key.
const MANY: usize = 64;

/// The clear content of a file that is not empty.
///
/// # Errors
/// [`AespipeError`]; a wrong passphrase and a damaged file look the same.
pub fn decrypt(path: &Path, stored: &[u8], passphrase: &SecretString) -> Result<SecretBytes, AespipeError> {
    if !stored.len().is_multiple_of(BLOCK) {
        return Err(AespipeError::Size { path: path.to_path_buf(), size: stored.len() });
    }
    let key = key(significant(passphrase)?);
    let mut clear = Zeroizing::new(stored.to_vec());
    for (number, sector) in clear.chunks_mut(SECTOR).enumerate() {
        cbc::Decryptor::<Aes128>::new((&*key).into(), &initial_vector(number).into())
            .decrypt_padded::<NoPadding>(sector)
            .map_err(|_| AespipeError::NoChecksum { path: path.to_path_buf() })?;
    }
    let start = clear.iter().position(|&byte| byte != 0).unwrap_or(clear.len());
    let end = clear.iter().rposition(|&byte| byte != 0).map_or(start, |last| last + 1);
    let clear = &clear[start..end];
    let Some(line) = clear.iter().position(|&byte| byte == b'\n') else {
        return Err(AespipeError::NoChecksum { path: path.to_path_buf() });
    };
    let content = &clear[line + 1..];
    if clear[..line] != *checksum(content) {
        return Err(AespipeError::Checksum { path: path.to_path_buf() });
    }
    Ok(SecretBytes::from(content.to_vec()))
}

/// The file of a content, for whoever has nothing newer.
///
/// # Errors
/// If the passphrase or the content cannot be used with this format.
pub fn encrypt(content: &[u8], passphrase: &SecretString) -> Result<Vec<u8>, AespipeError> {
    let passphrase = significant(passphrase)?;
    if !(20..=4094).contains(&passphrase.len()) {
        return Err(AespipeError::Length { length: passphrase.len() });
    }
    if content.last() == Some(&0) {
        return Err(AespipeError::Padding);
    }
    let key = key(passphrase);
    let length = CHECKSUM + content.len();
    let mut padded = Zeroizing::new(vec![0; length.next_multiple_of(BLOCK)]);
    padded[..CHECKSUM - 1].copy_from_slice(&*checksum(content));
    padded[CHECKSUM - 1] = b'\n';
    padded[CHECKSUM..length].copy_from_slice(content);
    for (number, sector) in padded.chunks_mut(SECTOR).enumerate() {
        let size = sector.len();
        cbc::Encryptor::<Aes128>::new((&*key).into(), &initial_vector(number).into())
            .encrypt_padded::<NoPadding>(sector, size)
            .expect("sectors are whole blocks");
    }
    Ok(padded.to_vec())
}

/// What aespipe uses of a passphrase: the bytes up to the first end of line or NUL.
fn significant(passphrase: &SecretString) -> Result<&[u8], AespipeError> {
    let bytes = passphrase.expose_secret().as_bytes();
    if bytes.split(|&byte| byte == b'\n').filter(|line| line.len() >= 20).count() >= MANY {
        return Err(AespipeError::ManyKeys);
    }
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | 0)).unwrap_or(bytes.len());
    Ok(&bytes[..end])
}

fn key(passphrase: &[u8]) -> Zeroizing<[u8; 16]> {
    let mut hash = Zeroizing::new([0; 32]);
    hash.copy_from_slice(&Sha256::digest(passphrase));
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&hash[..16]);
    key
}

fn initial_vector(sector: usize) -> [u8; BLOCK] {
    (sector as u128).to_le_bytes()
}

fn checksum(content: &[u8]) -> Zeroizing<[u8; CHECKSUM - 1]> {
    let mut digits = Zeroizing::new([0; CHECKSUM - 1]);
    for (pair, byte) in digits.chunks_mut(2).zip(Sha1::digest(content)) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    digits
}

fn digit(value: u8) -> u8 {
    b"0123456789abcdef"[usize::from(value)]
}
