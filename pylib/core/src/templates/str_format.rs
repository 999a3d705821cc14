//! Python's `str.format()`: the engine formats numbers; this adds texts, whose width is counted in characters,
//! conversions, percentages and nested fields.

use minijinja::formatting::{FormatStyle, format};
use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::arguments::{split, type_error};
use super::numbers::Number;
use super::printf::ascii;
use super::python_format::{to_repr, to_str};

/// `text.format(*arguments)`; keyword arguments are the last value.
pub(super) fn str_format(text: &str, arguments: &[Value]) -> Result<String, Error> {
    if !text.contains(['!', ':']) {
        return format(FormatStyle::StrFormat, text, arguments);
    }
    let (positional, keywords) = split(arguments)?;
    let named = keywords.map_or_else(Value::default, Value::from);
    Formatter { positional, named: &named, next: 0 }.text(text, 0)
}

struct Formatter<'a> {
    positional: &'a [Value],
    named: &'a Value,
    /// The index of the next field without a name.
    next: usize,
}

impl Formatter<'_> {
    fn text(&mut self, text: &str, depth: usize) -> Result<String, Error> {
        if depth > 2 {
            return Err(type_error("Max string recursion exceeded"));
        }
        let mut output = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            output.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                output.push_str(brace);
                rest = after;
            } else if brace == "}" {
                return Err(type_error("Single '}' encountered in format string"));
            } else {
                let end = closing(rest).ok_or_else(|| type_error("expected '}' before end of string"))?;
                output.push_str(&self.field(&rest[..end], depth)?);
                rest = &rest[end + 1..];
            }
        }
        output.push_str(rest);
        Ok(output)
    }

    /// A field such as `name.attribute[key]!r:>8`.
    fn field(&mut self, field: &str, depth: usize) -> Result<String, Error> {
        let mut bracket = false;
        let name_end = field.find(|character| {
            match character {
                '[' => bracket = true,
                ']' => bracket = false,
                _ => {}
            }
            !bracket && matches!(character, '!' | ':')
        });
        let (name, rest) = field.split_at(name_end.unwrap_or(field.len()));
        let value = self.value(name)?;
        let (value, specification) = match rest.strip_prefix('!') {
            None => (value, rest),
            Some(conversion) => {
                let kind = conversion.chars().next();
                let shown = match kind {
                    Some('s') => to_str(&value),
                    Some('r') => to_repr(&value),
                    Some('a') => ascii(&to_repr(&value)),
                    _ => return Err(type_error("Unknown conversion specifier in format string")),
                };
                let rest = &conversion[1..];
                if !rest.is_empty() && !rest.starts_with(':') {
                    return Err(type_error("expected ':' after conversion specifier"));
                }
                (Value::from(shown), rest)
            }
        };
        let specification = self.text(specification.strip_prefix(':').unwrap_or_default(), depth + 1)?;
        if let Some(before) = specification.strip_suffix('%') {
            return percentage(&value, before);
        }
        let text = value.as_str().filter(|_| value.kind() == ValueKind::String);
        if let Some(shown) = text.map(|text| text_field(text, &specification)).transpose()?.flatten() {
            return Ok(shown);
        }
        format(FormatStyle::StrFormat, &format!("{{:{specification}}}"), &[value])
    }

    fn value(&mut self, name: &str) -> Result<Value, Error> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (root, mut rest) = name.split_at(end);
        let index = if root.is_empty() {
            self.next += 1;
            Some(self.next - 1)
        } else {
            root.parse::<usize>().ok()
        };
        let mut value = match index {
            Some(index) => self.positional.get(index).cloned().ok_or_else(|| {
                type_error(format!("Replacement index {index} out of range for positional args tuple"))
            })?,
            None if self.named.is_undefined() => return Err(type_error(format!("there is no argument '{root}'"))),
            None => defined(self.named.get_attr(root)?, root)?,
        };
        while !rest.is_empty() {
            if let Some(attribute) = rest.strip_prefix('.') {
                let end = attribute.find(['.', '[']).unwrap_or(attribute.len());
                value = defined(value.get_attr(&attribute[..end])?, &attribute[..end])?;
                rest = &attribute[end..];
            } else {
                let inner = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
                let (key, after) = inner.ok_or_else(|| type_error("Missing ']' in format string"))?;
                let item = key.parse::<i64>().map_or_else(|_| Value::from(key), Value::from);
                value = defined(value.get_item(&item)?, key)?;
                rest = after;
            }
        }
        Ok(value)
    }
}

fn defined(value: Value, name: &str) -> Result<Value, Error> {
    if value.is_undefined() { Err(type_error(format!("there is no argument or item '{name}'"))) } else { Ok(value) }
}

/// Where the brace is that closes a field.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Splits `[fill]align` from a format specification.
fn layout(specification: &str) -> (char, Option<char>, &str) {
    let mut characters = specification.chars();
    let (first, second) = (characters.next(), characters.next());
    let is_align = |character: Option<char>| character.is_some_and(|character| "<>=^".contains(character));
    if is_align(second) {
        return (first.unwrap_or(' '), second, characters.as_str());
    }
    if is_align(first) {
        return (' ', first, &specification[1..]);
    }
    (' ', None, specification)
}

/// Splits the width from what follows the sign in a format specification; without a width it is 0.
fn width(specification: &str) -> Result<(usize, &str), Error> {
    let end = specification.find(|character: char| !character.is_ascii_digit()).unwrap_or(specification.len());
    let (digits, rest) = specification.split_at(end);
    let width = if digits.is_empty() { 0 } else { digits.parse().unwrap_or(usize::MAX) };
    if width > 100_000_000 { Err(type_error("the width is too large")) } else { Ok((width, rest)) }
}

fn filled(text: &str, width: usize, fill: char, align: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let padding = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    match align {
        '<' => text.to_owned() + &padding(missing),
        '^' => padding(missing / 2) + text + &padding(missing - missing / 2),
        '=' => {
            let number = text.trim_start_matches(['+', '-', ' ']);
            text[..text.len() - number.len()].to_owned() + &padding(missing) + number
        }
        _ => padding(missing) + text,
    }
}

/// `[[fill]align][width][.precision][s]` of a text, counted in characters; `None` for what else stands there.
fn text_field(text: &str, specification: &str) -> Result<Option<String>, Error> {
    let (fill, align, rest) = layout(specification);
    let fill = if rest.starts_with('0') && align.is_none() { '0' } else { fill };
    let (width, rest) = width(rest)?;
    let precision = rest.strip_suffix('s').unwrap_or(rest);
    let length = match precision.strip_prefix('.').map(str::parse::<usize>) {
        Some(Ok(length)) => length,
        None if precision.is_empty() => usize::MAX,
        _ => return Ok(None),
    };
    if align == Some('=') {
        return Ok(None);
    }
    let text: String = text.chars().take(length).collect();
    Ok(Some(filled(&text, width, fill, align.unwrap_or('<'))))
}

/// `[[fill]align][sign][0][width][,][.precision]%`
fn percentage(value: &Value, specification: &str) -> Result<String, Error> {
    let number = Number::of(value).ok_or_else(|| type_error("Unknown format code '%' for this object"))?;
    let (mut fill, mut align, rest) = layout(specification);
    let (sign, rest) = rest.split_at(rest.len() - rest.trim_start_matches(['+', '-', ' ']).len());
    if rest.starts_with('0') && align.is_none() {
        (fill, align) = ('0', Some('='));
    }
    let (width, form) = width(rest)?;
    let scaled = Value::from(number.float()? * 100.0);
    let text = format(FormatStyle::StrFormat, &format!("{{:{sign}{form}f}}"), &[scaled])? + "%";
    Ok(filled(&text, width, fill, align.unwrap_or('>')))
}
