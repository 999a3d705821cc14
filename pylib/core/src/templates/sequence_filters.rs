//! Filters of minijinja that take by keyword only what Jinja2 takes in order, too.

use std::cmp::Ordering;

use minijinja::value::{Kwargs, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value, filters};

use super::arguments::Arguments;
use super::filters::{assert_defined, attribute, items};
use super::operators::Operators;

pub(super) fn register(environment: &mut Environment<'static>, operators: &Operators) {
    let own = operators.clone();
    environment.add_filter("sort", move |value: &Value, arguments: Rest<ValueOrKwargs>| sort(&own, value, arguments));
    for (name, operator) in [("min", "<"), ("max", ">")] {
        let own = operators.clone();
        environment.add_filter(name, move |value: &Value, arguments: Rest<ValueOrKwargs>| {
            extreme(&own, name, operator, value, arguments)
        });
    }
    environment.add_filter("dictsort", |value: &Value, arguments: Rest<ValueOrKwargs>| {
        assert_defined(value)?;
        filters::dictsort(value, keywords("dictsort", arguments, &["case_sensitive", "by", "reverse"])?)
    });
    environment.add_filter("unique", |state: &State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>| {
        let value = listed(value)?;
        filters::unique(state, value, keywords("unique", arguments, &["case_sensitive", "attribute"])?)
    });
    environment.add_filter("default", default);
    environment.add_filter("d", default);
}

/// What an item is sorted by: the item or its attributes, texts in lower case unless the case counts.
fn sort_key(item: &Value, attributes: &[Value], is_case_sensitive: bool) -> Result<Value, Error> {
    let folded = |value: Value| match value.as_str() {
        Some(text) if !is_case_sensitive => Value::from(text.to_lowercase()),
        _ => value,
    };
    match attributes {
        [] => Ok(folded(item.clone())),
        [path] => {
            let found = attribute(item, path)?;
            assert_defined(&found)?;
            Ok(folded(found))
        }
        paths => {
            let parts = paths.iter().map(|path| sort_key(item, std::slice::from_ref(path), is_case_sensitive));
            Ok(Value::from(parts.collect::<Result<Vec<_>, _>>()?))
        }
    }
}

/// The values in the order of their keys; equal ones keep their order.
pub(super) fn sorted(
    operators: &Operators,
    mut keyed: Vec<(Value, Value)>,
    is_reversed: bool,
) -> Result<Vec<Value>, Error> {
    let mut failure = None;
    keyed.sort_by(|left, right| {
        if failure.is_some() {
            return Ordering::Equal;
        }
        let order = match operators.order("<", &left.0, &right.0, 0) {
            Ok(order) => order.unwrap_or(Ordering::Equal),
            Err(error) => {
                failure = Some(error);
                Ordering::Equal
            }
        };
        if is_reversed { order.reverse() } else { order }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok(keyed.into_iter().map(|(_, value)| value).collect()),
    }
}

fn sort(operators: &Operators, value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let bound = Arguments::bind("sort", &arguments.into_values(), &["reverse", "case_sensitive", "attribute"])?;
    let attributes: Vec<Value> = match bound.some(2) {
        Some(paths) => match paths.as_str() {
            Some(paths) => paths.split(',').map(Value::from).collect(),
            None => vec![paths.clone()],
        },
        None => Vec::new(),
    };
    let mut keyed = Vec::new();
    for item in items(value)? {
        let item = item?;
        keyed.push((sort_key(&item, &attributes, bound.flag(1, false))?, item));
    }
    sorted(operators, keyed, bound.flag(0, false)).map(Value::from)
}

/// The first item that no other comes before, by `operator`.
fn extreme(
    operators: &Operators,
    name: &str,
    operator: &str,
    value: &Value,
    arguments: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    let bound = Arguments::bind(name, &arguments.into_values(), &["case_sensitive", "attribute"])?;
    let attributes: Vec<Value> = bound.some(1).cloned().into_iter().collect();
    let mut best: Option<(Value, Value)> = None;
    for item in items(value)? {
        let item = item?;
        let key = sort_key(&item, &attributes, bound.flag(0, false))?;
        let is_better = match &best {
            None => true,
            Some((known, _)) => {
                let order = operators.order(operator, &key, known, 0)?;
                order == Some(if operator == "<" { Ordering::Less } else { Ordering::Greater })
            }
        };
        if is_better {
            best = Some((key, item));
        }
    }
    Ok(best.map_or(Value::UNDEFINED, |(_, item)| item))
}

/// The items of a value as a list, so that the characters of a string count as items.
fn listed(value: &Value) -> Result<Value, Error> {
    Ok(Value::from(items(value)?.collect::<Result<Vec<_>, _>>()?))
}

fn keywords(function: &str, arguments: Rest<ValueOrKwargs>, names: &[&str]) -> Result<Kwargs, Error> {
    let bound = Arguments::bind(function, &arguments.into_values(), names)?;
    let given =
        names.iter().enumerate().filter_map(|(index, name)| bound.some(index).map(|value| (*name, value.clone())));
    Ok(given.collect())
}

fn default(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let bound = Arguments::bind("default", &arguments.into_values(), &["default_value", "boolean"])?;
    if value.is_undefined() || (bound.flag(1, false) && !value.is_true()) {
        return Ok(bound.value(0).cloned().unwrap_or_else(|| Value::from("")));
    }
    Ok(value.clone())
}
