//! Filters on values of any kind, and the operators that the translation turns into filters.

use std::hash::{BuildHasher, RandomState};

use minijinja::value::{Kwargs, Rest, Tuple, ValueKind, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, State, Value};

use super::arguments::{Arguments, split, type_error, type_name};
use super::containers::pairs;
use super::numbers::Number;
use super::operators::{joined_text, python_type};
use super::pretty::pretty;
use super::printf::printf;
use super::python_format::{to_str, write_str};
use super::translate::{CONCATENATE_FILTER, ITERABLE_FILTER};
use super::undefined;
use crate::float_repr::float_repr;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter(CONCATENATE_FILTER, concatenate);
    environment.add_filter("string", |value: &Value| -> Result<Value, Error> { Ok(Value::from(text_of(value)?)) });
    environment.add_filter("format", format);
    environment.add_filter("join", join);
    environment.add_filter("int", int);
    environment.add_filter("float", float);
    environment.add_filter("pprint", |value: &Value| -> Result<Value, Error> {
        assert_defined(value)?;
        Ok(Value::from(pretty(value)))
    });
    environment.add_filter("abs", |value: &Value| -> Result<Value, Error> {
        assert_defined(value)?;
        let number = Number::of(value);
        number
            .map(|number| number.absolute().into_value())
            .ok_or_else(|| type_error(format!("bad operand type for abs(): '{}'", python_type(value))))
    });
    // What is not defined has no items.
    environment.add_filter("items", |value: &Value| -> Result<Value, Error> {
        match value.kind() {
            ValueKind::Undefined => Ok(Value::from(Vec::<Value>::new())),
            ValueKind::Map => pairs(value)
                .map(|pairs| pairs.into_iter().map(|(key, item)| Value::from(Tuple::from([key, item]))).collect()),
            _ => Err(type_error("Can only get item pairs from a mapping.")),
        }
    });
    environment.add_filter("random", random);
    environment.add_filter("round", round);
    environment.add_filter(ITERABLE_FILTER, iterable);
    environment.add_filter("list", |value: &Value| -> Result<Value, Error> {
        Ok(Value::from(items(value)?.collect::<Result<Vec<_>, _>>()?))
    });
}

/// Refuses an undefined value with an error that knows where the value comes from.
pub(super) fn assert_defined(value: &Value) -> Result<(), Error> {
    if value.is_undefined() && !undefined::is_tolerated() {
        // Looking into an undefined value fails, and the engine's failure carries the origin of the value.
        value.get_attr("value")?;
    }
    Ok(())
}

/// Refuses an undefined value, even where such values are tolerated.
pub(super) fn demand_defined(value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        value.get_attr("value")?;
    }
    Ok(())
}

/// Python's `str()` of a defined value.
pub(super) fn text_of(value: &Value) -> Result<String, Error> {
    assert_defined(value)?;
    Ok(to_str(value))
}

/// Passes on what a loop can go over.
fn iterable(value: Value) -> Result<Value, Error> {
    if value.is_none() {
        return Err(type_error("'NoneType' object is not iterable"));
    }
    assert_defined(&value)?;
    // The engine does not tell the length of a loop over a text.
    if value.kind() == ValueKind::String {
        return Ok(Value::from(items(&value)?.collect::<Result<Vec<_>, _>>()?));
    }
    Ok(value)
}

/// `round([precision[, method]])`
fn round(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    assert_defined(value)?;
    let arguments = Arguments::bind("round", &arguments.into_values(), &["precision", "method"])?;
    let precision = arguments.integer(0)?.unwrap_or(0);
    let method = arguments.text(1)?.unwrap_or("common");
    let value = match Number::of(value) {
        // Only the common method leaves an integer one.
        Some(number) if method != "common" => Value::from(number.float()?),
        Some(number) => number.into_value(),
        None => value.clone(),
    };
    let precision = i32::try_from(precision).map_err(|_| type_error("the precision is too large"))?;
    let none = std::iter::empty::<(String, Value)>().collect::<Kwargs>();
    minijinja::filters::round(value, Some(precision), Some(method), none)
}

/// `a ~ b ~ c`: the texts of all values in one.
fn concatenate(state: &mut State<'_, '_>, values: &Value) -> Result<Value, Error> {
    let values: Vec<Value> = values.try_iter()?.collect();
    for value in &values {
        assert_defined(value)?;
    }
    let is_safe = !matches!(state.auto_escape(), AutoEscape::None) && values.iter().any(Value::is_safe);
    let text: String = values.iter().map(|value| joined_text(value, is_safe)).collect();
    Ok(if is_safe { Value::from_safe_string(text) } else { Value::from(text) })
}

fn format(template: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let template = text_of(template)?;
    let arguments = arguments.into_values();
    let (positional, keywords) = split(&arguments)?;
    let operand = match keywords {
        Some(_) if !positional.is_empty() => {
            return Err(type_error("can't handle positional and keyword arguments at the same time"));
        }
        Some(keywords) => {
            let pairs = keywords.args().map(|name| Ok((name.to_owned(), keywords.get::<Value>(name)?)));
            Value::from_pairs(pairs.collect::<Result<Vec<_>, Error>>()?)
        }
        None => Value::from(Tuple::from(positional.to_vec())),
    };
    printf(&template, &operand).map(Value::from)
}

/// The attribute of a value by a dotted path, whose numbers are indices; undefined where the path ends early.
pub(super) fn attribute(value: &Value, path: &Value) -> Result<Value, Error> {
    let Some(path) = path.as_str() else {
        return value.get_item(path);
    };
    let mut value = value.clone();
    for part in path.split('.') {
        value = match part.parse::<usize>() {
            Ok(index) => value.get_item_by_index(index)?,
            Err(_) => value.get_attr(part)?,
        };
    }
    Ok(value)
}

fn join(state: &mut State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    assert_defined(value)?;
    let arguments = Arguments::bind("join", &arguments.into_values(), &["d", "attribute"])?;
    let separator = arguments.value(0).cloned().unwrap_or_else(|| Value::from(""));
    let mut parts = Vec::new();
    for item in items(value)? {
        let item = match arguments.some(1) {
            Some(path) => attribute(&item?, path)?,
            None => item?,
        };
        assert_defined(&item)?;
        parts.push(item);
    }
    let is_safe =
        !matches!(state.auto_escape(), AutoEscape::None) && (separator.is_safe() || parts.iter().any(Value::is_safe));
    let separator = joined_text(&separator, is_safe);
    let mut output = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            output.push_str(&separator);
        }
        if is_safe { output.push_str(&joined_text(part, true)) } else { write_str(&mut output, part)? }
    }
    Ok(if is_safe { Value::from_safe_string(output) } else { Value::from(output) })
}

/// Iterates over a value as Python does, the characters of strings included.
pub(super) fn items(value: &Value) -> Result<Box<dyn Iterator<Item = Result<Value, Error>> + '_>, Error> {
    assert_defined(value)?;
    if let Some(text) = value.as_str() {
        return Ok(Box::new(text.chars().map(|character| Ok(Value::from(character)))));
    }
    match value.try_iter() {
        // minijinja takes None for an empty list.
        Ok(_) if value.is_none() => Err(type_error("'NoneType' object is not iterable")),
        Ok(items) => Ok(Box::new(items.checked())),
        Err(error) if std::error::Error::source(&error).is_some() => Err(error),
        Err(_) => Err(type_error(format!("'{}' object is not iterable", type_name(value)))),
    }
}

fn int(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    assert_defined(value)?;
    let arguments = Arguments::bind("int", &arguments.into_values(), &["default", "base"])?;
    let default = arguments.value(0).cloned().unwrap_or_else(|| Value::from(0));
    let base = arguments.integer(1)?.and_then(|base| u32::try_from(base).ok()).unwrap_or(10);
    let number = match value.as_str() {
        Some(text) => parse_integer(text, base).map(Number::into_value).or_else(|| truncated(parse_float(text)?)),
        None => match value.kind() {
            ValueKind::Number if !value.is_integer() => truncated(f64::try_from(value.clone())?),
            ValueKind::Number => Some(value.clone()),
            ValueKind::Bool => Some(Value::from(i64::from(value.is_true()))),
            _ => Number::of(value).map(Number::into_value),
        },
    };
    Ok(number.unwrap_or(default))
}

/// Reads an integer as Python's `int(text, base)`; `None` if it is none.
fn parse_integer(text: &str, base: u32) -> Option<Number> {
    let text = text.trim();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (digits, base) = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find(|(prefix, of_prefix)| lower.starts_with(prefix) && (base == *of_prefix || base == 0))
        .map_or((digits, if base == 0 { 10 } else { base }), |(_, of_prefix)| (&digits[2..], of_prefix));
    if !(2..=36).contains(&base) || digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    let is_grouped = digits.contains('_');
    if is_grouped && (digits.starts_with('_') || digits.ends_with('_') || digits.contains("__")) {
        return None;
    }
    let number = Number::parse(&digits.replace('_', ""), base)?;
    Some(if is_negative { number.negated() } else { number })
}

fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_grouped = text.contains('_');
    if is_grouped && (text.starts_with('_') || text.ends_with('_') || text.contains("__")) {
        return None;
    }
    text.replace('_', "").parse().ok()
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked, the fraction is cut")]
fn truncated(number: f64) -> Option<Value> {
    if number.is_finite() && number.abs() >= 1.7e38 {
        return Number::parse(&format!("{number:.0}"), 10).map(Number::into_value);
    }
    number.is_finite().then(|| Number::Integer(number.trunc() as i128).into_value())
}

fn float(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    assert_defined(value)?;
    let arguments = Arguments::bind("float", &arguments.into_values(), &["default"])?;
    let number = match value.as_str() {
        Some(text) => parse_float(text),
        None => match value.kind() {
            ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
            ValueKind::Number => Some(f64::try_from(value.clone())?),
            _ => None,
        },
    };
    Ok(number.map(Value::from).or_else(|| arguments.value(0).cloned()).unwrap_or_else(|| Value::from(0.0)))
}

fn random(values: &Value) -> Result<Value, Error> {
    let values: Vec<Value> = items(values)?.collect::<Result<_, _>>()?;
    if values.is_empty() {
        return Err(type_error("no random item, sequence was empty."));
    }
    // The keys of a hasher are random for each one that is made.
    let number = RandomState::new().hash_one(float_repr(0.0));
    let index = usize::try_from(number % values.len() as u64).unwrap_or(0);
    Ok(values[index].clone())
}
