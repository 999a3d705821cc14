//! Jinja2's words for what does not exist.

use std::cell::Cell;

use minijinja::Value;
use minijinja::value::ValueKind;

use super::numbers::LargeInteger;

thread_local! {
    static IS_TOLERATED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the template that is being rendered may use undefined values.
pub(super) fn is_tolerated() -> bool {
    IS_TOLERATED.get()
}

/// Runs a rendering that may, or may not, use undefined values. The filters ask for it here, because most of them see
/// nothing of the engine; a rendering inside of another one has its own answer.
pub(super) fn tolerating<T>(is_tolerated: bool, run: impl FnOnce() -> T) -> T {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            IS_TOLERATED.set(self.0);
        }
    }
    let _reset = Reset(IS_TOLERATED.replace(is_tolerated));
    run()
}

/// Gives the type name of a value of the context, `module.Class`; `None` for values it does not know.
pub type TypeNames = dyn Fn(&Value) -> Option<String> + Send + Sync;

/// A step from a value to a part of it.
#[derive(Debug, PartialEq)]
enum Step {
    Attribute(String),
    Index(i64),
}

/// The message for an expression like `foo`, `foo.bar` or `foo['bar'].baz` that led to nothing.
pub(super) fn message(expression: &str, context: &Value, type_names: Option<&TypeNames>) -> String {
    let Some((name, mut steps)) = parse(expression) else {
        return format!("'{expression}' is undefined");
    };
    let Some(last) = steps.pop() else {
        return format!("'{name}' is undefined");
    };
    let mut owner = context.get_attr(&name).ok().filter(|value| !value.is_undefined());
    for step in steps {
        owner = owner.and_then(|value| {
            let part = match step {
                Step::Attribute(name) => value.get_attr(&name),
                Step::Index(index) => value.get_item(&Value::from(index)),
            };
            part.ok().filter(|value| !value.is_undefined())
        });
    }
    // A name that is bound inside the template, as by a loop, cannot be asked any more.
    let Some(owner) = owner else {
        return format!("'{expression}' is undefined");
    };
    let owner = describe(&owner, type_names);
    match last {
        Step::Attribute(name) => format!("'{owner}' has no attribute '{name}'"),
        Step::Index(index) => format!("{owner} has no element {index}"),
    }
}

/// The type of a value as Jinja2 words it: `dict object`, `module.Class object`, `None`.
pub(super) fn describe(value: &Value, type_names: Option<&TypeNames>) -> String {
    let name = match value.kind() {
        ValueKind::None => return "None".to_owned(),
        ValueKind::Bool => "bool",
        ValueKind::Number if value.is_integer() => "int",
        ValueKind::Number => "float",
        ValueKind::String => "str",
        ValueKind::Bytes => "bytes",
        ValueKind::Plain if LargeInteger::digits(value).is_some() => "int",
        kind => {
            if let Some(name) = type_names.and_then(|names| names(value)) {
                return format!("{name} object");
            }
            match kind {
                ValueKind::Map => "dict",
                ValueKind::Seq if value.is_tuple() => "tuple",
                ValueKind::Seq => "list",
                ValueKind::Iterable => "generator",
                _ => "object",
            }
        }
    };
    if name == "object" { name.to_owned() } else { format!("{name} object") }
}

fn parse(expression: &str) -> Option<(String, Vec<Step>)> {
    let is_word = |character: char| character == '_' || character.is_alphanumeric();
    let end = expression.find(|character| !is_word(character)).unwrap_or(expression.len());
    let (name, mut rest) = expression.split_at(end);
    if name.is_empty() {
        return None;
    }
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(attribute) = rest.strip_prefix('.') {
            let end = attribute.find(|character| !is_word(character)).unwrap_or(attribute.len());
            if end == 0 {
                return None;
            }
            steps.push(Step::Attribute(attribute[..end].to_owned()));
            rest = &attribute[end..];
            continue;
        }
        let inner = rest.strip_prefix('[')?;
        if let Some(text) = inner.strip_prefix(['\'', '"']) {
            let end = text.find(inner.chars().next()?)?;
            steps.push(Step::Attribute(text[..end].to_owned()));
            rest = text[end + 1..].strip_prefix(']')?;
        } else {
            let end = inner.find(']')?;
            steps.push(Step::Index(inner[..end].parse().ok()?));
            rest = &inner[end + 1..];
        }
    }
    Some((name.to_owned(), steps))
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn the_owner_of_a_missing_attribute_is_named() {
        let context = context! { foo => context! { bar => vec![1] }, none => () };
        let cases = [
            ("other", "'other' is undefined"),
            ("foo.baz", "'dict object' has no attribute 'baz'"),
            ("foo['b-z']", "'dict object' has no attribute 'b-z'"),
            ("foo.bar[7]", "list object has no element 7"),
            ("none.x", "'None' has no attribute 'x'"),
            ("item.x", "'item.x' is undefined"),
        ];
        for (expression, expected) in cases {
            assert_eq!(message(expression, &context, None), expected);
        }
    }
}
