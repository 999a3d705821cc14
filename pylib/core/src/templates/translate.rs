//! Turns a template of Jinja2 into one that minijinja understands in the same way.
//!
//! Only what the two read differently is rewritten: line statements, a colon at the end of a tag, the operators `%` and
//! `~` (which work on strings as in Python), the unary plus and escapes in strings. Every change is remembered, so that the
//! position of an error can be told in the text that the user wrote.

use std::borrow::Cow;

use super::scan::{Tag, TagKind, Token, TokenKind, tags};
use super::{text_literal, variadic};

/// The filter that stands for the operator `%`.
pub(super) const MODULO_FILTER: &str = "__modulo__";
/// The filter that stands for a chain of the operator `~`.
pub(super) const CONCATENATE_FILTER: &str = "__concatenate__";

/// The filter that refuses to loop over `None`, which minijinja takes for an empty list.
pub(super) const ITERABLE_FILTER: &str = "__iterable__";

/// A part of the source that is replaced.
#[derive(Debug, PartialEq, Eq)]
struct Edit {
    start: usize,
    end: usize,
    text: Cow<'static, str>,
}

/// A translated template together with the way back to the positions of its source.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) text: String,
    /// Start and end in `text`, start and end in the source, for each replaced part, in order.
    replaced: Vec<[usize; 4]>,
}

impl Translation {
    /// The byte range of the source that a byte range of the translation stems from.
    pub(super) fn source_range(&self, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.source_offset(range.start, false);
        start..self.source_offset(range.end, true).max(start)
    }

    fn source_offset(&self, offset: usize, is_end: bool) -> usize {
        let index = self.replaced.partition_point(|part| part[0] < offset || (part[0] == offset && part[1] == offset));
        let Some(&[_, end, source_start, source_end]) = index.checked_sub(1).map(|index| &self.replaced[index]) else {
            return offset;
        };
        if offset >= end {
            source_end + (offset - end)
        } else if is_end {
            source_end
        } else {
            source_start
        }
    }
}

/// Normalises line ends to a line feed, as Jinja2 does with the text of a template.
pub(super) fn normalise_line_ends(source: &str) -> Cow<'_, str> {
    if source.contains('\r') {
        Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(source)
    }
}

/// Whether a text holds anything that a template could act on; other texts are their own result.
pub fn is_plain(source: &str) -> bool {
    let bytes = source.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|byte| matches!(byte, b'{' | b'@')) {
        at += offset + 1;
        match (bytes[at - 1], bytes.get(at)) {
            (b'{', Some(b'{' | b'%' | b'#')) | (b'@', Some(b'@')) => return false,
            _ => {}
        }
    }
    true
}

/// Translates a template whose line ends are normalised.
pub(super) fn translate(source: &str) -> Translation {
    let mut edits = Vec::new();
    let tags = tags(source);
    for tag in &tags {
        rewrite_tag(source, tag, &mut edits);
    }
    for insertion in variadic::insertions(source, &tags) {
        edits.push(Edit { start: insertion.0, end: insertion.0, text: insertion.1.into() });
    }
    // A stable order: what is inserted at one position keeps the order of the rules.
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut text = String::with_capacity(source.len() + edits.len() * 8);
    let mut replaced = Vec::with_capacity(edits.len());
    let mut position = 0;
    for edit in edits {
        text.push_str(&source[position..edit.start]);
        let start = text.len();
        text.push_str(&edit.text);
        replaced.push([start, text.len(), edit.start, edit.end]);
        position = edit.end;
    }
    text.push_str(&source[position..]);
    Translation { text, replaced }
}

fn rewrite_tag(source: &str, tag: &Tag, edits: &mut Vec<Edit>) {
    let mut rules = Rules { source, is_statement: tag.kind != TagKind::Variable, tokens: &tag.tokens, edits };
    if tag.kind == TagKind::LineStatement {
        let open = if source[tag.open.clone()].ends_with('-') { "{%- " } else { "{% " };
        rules.edit(tag.open.start, tag.open.end, open);
    }
    rules.drop_colon();
    rules.texts();
    // Around the edits of the operators: of two texts at one position, the one that is added first stands first.
    let tuple = rules.tuple();
    if let Some((start, ..)) = tuple {
        rules.edit(start, start, "(");
    }
    rules.expressions(0, tag.tokens.len());
    if let Some((_, end, close)) = tuple {
        rules.edit(end, end, close);
    }
    if tag.kind == TagKind::LineStatement {
        rules.edit(tag.close.start, tag.close.end, " %}");
    }
}

/// The statements whose tag may end with a colon.
const STATEMENTS_WITH_BODY: &[&str] =
    &["for", "if", "elif", "else", "macro", "call", "filter", "with", "autoescape", "block", "set"];

struct Rules<'a> {
    source: &'a str,
    is_statement: bool,
    tokens: &'a [Token],
    edits: &'a mut Vec<Edit>,
}

/// What a token does to the operands beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Operand,
    /// `*`, `/`, `//`: the level of `%`
    Multiply,
    Modulo,
    Concatenate,
    /// Anything that binds less tightly than `~`
    Boundary,
}

impl<'a> Rules<'a> {
    fn word(&self, index: usize) -> &'a str {
        let token = self.tokens[index];
        &self.source[token.start..token.end]
    }

    fn edit(&mut self, start: usize, end: usize, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    fn drop_colon(&mut self) {
        let Some(last) = self.tokens.last().filter(|_| self.is_statement) else {
            return;
        };
        if self.tokens.len() > 1
            && self.word(self.tokens.len() - 1) == ":"
            && STATEMENTS_WITH_BODY.contains(&self.word(0))
        {
            self.edit(last.start, last.end, "");
        }
    }

    /// Puts brackets around a tuple that is printed without them, and around what a loop goes over.
    /// Gives the start, the end and the text for the end.
    fn tuple(&self) -> Option<(usize, usize, String)> {
        let is_loop = self.is_statement && self.tokens.first().is_some_and(|_| self.word(0) == "for");
        if self.is_statement && !is_loop {
            return None;
        }
        let (mut first, mut depth, mut has_comma) = (usize::from(is_loop), 0_usize, false);
        let mut is_open = !is_loop;
        let mut last = None;
        for index in 0..self.tokens.len() {
            match (self.tokens[index].kind, self.word(index)) {
                (TokenKind::Operator, "(" | "[" | "{") => depth += 1,
                (TokenKind::Operator, ")" | "]" | "}") => depth = depth.saturating_sub(1),
                (TokenKind::Operator, ",") if depth == 0 && is_open => has_comma = true,
                (TokenKind::Operator, ":") if depth == 0 && index + 1 == self.tokens.len() => break,
                (TokenKind::Name, "in") if depth == 0 && !is_open => {
                    is_open = true;
                    first = index + 1;
                    continue;
                }
                (TokenKind::Name, "if" | "recursive") if depth == 0 && is_loop && is_open => break,
                _ => {}
            }
            last = Some(index);
        }
        let last = last.filter(|last| (has_comma || is_loop) && is_open && *last >= first)?;
        let close = if is_loop { format!(")|{ITERABLE_FILTER}") } else { ")".to_owned() };
        Some((self.tokens[first].start, self.tokens[last].end, close))
    }

    fn texts(&mut self) {
        for index in 0..self.tokens.len() {
            let token = self.tokens[index];
            if token.kind == TokenKind::Text
                && self.word(index).contains('\\')
                && let Some(text) = text_literal::rewrite(self.word(index))
            {
                self.edit(token.start, token.end, text);
            }
        }
    }

    fn is_operator(&self, index: usize, operator: &str) -> bool {
        self.tokens[index].kind == TokenKind::Operator && self.word(index) == operator
    }

    /// Whether the token before `index` leaves an operator at `index` without a left operand.
    fn is_prefix_position(&self, index: usize, first: usize) -> bool {
        if index == first {
            return true;
        }
        match self.tokens[index - 1].kind {
            TokenKind::Operator => !matches!(self.word(index - 1), ")" | "]" | "}"),
            TokenKind::Name => self.is_keyword(index - 1),
            _ => false,
        }
    }

    /// Whether the name at `index` separates expressions, as `and`, `if` or the first word of a statement do.
    fn is_keyword(&self, index: usize) -> bool {
        if index == 0 {
            return self.is_statement || self.word(0) == "not";
        }
        if self.is_operator(index - 1, ".") || self.is_operator(index - 1, "|") {
            return false;
        }
        let follows_is = self.word(index - 1) == "is" && self.tokens[index - 1].kind == TokenKind::Name;
        let follows_is_not = index > 1 && self.word(index - 1) == "not" && self.word(index - 2) == "is";
        if follows_is || follows_is_not {
            return false;
        }
        matches!(self.word(index), "and" | "or" | "not" | "if" | "else" | "in" | "recursive")
    }

    fn role(&self, index: usize, first: usize) -> Role {
        match self.tokens[index].kind {
            TokenKind::Name if self.is_keyword(index) => Role::Boundary,
            TokenKind::Name | TokenKind::Number | TokenKind::Text => Role::Operand,
            TokenKind::Operator => match self.word(index) {
                "." | "|" => Role::Operand,
                "+" | "-" if self.is_prefix_position(index, first) => Role::Operand,
                "*" | "**" if self.is_prefix_position(index, first) => Role::Boundary,
                "**" => Role::Operand,
                "*" | "/" | "//" => Role::Multiply,
                "%" => Role::Modulo,
                "~" => Role::Concatenate,
                _ => Role::Boundary,
            },
        }
    }

    /// Rewrites the expressions in the tokens `first..end`, those in brackets included.
    fn expressions(&mut self, first: usize, end: usize) {
        let mut run: Vec<(Role, usize, usize)> = Vec::new();
        let mut index = first;
        while index < end {
            if matches!(self.word(index), "(" | "[" | "{") && self.tokens[index].kind == TokenKind::Operator {
                let close = self.closing(index, end);
                self.expressions(index + 1, close);
                run.push((Role::Operand, index, close.min(end - 1)));
                index = close + 1;
                continue;
            }
            let role = self.role(index, first);
            if self.is_operator(index, "+") && self.is_prefix_position(index, first) {
                let token = self.tokens[index];
                self.edit(token.start, token.end, "");
            } else if role == Role::Boundary {
                self.concatenation(&run);
                run.clear();
            } else {
                run.push((role, index, index));
            }
            index += 1;
        }
        self.concatenation(&run);
    }

    fn closing(&self, open: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        for index in open..end {
            if self.tokens[index].kind == TokenKind::Operator {
                match self.word(index) {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => {
                        depth -= 1;
                        if depth == 0 {
                            return index;
                        }
                    }
                    _ => {}
                }
            }
        }
        end
    }

    /// Rewrites `a ~ b ~ c` to `[a,b,c]|filter`, and the operands for themselves.
    fn concatenation(&mut self, run: &[(Role, usize, usize)]) {
        if !run.iter().any(|item| matches!(item.0, Role::Concatenate | Role::Modulo)) {
            return;
        }
        let operands: Vec<_> = run.split(|item| item.0 == Role::Concatenate).collect();
        if operands.iter().any(|operand| operand.is_empty()) {
            // A missing operand is an error that the engine words.
            return;
        }
        if operands.len() > 1 {
            let (start, end) = self.extent(run);
            self.edit(start, start, "[");
            for operands in run.iter().filter(|item| item.0 == Role::Concatenate) {
                let token = self.tokens[operands.1];
                self.edit(token.start, token.end, ",");
            }
            for operand in operands {
                self.modulo(operand);
            }
            self.edit(end, end, format!("]|{CONCATENATE_FILTER}"));
        } else {
            self.modulo(run);
        }
    }

    /// Rewrites `a * b % c` to `(a * b)|filter(c)`.
    fn modulo(&mut self, run: &[(Role, usize, usize)]) {
        let is_level = |item: &(Role, usize, usize)| matches!(item.0, Role::Modulo | Role::Multiply);
        if run.split(is_level).any(|operand| operand.is_empty()) {
            return;
        }
        let (start, _) = self.extent(run);
        for (position, item) in run.iter().enumerate().filter(|(_, item)| item.0 == Role::Modulo) {
            let right = run[position + 1..].split(is_level).next().unwrap_or_default();
            let (_, right_end) = self.extent(right);
            let token = self.tokens[item.1];
            self.edit(start, start, "(");
            self.edit(token.start, token.end, format!(")|{MODULO_FILTER}("));
            self.edit(right_end, right_end, ")");
        }
    }

    fn extent(&self, run: &[(Role, usize, usize)]) -> (usize, usize) {
        (self.tokens[run[0].1].start, self.tokens[run[run.len() - 1].2].end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(source: &str) -> String {
        translate(source).text
    }

    #[test]
    fn modulo_takes_the_operands_of_its_level() {
        assert_eq!(translated("{{ a + b * c % d.e|f * g }}"), "{{ a + (b * c )|__modulo__( d.e|f) * g }}");
        assert_eq!(translated("{{ a % b % c }}"), "{{ ((a )|__modulo__( b) )|__modulo__( c) }}");
        assert_eq!(
            translated("{{ 'x' % -a ** 2 if not -b % c }}"),
            "{{ ('x' )|__modulo__( -a ** 2) if not (-b )|__modulo__( c) }}"
        );
        assert_eq!(translated("{{ f(x % (a % b,)) }}"), "{{ f((x )|__modulo__( ((a )|__modulo__( b),))) }}");
    }

    #[test]
    fn concatenation_gathers_its_operands() {
        assert_eq!(translated("{{ a ~ b % c ~ d + e }}"), "{{ [a , (b )|__modulo__( c) , d]|__concatenate__ + e }}");
        assert_eq!(translated("{{ a ~ b in c ~ d }}"), "{{ [a , b]|__concatenate__ in [c , d]|__concatenate__ }}");
    }

    #[test]
    fn a_missing_operand_is_left_to_the_engine() {
        assert_eq!(translated("{{ a % }}{{ ~ b }}"), "{{ a % }}{{ ~ b }}");
    }

    #[test]
    fn line_statements_become_tags() {
        assert_eq!(translated("a\n  @@ if b:\nc\n@@ endif"), "a\n{% if b %}c\n{%  endif %}".replace("{% if", "{%  if"));
    }

    #[test]
    fn colons_go_from_tags_with_a_body_only() {
        assert_eq!(translated("{% if a: %}{% endif: %}"), "{% if a %}{% endif: %}");
        assert_eq!(translated("{% if a[1:] %}{{ ':' }}"), "{% if a[1:] %}{{ ':' }}");
    }

    #[test]
    fn positions_lead_back_to_the_source() {
        let source = "@@ if a\n{{ x ~ foo ~ 'ä' % y }}";
        let translation = translate(source);
        for word in ["foo", "y", "a"] {
            let at = translation.text.find(word).expect("the word is kept");
            let range = translation.source_range(at..at + word.len());
            assert_eq!(&source[range], word);
        }
    }
}
