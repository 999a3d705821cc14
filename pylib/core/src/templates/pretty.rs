//! The text of Python's `pprint.pformat`: keys sorted, long values over several lines.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::operators::Operators;
use super::python_format::{is_foreign, to_repr};
use super::sequence_filters::sorted;

const WIDTH: usize = 80;

/// Writes a value over as many lines as it needs at 80 columns.
pub(super) fn pretty(value: &Value) -> String {
    let mut output = String::new();
    write(&mut output, value, 0, 0, 0);
    output
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Deeper values are written on one line.
const DEPTH_LIMIT: usize = 100;

/// Writes at column `indent`; `allowance` is what has to fit behind on the last line.
fn write(output: &mut String, value: &Value, indent: usize, allowance: usize, depth: usize) {
    let line = one_line(value, depth);
    if indent + width(&line) + allowance <= WIDTH || depth > DEPTH_LIMIT {
        output.push_str(&line);
        return;
    }
    if let Some(text) = value.as_str() {
        write_text(output, text, indent, allowance, depth);
        return;
    }
    match value.kind() {
        ValueKind::Map => {
            output.push('{');
            let entries = entries(value);
            let count = entries.len();
            for (index, (key, item)) in entries.iter().enumerate() {
                let key = one_line(key, depth + 1);
                if index > 0 {
                    output.push_str(&format!(",\n{}", " ".repeat(indent + 1)));
                }
                output.push_str(&format!("{key}: "));
                let behind = if index + 1 == count { allowance + 1 } else { 1 };
                write(output, item, indent + 1 + width(&key) + 2, behind, depth + 1);
            }
            output.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable if value.len().is_some() => {
            let is_tuple = is_tuple(value);
            let (open, close) = if is_tuple { ('(', ")") } else { ('[', "]") };
            output.push(open);
            let items: Vec<Value> = value.try_iter().into_iter().flatten().collect();
            let close = if is_tuple && items.len() == 1 { ",)" } else { close };
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    output.push_str(&format!(",\n{}", " ".repeat(indent + 1)));
                }
                let behind = if index + 1 == items.len() { allowance + close.len() } else { 1 };
                write(output, item, indent + 1, behind, depth + 1);
            }
            output.push_str(close);
        }
        _ => output.push_str(&line),
    }
}

/// Whether a sequence is a tuple; one of another crate is told by its text.
fn is_tuple(value: &Value) -> bool {
    value.is_tuple() || is_foreign(value) && to_repr(value).starts_with('(')
}

/// The entries of a dict in the order of their keys, those of different types by type and text.
fn entries(value: &Value) -> Vec<(Value, Value)> {
    let keys: Vec<Value> = value.try_iter().into_iter().flatten().collect();
    let keyed = keys.iter().map(|key| (key.clone(), key.clone())).collect();
    let keys = sorted(&Operators::default(), keyed, false).unwrap_or(keys);
    keys.into_iter().map(|key| (key.clone(), value.get_item(&key).unwrap_or_default())).collect()
}

/// `repr()` with sorted keys.
fn one_line(value: &Value, depth: usize) -> String {
    let inner = |value: &Value| one_line(value, depth + 1);
    match value.kind() {
        _ if depth > DEPTH_LIMIT => to_repr(value),
        ValueKind::Map => {
            let entries: Vec<String> =
                entries(value).iter().map(|(key, item)| format!("{}: {}", inner(key), inner(item))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::Seq if to_repr(value).starts_with(['[', '(']) => {
            let items: Vec<String> = value.try_iter().into_iter().flatten().map(|item| inner(&item)).collect();
            match (is_tuple(value), items.as_slice()) {
                (true, [only]) => format!("({only},)"),
                (true, _) => format!("({})", items.join(", ")),
                (false, _) => format!("[{}]", items.join(", ")),
            }
        }
        _ => to_repr(value),
    }
}

/// Writes a long text as several literals, one a line, parted after line ends and white space.
fn write_text(output: &mut String, text: &str, indent: usize, allowance: usize, depth: usize) {
    let (indent, allowance) = if depth == 0 { (indent + 1, allowance + 1) } else { (indent, allowance) };
    let quoted = |text: &str| to_repr(&Value::from(text));
    let lines: Vec<&str> = super::methods::split_lines(text, true);
    let mut chunks = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_last_line = index + 1 == lines.len();
        if width(&quoted(line)) <= WIDTH.saturating_sub(indent + if is_last_line { allowance } else { 0 }) {
            chunks.push(quoted(line));
            continue;
        }
        let words = words(line);
        let mut current = String::new();
        for (position, word) in words.iter().enumerate() {
            let candidate = current.clone() + word;
            let is_last = is_last_line && position + 1 == words.len();
            let limit = WIDTH.saturating_sub(indent + if is_last { allowance } else { 0 });
            if width(&quoted(&candidate)) > limit {
                if !current.is_empty() {
                    chunks.push(quoted(&current));
                }
                current = (*word).to_owned();
            } else {
                current = candidate;
            }
        }
        if !current.is_empty() {
            chunks.push(quoted(&current));
        }
    }
    if let [only] = chunks.as_slice() {
        output.push_str(only);
        return;
    }
    let separator = format!("\n{}", " ".repeat(indent));
    if depth == 0 {
        output.push_str(&format!("({})", chunks.join(&separator)));
    } else {
        output.push_str(&chunks.join(&separator));
    }
}

/// The words of a text, each with the white space that follows it.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut was_space = false;
    for (at, character) in text.char_indices() {
        if was_space && !character.is_whitespace() {
            words.push(&text[start..at]);
            start = at;
        }
        was_space = character.is_whitespace();
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}
