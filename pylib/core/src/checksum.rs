//! Checksums of files, and how they are written.

use std::{fs::File, io, path::Path};

use digest::{Digest, Output};

const BUFFER: usize = 1 << 17;

/// The checksum of a file's content, in hexadecimal digits. The file is read piece by piece.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn of_file<D: Digest>(path: &Path) -> io::Result<String> {
    of_reader::<D>(&mut File::open(path)?).map(|digest| hexadecimal(&digest))
}

/// The checksum of what a reader gives until its end.
///
/// # Errors
/// Those of the reader.
pub fn of_reader<D: Digest>(reader: &mut dyn io::Read) -> io::Result<Output<D>> {
    let mut digest = D::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(digest.finalize()),
            length => digest.update(&buffer[..length]),
        }
    }
}

/// Bytes as hexadecimal digits in lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
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
