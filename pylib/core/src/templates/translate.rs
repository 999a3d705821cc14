//! Turns a template of Jinja2 into one that minijinja understands in the same way.
//!
//! Only what the two read differently is rewritten: line statements, a colon at the end of a tag, the operators (which
//! become filters that work as in Python, also for the objects of another crate), lists and dicts that the template
//! changes, and escapes in strings. Every change is remembered, so that the position of an error can be told in the text
//! that the user wrote.

use std::borrow::Cow;

use super::scan::{Tag, TagKind, Token, TokenKind, tags};
use super::{macros, text_literal, variadic};

/// The filter that stands for a chain of comparisons.
pub(super) const COMPARE_FILTER: &str = "__compare__";
/// The filter that stands for a chain of arithmetic operators of one level.
pub(super) const ARITHMETIC_FILTER: &str = "__arithmetic__";
/// The filter that stands for the unary minus.
pub(super) const NEGATE_FILTER: &str = "__negate__";
/// The filter that makes a list or dict that the template can change.
pub(super) const MUTABLE_FILTER: &str = "__mutable__";
/// The filter that resolves the name of the template that is extended.
pub(super) const PARENT_FILTER: &str = "__parent__";
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

/// Translates a template whose line ends are normalised; `is_asked_for` says that another template asks for it, and may
/// change the lists and dicts that it makes.
pub(super) fn translate(source: &str, is_asked_for: bool) -> Translation {
    let mut edits = Vec::new();
    let tags = tags(source);
    let changes_containers = is_asked_for || changes_containers(source);
    for tag in &tags {
        rewrite_tag(source, tag, changes_containers, &mut edits);
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

/// Whether a template may change the lists and dicts that it makes, itself or through another template.
fn changes_containers(source: &str) -> bool {
    const WORDS: &[&str] =
        &[".append", ".extend", ".insert", ".remove", ".pop", ".sort", ".reverse", ".clear", ".update", ".setdefault"];
    mentions_templates(source) || WORDS.iter().any(|word| source.contains(word))
}

/// Whether a template may ask for another one.
pub fn mentions_templates(source: &str) -> bool {
    ["include", "import", "extends"].iter().any(|word| source.contains(word))
}

fn rewrite_tag(source: &str, tag: &Tag, changes_containers: bool, edits: &mut Vec<Edit>) {
    let first_edit = edits.len();
    rewrite_tokens(source, tag, changes_containers, edits);
    for default in macros::late_defaults(source, tag) {
        let (name, range) = (default.name, default.range);
        let mut of_tag = edits.split_off(first_edit);
        of_tag.retain(|edit| edit.start < range.start || edit.end > range.end);
        edits.append(&mut of_tag);
        edits.push(Edit { start: range.start, end: range.end, text: "".into() });
        let assignment = format!("{{% set {name} = {} %}}", default.expression);
        let assignment = translate(&assignment, changes_containers).text;
        let text = format!(" %}}{{% if {name} is undefined %}}{assignment}{{% endif ");
        edits.push(Edit { start: tag.close.start, end: tag.close.start, text: text.into() });
    }
}

fn rewrite_tokens(source: &str, tag: &Tag, changes_containers: bool, edits: &mut Vec<Edit>) {
    let is_statement = tag.kind != TagKind::Variable;
    let mut rules = Rules { source, is_statement, loop_in: None, changes_containers, tokens: &tag.tokens, edits };
    rules.loop_in = rules.loop_in();
    if tag.kind == TagKind::LineStatement {
        let sign = if source[tag.open.clone()].ends_with('-') { "-" } else { "" };
        let scope = if rules.is_include() { " with %}{%" } else { "" };
        rules.edit(tag.open.start, tag.open.end, format!("{{%{sign}{scope} "));
    }
    if tag.kind == TagKind::Block && rules.is_include() {
        // What an included template sets stays in it.
        rules.edit(tag.open.start, tag.open.end, format!("{} with %}}{{% ", &source[tag.open.clone()]));
        rules.edit(tag.close.start, tag.close.end, format!(" %}}{{% endwith {}", &source[tag.close.clone()]));
    }
    rules.drop_colon();
    rules.texts();
    // Around the edits of the operators: of two texts at one position, the one that is added first stands first.
    let tuple = rules.tuple().or_else(|| rules.wrapped());
    if let Some((start, ..)) = tuple {
        rules.edit(start, start, "(");
    }
    rules.expressions(0, tag.tokens.len());
    if let Some((_, end, close)) = tuple {
        rules.edit(end, end, close);
    }
    if tag.kind == TagKind::LineStatement {
        let scope = if rules.is_include() { " %}{% endwith" } else { "" };
        rules.edit(tag.close.start, tag.close.end, format!("{scope} %}}"));
    }
}

/// The statements whose tag may end with a colon.
const STATEMENTS_WITH_BODY: &[&str] =
    &["for", "if", "elif", "else", "macro", "call", "filter", "with", "autoescape", "block", "set"];

struct Rules<'a> {
    source: &'a str,
    is_statement: bool,
    /// The `in` of a loop, which is no operator.
    loop_in: Option<usize>,
    changes_containers: bool,
    tokens: &'a [Token],
    edits: &'a mut Vec<Edit>,
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

    fn edit(&mut self, start: usize, end: usize, text: impl Into<Cow<'static, str>>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// The token `in` that parts the names of a loop from what it goes over.
    fn loop_in(&self) -> Option<usize> {
        if !self.is_statement || self.tokens.is_empty() || self.word(0) != "for" {
            return None;
        }
        (0..self.tokens.len()).find(|index| self.tokens[*index].kind == TokenKind::Name && self.word(*index) == "in")
    }

    /// The value of a name that is set, and the name of an extended template: start, end and the text for the end.
    fn wrapped(&self) -> Option<(usize, usize, String)> {
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

    fn is_include(&self) -> bool {
        self.is_statement && !self.tokens.is_empty() && self.word(0) == "include"
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
    fn expressions(&mut self, first: usize, end: usize) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(source: &str) -> String {
        translate(source, false).text
    }

    #[test]
    fn operators_take_the_operands_of_their_level() {
        let cases = [
            ("a % b % c", "(a )|__arithmetic__('%', b ,'%', c)"),
            ("a + b * c", "(a )|__arithmetic__('+', (b )|__arithmetic__('*', c))"),
            ("a * b|f - c", "((a )|__arithmetic__('*', b|f) )|__arithmetic__('-', c)"),
            ("-a.b(c)|f < -1", "(((a.b(c))|__negate__)|f )|__compare__('<', -1)"),
            ("a not in b == c", "(a )|__compare__('not in', b ,'==', c)"),
            ("not a in b and c", "not (a )|__compare__('in', b) and c"),
            ("f(a=b ** 2)", "f(a=(b )|__arithmetic__('**', 2))"),
            ("a is not in b", "a is not in b"),
        ];
        for (source, expected) in cases {
            assert_eq!(translated(&format!("{{{{ {source} }}}}")), format!("{{{{ {expected} }}}}"));
        }
    }

    #[test]
    fn the_in_of_a_loop_is_no_operator() {
        assert_eq!(
            translated("{% for a in b if a in c %}"),
            "{% for a in (b)|__iterable__ if (a )|__compare__('in', c) %}"
        );
    }

    #[test]
    fn concatenation_gathers_its_operands() {
        assert_eq!(translated("{{ a ~ b * c ~ d }}"), "{{ [a , (b )|__arithmetic__('*', c) , d]|__concatenate__ }}");
        assert_eq!(translated("{{ a ~ b + c }}"), "{{ ([a , b]|__concatenate__ )|__arithmetic__('+', c) }}");
    }

    #[test]
    fn literals_of_a_template_that_changes_some_can_be_changed() {
        assert_eq!(
            translated("{% set x = [] %}{{ x.append({}[0]) }}"),
            "{% set x = (([]|__mutable__))|__mutable__ %}{{ x.append(({}|__mutable__)[0]) }}"
        );
        assert_eq!(translated("{% set x = [] %}"), "{% set x = [] %}");
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
        let translation = translate(source, false);
        for word in ["foo", "y", "a"] {
            let at = translation.text.find(word).expect("the word is kept");
            let range = translation.source_range(at..at + word.len());
            assert_eq!(&source[range], word);
        }
    }
}
