//! The attributes of values: what the filter `attr` finds.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, State, Value};

use super::arguments::type_name;
use super::containers;

/// The attribute `name` of a value that the engine or a template made; of dicts, lists and texts those are the methods.
pub(super) fn attribute(value: &Value, name: &str) -> Result<Value, Error> {
    let methods: &[&str] = match value.kind() {
        ValueKind::String => TEXT_METHODS,
        ValueKind::Map if is_dict(value) => containers::DICT_METHODS,
        ValueKind::Seq if value.is_tuple() => &["count", "index"],
        ValueKind::Seq => LIST_METHODS,
        _ => return value.get_attr(name),
    };
    if methods.contains(&name) {
        return Ok(Value::from_object(BoundMethod { owner: value.clone(), name: name.to_owned() }));
    }
    Ok(Value::UNDEFINED)
}

/// Whether a mapping is a dict, not an object of the engine such as a namespace or a macro.
fn is_dict(value: &Value) -> bool {
    value.as_object().is_none_or(|object| !object.type_name().starts_with("minijinja::"))
}

const TEXT_METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
    "zfill",
];

const LIST_METHODS: &[&str] =
    &["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"];

/// A method of a value, not called yet.
#[derive(Debug)]
struct BoundMethod {
    owner: Value,
    name: String,
}

impl Object for BoundMethod {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        self.owner.call_method(state, &self.name, arguments)
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<built-in method {} of {} object>", self.name, type_name(&self.owner))
    }
}
