//! Checksums of files, and how they are written.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use digest::Digest;

const BUFFER: usize = 1 << 17;

/// The checksum of a file's content, in hexadecimal digits. The file is read piece by piece.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn of_file<D: Digest>(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = D::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&digest.finalize())),
            length => digest.update(&buffer[..length]),
        }
    }
}

/// Bytes as hexadecimal digits in lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_have_their_zeros() {
        assert_eq!(hexadecimal(&[]), "");
        assert_eq!(hexadecimal(&[0, 1, 0x9a, 0xff]), "00019aff");
    }

    #[test]
    fn a_file_larger_than_the_buffer_is_read_to_its_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let content = b"0123456789".repeat(BUFFER / 5);
        std::fs::write(file.path(), &content).unwrap();
        assert_eq!(of_file::<sha2::Sha256>(file.path()).unwrap(), hexadecimal(&sha2::Sha256::digest(&content)));
    }
}
