//! Finds the tags of a template and splits what stands in them into tokens, by the rules of Jinja2.
//!
//! The scanner never fails: where a text cannot be a template it stops, the rest reaches the template engine as it
//! is, and the engine words the error.

use super::syntax::Syntax;

/// What a token is. Punctuation keeps its text, because the rewriting rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Number,
    Text,
    Operator,
}

/// A token with the byte range it has in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How a tag is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `{{ ... }}`
    Variable,
    /// `{% ... %}`
    Block,
    /// `@@ ...` up to the end of the line
    LineStatement,
}

/// A tag: where it opens, its tokens, where it closes.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    /// The opening delimiter, for a line statement with the indentation and the whitespace sign.
    pub(super) open: std::ops::Range<usize>,
    /// The closing delimiter, for a line statement the end of the line.
    pub(super) close: std::ops::Range<usize>,
    pub(super) tokens: Vec<Token>,
}

/// Returns the tags of a template in their order; raw blocks and comments are left out.
pub(super) fn tags(source: &str, syntax: &Syntax) -> Vec<Tag> {
    Scanner { source, syntax, position: 0 }.tags()
}

struct Scanner<'s> {
    source: &'s str,
    syntax: &'s Syntax,
    position: usize,
}

impl Scanner<'_> {
    fn tags(mut self) -> Vec<Tag> {
        let mut tags = Vec::new();
        while let Some((kind, open)) = self.next_start() {
            self.position = open.end;
            match kind {
                Start::Comment => {
                    if self.skip_past(&self.syntax.comment.1).is_none() {
                        break;
                    }
                }
                Start::Tag(TagKind::Block) => {
                    if let Some(length) = self.basic_tag("raw", false) {
                        self.position += length;
                        if self.skip_raw().is_none() {
                            break;
                        }
                        continue;
                    }
                    match self.tokens(TagKind::Block) {
                        Some((tokens, close)) => tags.push(Tag { kind: TagKind::Block, open, close, tokens }),
                        None => break,
                    }
                }
                Start::Tag(kind) => match self.tokens(kind) {
                    Some((tokens, close)) => tags.push(Tag { kind, open, close, tokens }),
                    None => break,
                },
            }
        }
        tags
    }

    fn rest(&self) -> &str {
        &self.source[self.position..]
    }

    /// The next opening delimiter at or after the current position.
    fn next_start(&self) -> Option<(Start, std::ops::Range<usize>)> {
        let bytes = self.source.as_bytes();
        let syntax = self.syntax;
        let starts = [&syntax.variable.0, &syntax.block.0, &syntax.comment.0];
        let first = |text: &str| text.as_bytes().first().copied().unwrap_or_default();
        let of_tags = starts.map(|start| first(start));
        let of_line = syntax.line_statement_prefix.as_deref().map(first);
        let mut at = self.position;
        while let Some(offset) = bytes[at..].iter().position(|byte| of_tags.contains(byte) || Some(*byte) == of_line) {
            at += offset;
            if Some(bytes[at]) == of_line
                && let Some(range) = self.line_statement(at)
            {
                return Some((Start::Tag(TagKind::LineStatement), range));
            }
            let opens = |start: &&&String| bytes[at..].starts_with(start.as_bytes());
            // Of two delimiters the longer one counts.
            let Some(start) = starts.iter().filter(opens).max_by_key(|start| start.len()) else {
                at += 1;
                continue;
            };
            let kind = if *start == &syntax.variable.0 {
                Start::Tag(TagKind::Variable)
            } else if *start == &syntax.block.0 {
                Start::Tag(TagKind::Block)
            } else {
                Start::Comment
            };
            let end = at + start.len();
            let sign = usize::from(matches!(bytes.get(end), Some(b'-' | b'+')));
            return Some((kind, at..end + sign));
        }
        None
    }

    /// The range from the start of the line to the end of the prefix, if the prefix at `at` is the first text of its line.
    fn line_statement(&self, at: usize) -> Option<std::ops::Range<usize>> {
        let bytes = self.source.as_bytes();
        let prefix = self.syntax.line_statement_prefix.as_deref()?;
        if !bytes[at..].starts_with(prefix.as_bytes()) {
            return None;
        }
        let indentation =
            bytes[self.position..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0b)).count();
        let start = at - indentation;
        if start != 0 && bytes[start - 1] != b'\n' {
            return None;
        }
        let end = at + prefix.len();
        let sign = usize::from(matches!(bytes.get(end), Some(b'-' | b'+')));
        Some(start..end + sign)
    }

    fn skip_past(&mut self, end: &str) -> Option<()> {
        let offset = self.rest().find(end)?;
        let stripped = self.rest()[..offset].ends_with('-');
        self.position += offset + end.len();
        if stripped {
            self.skip_whitespace();
        }
        Some(())
    }

    fn skip_whitespace(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    /// The length of `NAME %}` at the current position.
    fn basic_tag(&self, name: &str, sign: bool) -> Option<usize> {
        let mut rest = self.rest();
        let length = rest.len();
        if sign {
            rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        }
        rest = rest.trim_start().strip_prefix(name)?.trim_start();
        rest = rest.strip_prefix(['-', '+']).unwrap_or(rest);
        Some(length - rest.strip_prefix(self.syntax.block.1.as_str())?.len())
    }

    fn skip_raw(&mut self) -> Option<()> {
        loop {
            let start = &self.syntax.block.0;
            self.position += self.rest().find(start)? + start.len();
            if let Some(length) = self.basic_tag("endraw", true) {
                let stripped = self.rest()[..length - self.syntax.block.1.len()].ends_with('-');
                self.position += length;
                if stripped {
                    self.skip_whitespace();
                }
                return Some(());
            }
        }
    }

    /// The tokens up to the end of the tag, and the range of that end.
    fn tokens(&mut self, kind: TagKind) -> Option<(Vec<Token>, std::ops::Range<usize>)> {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        loop {
            if depth == 0
                && let Some(close) = self.close(kind)
            {
                self.position = close.end;
                if self.source[close.clone()].starts_with('-') && kind != TagKind::LineStatement {
                    self.skip_whitespace();
                }
                return Some((tokens, close));
            }
            self.skip_whitespace();
            if depth == 0 && kind != TagKind::LineStatement && self.close(kind).is_some() {
                continue;
            }
            let token = self.token()?;
            match self.source.as_bytes()[token.start] {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            self.position = token.end;
            tokens.push(token);
        }
    }

    fn close(&self, kind: TagKind) -> Option<std::ops::Range<usize>> {
        let rest = self.rest();
        let start = self.position;
        let delimiter = match kind {
            TagKind::Variable => self.syntax.variable.1.as_str(),
            TagKind::Block => self.syntax.block.1.as_str(),
            TagKind::LineStatement => {
                // Blank lines after the statement belong to its end.
                let text = rest.trim_start();
                let blank = &rest[..rest.len() - text.len()];
                if text.is_empty() {
                    return Some(start..self.source.len());
                }
                return blank.rfind('\n').map(|newline| start..start + newline + 1);
            }
        };
        let sign = usize::from(
            rest.starts_with(['-', '+'])
                && rest[1..].starts_with(delimiter)
                && !(kind == TagKind::Variable && rest.starts_with('+')),
        );
        rest[sign..].starts_with(delimiter).then(|| start..start + sign + delimiter.len())
    }

    fn token(&self) -> Option<Token> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = if first == '_' || first.is_alphabetic() {
            let length = rest.find(|character: char| character != '_' && !character.is_alphanumeric());
            (TokenKind::Name, length.unwrap_or(rest.len()))
        } else if first.is_ascii_digit() {
            (TokenKind::Number, self.number_length())
        } else if first == '"' || first == '\'' {
            (TokenKind::Text, text_length(rest, first)?)
        } else {
            let double = matches!(rest.get(..2), Some("//" | "**" | "==" | "!=" | ">=" | "<="));
            let known = "+-/*%~[](){}=<>.:|,;".contains(first) || double;
            if !known {
                return None;
            }
            (TokenKind::Operator, if double { 2 } else { 1 })
        };
        Some(Token { kind, start: self.position, end: self.position + length })
    }

    fn number_length(&self) -> usize {
        let bytes = self.rest().as_bytes();
        let after_dot = self.source[..self.position].ends_with('.');
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let mut length = bytes.iter().take_while(|byte| is_word(byte)).count();
        let prefixed = matches!(bytes.get(1), Some(b'x' | b'X' | b'b' | b'B' | b'o' | b'O'));
        if !after_dot && !prefixed {
            if bytes.get(length) == Some(&b'.') && bytes.get(length + 1).is_some_and(u8::is_ascii_digit) {
                length += 1 + bytes[length + 1..].iter().take_while(|byte| is_word(byte)).count();
            }
            let exponent = matches!(bytes.get(length - 1), Some(b'e' | b'E'));
            if exponent
                && matches!(bytes.get(length), Some(b'+' | b'-'))
                && bytes.get(length + 1).is_some_and(u8::is_ascii_digit)
            {
                length += 1 + bytes[length + 1..].iter().take_while(|byte| is_word(byte)).count();
            }
        }
        length
    }
}

enum Start {
    Tag(TagKind),
    Comment,
}

fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (offset, character) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return Some(offset + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<Vec<&str>> {
        tags(source, &Syntax::default())
            .iter()
            .map(|tag| tag.tokens.iter().map(|token| &source[token.start..token.end]).collect())
            .collect()
    }

    #[test]
    fn strings_and_brackets_hide_the_end_of_a_tag() {
        assert_eq!(words(r#"{{ "}}" }}{{ {'a': {}} }}"#), [vec!["\"}}\""], vec!["{", "'a'", ":", "{", "}", "}"]]);
    }

    #[test]
    fn raw_blocks_and_comments_have_no_tags() {
        assert_eq!(words("{% raw %}{{ a }}{%- endraw -%}{# {{ b }} #}{{ c }}"), [vec!["c"]]);
    }

    #[test]
    fn the_prefix_counts_only_as_the_first_text_of_a_line() {
        assert_eq!(words("/@@images/\n  @@ if a\nx @@ b\n@@endif"), [vec!["if", "a"], vec!["endif"]]);
    }

    #[test]
    fn a_line_statement_goes_on_while_a_bracket_is_open() {
        assert_eq!(words("@@ set a = [1,\n 2]\nx"), [vec!["set", "a", "=", "[", "1", ",", "2", "]"]]);
    }

    #[test]
    fn numbers_are_split_as_in_python() {
        assert_eq!(
            words("{{ 1.5e-3-1 + a.0.1 + 0xe-1 }}")[0],
            ["1.5e-3", "-", "1", "+", "a", ".", "0", ".", "1", "+", "0xe", "-", "1"]
        );
    }
}
