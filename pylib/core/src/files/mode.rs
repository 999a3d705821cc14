//! Permission bits of a file.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use thiserror::Error;

use crate::fs::{self, FsError};

/// Permissions, set-id and sticky bits.
const MODE_BITS: u32 = 0o7777;
/// The letters of the form that `ls` shows, highest bit first.
const LETTERS: &[u8; 9] = b"rwxrwxrwx";

/// A value that is no mode.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ModeError {
    /// A text in none of the known forms.
    #[error("mode {given:?} is neither octal nor between `---------` and `rwxrwxrwx`")]
    NotAMode {
        /// The text as given.
        given: String,
    },
    /// A number that no file can have as mode.
    #[error("mode {given} is out of range, it must be a number from 0 to 0o37777777777")]
    OutOfRange {
        /// The number as given.
        given: String,
    },
}

/// Reads a mode from text: octal (`755`, `0755`, `0o1755`, blanks around, single underscores between digits) or the
/// nine characters that `ls` shows (`rwxr-xr-x`).
///
/// # Errors
/// Any other text, negative numbers included.
pub fn parse(given: &str) -> Result<u32, ModeError> {
    if let Some(mode) = from_letters(given) {
        return Ok(mode);
    }
    let not_a_mode = || ModeError::NotAMode { given: given.to_owned() };
    let text = given.trim();
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let digits = match digits.strip_prefix("0o").or_else(|| digits.strip_prefix("0O")) {
        // An underscore may stand between the prefix and the first digit, as it may between digits.
        Some(after) => after.strip_prefix('_').unwrap_or(after),
        None => digits,
    };
    let groups_are_octal =
        digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|byte| (b'0'..=b'7').contains(&byte)));
    if !groups_are_octal {
        return Err(not_a_mode());
    }
    let out_of_range = || ModeError::OutOfRange { given: text.to_owned() };
    let mode = u32::from_str_radix(&digits.replace('_', ""), 8).map_err(|_| out_of_range())?;
    if negative && mode != 0 {
        return Err(out_of_range());
    }
    Ok(mode)
}

/// Takes a number as mode.
///
/// # Errors
/// Negative numbers and those beyond 32 bits.
pub fn from_number(given: i64) -> Result<u32, ModeError> {
    u32::try_from(given).map_err(|_| ModeError::OutOfRange { given: given.to_string() })
}

fn from_letters(given: &str) -> Option<u32> {
    if given.len() != LETTERS.len() {
        return None;
    }
    given.bytes().zip(LETTERS).try_fold(0, |mode, (byte, letter)| match byte {
        b'-' => Some(mode << 1),
        _ if byte == *letter => Some(mode << 1 | 1),
        _ => None,
    })
}

/// Whether a path has other permission, set-id or sticky bits than wanted, or is missing.
///
/// Links have no mode of their own on Linux, so a link never differs, wherever it leads.
///
/// # Errors
/// When the path cannot be looked at.
pub fn differs(path: &Path, mode: u32) -> Result<bool, FsError> {
    Ok(match fs::look(path)? {
        None => true,
        Some(found) if found.is_symlink() => false,
        Some(found) => found.mode() & MODE_BITS != mode & MODE_BITS,
    })
}

/// Sets permission, set-id and sticky bits.
pub fn apply(path: &Path, mode: u32) -> Result<(), FsError> {
    fs::set_mode(path, mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_read_in_every_octal_form() {
        for mode in 0..=0o7777u32 {
            for text in [
                format!("{mode:o}"),
                format!("{mode:04o}"),
                format!("0o{mode:o}"),
                format!("0O{mode:o}"),
                format!("0o_{mode:o}"),
                format!("+{mode:o}"),
                format!(" \t{mode:o}\n"),
                format!("0_{mode:o}"),
            ] {
                assert_eq!(parse(&text), Ok(mode), "{text:?}");
            }
            let negative = parse(&format!("-{mode:o}"));
            assert_eq!(negative.is_ok(), mode == 0);
        }
    }

    #[test]
    fn every_combination_of_letters_is_read() {
        for mode in 0..=0o777u32 {
            let text: String = LETTERS
                .iter()
                .enumerate()
                .map(|(place, letter)| if mode & (0o400 >> place) != 0 { *letter as char } else { '-' })
                .collect();
            assert_eq!(parse(&text), Ok(mode), "{text}");
            // One wrong letter anywhere spoils it.
            for place in 0..9 {
                let mut wrong = text.clone().into_bytes();
                wrong[place] = b's';
                assert!(parse(&String::from_utf8(wrong).unwrap()).is_err());
            }
        }
    }

    #[test]
    fn other_texts_are_refused_with_the_bounds() {
        for text in [
            "",
            " ",
            "8",
            "789",
            "u+x",
            "rwsr-xr-x",
            "rwxrwxrw",
            "rwxrwxrwxr",
            "_755",
            "755_",
            "7__5",
            "0x1ed",
            "0b1",
            "7 5",
            "0o",
            "0o__7",
            "+-7",
            "--7",
            "wrxrwxrwx",
            "ｒwxrwx",
            "7.5",
            "-",
        ] {
            let error = parse(text).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("---------") && message.contains("rwxrwxrwx"), "{message}");
        }
    }

    #[test]
    fn numbers_have_a_range() {
        assert_eq!(from_number(0o755), Ok(0o755));
        assert_eq!(from_number(0), Ok(0));
        assert!(from_number(-1).is_err());
        assert!(from_number(1 << 32).is_err());
        assert!(parse("777777777777777777777777").is_err());
    }

    #[test]
    fn bits_are_compared_and_set() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        assert!(differs(&path, 0o644).unwrap());
        assert_eq!(apply(&path, 0o644).unwrap_err().errno(), Some(2));
        std::fs::write(&path, "x").unwrap();
        for mode in [0, 0o640, 0o4755, 0o6755, 0o1777] {
            apply(&path, mode).unwrap();
            assert!(!differs(&path, mode).unwrap());
            assert!(differs(&path, mode ^ 0o4000).unwrap());
            assert!(differs(&path, mode ^ 0o001).unwrap());
        }
        let link = root.path().join("link");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        assert!(!differs(&link, 0o123).unwrap());
    }
}
