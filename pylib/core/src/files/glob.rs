//! Matching of names as Python's `glob.glob` does it.
//!
//! The rules are those of shell patterns without braces and without recursion. A pattern is never invalid: a bracket
//! without its partner stands for itself. Existing crates refuse such patterns and read `**` as "any depth".

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::fs::{self, FsError};

/// One character of a name. A byte that belongs to no character counts as one and gets a number beyond all of them.
type Symbol = u32;
const INVALID_BYTE: Symbol = 0x11_0000;

/// One place of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// Exactly this.
    Literal(Symbol),
    /// Any one.
    One,
    /// Any number of any.
    Many,
    /// One of these, or one not of these.
    Class { negated: bool, ranges: Vec<(Symbol, Symbol)> },
}

/// Finds what a pattern matches, sorted. Dangling links count as found.
///
/// # Errors
/// A directory that cannot be listed or looked at: what it holds might match. One that is missing holds nothing.
pub(super) fn find(pattern: &Path) -> Result<Vec<PathBuf>, FsError> {
    let text = pattern.as_os_str().as_bytes();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = vec![PathBuf::from(if text[0] == b'/' { "/" } else { "" })];
    let mut parts = text.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).peekable();
    while let Some(part) = parts.next() {
        let directories_only = parts.peek().is_some() || text.ends_with(b"/");
        let mut next = Vec::new();
        for parent in &found {
            step(parent, part, directories_only, &mut next)?;
        }
        found = next;
    }
    found.sort();
    Ok(found)
}

/// Adds what one part of the pattern matches in one directory.
fn step(parent: &Path, part: &[u8], directories_only: bool, found: &mut Vec<PathBuf>) -> Result<(), FsError> {
    let mut candidates = Vec::new();
    if is_magic(part) {
        let tokens = parse(part);
        let directory = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        for name in fs::list(directory)?.unwrap_or_default() {
            let hidden = name.as_bytes().starts_with(b".");
            if (part[0] == b'.' || !hidden) && matches(&tokens, &symbols(name.as_bytes())) {
                candidates.push(parent.join(name));
            }
        }
    } else {
        candidates.push(parent.join(OsStr::from_bytes(part)));
    }
    for candidate in candidates {
        let exists = if directories_only {
            fs::follow(&candidate)?.is_some_and(|found| found.is_dir())
        } else {
            fs::look(&candidate)?.is_some()
        };
        if exists {
            found.push(candidate);
        }
    }
    Ok(())
}

fn is_magic(part: &[u8]) -> bool {
    part.iter().any(|byte| b"*?[".contains(byte))
}

fn symbols(name: &[u8]) -> Vec<Symbol> {
    name.utf8_chunks()
        .flat_map(|chunk| {
            let valid = chunk.valid().chars().map(Symbol::from);
            let invalid = chunk.invalid().iter().map(|byte| INVALID_BYTE + Symbol::from(*byte));
            valid.chain(invalid)
        })
        .collect()
}

fn parse(part: &[u8]) -> Vec<Token> {
    let text = symbols(part);
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let symbol = text[at];
        at += 1;
        tokens.push(match char::from_u32(symbol) {
            Some('*') => {
                // Several in a row mean the same as one.
                if tokens.last() == Some(&Token::Many) {
                    continue;
                }
                Token::Many
            }
            Some('?') => Token::One,
            Some('[') => match class(&text[at..]) {
                Some((class, length)) => {
                    at += length;
                    class
                }
                None => Token::Literal(symbol),
            },
            _ => Token::Literal(symbol),
        });
    }
    tokens
}

/// Reads a class after its opening bracket; gives it with the number of symbols it takes. `None`: it never ends.
fn class(text: &[Symbol]) -> Option<(Token, usize)> {
    let negated = text.first() == Some(&Symbol::from('!'));
    let start = usize::from(negated);
    // A closing bracket in the first place is a member.
    let end = start + 1 + text.get(start + 1..)?.iter().position(|symbol| *symbol == Symbol::from(']'))?;
    let members = &text[start..end];
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < members.len() {
        let from = members[at];
        if members.get(at + 1) == Some(&Symbol::from('-')) && at + 2 < members.len() {
            ranges.push((from, members[at + 2]));
            at += 3;
        } else {
            ranges.push((from, from));
            at += 1;
        }
    }
    Some((Token::Class { negated, ranges }, end + 1))
}

/// Goes back to the last star only: a later star can take over all that an earlier one could still give.
fn matches(tokens: &[Token], name: &[Symbol]) -> bool {
    let (mut token, mut at) = (0, 0);
    let mut retry = None;
    loop {
        if tokens.get(token) == Some(&Token::Many) {
            token += 1;
            retry = Some((token, at));
            continue;
        }
        match (tokens.get(token), name.get(at)) {
            (None, None) => return true,
            (Some(wanted), Some(symbol)) if wanted.accepts(*symbol) => {
                token += 1;
                at += 1;
            }
            _ => {
                let Some((after_star, begin)) = retry else {
                    return false;
                };
                if begin >= name.len() {
                    return false;
                }
                (token, at) = (after_star, begin + 1);
                retry = Some((token, at));
            }
        }
    }
}

impl Token {
    fn accepts(&self, symbol: Symbol) -> bool {
        match self {
            Self::Literal(wanted) => *wanted == symbol,
            Self::One | Self::Many => true,
            Self::Class { negated, ranges } => {
                let inside = ranges.iter().any(|(from, to)| (*from..=*to).contains(&symbol));
                inside != *negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pattern, name, and whether CPython 3.11's `fnmatch.fnmatchcase` finds that they match.
    const TABLE: &[(&str, &str, bool)] = &[
        ("*", "", true),
        ("**", "abc", true),
        ("a*c", "abbc", true),
        ("a*c", "abcd", false),
        ("*a*b*", "xxaxxbxx", true),
        ("*a*b", "ba", false),
        ("?", "ä", true),
        ("?", "", false),
        ("??", "a", false),
        ("[abc]", "b", true),
        ("[abc]", "d", false),
        ("[!abc]", "d", true),
        ("[!abc]", "a", false),
        ("[^a]", "^", true),
        ("[^a]", "b", false),
        ("[a-c]x", "bx", true),
        ("[a-c]x", "dx", false),
        ("[z-a]", "b", false),
        ("[!z-a]", "b", true),
        ("[]a]", "]", true),
        ("[!]a]", "b", true),
        ("[!]a]", "]", false),
        ("[a-]", "-", true),
        ("[-a]", "-", true),
        ("[a-c-e]", "d", false),
        ("[a-c-e]", "-", true),
        ("[--0]", ".", true),
        ("[", "[", true),
        ("[abc", "[abc", true),
        ("[]", "[]", true),
        ("[!]", "[!]", true),
        ("[[]", "[", true),
        ("[*]", "*", true),
        ("[*]", "a", false),
        ("[?]", "?", true),
        ("\\*", "\\x", true),
        ("A", "a", false),
        ("a.b", "axb", false),
        ("{a,b}", "a", false),
        ("*.[ch]", "x.c", true),
        ("*.[ch]", "x.cc", false),
    ];

    #[test]
    fn names_match_as_in_the_table() {
        for (pattern, name, expected) in TABLE {
            let tokens = parse(pattern.as_bytes());
            assert_eq!(matches(&tokens, &symbols(name.as_bytes())), *expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_name_of_invalid_bytes_is_matched_byte_by_byte() {
        assert!(matches(&parse(b"a??"), &symbols(b"a\xff\xfe")));
        assert!(matches(&parse(b"a\xff*"), &symbols(b"a\xff\xfe")));
        assert!(!matches(&parse(b"a\xfe*"), &symbols(b"a\xff\xfe")));
    }

    #[test]
    fn many_stars_do_not_take_for_ever() {
        let pattern = b"*a".repeat(200);
        let name = b"a".repeat(199);
        assert!(!matches(&parse(&pattern), &symbols(&name)));
    }
}
