//! Python's `str()` and `repr()` of template values.
//!
//! Values that another crate wraps as an [`Object`](minijinja::value::Object) speak for themselves: `Object::render` (the
//! `Display` of the value) is their `str()`, the `Debug` of the wrapped type is their `repr()`. A wrapper needs nothing else
//! to appear correctly in a template, alone or inside a list or a dict of the template.

use std::fmt::{self, Write};

use minijinja::Value;
use minijinja::value::ValueKind;

use super::containers::{TemplateDict, TemplateList};
use crate::float_repr::float_repr;

/// Writes a value as Python's `str()` shows it.
///
/// # Errors
/// Passes on the errors of the writer and of the `Object::render` of foreign objects.
pub fn write_str(output: &mut dyn Write, value: &Value) -> fmt::Result {
    // The engine takes bytes for a text, too.
    match value.as_str().filter(|_| value.kind() == ValueKind::String) {
        Some(text) => output.write_str(text),
        None if value.is_undefined() => Ok(()),
        None => write_any(output, value, Form::Str),
    }
}

/// Writes a value as Python's `repr()` shows it.
///
/// # Errors
/// Passes on the errors of the writer and of the `Debug` of foreign objects.
pub fn write_repr(output: &mut dyn Write, value: &Value) -> fmt::Result {
    // The engine takes bytes for a text, too.
    match value.as_str().filter(|_| value.kind() == ValueKind::String) {
        Some(text) => write_text_repr(output, text),
        None if value.is_undefined() => output.write_str("Undefined"),
        None => write_any(output, value, Form::Repr),
    }
}

/// Python's `str()` of a value.
pub fn to_str(value: &Value) -> String {
    let mut output = String::new();
    // Writing to a String does not fail; an object whose text cannot be told shows as nothing more.
    let _ = write_str(&mut output, value);
    output
}

/// Python's `repr()` of a value.
pub fn to_repr(value: &Value) -> String {
    let mut output = String::new();
    let _ = write_repr(&mut output, value);
    output
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Str,
    Repr,
}

fn write_any(output: &mut dyn Write, value: &Value, form: Form) -> fmt::Result {
    match value.kind() {
        ValueKind::Number if !value.is_integer() => match f64::try_from(value.clone()) {
            Ok(number) => output.write_str(&float_repr(number)),
            Err(_) => write!(output, "{value}"),
        },
        ValueKind::Bytes => write_bytes_repr(output, value.as_bytes().unwrap_or_default()),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable | ValueKind::Plain if is_foreign(value) => {
            match (form, value.as_object()) {
                (Form::Repr, Some(object)) => write!(output, "{object:?}"),
                _ => write!(output, "{value}"),
            }
        }
        // They show themselves, so that one which holds itself comes to an end.
        _ if value.downcast_object_ref::<TemplateList>().is_some()
            || value.downcast_object_ref::<TemplateDict>().is_some() =>
        {
            write!(output, "{value}")
        }
        ValueKind::Map => write_map(output, value),
        ValueKind::Seq | ValueKind::Iterable if value.len().is_some() => write_sequence(output, value),
        ValueKind::Iterable => output.write_str("<generator object>"),
        _ => write!(output, "{value}"),
    }
}

/// Whether a value is an object that minijinja did not make.
///
/// The containers of minijinja are private types, so that their names are all there is to tell them by.
pub(super) fn is_foreign(value: &Value) -> bool {
    const OWN: &[&str] = &["minijinja", "indexmap::", "alloc::", "core::", "std::"];
    if value.downcast_object_ref::<TemplateList>().is_some() || value.downcast_object_ref::<TemplateDict>().is_some() {
        return false;
    }
    value.as_object().is_some_and(|object| {
        let name = object.type_name().trim_start_matches(['&', '(', '[']);
        !OWN.iter().any(|prefix| name.starts_with(prefix))
    })
}

fn write_map(output: &mut dyn Write, value: &Value) -> fmt::Result {
    output.write_char('{')?;
    if let Some(pairs) = value.as_object().and_then(|object| object.try_iter_pairs()) {
        for (index, (key, item)) in pairs.enumerate() {
            if index > 0 {
                output.write_str(", ")?;
            }
            write_repr(output, &key)?;
            output.write_str(": ")?;
            write_repr(output, &item)?;
        }
    }
    output.write_char('}')
}

fn write_sequence(output: &mut dyn Write, value: &Value) -> fmt::Result {
    let is_tuple = value.is_tuple();
    output.write_char(if is_tuple { '(' } else { '[' })?;
    let mut count = 0;
    for item in value.try_iter().into_iter().flatten() {
        if count > 0 {
            output.write_str(", ")?;
        }
        write_repr(output, &item)?;
        count += 1;
    }
    if is_tuple && count == 1 {
        output.write_char(',')?;
    }
    output.write_char(if is_tuple { ')' } else { ']' })
}

fn write_text_repr(output: &mut dyn Write, text: &str) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    output.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\\' => output.write_str("\\\\")?,
            '\n' => output.write_str("\\n")?,
            '\r' => output.write_str("\\r")?,
            '\t' => output.write_str("\\t")?,
            other if other == quote => write!(output, "\\{other}")?,
            other if is_printable(other) => output.write_char(other)?,
            other => match u32::from(other) {
                code @ ..=0xff => write!(output, "\\x{code:02x}")?,
                code @ ..=0xffff => write!(output, "\\u{code:04x}")?,
                code => write!(output, "\\U{code:08x}")?,
            },
        }
    }
    output.write_char(quote)
}

/// Whether Python shows a character as itself: neither control, format, private, surrogate nor a space other than U+0020.
fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_control();
    }
    !(character.is_control()
        || character.is_whitespace()
        || matches!(u32::from(character),
            0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e
            | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff0..=0xfffb | 0xfffe..=0xffff
            | 0xe0000..=0xe00ff | 0xe01f0..=0x10_ffff))
}

fn write_bytes_repr(output: &mut dyn Write, bytes: &[u8]) -> fmt::Result {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    write!(output, "b{}", char::from(quote))?;
    for &byte in bytes {
        match byte {
            b'\\' => output.write_str("\\\\")?,
            b'\n' => output.write_str("\\n")?,
            b'\r' => output.write_str("\\r")?,
            b'\t' => output.write_str("\\t")?,
            _ if byte == quote => write!(output, "\\{}", char::from(byte))?,
            0x20..0x7f => output.write_char(char::from(byte))?,
            _ => write!(output, "\\x{byte:02x}")?,
        }
    }
    output.write_char(char::from(quote))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use minijinja::value::{Object, ObjectRepr};

    use super::*;

    #[derive(Debug)]
    struct Foreign;

    impl Object for Foreign {
        fn repr(self: &Arc<Self>) -> ObjectRepr {
            ObjectRepr::Plain
        }

        fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("as text")
        }
    }

    #[test]
    fn strings_in_containers_are_quoted_as_in_python() {
        let value = Value::from(vec!["a", "it's", "\"'", "ä\n\u{a0}\u{1f600}\u{0}\\"]);
        assert_eq!(to_str(&value), r#"['a', "it's", '"\'', 'ä\n\xa0😀\x00\\']"#);
    }

    #[test]
    fn bytes_are_shown_as_a_literal() {
        assert_eq!(to_str(&Value::from_bytes(b"a'\xff\n".to_vec())), r#"b"a'\xff\n""#);
    }

    #[test]
    fn an_object_of_this_crate_tells_its_own_text() {
        assert_eq!(to_str(&Value::from_object(Foreign)), "as text");
    }
}
