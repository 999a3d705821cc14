//! Filters of minijinja that take by keyword only what Jinja2 takes in order, too.

use minijinja::value::{Kwargs, Rest, ValueOrKwargs};
use minijinja::{Environment, Error, State, Value, filters};

use super::arguments::Arguments;
use super::filters::{assert_defined, items};

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("sort", |state: &State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>| {
        let value = listed(value)?;
        filters::sort(state, value, keywords("sort", arguments, &["reverse", "case_sensitive", "attribute"])?)
    });
    environment.add_filter("dictsort", |value: &Value, arguments: Rest<ValueOrKwargs>| {
        assert_defined(value)?;
        filters::dictsort(value, keywords("dictsort", arguments, &["case_sensitive", "by", "reverse"])?)
    });
    environment.add_filter("unique", |state: &State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>| {
        let value = listed(value)?;
        filters::unique(state, value, keywords("unique", arguments, &["case_sensitive", "attribute"])?)
    });
    environment.add_filter("min", |state: &State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>| {
        let value = listed(value)?;
        filters::min(state, value, keywords("min", arguments, &["case_sensitive", "attribute"])?)
    });
    environment.add_filter("max", |state: &State<'_, '_>, value: &Value, arguments: Rest<ValueOrKwargs>| {
        let value = listed(value)?;
        filters::max(state, value, keywords("max", arguments, &["case_sensitive", "attribute"])?)
    });
    environment.add_filter("default", default);
    environment.add_filter("d", default);
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
