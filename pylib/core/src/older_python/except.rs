//! `except Error, name:`, which is no error today: it catches two classes, the second one called `name`.

use super::finding::{Cause, Finding, Places};
use super::names::bound_names;
use super::syntax::{shortened, statements};
use super::tokens::{Kind, LogicalLine, Token, logical_lines};

/// A name that stands where Python 2 binds the exception, and that the file binds nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaughtName {
    /// The name; only who runs the file knows whether something else defines it.
    pub name: String,
    /// The line of the clause, counted from 1.
    pub line: usize,
}

/// The names behind a comma of an `except` without brackets that a file that loads does not bind. If nothing else
/// defines them either, each of these clauses ends with an error when an exception arrives.
pub fn names_after_except(text: &str) -> Vec<CaughtName> {
    if !text.contains("except") {
        return Vec::new();
    }
    let lines = logical_lines(text);
    let bound = bound_names(&lines);
    let imported: Vec<&str> = plain_imports(&lines);
    let places = Places::of(text);
    clauses(&lines)
        .map(|(_, clause)| clause.name)
        .filter(|name| !bound.contains(name.text) && !imported.contains(&name.text))
        .map(|name| CaughtName { name: name.text.to_owned(), line: places.line(name.start) })
        .collect()
}

/// Finds the clauses in a file that is written for Python 2 anyway. There a name in capitals is a class.
pub(super) fn find(text: &str, lines: &[LogicalLine<'_>], places: &Places<'_>) -> Vec<Finding> {
    let bound = bound_names(lines);
    let imported = plain_imports(lines);
    clauses(lines)
        .filter(|(_, Clause { name, .. })| {
            let is_class = name.text.starts_with(char::is_uppercase);
            !is_class && (!imported.contains(&name.text) || bound.contains(name.text))
        })
        .map(|(line, clause)| {
            let class = shortened(&text[clause.classes.0..clause.classes.1]);
            let remedy = format!("write except {class} as {}", clause.name.text);
            let statement = (line.tokens[0].start, line.tokens[line.tokens.len() - 1].end());
            places.finding((clause.start, clause.name.end()), statement, remedy, Cause::Syntax)
        })
        .collect()
}

struct Clause<'text> {
    start: usize,
    classes: (usize, usize),
    name: Token<'text>,
}

/// Every `except SOMETHING, NAME`.
fn clauses<'a, 'text>(
    lines: &'a [LogicalLine<'text>],
) -> impl Iterator<Item = (&'a LogicalLine<'text>, Clause<'text>)> {
    lines.iter().filter_map(|line| {
        let head = *statements(&line.tokens).first()?;
        let [keyword, classes @ .., comma, name] = head else { return None };
        let is_clause = keyword.is("except")
            && comma.depth == 0
            && comma.is(",")
            && name.kind == Kind::Name
            && !classes.iter().any(|token| token.depth == 0 && (token.is(",") || token.is("as") || token.is("*")));
        let (first, last) = (classes.first()?, classes.last()?);
        is_clause.then(|| (line, Clause { start: keyword.start, classes: (first.start, last.end()), name: *name }))
    })
}

fn plain_imports<'text>(lines: &[LogicalLine<'text>]) -> Vec<&'text str> {
    let imports = lines.iter().flat_map(|line| statements(&line.tokens)).filter(|part| part[0].is("import"));
    imports.flat_map(|part| part[1..].iter()).filter(|token| token.kind == Kind::Name).map(|token| token.text).collect()
}
