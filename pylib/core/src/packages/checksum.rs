//! Checksums of files.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::PackageError;
use crate::checksum::hexadecimal;

/// How a checksum is computed; those that pip accepts in requirements files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name in requirements files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    fn of(self, content: &[u8]) -> String {
        match self {
            Self::Sha256 => hexadecimal(&Sha256::digest(content)),
            Self::Sha384 => hexadecimal(&Sha384::digest(content)),
            Self::Sha512 => hexadecimal(&Sha512::digest(content)),
        }
    }
}

/// A checksum, written `sha256:...`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum {
    /// How it is computed.
    pub algorithm: Algorithm,
    /// Its digits, in lower case.
    pub digits: String,
}

impl Checksum {
    /// The SHA-256 of a content.
    pub fn sha256(content: &[u8]) -> Self {
        Self { algorithm: Algorithm::Sha256, digits: Algorithm::Sha256.of(content) }
    }

    /// From a name such as `sha256` and digits; `None` if it is none that counts.
    pub fn new(algorithm: &str, digits: &str) -> Option<Self> {
        let (algorithm, length) = match algorithm {
            "sha256" => (Algorithm::Sha256, 64),
            "sha384" => (Algorithm::Sha384, 96),
            "sha512" => (Algorithm::Sha512, 128),
            _ => return None,
        };
        let is_sound = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_sound.then(|| Self { algorithm, digits: digits.to_ascii_lowercase() })
    }
}

impl FromStr for Checksum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split_once(':')
            .and_then(|(algorithm, digits)| Self::new(algorithm, digits))
            .ok_or_else(|| "a checksum is `sha256:`, `sha384:` or `sha512:` and hexadecimal digits".to_owned())
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.algorithm.name(), self.digits)
    }
}

/// Demands that a content has one of the checksums; without any, every content will do.
///
/// # Errors
/// It has none of them.
pub fn verify(file: &str, content: &[u8], expected: &[Checksum]) -> Result<(), PackageError> {
    let Some(first) = expected.first() else {
        return Ok(());
    };
    if expected.iter().any(|checksum| checksum.algorithm.of(content) == checksum.digits) {
        return Ok(());
    }
    let same_kind: Vec<&str> = expected
        .iter()
        .filter(|checksum| checksum.algorithm == first.algorithm)
        .map(|checksum| checksum.digits.as_str())
        .collect();
    Err(PackageError::Hash {
        file: file.to_owned(),
        algorithm: first.algorithm.name(),
        found: first.algorithm.of(content),
        expected: same_kind.join(" or "),
    })
}
