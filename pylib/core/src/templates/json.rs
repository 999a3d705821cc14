//! The filter `tojson`: the text of Python's `json.dumps` with sorted keys, safe inside of HTML.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, Value};

use super::arguments::{Arguments, type_error, type_name};
use super::filters::assert_defined;
use super::python_format::is_foreign;
use crate::json::text::{float, write_text};

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("tojson", tojson);
}

fn tojson(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    assert_defined(value)?;
    let arguments = Arguments::bind("tojson", &arguments.into_values(), &["indent"])?;
    let indent = match arguments.some(0) {
        Some(text) if text.as_str().is_some() => text.as_str().map(str::to_owned),
        Some(_) => Some(" ".repeat(arguments.length(0, 0)?)),
        None => None,
    };
    let mut writer = Writer { output: String::new(), indent };
    writer.value(value, 0)?;
    Ok(Value::from_safe_string(writer.output))
}

struct Writer {
    output: String,
    indent: Option<String>,
}

/// What the filter writes as numbers, so that the text may stand anywhere in a page.
const UNSAFE_IN_HTML: &str = "<>&'";

/// Deeper values are refused, so that a value which holds itself ends in an error.
const DEPTH_LIMIT: usize = 200;

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        if depth > DEPTH_LIMIT {
            return Err(type_error("the value is nested too deeply for JSON"));
        }
        if let Some(text) = value.as_str() {
            write_text(&mut self.output, text, UNSAFE_IN_HTML);
            return Ok(());
        }
        match value.kind() {
            ValueKind::None => self.output.push_str("null"),
            ValueKind::Bool => self.output.push_str(if value.is_true() { "true" } else { "false" }),
            ValueKind::Number if value.is_integer() => self.output.push_str(&value.to_string()),
            ValueKind::Number => self.output.push_str(&float(f64::try_from(value.clone())?)),
            ValueKind::Map => self.map(value, depth)?,
            ValueKind::Seq => self.sequence(value, depth)?,
            ValueKind::Iterable if value.len().is_some() && !is_foreign(value) => self.sequence(value, depth)?,
            _ => {
                return Err(type_error(format!("Object of type {} is not JSON serializable", type_name(value))));
            }
        }
        Ok(())
    }

    fn map(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let mut entries = Vec::new();
        for key in value.try_iter()? {
            entries.push((key_text(&key)?, value.get_item(&key)?));
        }
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        self.output.push('{');
        for (index, (key, item)) in entries.iter().enumerate() {
            self.separate(index, depth + 1);
            write_text(&mut self.output, key, UNSAFE_IN_HTML);
            self.output.push_str(": ");
            self.value(item, depth + 1)?;
        }
        self.close('}', entries.is_empty(), depth);
        Ok(())
    }

    fn sequence(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.output.push('[');
        let mut is_empty = true;
        for (index, item) in value.try_iter()?.enumerate() {
            self.separate(index, depth + 1);
            self.value(&item, depth + 1)?;
            is_empty = false;
        }
        self.close(']', is_empty, depth);
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.output.push_str(if self.indent.is_some() { "," } else { ", " });
        }
        self.new_line(depth);
    }

    fn close(&mut self, bracket: char, is_empty: bool, depth: usize) {
        if !is_empty {
            self.new_line(depth);
        }
        self.output.push(bracket);
    }

    fn new_line(&mut self, depth: usize) {
        if let Some(indent) = &self.indent {
            self.output.push('\n');
            self.output.push_str(&indent.repeat(depth));
        }
    }
}

fn key_text(key: &Value) -> Result<String, Error> {
    if let Some(text) = key.as_str() {
        return Ok(text.to_owned());
    }
    Ok(match key.kind() {
        ValueKind::None => "null".to_owned(),
        ValueKind::Bool => if key.is_true() { "true" } else { "false" }.to_owned(),
        ValueKind::Number if key.is_integer() => key.to_string(),
        ValueKind::Number => float(f64::try_from(key.clone())?),
        _ => {
            return Err(type_error(format!("keys must be str, int, float, bool or None, not {}", type_name(key))));
        }
    })
}
