//! Defaults of macros that use an earlier parameter, which minijinja looks up around the macro.
//!
//! Such a default moves from the tag of the macro into its body, where the earlier parameters have their values.

use super::scan::{Tag, TagKind, Token, TokenKind};

/// A default that uses an earlier parameter.
pub(super) struct LateDefault<'s> {
    /// The parameter.
    pub(super) name: &'s str,
    /// The expression after the sign of equality.
    pub(super) expression: &'s str,
    /// Where the sign of equality starts and the expression ends.
    pub(super) range: std::ops::Range<usize>,
}

/// The defaults in the tag of a macro that use an earlier parameter.
pub(super) fn late_defaults<'s>(source: &'s str, tag: &Tag) -> Vec<LateDefault<'s>> {
    let tokens = &tag.tokens;
    let word = |index: usize| tokens.get(index).map_or("", |token| &source[token.start..token.end]);
    if tag.kind == TagKind::Variable || word(0) != "macro" || word(2) != "(" {
        return Vec::new();
    }
    let (mut found, mut names, mut index) = (Vec::new(), Vec::new(), 3);
    while tokens.get(index).is_some_and(|token| token.kind == TokenKind::Name) {
        let name = word(index);
        let end = parameter_end(source, tokens, index);
        if word(index + 1) == "=" && end > index + 2 {
            let uses_earlier = (index + 2..end).any(|at| {
                tokens[at].kind == TokenKind::Name && !matches!(word(at - 1), "." | "|") && names.contains(&word(at))
            });
            if uses_earlier {
                let (start, expression_end) = (tokens[index + 2].start, tokens[end - 1].end);
                let range = tokens[index + 1].start..expression_end;
                found.push(LateDefault { name, expression: &source[start..expression_end], range });
            }
        }
        names.push(name);
        index = end + 1;
    }
    found
}

/// The token after a parameter: the comma or the closing bracket.
fn parameter_end(source: &str, tokens: &[Token], first: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(first) {
        match &source[token.start..token.end] {
            "(" | "[" | "{" => depth += 1,
            "," if depth == 0 => return index,
            ")" | "]" | "}" if depth == 0 => return index,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}
