//! Macros that use `varargs` or `kwargs`, which minijinja does not have.
//!
//! The translation gives such a macro the two names as parameters and replaces it, once it is defined, by an object that
//! gathers the arguments no other parameter takes.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Kwargs, Object, ObjectRepr, Rest, Tuple};
use minijinja::{Environment, Error, State, Value};

use super::arguments::split;
use super::scan::{Tag, TagKind, TokenKind};
use super::syntax::Syntax;

const FILTER: &str = "__variadic__";
const POSITIONAL: &str = "varargs";
const KEYWORDS: &str = "kwargs";

pub(super) fn register(environment: &mut Environment<'static>) {
    environment
        .add_filter(FILTER, |inner: Value, names: Rest<String>| Value::from_object(Variadic { inner, names: names.0 }));
}

/// The positions where text has to be inserted for the macros of a template that use the two names.
pub(super) fn insertions(source: &str, syntax: &Syntax, tags: &[Tag]) -> Vec<(usize, String)> {
    let mut insertions = Vec::new();
    // The tags of the macros around the current tag, and whether each uses the names.
    let mut open: Vec<(&Tag, bool)> = Vec::new();
    for tag in tags {
        let word = |index: usize| tag.tokens.get(index).map(|token| &source[token.start..token.end]);
        let first = word(0).filter(|_| tag.kind != TagKind::Variable);
        match first {
            Some("macro") => open.push((tag, false)),
            Some("endmacro") => {
                if let Some((start, true)) = open.pop() {
                    insertions.extend(wrap(source, syntax, start, tag).into_iter().flatten());
                }
            }
            _ => {
                if let Some((_, uses)) = open.last_mut() {
                    *uses = *uses
                        || tag.tokens.iter().any(|token| {
                            token.kind == TokenKind::Name
                                && matches!(&source[token.start..token.end], POSITIONAL | KEYWORDS)
                        });
                }
            }
        }
    }
    insertions
}

fn wrap(source: &str, syntax: &Syntax, start: &Tag, end: &Tag) -> Option<[(usize, String); 2]> {
    let words: Vec<&str> = start.tokens.iter().map(|token| &source[token.start..token.end]).collect();
    let (name, "(") = (*words.get(1)?, *words.get(2)?) else {
        return None;
    };
    let close = words.iter().rposition(|word| *word == ")")?;
    let (mut names, mut depth) = (Vec::new(), 0_usize);
    for index in 2..close {
        match words[index] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 1 && matches!(words[index], "(" | ",") && start.tokens[index + 1].kind == TokenKind::Name {
            names.push(words[index + 1]);
        }
    }
    if names.contains(&POSITIONAL) || names.contains(&KEYWORDS) {
        return None;
    }
    let separator = if close == 3 || words[close - 1] == "," { "" } else { ", " };
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    Some([
        (start.tokens[close].start, format!("{separator}{POSITIONAL}=(), {KEYWORDS}={{}}")),
        (
            end.close.end,
            format!("{} set {name} = {name}|{FILTER}({}) {}", syntax.block.0, quoted.join(", "), syntax.block.1),
        ),
    ])
}

#[derive(Debug)]
struct Variadic {
    inner: Value,
    names: Vec<String>,
}

impl Object for Variadic {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.inner.get_item(key).ok().filter(|value| !value.is_undefined())
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        let (positional, keywords) = split(arguments)?;
        let (own, other) = positional.split_at(positional.len().min(self.names.len()));
        let mut passed: Vec<(String, Value)> = vec![(POSITIONAL.to_owned(), Value::from(Tuple::from(other.to_vec())))];
        let mut gathered: Vec<(String, Value)> = Vec::new();
        if let Some(keywords) = keywords {
            for name in keywords.args().map(str::to_owned).collect::<Vec<_>>() {
                let value: Value = keywords.get(&name)?;
                let is_own = name == "caller" || self.names.contains(&name);
                if is_own { passed.push((name, value)) } else { gathered.push((name, value)) }
            }
        }
        passed.push((KEYWORDS.to_owned(), Value::from_pairs(gathered)));
        let mut arguments = own.to_vec();
        arguments.push(passed.into_iter().collect::<Kwargs>().into());
        self.inner.call(state, &arguments)
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.inner)
    }
}
