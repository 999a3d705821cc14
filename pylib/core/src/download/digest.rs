use std::path::Path;

use blake2::{Blake2b512, Blake2s256};

use crate::checksum;
use crate::fs::FsError;

/// A digest function of Python's `hashlib`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of hashlib say it all")]
pub enum Function {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Blake2b,
    Blake2s,
}

impl Function {
    /// The function of a name, in any case; `None` if there is none, or one without a fixed length.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha224" => Self::Sha224,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            "sha3_224" => Self::Sha3_224,
            "sha3_256" => Self::Sha3_256,
            "sha3_384" => Self::Sha3_384,
            "sha3_512" => Self::Sha3_512,
            "blake2b" => Self::Blake2b,
            "blake2s" => Self::Blake2s,
            _ => return None,
        })
    }
}

/// The hexadecimal digest of a file.
///
/// # Errors
/// A file that cannot be read.
pub fn digest_of(path: &Path, function: Function) -> Result<String, FsError> {
    let digest = match function {
        Function::Md5 => checksum::of_file::<md5::Md5>(path),
        Function::Sha1 => checksum::of_file::<sha1::Sha1>(path),
        Function::Sha224 => checksum::of_file::<sha2::Sha224>(path),
        Function::Sha256 => checksum::of_file::<sha2::Sha256>(path),
        Function::Sha384 => checksum::of_file::<sha2::Sha384>(path),
        Function::Sha512 => checksum::of_file::<sha2::Sha512>(path),
        Function::Sha3_224 => checksum::of_file::<sha3::Sha3_224>(path),
        Function::Sha3_256 => checksum::of_file::<sha3::Sha3_256>(path),
        Function::Sha3_384 => checksum::of_file::<sha3::Sha3_384>(path),
        Function::Sha3_512 => checksum::of_file::<sha3::Sha3_512>(path),
        Function::Blake2b => checksum::of_file::<Blake2b512>(path),
        Function::Blake2s => checksum::of_file::<Blake2s256>(path),
    };
    digest.map_err(|source| FsError::new("read", path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_nothing_are_the_known_ones() {
        let empty = tempfile::NamedTempFile::new().unwrap();
        for (name, start) in [
            ("md5", "d41d8cd98f00b204e9800998ecf8427e"),
            ("SHA1", "da39a3ee5e6b4b0d"),
            ("sha224", "d14a028c2a3a2bc9"),
            ("Sha256", "e3b0c44298fc1c14"),
            ("sha384", "38b060a751ac9638"),
            ("sha512", "cf83e1357eefb8bd"),
            ("sha3_224", "6b4e03423667dbb7"),
            ("sha3_256", "a7ffc6f8bf1ed766"),
            ("sha3_384", "0c63a75b845e4f7d"),
            ("sha3_512", "a69f73cca23a9ac5"),
            ("blake2b", "786a02f742015903"),
            ("blake2s", "69217a3079908094"),
        ] {
            let digest = digest_of(empty.path(), Function::named(name).unwrap()).unwrap();
            assert!(digest.starts_with(start), "{name}: {digest}");
        }
        assert_eq!(Function::named("shake_128"), None);
        assert_eq!(Function::named("new"), None);
    }
}
