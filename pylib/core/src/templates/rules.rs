//! The rules by which the tokens of one tag are rewritten.

use std::borrow::Cow;

use super::scan::{Token, TokenKind};
use super::text_literal;
use super::translate::{
    ARITHMETIC_FILTER, COMPARE_FILTER, CONCATENATE_FILTER, Edit, ISOLATED_FILTER, ITERABLE_FILTER, MUTABLE_FILTER,
    NEGATE_FILTER, PARENT_FILTER,
};

/// The statements whose tag may end with a colon.
const STATEMENTS_WITH_BODY: &[&str] =
    &["for", "if", "elif", "else", "macro", "call", "filter", "with", "autoescape", "block", "set"];

/// The tokens of a tag and what is replaced in them.
pub(super) struct Rules<'a> {
    pub(super) source: &'a str,
    pub(super) is_statement: bool,
    /// The `in` of a loop, which is no operator.
    pub(super) loop_in: Option<usize>,
    pub(super) changes_containers: bool,
    pub(super) tokens: &'a [Token],
    pub(super) edits: &'a mut Vec<Edit>,
}

/// What a token does to the operands beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Operand,
    Power,
    /// `*`, `/`, `//` and `%`
    Multiply,
    Concatenate,
    /// `+` and `-` between two operands
    Add,
    /// `==`, `<`, `in` and the like
    Compare,
    /// Anything that binds less tightly than a comparison
    Boundary,
}

/// An operand or operator with its first and last token.
type Item = (Role, usize, usize);

impl<'a> Rules<'a> {
    fn word(&self, index: usize) -> &'a str {
        let token = self.tokens[index];
        &self.source[token.start..token.end]
    }

    pub(super) fn edit(&mut self, start: usize, end: usize, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// The token `in` that parts the names of a loop from what it goes over.
    pub(super) fn loop_in(&self) -> Option<usize> {
        if !self.is_statement || self.tokens.is_empty() || self.word(0) != "for" {
            return None;
        }
        (0..self.tokens.len()).find(|index| self.tokens[*index].kind == TokenKind::Name && self.word(*index) == "in")
    }

    /// The value of a name that is set, and the name of an extended template: start, end and the text for the end.
    pub(super) fn wrapped(&self) -> Option<(usize, usize, String)> {
        let (first, filter) = match self.tokens.first().filter(|_| self.is_statement).map(|_| self.word(0)) {
            Some("set") if self.changes_containers => {
                let equals = (0..self.tokens.len()).find(|index| self.is_operator(*index, "="))?;
                (equals + 1, MUTABLE_FILTER)
            }
            Some("extends") => (1, PARENT_FILTER),
            _ => return None,
        };
        let mut depth = 0_usize;
        for index in first..self.tokens.len() {
            match self.word(index) {
                "(" | "[" | "{" if self.tokens[index].kind == TokenKind::Operator => depth += 1,
                ")" | "]" | "}" if self.tokens[index].kind == TokenKind::Operator => depth = depth.saturating_sub(1),
                "," | ":" if depth == 0 => return None,
                _ => {}
            }
        }
        let (start, end) = (self.tokens.get(first)?.start, self.tokens.last()?.end);
        Some((start, end, format!(")|{filter}")))
    }

    /// The name of a template that is included without context, or imported not with it.
    pub(super) fn isolated(&self) -> Option<(usize, usize, String)> {
        let first = self.tokens.first().filter(|_| self.is_statement).map(|_| self.word(0))?;
        let says = |word: &str| {
            let length = self.tokens.len();
            length > 2 && self.word(length - 2) == word && self.word(length - 1) == "context"
        };
        let ends: &[&str] = match first {
            "include" if says("without") => &["ignore", "without"],
            "import" if !says("with") => &["as"],
            "from" if !says("with") => &["import"],
            _ => return None,
        };
        let is_end = |index: &usize| self.tokens[*index].kind == TokenKind::Name && ends.contains(&self.word(*index));
        let end = (2..self.tokens.len()).find(is_end)?;
        Some((self.tokens[1].start, self.tokens[end - 1].end, format!(")|{ISOLATED_FILTER}")))
    }

    pub(super) fn is_include(&self) -> bool {
        self.is_statement && !self.tokens.is_empty() && self.word(0) == "include"
    }

    pub(super) fn drop_colon(&mut self) {
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
    pub(super) fn tuple(&self) -> Option<(usize, usize, String)> {
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

    pub(super) fn texts(&mut self) {
        for index in 0..self.tokens.len() {
            let token = self.tokens[index];
            // The engine reads no larger integers than these; the filter does.
            if token.kind == TokenKind::Number
                && self.word(index).len() > 38
                && self.word(index).bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
            {
                self.edit(token.start, token.end, format!("('{}'|int)", self.word(index)));
            }
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
        let asks_for_template = self.is_statement && matches!(self.word(0), "include" | "import" | "from");
        if asks_for_template && matches!(self.word(index), "import" | "as" | "ignore" | "with" | "without") {
            return true;
        }
        matches!(self.word(index), "and" | "or" | "not" | "if" | "else" | "in" | "recursive")
    }

    fn role(&self, index: usize, first: usize) -> Role {
        match self.tokens[index].kind {
            TokenKind::Name if self.is_keyword(index) => match self.word(index) {
                "in" if Some(index) != self.loop_in => Role::Compare,
                _ => Role::Boundary,
            },
            TokenKind::Name | TokenKind::Number | TokenKind::Text => Role::Operand,
            TokenKind::Operator => match self.word(index) {
                "." | "|" => Role::Operand,
                "+" | "-" if self.is_prefix_position(index, first) => Role::Operand,
                "*" | "**" if self.is_prefix_position(index, first) => Role::Boundary,
                "**" => Role::Power,
                "*" | "/" | "//" | "%" => Role::Multiply,
                "~" => Role::Concatenate,
                "+" | "-" => Role::Add,
                "==" | "!=" | "<" | "<=" | ">" | ">=" => Role::Compare,
                _ => Role::Boundary,
            },
        }
    }

    /// Rewrites the expressions in the tokens `first..end`, those in brackets included.
    pub(super) fn expressions(&mut self, first: usize, end: usize) {
        let mut run: Vec<Item> = Vec::new();
        let mut index = first;
        while index < end {
            if matches!(self.word(index), "(" | "[" | "{") && self.tokens[index].kind == TokenKind::Operator {
                let close = self.closing(index, end);
                let is_literal = self.changes_containers
                    && close < end
                    && self.word(index) != "("
                    && self.is_prefix_position(index, first);
                if is_literal {
                    self.edit(self.tokens[index].start, self.tokens[index].start, "(");
                }
                self.expressions(index + 1, close);
                if is_literal {
                    self.edit(self.tokens[close].end, self.tokens[close].end, format!("|{MUTABLE_FILTER})"));
                }
                run.push((Role::Operand, index, close.min(end - 1)));
                index = close + 1;
                continue;
            }
            let is_prefix = self.is_prefix_position(index, first);
            let is_not_in = self.word(index) == "not" && !is_prefix && index + 1 < end && self.word(index + 1) == "in";
            if is_not_in && self.is_keyword(index) {
                run.push((Role::Compare, index, index + 1));
                index += 2;
                continue;
            }
            let role = self.role(index, first);
            if self.is_operator(index, "+") && is_prefix {
                let token = self.tokens[index];
                self.edit(token.start, token.end, "");
            } else if role == Role::Boundary {
                self.comparison(&run);
                run.clear();
            } else {
                run.push((role, index, index));
            }
            index += 1;
        }
        self.comparison(&run);
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

    /// Rewrites `a < b <= c` to `(a)|filter('<',b,'<=',c)`, and the operands for themselves.
    fn comparison(&mut self, run: &[Item]) {
        let levels = [Role::Compare, Role::Add, Role::Concatenate, Role::Multiply, Role::Power];
        // A missing operand is an error that the engine words.
        let is_whole = |level| run.split(|item| item.0 == level).all(|operand| !operand.is_empty());
        if levels.into_iter().all(|level| !run.iter().any(|item| item.0 == level) || is_whole(level)) {
            self.level(run, &levels);
        }
    }

    fn level(&mut self, run: &[Item], levels: &[Role]) {
        let Some((level, tighter)) = levels.split_first() else {
            self.calls_of_filters(run);
            self.negations(run);
            return;
        };
        if !run.iter().any(|item| item.0 == *level) {
            self.level(run, tighter);
            return;
        }
        if run.split(|item| item.0 == *level).any(<[_]>::is_empty) {
            return;
        }
        let (start, end) = self.extent(run);
        self.edit(start, start, if *level == Role::Concatenate { "[" } else { "(" });
        let mut is_first = true;
        for operator in run.iter().filter(|item| item.0 == *level) {
            let (from, to) = self.extent(std::slice::from_ref(operator));
            let word = if operator.1 == operator.2 { self.word(operator.1) } else { "not in" };
            let text = match (*level, is_first) {
                (Role::Concatenate, _) => ",".to_owned(),
                (Role::Compare, true) => format!(")|{COMPARE_FILTER}('{word}',"),
                (_, true) => format!(")|{ARITHMETIC_FILTER}('{word}',"),
                (_, false) => format!(",'{word}',"),
            };
            self.edit(from, to, text);
            is_first = false;
        }
        for operand in run.split(|item| item.0 == *level) {
            self.level(operand, tighter);
        }
        let close = if *level == Role::Concatenate { format!("]|{CONCATENATE_FILTER}") } else { ")".to_owned() };
        self.edit(end, end, close);
    }

    /// Rewrites `a|attr('b')(c)` to `(a|attr('b'))(c)`, because the engine takes no call after a filter.
    fn calls_of_filters(&mut self, run: &[Item]) {
        for position in 3..run.len() {
            let is_filter = self.is_operator(run[position - 3].1, "|")
                && self.tokens[run[position - 2].1].kind == TokenKind::Name
                && self.is_operator(run[position - 1].1, "(");
            if is_filter && self.is_operator(run[position].1, "(") {
                let (start, end) = self.extent(&run[..position]);
                self.edit(start, start, "(");
                self.edit(end, end, ")");
            }
        }
    }

    /// Rewrites `-a.b(c)` to `(a.b(c))|filter`, because the engine negates plain numbers only.
    fn negations(&mut self, run: &[Item]) {
        for position in 0..run.len() {
            let (_, index, _) = run[position];
            let Some(operand) = run.get(position + 1) else { continue };
            let is_plain_operand = match self.tokens[operand.1].kind {
                TokenKind::Number => false,
                TokenKind::Name | TokenKind::Text => true,
                TokenKind::Operator => matches!(self.word(operand.1), "(" | "[" | "{"),
            };
            let is_negation = self.is_operator(index, "-");
            if !is_negation || !is_plain_operand {
                continue;
            }
            let mut last = position + 1;
            while let Some(next) = run.get(last + 1) {
                if self.is_operator(next.1, ".") && run.get(last + 2).is_some() {
                    last += 2;
                } else if self.is_operator(next.1, "(") || self.is_operator(next.1, "[") {
                    last += 1;
                } else {
                    break;
                }
            }
            let token = self.tokens[index];
            let end = self.tokens[run[last].2].end;
            self.edit(token.start, token.end, "((");
            self.edit(end, end, format!(")|{NEGATE_FILTER})"));
        }
    }

    fn extent(&self, run: &[Item]) -> (usize, usize) {
        (self.tokens[run[0].1].start, self.tokens[run[run.len() - 1].2].end)
    }
}
