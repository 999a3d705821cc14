//! Texts with their escapes resolved.

use super::view::{Builder, View};

/// A way in which texts are escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// `%2F`, in either case.
    Percent,
    /// The same, and `+` for a blank.
    PercentPlus,
    /// The quotes within quotes of shells, where backslashes are ordinary.
    Quotes,
    /// The backslashes of JSON, Python and shells. `\xHH` is a byte.
    Backslash,
    /// The same, but `\xHH` is a character, as in the `repr()` of a text.
    BackslashCharacters,
}

impl Escape {
    /// All of them.
    pub(super) const ALL: [Escape; 5] =
        [Escape::Percent, Escape::PercentPlus, Escape::Quotes, Escape::Backslash, Escape::BackslashCharacters];

    /// The text with its escapes resolved; none if it has none of this kind, or none that another kind does not resolve, too.
    pub(super) fn resolved(self, text: &[u8]) -> Option<View> {
        match self {
            Escape::Percent => percent_resolved(text, false),
            Escape::PercentPlus => text.contains(&b'+').then(|| percent_resolved(text, true))?,
            Escape::Quotes => quotes_resolved(text),
            Escape::Backslash => backslash_resolved(text, false),
            Escape::BackslashCharacters => {
                text.windows(2).any(|pair| pair == b"\\x").then(|| backslash_resolved(text, true))?
            }
        }
    }

    /// Where an escape begins that the end of the text cuts off; quotes within quotes only if they are asked for.
    pub(super) fn cut_off(self, text: &[u8], quotes: bool) -> Option<usize> {
        let tail = text.len().saturating_sub(LONGEST);
        (tail..text.len()).find(|at| match self {
            Escape::Percent | Escape::PercentPlus => match &text[*at..] {
                [b'%'] => true,
                [b'%', digit] => digit.is_ascii_hexdigit(),
                _ => false,
            },
            Escape::Quotes => quotes && is_cut_off_quote(&text[*at..]),
            Escape::Backslash | Escape::BackslashCharacters => is_cut_off_backslash(&text[*at..]),
        })
    }
}

/// The longest escape: two halves of a character outside of the basic plane.
const LONGEST: usize = 12;
/// How shells write a quote within a quoted text; the second is what Python's `shlex.quote` gives.
const QUOTED_QUOTES: [&[u8]; 2] = [b"'\\''", b"'\"'\"'"];

fn percent_resolved(text: &[u8], plus_is_blank: bool) -> Option<View> {
    if !plus_is_blank && !text.contains(&b'%') {
        return None;
    }
    let mut builder = Builder::new(text);
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'%' => {
                if let Some(value) = text.get(at + 1..at + 3).and_then(hexadecimal) {
                    builder.replace(at..at + 3, &[value as u8]);
                    at += 2;
                }
            }
            b'+' if plus_is_blank => builder.replace(at..at + 1, b" "),
            _ => {}
        }
        at += 1;
    }
    builder.finish()
}

fn quotes_resolved(text: &[u8]) -> Option<View> {
    let mut builder = Builder::new(text);
    let mut at = 0;
    while let Some(next) = text[at..].iter().position(|byte| *byte == b'\'') {
        at += next;
        let quote = QUOTED_QUOTES.iter().find(|quote| text[at..].starts_with(quote));
        if let Some(quote) = quote {
            builder.replace(at..at + quote.len(), b"'");
        }
        at += quote.map_or(1, |quote| quote.len());
    }
    builder.finish()
}

fn backslash_resolved(text: &[u8], bytes_are_characters: bool) -> Option<View> {
    let mut builder = Builder::new(text);
    let mut at = 0;
    while let Some(next) = text[at..].iter().position(|byte| *byte == b'\\') {
        at += next;
        let mut buffer = [0; 4];
        let (length, replacement) = escape(&text[at..], bytes_are_characters, &mut buffer);
        builder.replace(at..at + length, replacement);
        at += length;
    }
    builder.finish()
}

/// The length of the escape that the text begins with, and what it stands for.
fn escape<'buffer>(text: &[u8], bytes_are_characters: bool, buffer: &'buffer mut [u8; 4]) -> (usize, &'buffer [u8]) {
    let character = |character: Option<char>, length: usize| character.map(|character| (length, character));
    let digits = |from: usize, count: usize| text.get(from..from + count).and_then(hexadecimal);
    let found = match text.get(1) {
        None => None,
        Some(b'n') => Some((2, '\n')),
        Some(b'r') => Some((2, '\r')),
        Some(b't') => Some((2, '\t')),
        Some(b'b') => Some((2, '\x08')),
        Some(b'f') => Some((2, '\x0c')),
        Some(b'x') => match digits(2, 2) {
            Some(value) if !bytes_are_characters => {
                buffer[0] = value as u8;
                return (4, &buffer[..1]);
            }
            value => character(value.and_then(char::from_u32), 4),
        },
        Some(b'u') => match digits(2, 4) {
            Some(high @ 0xd800..0xdc00) if text.get(6..8) == Some(b"\\u") => {
                let low = digits(8, 4).filter(|low| (0xdc00..0xe000).contains(low));
                let joined = low.map(|low| 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                character(joined.and_then(char::from_u32), 12)
            }
            value => character(value.and_then(char::from_u32), 6),
        },
        Some(b'U') => character(digits(2, 8).and_then(char::from_u32), 10),
        Some(other) if other.is_ascii() => Some((2, char::from(*other))),
        Some(_) => None,
    };
    match found {
        Some((length, character)) => (length, character.encode_utf8(buffer).as_bytes()),
        None => (1, b"\\"),
    }
}

fn is_cut_off_quote(text: &[u8]) -> bool {
    QUOTED_QUOTES.iter().any(|quote| quote.len() > text.len() && quote.starts_with(text))
}

fn is_cut_off_backslash(text: &[u8]) -> bool {
    let Some((b'\\', rest)) = text.split_first() else {
        return false;
    };
    let Some((kind, digits)) = rest.split_first() else {
        return true;
    };
    let wanted = match kind {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        _ => return false,
    };
    if !digits.iter().take(wanted).all(u8::is_ascii_hexdigit) {
        return false;
    }
    let is_first_half = *kind == b'u' && digits.first().is_some_and(|digit| matches!(digit, b'd' | b'D'));
    match digits.len() {
        length if length < wanted => true,
        length if is_first_half && matches!(hexadecimal(&digits[..4]), Some(0xd800..0xdc00)) => match length - 4 {
            0 => true,
            1 => digits[4] == b'\\',
            _ => digits[4..].starts_with(b"\\u") && digits[6..].iter().all(u8::is_ascii_hexdigit) && length < 10,
        },
        _ => false,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value: u32, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}
