//! Text out of bytes, for showing it.

use std::borrow::Cow;

/// The replacement for what is no character.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// An encoding that is decoded here. Others are decoded by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// ISO 8859-1: every byte is the character of that number.
    Latin1,
    /// ASCII: bytes from 128 on are no characters.
    Ascii,
}

impl Encoding {
    /// Finds an encoding by one of the names that Python knows for it; case, `-`, `_` and blanks do not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String = name
            .chars()
            .filter(|character| !matches!(character, '-' | '_' | ' '))
            .map(|character| character.to_ascii_lowercase())
            .collect();
        match plain.as_str() {
            "utf8" | "u8" | "utf" | "cp65001" => Some(Self::Utf8),
            "latin1" | "latin" | "l1" | "iso88591" | "88591" | "cp819" => Some(Self::Latin1),
            "ascii" | "usascii" | "646" => Some(Self::Ascii),
            _ => None,
        }
    }

    /// Decodes bytes; what is no character is replaced.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes),
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Ascii => {
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { REPLACEMENT }).collect()
            }
        }
    }
}

/// Splits text into lines without their ends, as Python's `str.splitlines` does.
///
/// It knows more line ends than `\n`: form feeds, separators of ASCII and of Unicode. `\r\n` is one end.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((at, end)) = rest.char_indices().find(|(_, character)| ends_line(*character)) {
        lines.push(&rest[..at]);
        rest = &rest[at + end.len_utf8()..];
        if end == '\r' {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

fn ends_line(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether Python counts a character as white space; the four separators of ASCII are.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_python_ends_them() {
        let table: [(&str, &[&str]); 8] = [
            ("", &[]),
            ("a", &["a"]),
            ("a\n", &["a"]),
            ("\n", &[""]),
            ("a\n\nb", &["a", "", "b"]),
            ("a\r\nb\rc\n\rd", &["a", "b", "c", "", "d"]),
            ("a\x0bb\x0cc\x1cd\x1de\x1ef", &["a", "b", "c", "d", "e", "f"]),
            ("ä\u{85}b\u{2028}c\u{2029}d\x1fe", &["ä", "b", "c", "d\x1fe"]),
        ];
        for (text, expected) in table {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_are_decoded_or_replaced() {
        let bytes = b"a\xe4\xc3\xa4";
        assert_eq!(Encoding::Utf8.decode(bytes), "a\u{fffd}ä");
        assert_eq!(Encoding::Latin1.decode(bytes), "aäÃ¤");
        assert_eq!(Encoding::Ascii.decode(bytes), "a\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn encodings_have_many_names() {
        for name in ["utf-8", "UTF8", "utf_8", "U8"] {
            assert_eq!(Encoding::from_name(name), Some(Encoding::Utf8), "{name}");
        }
        for name in ["latin-1", "ISO-8859-1", "latin_1", "iso8859-1"] {
            assert_eq!(Encoding::from_name(name), Some(Encoding::Latin1), "{name}");
        }
        assert_eq!(Encoding::from_name("us-ascii"), Some(Encoding::Ascii));
        for name in ["utf-16", "cp1252", ""] {
            assert_eq!(Encoding::from_name(name), None, "{name}");
        }
    }
}
