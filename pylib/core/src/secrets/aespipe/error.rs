//! What can go wrong.

use std::path::PathBuf;

/// A file of batou 0.2 or its passphrase cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AespipeError {
    /// The size is not a multiple of the cipher's blocks.
    #[error("{path} is damaged: its size, {size} bytes, is no multiple of 16", path = path.display())]
    Size {
        /// The file.
        path: PathBuf,
        /// How many bytes it has.
        size: usize,
    },
    /// What comes out has no checksum at all.
    #[error("wrong passphrase for {path}, or it is damaged (cannot find checksum)", path = path.display())]
    NoChecksum {
        /// The file.
        path: PathBuf,
    },
    /// What comes out has a checksum that belongs to something else.
    #[error("wrong passphrase for {path}, or it is damaged (checksum mismatch)", path = path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
    },
    /// Too many lines for the simple mode of aespipe.
    #[error("the passphrase has 64 lines or more, which aespipe takes for many keys")]
    ManyKeys,
    /// aespipe takes passphrases of 20 to 4094 bytes.
    #[error("the passphrase has {length} bytes; the format of batou 0.2 takes 20 to 4094")]
    Length {
        /// How many bytes count.
        length: usize,
    },
    /// The content ends as the padding does.
    #[error("a content that ends with NUL bytes cannot be stored in the format of batou 0.2")]
    Padding,
}

impl AespipeError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            AespipeError::Size { .. } => "take the file from a backup or an older revision".to_owned(),
            AespipeError::ManyKeys => "only its first line counts in this format: leave out the others".to_owned(),
            _ => return None,
        })
    }
}
