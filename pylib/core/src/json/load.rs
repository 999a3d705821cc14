//! From text to values, as `json.loads` reads it.

use thiserror::Error;

use crate::yaml::document::{Document, Integer, Node, NodeId};

/// Deeper values are refused instead of exhausting the stack.
const DEPTH_LIMIT: usize = 500;

/// Why a text is no value, and where.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {problem}")]
pub struct LoadError {
    /// What is wrong.
    pub problem: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// Reads one value.
///
/// # Errors
/// Anything that is not JSON, with the place.
pub fn load(text: &str) -> Result<Document, LoadError> {
    let mut reader = Reader { text, at: 0, document: Document::default() };
    if text.starts_with('\u{feff}') {
        return Err(reader.error("there is a byte order mark; read the file as utf-8-sig"));
    }
    reader.blanks();
    let root = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.error("expected the end after the value"));
    }
    reader.document.set_root(root);
    Ok(reader.document)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    document: Document,
}

impl Reader<'_> {
    fn error(&self, problem: impl Into<String>) -> LoadError {
        let before = &self.text[..self.at];
        let begin = before.rfind('\n').map_or(0, |at| at + 1);
        LoadError {
            problem: problem.into(),
            line: before.matches('\n').count() + 1,
            column: before[begin..].chars().count() + 1,
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn takes(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn value(&mut self, depth: usize) -> Result<NodeId, LoadError> {
        const WORDS: [(&str, Node); 6] = [
            ("null", Node::Null),
            ("true", Node::Bool(true)),
            ("false", Node::Bool(false)),
            ("NaN", Node::Float(f64::NAN)),
            ("Infinity", Node::Float(f64::INFINITY)),
            ("-Infinity", Node::Float(f64::NEG_INFINITY)),
        ];
        if depth > DEPTH_LIMIT {
            return Err(self.error(format!("the value is nested more than {DEPTH_LIMIT} levels deep")));
        }
        let node = match self.next() {
            Some('"') => Node::Text(self.string()?),
            Some('[') => self.list(depth)?,
            Some('{') => self.object(depth)?,
            _ => match WORDS.into_iter().find(|(word, _)| self.takes(word)) {
                Some((_, node)) => node,
                None => self.number()?,
            },
        };
        Ok(self.document.add(node))
    }

    fn list(&mut self, depth: usize) -> Result<Node, LoadError> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.takes("]") {
            return Ok(Node::Sequence(items));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.takes("]") {
                return Ok(Node::Sequence(items));
            }
            if !self.takes(",") {
                return Err(self.error("expected a comma or a closing bracket"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Node, LoadError> {
        self.at += 1;
        let mut pairs = Vec::new();
        self.blanks();
        if self.takes("}") {
            return Ok(Node::Mapping(pairs));
        }
        loop {
            self.blanks();
            if self.next() != Some('"') {
                return Err(self.error("expected a key in double quotes"));
            }
            let key = self.string()?;
            let key = self.document.add(Node::Text(key));
            self.blanks();
            if !self.takes(":") {
                return Err(self.error("expected a colon"));
            }
            self.blanks();
            pairs.push((key, self.value(depth + 1)?));
            self.blanks();
            if self.takes("}") {
                return Ok(Node::Mapping(pairs));
            }
            if !self.takes(",") {
                return Err(self.error("expected a comma or a closing brace"));
            }
        }
    }

    fn string(&mut self) -> Result<String, LoadError> {
        let begin = self.at;
        self.at += 1;
        let mut string = String::new();
        loop {
            let Some(character) = self.next() else {
                self.at = begin;
                return Err(self.error("this text does not end"));
            };
            match character {
                '"' => {
                    self.at += 1;
                    return Ok(string);
                }
                '\\' => string.push(self.escaped()?),
                '\0'..='\u{1f}' => return Err(self.error("a control character in a text must be escaped")),
                character => {
                    self.at += character.len_utf8();
                    string.push(character);
                }
            }
        }
    }

    fn escaped(&mut self) -> Result<char, LoadError> {
        const SHORT: [(char, char); 8] = [
            ('"', '"'),
            ('\\', '\\'),
            ('/', '/'),
            ('b', '\u{8}'),
            ('f', '\u{c}'),
            ('n', '\n'),
            ('r', '\r'),
            ('t', '\t'),
        ];
        let letter = self.rest().chars().nth(1);
        if let Some((_, character)) = SHORT.iter().find(|(short, _)| Some(*short) == letter) {
            self.at += 2;
            return Ok(*character);
        }
        if letter != Some('u') {
            return Err(self.error("this escape is not known"));
        }
        let first = self.unit()?;
        self.at += 6;
        if (0xd800..0xdc00).contains(&first)
            && self.rest().starts_with("\\u")
            && let Ok(second @ 0xdc00..0xe000) = self.unit()
        {
            self.at += 6;
            let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return char::from_u32(code).ok_or_else(|| self.error("this is no character"));
        }
        char::from_u32(first).ok_or_else(|| {
            self.at -= 6;
            self.error("this half of a surrogate pair stands alone")
        })
    }

    /// The number of `\uXXXX` at the present place.
    fn unit(&self) -> Result<u32, LoadError> {
        let digits = self.rest().get(2..6).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| self.error("expected four hexadecimal digits"))
    }

    fn number(&mut self) -> Result<Node, LoadError> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let negative = bytes.first() == Some(&b'-');
        let begin = usize::from(negative);
        let mut end = begin + if bytes.get(begin) == Some(&b'0') { 1 } else { digits(begin) };
        if end == begin {
            return Err(self.error("expected a value"));
        }
        let whole = end;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
            let count = bytes.get(end + 1 + sign..).map_or(0, |_| digits(end + 1 + sign));
            if count > 0 {
                end += 1 + sign + count;
            }
        }
        let text = &self.rest()[..end];
        let node = if end == whole {
            Node::Integer(Integer { negative, radix: 10, digits: text[begin..].to_owned() })
        } else {
            Node::Float(text.parse().map_err(|_| self.error("expected a number"))?)
        };
        self.at += end;
        Ok(node)
    }
}
