//! Python's `%` formatting of strings.

use minijinja::formatting::{FormatStyle, format};
use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

use super::arguments::type_name;
use super::filters::assert_defined;
use super::numbers::LargeInteger;
use super::python_format::{to_repr, to_str};

/// Formats `template % operand`: a tuple gives the values in order, a mapping gives them by name, anything else is the
/// only value.
///
/// # Errors
/// As Python does: too few or too many values, a value that does not fit its conversion, an unknown conversion.
pub(super) fn printf(template: &str, operand: &Value) -> Result<String, Error> {
    let mut values = Values { operand, next: 0, used_names: false };
    let mut output = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        output.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            output.push('%');
            rest = after;
            continue;
        }
        let mut key = None;
        if let Some(named) = rest.strip_prefix('(') {
            let end = named.find(')').ok_or_else(|| failure("incomplete format key"))?;
            key = Some(&named[..end]);
            rest = &named[end + 1..];
        }
        let mut specification = String::from("%");
        let conversion = loop {
            let character = rest.chars().next().ok_or_else(|| failure("incomplete format"))?;
            rest = &rest[character.len_utf8()..];
            match character {
                '*' => {
                    let width = values.next(None)?;
                    let width = width.as_i64().filter(|_| width.is_integer()).ok_or_else(|| failure("* wants int"))?;
                    specification.push_str(&width.to_string());
                }
                '#' | '0'..='9' | '-' | ' ' | '+' | '.' => specification.push(character),
                'h' | 'l' | 'L' => {}
                other => break other,
            }
        };
        if conversion == '%' {
            output.push('%');
            continue;
        }
        let value = values.next(key)?;
        let value = match conversion {
            's' => Value::from(to_str(&value)),
            'r' => Value::from(to_repr(&value)),
            'a' => Value::from(ascii(&to_repr(&value))),
            _ => value,
        };
        if let Some(text) = value.as_str().filter(|text| matches!(conversion, 's' | 'r' | 'a') && !text.is_ascii()) {
            output.push_str(&padded(&specification, text)?);
            continue;
        }
        let (letter, value) = match conversion {
            'd' | 'i' | 'u' if LargeInteger::digits(&value).is_some() => ('s', value),
            's' | 'r' | 'a' => ('s', value),
            'd' | 'i' | 'u' => ('d', integer(conversion, &value)?),
            'x' | 'X' | 'o' | 'c' => (conversion, value),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => (conversion, real(&value)?),
            other => return Err(failure(format!("unsupported format character '{other}'"))),
        };
        specification.push(letter);
        output.push_str(&format(FormatStyle::Printf, &specification, &[value])?);
    }
    output.push_str(rest);
    values.finish()?;
    Ok(output)
}

struct Values<'a> {
    operand: &'a Value,
    next: usize,
    used_names: bool,
}

impl Values<'_> {
    fn next(&mut self, key: Option<&str>) -> Result<Value, Error> {
        let value = if let Some(key) = key {
            self.used_names = true;
            if self.operand.kind() != ValueKind::Map {
                return Err(failure("format requires a mapping"));
            }
            let value = self.operand.get_item(&Value::from(key))?;
            if value.is_undefined() {
                return Err(failure(format!("the mapping has no key '{key}'")));
            }
            value
        } else if self.operand.is_tuple() {
            if self.operand.len().is_some_and(|length| self.next >= length) {
                return Err(failure("not enough arguments for format string"));
            }
            self.operand.get_item_by_index(self.next)?
        } else if self.next == 0 {
            self.operand.clone()
        } else {
            return Err(failure("not enough arguments for format string"));
        };
        if key.is_none() {
            self.next += 1;
        }
        assert_defined(&value)?;
        Ok(value)
    }

    /// Python refuses values that nothing asked for, except those of a mapping or a list.
    fn finish(&self) -> Result<(), Error> {
        let is_all_used = match self.operand.kind() {
            _ if self.operand.is_tuple() => self.operand.len().is_none_or(|length| self.next >= length),
            ValueKind::Map | ValueKind::Seq => true,
            _ => self.next > 0 || self.used_names,
        };
        if is_all_used { Ok(()) } else { Err(failure("not all arguments converted during string formatting")) }
    }
}

/// Cuts and fills a text by characters, where the engine counts bytes.
fn padded(specification: &str, text: &str) -> Result<String, Error> {
    let (head, precision) = match specification.split_once('.') {
        Some((head, precision)) => (head, Some(precision.parse().unwrap_or(0))),
        None => (specification, None),
    };
    let width = head.trim_start_matches(['%', '#', '0', ' ', '+', '-']);
    let width: usize = if width.is_empty() { 0 } else { width.parse().unwrap_or(usize::MAX) };
    if width > 100_000_000 {
        return Err(failure("the width is too large"));
    }
    let text: String = text.chars().take(precision.unwrap_or(usize::MAX)).collect();
    let padding = " ".repeat(width.saturating_sub(text.chars().count()));
    Ok(if head.contains('-') { text + &padding } else { padding + &text })
}

fn integer(conversion: char, value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Number if !value.is_integer() => {
            let number = f64::try_from(value.clone())?.trunc();
            if number.abs() < 1e38 {
                #[expect(clippy::cast_possible_truncation, reason = "the range is checked, the fraction is cut")]
                return Ok(Value::from(number as i128));
            }
            Err(failure("cannot convert float to integer"))
        }
        ValueKind::Number | ValueKind::Bool => Ok(Value::from(i128::try_from(value.clone())?)),
        _ => Err(failure(format!("%{conversion} format: a real number is required, not {}", type_name(value)))),
    }
}

fn real(value: &Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Number | ValueKind::Bool => Ok(Value::from(f64::try_from(value.clone())?)),
        _ => Err(failure(format!("must be real number, not {}", type_name(value)))),
    }
}

pub(super) fn ascii(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        match u32::from(character) {
            ..=0x7f => output.push(character),
            code @ ..=0xff => output.push_str(&format!("\\x{code:02x}")),
            code @ ..=0xffff => output.push_str(&format!("\\u{code:04x}")),
            code => output.push_str(&format!("\\U{code:08x}")),
        }
    }
    output
}

fn failure(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}
