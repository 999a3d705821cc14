//! Python's methods of lists, tuples, dicts, bytes and numbers.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::arguments::{Arguments, type_error};
use super::filters::items;
use super::methods::is_number;
use super::operators::Operators;

pub(super) fn call(operators: &Operators, value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Map => map_method(value, method, arguments),
        ValueKind::Seq | ValueKind::Iterable => sequence_method(operators, value, method, arguments),
        ValueKind::Bytes if method == "decode" => {
            Arguments::bind(method, arguments, &["encoding", "errors"])?;
            let text = std::str::from_utf8(value.as_bytes().unwrap_or_default());
            text.map(Value::from).map_err(|_| type_error("the bytes are not valid UTF-8"))
        }
        _ if is_number(value) => number_method(value, method, arguments),
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn map_method(value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let keys = || items(value)?.collect::<Result<Vec<Value>, Error>>();
    match method {
        "keys" | "values" | "items" | "copy" => {
            Arguments::bind(method, arguments, &[])?;
            let keys = keys()?;
            match method {
                "keys" => Ok(Value::from(keys)),
                "values" => keys.iter().map(|key| value.get_item(key)).collect::<Result<Vec<_>, _>>().map(Value::from),
                "items" => {
                    let pairs = keys.into_iter().map(|key| {
                        let item = value.get_item(&key)?;
                        Ok(Value::from(Tuple::from([key, item])))
                    });
                    pairs.collect::<Result<Vec<_>, Error>>().map(Value::from)
                }
                _ => Ok(value.clone()),
            }
        }
        "get" => {
            let bound = Arguments::bind(method, arguments, &["key", "default"])?;
            let found = value.get_item(bound.required(0)?)?;
            if found.is_undefined() {
                return Ok(bound.value(1).cloned().unwrap_or_else(|| Value::from(())));
            }
            Ok(found)
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn sequence_method(operators: &Operators, value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match method {
        "count" | "index" => {
            let names: &[&str] = if method == "count" { &["value"] } else { &["value", "start", "stop"] };
            let bound = Arguments::bind(method, arguments, names)?;
            let wanted = bound.required(0)?;
            let found = items(value)?.collect::<Result<Vec<Value>, Error>>()?;
            let end = |index: usize, default: usize| {
                let position = bound.integer(index)?.map(|at| super::containers::position(at, found.len()));
                Ok::<_, Error>(position.unwrap_or(default))
            };
            let (start, stop) = if method == "count" { (0, found.len()) } else { (end(1, 0)?, end(2, found.len())?) };
            let mut count = 0;
            for (index, item) in found.iter().enumerate().take(stop).skip(start) {
                if operators.equal(item, wanted)? {
                    if method == "index" {
                        return Ok(Value::from(index));
                    }
                    count += 1;
                }
            }
            if method == "count" { Ok(Value::from(count)) } else { Err(type_error("the value is not in the list")) }
        }
        "copy" if !value.is_tuple() => {
            Arguments::bind(method, arguments, &[])?;
            Ok(value.clone())
        }
        "append" | "extend" | "insert" | "remove" | "pop" | "sort" | "reverse" | "clear" if !value.is_tuple() => {
            Err(type_error(format!(
                "a list made inside the template cannot be changed by .{method}(); build a new one with + or a filter"
            )))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}

fn number_method(value: &Value, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    match method {
        "is_integer" => {
            Arguments::bind(method, arguments, &[])?;
            Ok(Value::from(f64::try_from(value.clone())?.fract() == 0.0))
        }
        "bit_length" if value.is_integer() => {
            Arguments::bind(method, arguments, &[])?;
            let number = i128::try_from(value.clone())?;
            Ok(Value::from(128 - number.unsigned_abs().leading_zeros()))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}
