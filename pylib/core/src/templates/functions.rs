//! Jinja2's global functions that minijinja lacks, and its tests.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use indexmap::IndexMap;
use minijinja::value::{Object, ObjectRepr, Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::arguments::{Arguments, split, type_error, type_name};
use super::containers::{self, TemplateDict};
use super::filters::assert_defined;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_function("cycler", |items: Rest<Value>| -> Result<Value, Error> {
        if items.is_empty() {
            return Err(type_error("at least one item has to be provided"));
        }
        Ok(Value::from_object(Cycler { items: items.0, position: AtomicUsize::new(0) }))
    });
    environment.add_function("joiner", |arguments: Rest<ValueOrKwargs>| -> Result<Value, Error> {
        let arguments = Arguments::bind("joiner", &arguments.into_values(), &["sep"])?;
        let separator = arguments.value(0).cloned().unwrap_or_else(|| Value::from(", "));
        Ok(Value::from_object(Joiner { separator, used: AtomicBool::new(false) }))
    });
    environment.add_function("lipsum", lipsum);
    environment.add_function("range", containers::range);
    environment.add_function("dict", dict);
    environment.add_test("number", |value: &Value| matches!(value.kind(), ValueKind::Number | ValueKind::Bool));
    environment.add_test("sequence", |value: &Value| value.len().is_some() && value.kind() != ValueKind::Plain);
    environment.add_test("iterable", |value: &Value| -> Result<bool, Error> {
        assert_defined(value)?;
        Ok(value.as_str().is_some() || !value.is_none() && value.try_iter().is_ok())
    });
    environment.add_test("odd", |value: &Value| Ok::<_, Error>(remainder(value, 2)? != 0));
    environment.add_test("even", |value: &Value| Ok::<_, Error>(remainder(value, 2)? == 0));
    environment.add_test("divisibleby", |value: &Value, divisor: i128| Ok::<_, Error>(remainder(value, divisor)? == 0));
}

/// `dict([mapping or pairs], **items)`
fn dict(arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = arguments.into_values();
    let (positional, keywords) = split(&arguments)?;
    let mut entries = IndexMap::new();
    match positional {
        [] => {}
        [other] => entries.extend(containers::pairs(other)?),
        _ => return Err(type_error(format!("dict expected at most 1 argument, got {}", positional.len()))),
    }
    if let Some(keywords) = keywords {
        for name in keywords.args() {
            entries.insert(Value::from(name), keywords.get(name)?);
        }
    }
    Ok(TemplateDict::value(entries))
}

/// The remainder of a whole number.
fn remainder(value: &Value, divisor: i128) -> Result<i128, Error> {
    assert_defined(value)?;
    let is_number = matches!(value.kind(), ValueKind::Number | ValueKind::Bool);
    if !is_number {
        return Err(type_error(format!("expected a number, not {}", type_name(value))));
    }
    match i128::try_from(value.clone()) {
        Ok(number) => number.checked_rem_euclid(divisor).ok_or_else(|| type_error("integer modulo by zero")),
        // A number with a fraction has a remainder that is not 0.
        Err(_) => Ok(1),
    }
}

/// Gives its items in turn, over and over.
#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    position: AtomicUsize,
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some("current"))
            .then(|| self.items[self.position.load(Ordering::Relaxed) % self.items.len()].clone())
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, method: &str, _: &[Value]) -> Result<Value, Error> {
        match method {
            "next" => {
                let position = self.position.fetch_add(1, Ordering::Relaxed);
                Ok(self.items[position % self.items.len()].clone())
            }
            "reset" => {
                self.position.store(0, Ordering::Relaxed);
                Ok(Value::from(()))
            }
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<jinja2.utils.Cycler object>")
    }
}

/// Gives nothing when it is called first and the separator from then on.
#[derive(Debug)]
struct Joiner {
    separator: Value,
    used: AtomicBool,
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        let was_used = self.used.swap(true, Ordering::Relaxed);
        Ok(if was_used { self.separator.clone() } else { Value::from("") })
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("<jinja2.utils.Joiner object>")
    }
}

const FILLER: &str = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et \
                      dolore magna aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea";

/// Filler text in paragraphs of random words.
fn lipsum(arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("lipsum", &arguments.into_values(), &["n", "html", "min", "max"])?;
    let (least, most) = (arguments.length(2, 20)?.max(1), arguments.length(3, 100)?);
    let hasher = RandomState::new();
    let mut number = 0_u64;
    let mut random = |limit: usize| {
        number += 1;
        usize::try_from(hasher.hash_one(number) % limit.max(1) as u64).unwrap_or(0)
    };
    let words: Vec<&str> = FILLER.split_whitespace().collect();
    let paragraphs: Vec<String> = (0..arguments.length(0, 5)?)
        .map(|_| {
            let count = least + random(most.saturating_sub(least));
            let chosen: Vec<&str> = (0..count).map(|_| words[random(words.len())]).collect();
            super::text_filters::capitalized(&(chosen.join(" ") + "."))
        })
        .collect();
    if arguments.flag(1, true) {
        let paragraphs: Vec<String> = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
        return Ok(Value::from_safe_string(paragraphs.join("\n")));
    }
    Ok(Value::from(paragraphs.join("\n\n")))
}
