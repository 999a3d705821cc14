//! The tokens of a Python file, read so leniently that Python 2, half-finished files and other texts have them too.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name,
    /// A number with its suffix.
    Number,
    /// A text with its prefix; in texts with expressions those are part of it.
    Text,
    /// One character, or `<>` and `>>`, or a comparison.
    Operator,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'text> {
    pub kind: Kind,
    pub text: &'text str,
    /// Where it begins in the file.
    pub start: usize,
    /// How many brackets are open around it. A bracket counts as outside of itself.
    pub depth: usize,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }

    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The tokens up to the end of a line that no bracket or backslash continues.
#[derive(Debug, Default)]
pub(super) struct LogicalLine<'text> {
    /// The white space before the first token.
    pub indentation: &'text str,
    pub tokens: Vec<Token<'text>>,
}

/// Reads all logical lines that have a token.
pub(super) fn logical_lines(text: &str) -> Vec<LogicalLine<'_>> {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), position: 0 };
    let mut lines = Vec::new();
    let mut line = LogicalLine::default();
    let mut depth = 0_usize;
    while scanner.position < text.len() {
        let start = scanner.position;
        match scanner.bytes[start] {
            b'\n' => {
                scanner.position += 1;
                if depth == 0 && !line.tokens.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
            }
            b'#' => scanner.skip_while(|byte| byte != b'\n'),
            // A backslash takes the end of the line with it.
            b'\\' => {
                scanner.position += 1;
                scanner.skip_one(b'\r');
                scanner.skip_one(b'\n');
            }
            byte if byte.is_ascii_whitespace() => scanner.position += 1,
            _ => {
                let (kind, token) = scanner.token();
                if kind == Kind::Operator && matches!(token, ")" | "]" | "}") {
                    depth = depth.saturating_sub(1);
                }
                if line.tokens.is_empty() {
                    line.indentation = indentation_before(text, start);
                }
                line.tokens.push(Token { kind, text: token, start, depth });
                if kind == Kind::Operator && matches!(token, "(" | "[" | "{") {
                    depth += 1;
                }
            }
        }
    }
    if !line.tokens.is_empty() {
        lines.push(line);
    }
    lines
}

fn indentation_before(text: &str, start: usize) -> &str {
    let line = &text[text[..start].rfind('\n').map_or(0, |end| end + 1)..start];
    if line.bytes().all(|byte| byte.is_ascii_whitespace()) { line } else { "" }
}

struct Scanner<'text> {
    text: &'text str,
    bytes: &'text [u8],
    position: usize,
}

impl<'text> Scanner<'text> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.position += 1;
        }
    }

    fn skip_one(&mut self, wanted: u8) {
        if self.peek() == Some(wanted) {
            self.position += 1;
        }
    }

    fn token(&mut self) -> (Kind, &'text str) {
        let start = self.position;
        let first = self.bytes[start];
        let kind = if first == b'"' || first == b'\'' {
            self.string(false);
            Kind::Text
        } else if first.is_ascii_digit() || (first == b'.' && self.bytes.get(start + 1).is_some_and(u8::is_ascii_digit))
        {
            self.number();
            Kind::Number
        } else if is_word(first) {
            self.skip_while(is_word);
            let prefix = &self.text[start..self.position];
            let is_prefix = prefix.len() <= 2 && prefix.bytes().all(|byte| b"rRbBuUfFtT".contains(&byte));
            if is_prefix && self.peek().is_some_and(|byte| byte == b'"' || byte == b'\'') {
                self.string(prefix.bytes().any(|byte| b"fFtT".contains(&byte)));
                Kind::Text
            } else {
                Kind::Name
            }
        } else {
            let rest = &self.text[start..];
            let long =
                ["<>", ">>", "<=", ">=", "==", "!=", ":="].into_iter().any(|operator| rest.starts_with(operator));
            self.position += if long { 2 } else { 1 };
            Kind::Operator
        };
        (kind, &self.text[start..self.position])
    }

    fn number(&mut self) {
        let mut before = b'0';
        while let Some(byte) = self.peek() {
            let sign_of_exponent = (byte == b'+' || byte == b'-') && (before == b'e' || before == b'E');
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || sign_of_exponent) {
                break;
            }
            before = byte;
            self.position += 1;
        }
    }

    /// Reads a string from its first quote on. One that is not closed ends with its line.
    fn string(&mut self, has_expressions: bool) {
        let quote = self.bytes[self.position];
        let triple = [quote; 3];
        let closing: &[u8] = if self.bytes[self.position..].starts_with(&triple) { &triple } else { &triple[..1] };
        self.position += closing.len();
        let mut braces = 0_usize;
        while let Some(byte) = self.peek() {
            if braces == 0 && self.bytes[self.position..].starts_with(closing) {
                self.position += closing.len();
                return;
            }
            match byte {
                b'\n' if closing.len() == 1 => return,
                b'\\' => self.position += 1,
                b'{' if has_expressions && braces == 0 && self.bytes.get(self.position + 1) == Some(&b'{') => {
                    self.position += 1;
                }
                b'{' if has_expressions => braces += 1,
                b'}' => braces = braces.saturating_sub(1),
                b'"' | b'\'' if braces > 0 => {
                    self.string(false);
                    continue;
                }
                _ => {}
            }
            self.position = (self.position + 1).min(self.bytes.len());
        }
    }
}

/// Whether a byte is part of a name; those of letters beyond ASCII are.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
