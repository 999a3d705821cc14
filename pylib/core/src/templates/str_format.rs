//! Python's `str.format()`: the engine formats single values, this adds conversions, percentages and nested fields.

use minijinja::formatting::{FormatStyle, format};
use minijinja::{Error, Value};

use super::arguments::{split, type_error};
use super::numbers::Number;
use super::python_format::{to_repr, to_str};

/// `text.format(*arguments)`; keyword arguments are the last value.
pub(super) fn str_format(text: &str, arguments: &[Value]) -> Result<String, Error> {
    if !text.contains(['!', '%']) && !has_nested_fields(text) {
        return format(FormatStyle::StrFormat, text, arguments);
    }
    let (positional, keywords) = split(arguments)?;
    let named = keywords.map_or_else(Value::default, Value::from);
    Formatter { positional, named: &named, next: 0 }.text(text, 0)
}

fn has_nested_fields(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let rest = &text[at + 1..];
        rest.find(['{', '}']).is_some_and(|end| rest[end..].starts_with('{') && rest[..end].contains(':'))
    })
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
        match specification.strip_suffix('%') {
            Some(before) => percentage(&value, before),
            None => format(FormatStyle::StrFormat, &format!("{{:{specification}}}"), &[value]),
        }
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

fn ascii(text: &str) -> String {
    let mut output = String::new();
    for character in text.chars() {
        match u32::from(character) {
            0..=0x7f => output.push(character),
            code @ ..=0xff => output.push_str(&format!("\\x{code:02x}")),
            code @ ..=0xffff => output.push_str(&format!("\\u{code:04x}")),
            code => output.push_str(&format!("\\U{code:08x}")),
        }
    }
    output
}

/// `[[fill]align][sign][0][width][,][.precision]%`
fn percentage(value: &Value, specification: &str) -> Result<String, Error> {
    let number = Number::of(value).ok_or_else(|| type_error("Unknown format code '%' for this object"))?;
    let mut characters = specification.chars();
    let (mut fill, mut align) = (' ', None);
    let first = characters.clone().next();
    let second = characters.clone().nth(1);
    let is_align = |character: Option<char>| character.is_some_and(|character| "<>=^".contains(character));
    if is_align(second) {
        (fill, align) = (first.unwrap_or(' '), second);
        characters.nth(1);
    } else if is_align(first) {
        align = first;
        characters.next();
    }
    let rest = characters.as_str();
    let (sign, rest) = rest.split_at(rest.len() - rest.trim_start_matches(['+', '-', ' ']).len());
    let digits_end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let (width, form) = rest.split_at(digits_end);
    if width.starts_with('0') && align.is_none() {
        (fill, align) = ('0', Some('='));
    }
    let scaled = Value::from(number.float()? * 100.0);
    let text = format(FormatStyle::StrFormat, &format!("{{:{sign}{form}f}}"), &[scaled])? + "%";
    let width = if width.is_empty() { 0 } else { width.parse().unwrap_or(usize::MAX) };
    if width > 100_000_000 {
        return Err(type_error("the width is too large"));
    }
    let padding: String = std::iter::repeat_n(fill, width.saturating_sub(text.chars().count())).collect();
    Ok(match align {
        Some('<') => text + &padding,
        Some('^') => {
            let left = padding.chars().count() / 2;
            let right = padding.chars().count() - left;
            format!("{}{text}{}", fill.to_string().repeat(left), fill.to_string().repeat(right))
        }
        Some('=') => {
            let number = text.trim_start_matches(['+', '-', ' ']);
            format!("{}{padding}{number}", &text[..text.len() - number.len()])
        }
        _ => padding + &text,
    })
}
