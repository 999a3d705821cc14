//! Arguments of filters, functions and methods, bound to names as Python does it.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::filters::assert_defined;

/// The arguments of a call in the order of the parameters' names.
pub(super) struct Arguments {
    values: Vec<Option<Value>>,
}

impl Arguments {
    /// Binds positional and keyword arguments to the parameters of `function`.
    ///
    /// # Errors
    /// Too many arguments, an unknown keyword, an argument given twice, an undefined value.
    pub(super) fn bind(function: &str, arguments: &[Value], names: &[&str]) -> Result<Self, Error> {
        let (positional, keywords) = split(arguments)?;
        if positional.len() > names.len() {
            let message = format!("{function}() takes at most {} arguments ({} given)", names.len(), positional.len());
            return Err(Error::new(ErrorKind::TooManyArguments, message));
        }
        let mut values: Vec<Option<Value>> = positional.iter().cloned().map(Some).collect();
        values.resize(names.len(), None);
        if let Some(keywords) = keywords {
            for name in keywords.args().collect::<Vec<_>>() {
                let Some(index) = names.iter().position(|known| *known == name) else {
                    let message = format!("{function}() got an unexpected keyword argument '{name}'");
                    return Err(Error::new(ErrorKind::TooManyArguments, message));
                };
                if values[index].is_some() {
                    let message = format!("{function}() got multiple values for argument '{name}'");
                    return Err(Error::new(ErrorKind::TooManyArguments, message));
                }
                values[index] = Some(keywords.get(name)?);
            }
        }
        for value in values.iter().flatten() {
            assert_defined(value)?;
        }
        Ok(Self { values })
    }

    /// The argument at `index`; `None` if it was not given.
    pub(super) fn value(&self, index: usize) -> Option<&Value> {
        self.values.get(index)?.as_ref()
    }

    /// Like [`value`](Self::value), with Python's `None` as not given.
    pub(super) fn some(&self, index: usize) -> Option<&Value> {
        self.value(index).filter(|value| !value.is_none())
    }

    pub(super) fn required(&self, index: usize) -> Result<&Value, Error> {
        self.value(index).ok_or_else(|| Error::new(ErrorKind::MissingArgument, "a required argument is missing"))
    }

    pub(super) fn text(&self, index: usize) -> Result<Option<&str>, Error> {
        self.some(index)
            .map(|value| {
                value.as_str().ok_or_else(|| type_error(format!("expected a string, not {}", type_name(value))))
            })
            .transpose()
    }

    pub(super) fn required_text(&self, index: usize) -> Result<&str, Error> {
        let value = self.required(index)?;
        value.as_str().ok_or_else(|| type_error(format!("expected a string, not {}", type_name(value))))
    }

    pub(super) fn integer(&self, index: usize) -> Result<Option<i64>, Error> {
        self.some(index)
            .map(|value| {
                i64::try_from(value.clone())
                    .ok()
                    .filter(|_| value.is_integer() || value.kind() == ValueKind::Bool)
                    .ok_or_else(|| type_error(format!("expected an integer, not {}", type_name(value))))
            })
            .transpose()
    }

    /// A length or width; negative numbers count as 0, as Python's padding methods take them.
    pub(super) fn length(&self, index: usize, default: usize) -> Result<usize, Error> {
        let length = self.integer(index)?.map_or(default, |length| usize::try_from(length).unwrap_or(0));
        if length > 100_000_000 { Err(type_error("the width is too large")) } else { Ok(length) }
    }

    pub(super) fn flag(&self, index: usize, default: bool) -> bool {
        self.value(index).map_or(default, Value::is_true)
    }
}

/// Splits the keyword arguments, which minijinja passes as the last value, from the others.
pub(super) fn split(arguments: &[Value]) -> Result<(&[Value], Option<Kwargs>), Error> {
    match arguments.split_last() {
        Some((last, positional)) if last.is_kwargs() => Ok((positional, Some(Kwargs::try_from(last.clone())?))),
        _ => Ok((arguments, None)),
    }
}

/// The name of the type of a value, as Python's messages have it.
pub(super) fn type_name(value: &Value) -> String {
    let described = super::undefined::describe(value, None);
    described.strip_suffix(" object").unwrap_or(&described).to_owned()
}

/// A failure that Python would raise as TypeError or ValueError.
pub(super) fn type_error(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, message.into())
}
