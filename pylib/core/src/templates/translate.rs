//! Turns a template of Jinja2 into one that minijinja understands in the same way.
//!
//! Only what the two read differently is rewritten: line statements, a colon at the end of a tag, the operators (which
//! become filters that work as in Python, also for the objects of another crate), lists and dicts that the template
//! changes, and escapes in strings. Every change is remembered, so that the position of an error can be told in the text
//! that the user wrote.

use std::borrow::Cow;

use super::rules::Rules;
use super::scan::{Tag, TagKind, tags};
use super::syntax::Syntax;
use super::{macros, variadic};

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
/// The filter that resolves the name of a template that does not see the names of the one that asks for it.
pub(super) const ISOLATED_FILTER: &str = "__isolated__";
/// The filter that stands for a chain of the operator `~`.
pub(super) const CONCATENATE_FILTER: &str = "__concatenate__";

/// The filter that refuses to loop over `None`, which minijinja takes for an empty list.
pub(super) const ITERABLE_FILTER: &str = "__iterable__";

/// A part of the source that is replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: Cow<'static, str>,
}

/// A translated template together with the way back to the positions of its source.
#[derive(Debug)]
pub(super) struct Translation {
    pub(super) text: String,
    /// Start and end in `text`, start and end in the source, for each replaced part, in order.
    replaced: Vec<[usize; 4]>,
}

impl Translation {
    /// Adds a text in front that stands nowhere in the source.
    pub(super) fn prepend(&mut self, text: &str) {
        self.text.insert_str(0, text);
        for part in &mut self.replaced {
            part[0] += text.len();
            part[1] += text.len();
        }
        self.replaced.insert(0, [0, text.len(), 0, 0]);
    }

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
pub(super) fn translate(source: &str, syntax: &Syntax, is_asked_for: bool) -> Translation {
    let mut edits = Vec::new();
    let tags = tags(source, syntax);
    let changes_containers = is_asked_for || changes_containers(source);
    for tag in &tags {
        rewrite_tag(source, syntax, tag, changes_containers, &mut edits);
    }
    for insertion in variadic::insertions(source, syntax, &tags) {
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

fn rewrite_tag(source: &str, syntax: &Syntax, tag: &Tag, changes_containers: bool, edits: &mut Vec<Edit>) {
    let first_edit = edits.len();
    let (open, close) = (&syntax.block.0, &syntax.block.1);
    rewrite_tokens(source, syntax, tag, changes_containers, edits);
    for default in macros::late_defaults(source, tag) {
        let (name, range) = (default.name, default.range);
        let mut of_tag = edits.split_off(first_edit);
        of_tag.retain(|edit| edit.start < range.start || edit.end > range.end);
        edits.append(&mut of_tag);
        edits.push(Edit { start: range.start, end: range.end, text: "".into() });
        let assignment = format!("{open} set {name} = {} {close}", default.expression);
        let assignment = translate(&assignment, syntax, changes_containers).text;
        let text = format!(" {close}{open} if {name} is undefined {close}{assignment}{open} endif ");
        edits.push(Edit { start: tag.close.start, end: tag.close.start, text: text.into() });
    }
}

fn rewrite_tokens(source: &str, syntax: &Syntax, tag: &Tag, changes_containers: bool, edits: &mut Vec<Edit>) {
    let is_statement = tag.kind != TagKind::Variable;
    let (open, close) = (&syntax.block.0, &syntax.block.1);
    let mut rules = Rules { source, is_statement, loop_in: None, changes_containers, tokens: &tag.tokens, edits };
    rules.loop_in = rules.loop_in();
    if tag.kind == TagKind::LineStatement {
        let sign = if source[tag.open.clone()].ends_with('-') { "-" } else { "" };
        let scope = if rules.is_include() { format!(" with {close}{open}") } else { String::new() };
        rules.edit(tag.open.start, tag.open.end, format!("{open}{sign}{scope} "));
    }
    if tag.kind == TagKind::Block && rules.is_include() {
        // What an included template sets stays in it.
        rules.edit(tag.open.start, tag.open.end, format!("{} with {close}{open} ", &source[tag.open.clone()]));
        rules.edit(tag.close.start, tag.close.end, format!(" {close}{open} endwith {}", &source[tag.close.clone()]));
    }
    rules.drop_colon();
    rules.texts();
    // Around the edits of the operators: of two texts at one position, the one that is added first stands first.
    let tuple = rules.tuple().or_else(|| rules.wrapped()).or_else(|| rules.isolated());
    if let Some((start, ..)) = tuple {
        rules.edit(start, start, "(");
    }
    rules.expressions(0, tag.tokens.len());
    if let Some((_, end, text)) = tuple {
        rules.edit(end, end, text);
    }
    if tag.kind == TagKind::LineStatement {
        let scope = if rules.is_include() { format!(" {close}{open} endwith") } else { String::new() };
        rules.edit(tag.close.start, tag.close.end, format!("{scope} {close}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(source: &str) -> String {
        translate(source, &Syntax::default(), false).text
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
        let translation = translate(source, &Syntax::default(), false);
        for word in ["foo", "y", "a"] {
            let at = translation.text.find(word).expect("the word is kept");
            let range = translation.source_range(at..at + word.len());
            assert_eq!(&source[range], word);
        }
    }
}
