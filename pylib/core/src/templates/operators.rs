//! Python's operators on values of templates, those of another crate included.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{ObjectRepr, Rest, Tuple, ValueKind};
use minijinja::{Environment, Error, Value};

use super::arguments::{type_error, type_name};
use super::attributes;
use super::containers::TemplateList;
use super::filters::{assert_defined, demand_defined, items};
use super::markup::escaped;
use super::numbers::{LargeInteger, Number, calculate, compare_numbers};
use super::printf::printf;
use super::python_format::to_str;
use super::translate::{ARITHMETIC_FILTER, COMPARE_FILTER, NEGATE_FILTER};

/// The operators of values that another crate wraps. Each method answers `None` where it knows neither operand.
pub trait ForeignOperators: Send + Sync {
    /// `left OPERATOR right` for `==`, `!=`, `<`, `<=`, `>`, `>=`, and `in` (is `left` in `right`).
    fn compare(&self, operator: &str, left: &Value, right: &Value) -> Option<Result<bool, Error>>;

    /// `left OPERATOR right` for `+`, `-`, `*`, `/`, `//`, `%` and `**`.
    fn calculate(&self, operator: &str, left: &Value, right: &Value) -> Option<Result<Value, Error>>;

    /// `-value`
    fn negate(&self, value: &Value) -> Option<Result<Value, Error>>;

    /// The attribute `name` of `value`, which is undefined if there is none; items do not count.
    fn attribute(&self, value: &Value, name: &str) -> Option<Result<Value, Error>>;

    /// Whether `value` can be called.
    fn is_callable(&self, value: &Value) -> Option<bool>;
}

/// Deeper values are refused, so that the comparison of lists that hold themselves ends in an error.
const DEPTH_LIMIT: usize = 200;

/// The operators that the filters, tests and methods of an engine share.
#[derive(Clone, Default)]
pub(super) struct Operators {
    foreign: Option<Arc<dyn ForeignOperators>>,
}

impl fmt::Debug for Operators {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Operators").field("foreign", &self.foreign.is_some()).finish()
    }
}

impl Operators {
    pub(super) fn with_foreign(foreign: impl ForeignOperators + 'static) -> Self {
        Self { foreign: Some(Arc::new(foreign)) }
    }

    pub(super) fn register(&self, environment: &mut Environment<'static>) {
        let operators = self.clone();
        environment.add_filter(COMPARE_FILTER, move |left: &Value, chain: Rest<Value>| operators.chain(left, &chain));
        let operators = self.clone();
        environment.add_filter(ARITHMETIC_FILTER, move |left: &Value, chain: Rest<Value>| {
            let mut result = left.clone();
            for step in chain.chunks_exact(2) {
                result = operators.calculate(step[0].as_str().unwrap_or_default(), &result, &step[1])?;
            }
            Ok::<_, Error>(result)
        });
        let operators = self.clone();
        environment.add_filter(NEGATE_FILTER, move |value: &Value| operators.negate(value));
        let operators = self.clone();
        environment.add_filter("attr", move |value: &Value, name: &str| {
            operators
                .foreign(|foreign| foreign.attribute(value, name))
                .unwrap_or_else(|| attributes::attribute(value, name))
        });
        let operators = self.clone();
        environment.add_test("callable", move |value: &Value| {
            operators.foreign(|foreign| foreign.is_callable(value)).unwrap_or_else(|| is_function(value))
        });
        let tests = [
            ("==", &["eq", "equalto", "=="][..]),
            ("!=", &["ne", "!="]),
            ("<", &["lt", "lessthan", "<"]),
            ("<=", &["le", "<="]),
            (">", &["gt", "greaterthan", ">"]),
            (">=", &["ge", ">="]),
            ("in", &["in"]),
        ];
        for (operator, names) in tests {
            for name in names {
                let operators = self.clone();
                environment.add_test(*name, move |left: &Value, right: &Value| {
                    assert_defined(left)?;
                    assert_defined(right)?;
                    operators.holds(operator, left, right)
                });
            }
        }
    }

    fn chain(&self, left: &Value, chain: &[Value]) -> Result<bool, Error> {
        let mut left = left;
        assert_defined(left)?;
        for step in chain.chunks_exact(2) {
            assert_defined(&step[1])?;
            if !self.holds(step[0].as_str().unwrap_or_default(), left, &step[1])? {
                return Ok(false);
            }
            left = &step[1];
        }
        Ok(true)
    }

    fn holds(&self, operator: &str, left: &Value, right: &Value) -> Result<bool, Error> {
        // Only where undefined values are tolerated do they come here.
        if left.is_undefined() || right.is_undefined() {
            match operator {
                "==" => return Ok(left.is_undefined() == right.is_undefined()),
                "!=" => return Ok(left.is_undefined() != right.is_undefined()),
                "in" if right.is_undefined() => return Ok(false),
                "not in" if right.is_undefined() => return Ok(true),
                "in" | "not in" => {}
                _ => {
                    demand_defined(left)?;
                    demand_defined(right)?;
                }
            }
        }
        match operator {
            "==" => self.equal(left, right),
            "!=" => Ok(!self.equal(left, right)?),
            "in" => self.contains(right, left),
            "not in" => Ok(!self.contains(right, left)?),
            _ => {
                if let Some(answer) = self.foreign(|foreign| foreign.compare(operator, left, right)) {
                    return answer;
                }
                let order = self.order(operator, left, right, 0)?;
                Ok(order.is_some_and(|order| match operator {
                    "<" => order.is_lt(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
        }
    }

    fn foreign<T>(&self, ask: impl FnOnce(&dyn ForeignOperators) -> Option<T>) -> Option<T> {
        self.foreign.as_deref().and_then(ask)
    }

    /// `left == right`
    pub(super) fn equal(&self, left: &Value, right: &Value) -> Result<bool, Error> {
        self.equal_at(left, right, 0)
    }

    fn equal_at(&self, left: &Value, right: &Value, depth: usize) -> Result<bool, Error> {
        if depth > DEPTH_LIMIT {
            return Err(type_error("maximum recursion depth exceeded in comparison"));
        }
        if left.as_object().is_none() && right.as_object().is_none() {
            return Ok(left == right);
        }
        if let Some(answer) = self.foreign(|foreign| foreign.compare("==", left, right)) {
            return answer;
        }
        if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
            return Ok(compare_numbers(&left, &right) == Some(Ordering::Equal));
        }
        match (left.kind(), right.kind()) {
            (ValueKind::Map, ValueKind::Map) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for key in items(left)? {
                    let key = key?;
                    let other = right.as_object().and_then(|map| map.get_value(&key));
                    match other {
                        Some(other) if self.equal_at(&left.get_item(&key)?, &other, depth + 1)? => {}
                        _ => return Ok(false),
                    }
                }
                Ok(true)
            }
            _ if is_list(left) && is_list(right) => {
                if left.is_tuple() != right.is_tuple() || left.len() != right.len() {
                    return Ok(false);
                }
                Ok(self.first_difference(left, right, depth)?.is_none())
            }
            _ => Ok(left == right),
        }
    }

    /// The first items of two lists that are not equal; `None` for an item that one of them lacks.
    #[expect(clippy::type_complexity, reason = "a pair, if there is one")]
    fn first_difference(
        &self,
        left: &Value,
        right: &Value,
        depth: usize,
    ) -> Result<Option<(Option<Value>, Option<Value>)>, Error> {
        let (mut left, mut right) = (items(left)?, items(right)?);
        loop {
            match (left.next().transpose()?, right.next().transpose()?) {
                (None, None) => return Ok(None),
                (Some(left), Some(right)) if self.equal_at(&left, &right, depth + 1)? => {}
                pair => return Ok(Some(pair)),
            }
        }
    }

    /// How two values are ordered for `operator`, which the error names; `None` if a number is not one.
    pub(super) fn order(
        &self,
        operator: &str,
        left: &Value,
        right: &Value,
        depth: usize,
    ) -> Result<Option<Ordering>, Error> {
        if depth > DEPTH_LIMIT {
            return Err(type_error("maximum recursion depth exceeded in comparison"));
        }
        if let (Some(left), Some(right)) = (text(left), text(right)) {
            return Ok(Some(left.cmp(right)));
        }
        if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
            return Ok(compare_numbers(&left, &right));
        }
        let ask = |operator| self.foreign(|foreign| foreign.compare(operator, left, right));
        if let Some(is_less) = ask("<") {
            if is_less? {
                return Ok(Some(Ordering::Less));
            }
            return match ask(">") {
                Some(Ok(true)) => Ok(Some(Ordering::Greater)),
                _ => Ok(Some(Ordering::Equal)),
            };
        }
        if let (Some(left), Some(right)) = (left.as_bytes(), right.as_bytes())
            && left.len() + right.len() > 0
        {
            return Ok(Some(left.cmp(right)));
        }
        if is_list(left) && is_list(right) && left.is_tuple() == right.is_tuple() {
            return match self.first_difference(left, right, depth)? {
                None => Ok(Some(Ordering::Equal)),
                Some((None, _)) => Ok(Some(Ordering::Less)),
                Some((_, None)) => Ok(Some(Ordering::Greater)),
                Some((Some(left), Some(right))) => self.order(operator, &left, &right, depth + 1),
            };
        }
        Err(type_error(format!(
            "'{operator}' not supported between instances of '{}' and '{}'",
            python_type(left),
            python_type(right)
        )))
    }

    /// `item in container`
    fn contains(&self, container: &Value, item: &Value) -> Result<bool, Error> {
        if let Some(whole) = text(container) {
            let Some(part) = text(item) else {
                let found = python_type(item);
                return match self.foreign(|foreign| foreign.compare("in", item, container)) {
                    Some(answer) => answer,
                    None => Err(type_error(format!("'in <string>' requires string as left operand, not {found}"))),
                };
            };
            return Ok(whole.contains(part));
        }
        // Only the container decides, so an object in a list of the template is looked for here.
        let is_own = is_list(container) && !super::python_format::is_foreign(container);
        if !is_own && let Some(answer) = self.foreign(|foreign| foreign.compare("in", item, container)) {
            return answer;
        }
        match container.kind() {
            ValueKind::Map => Ok(container.as_object().is_some_and(|map| map.get_value(item).is_some())),
            ValueKind::Seq | ValueKind::Iterable => {
                for found in items(container)? {
                    if self.equal(&found?, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ValueKind::Bytes => Ok(match (container.as_bytes(), item.as_bytes(), item.as_i64()) {
                (Some(bytes), Some(part), _) => part.is_empty() || bytes.windows(part.len()).any(|bytes| bytes == part),
                (Some(bytes), None, Some(byte)) => bytes.iter().any(|known| i64::from(*known) == byte),
                _ => false,
            }),
            _ => {
                Err(type_error(format!("argument of type '{}' is not a container or iterable", python_type(container))))
            }
        }
    }

    /// `left OPERATOR right` for an arithmetic operator.
    pub(super) fn calculate(&self, operator: &str, left: &Value, right: &Value) -> Result<Value, Error> {
        demand_defined(left)?;
        demand_defined(right)?;
        if operator == "%"
            && let Some(template) = text(left)
        {
            if left.is_safe() {
                return printf(template, &escaped_operand(right)?).map(Value::from_safe_string);
            }
            return printf(template, right).map(Value::from);
        }
        if let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) {
            return calculate(operator, left, right);
        }
        if let Some(answer) = self.foreign(|foreign| foreign.calculate(operator, left, right)) {
            return answer;
        }
        let result = match operator {
            "+" => added(left, right),
            "*" => repeated(left, right).transpose()?.or(repeated(right, left).transpose()?),
            _ => None,
        };
        result.ok_or_else(|| unsupported(operator, left, right))
    }

    /// `-value`
    fn negate(&self, value: &Value) -> Result<Value, Error> {
        demand_defined(value)?;
        if let Some(number) = Number::of(value) {
            return Ok(number.negated().into_value());
        }
        self.foreign(|foreign| foreign.negate(value))
            .unwrap_or_else(|| Err(type_error(format!("bad operand type for unary -: '{}'", python_type(value)))))
    }
}

/// Whether a value that the engine made can be called: macros are told by the name of their type.
fn is_function(value: &Value) -> bool {
    value.as_object().is_some_and(|object| {
        let is_macro = object.type_name().contains("macro_object") || object.type_name().contains("variadic");
        is_macro || object.repr() == ObjectRepr::Plain && LargeInteger::digits(value).is_none()
    })
}

/// Whether a value is a list or tuple, or what the engine has for one.
fn is_list(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) && value.len().is_some()
}

/// The operand of a safe template for formatting, its texts escaped.
fn escaped_operand(operand: &Value) -> Result<Value, Error> {
    if operand.is_tuple() {
        let parts = items(operand)?.map(|part| escaped_operand(&part?)).collect::<Result<Vec<_>, Error>>()?;
        return Ok(Value::from(Tuple::from(parts)));
    }
    Ok(match operand.as_str() {
        Some(text) if !operand.is_safe() => Value::from_safe_string(escaped(text)),
        _ => operand.clone(),
    })
}

fn added(left: &Value, right: &Value) -> Option<Value> {
    if let (Some(first), Some(second)) = (text(left), text(right)) {
        if left.is_safe() || right.is_safe() {
            let part = |value: &Value, text: &str| if value.is_safe() { text.to_owned() } else { escaped(text) };
            return Some(Value::from_safe_string(part(left, first) + &part(right, second)));
        }
        return Some(Value::from([first, second].concat()));
    }
    if left.kind() == ValueKind::Bytes && right.kind() == ValueKind::Bytes {
        return Some(Value::from_bytes([left.as_bytes()?, right.as_bytes()?].concat()));
    }
    if !is_list(left) || !is_list(right) || left.is_tuple() != right.is_tuple() {
        return None;
    }
    let found: Vec<Value> = left.try_iter().ok()?.chain(right.try_iter().ok()?).collect();
    Some(if left.is_tuple() { Value::from(Tuple::from(found)) } else { TemplateList::value(found) })
}

/// What a repeated text or list may hold at most.
const REPEATED_LIMIT: usize = 100_000_000;

fn repeated(value: &Value, count: &Value) -> Option<Result<Value, Error>> {
    let count = match Number::of(count)? {
        Number::Integer(count) => usize::try_from(count.max(0)).unwrap_or(usize::MAX),
        _ => return None,
    };
    let length = value.as_str().map(str::len).or_else(|| value.as_bytes().map(<[u8]>::len)).or_else(|| value.len())?;
    if length.saturating_mul(count) > REPEATED_LIMIT {
        return Some(Err(type_error("the repeated value is too large")));
    }
    if let Some(text) = text(value) {
        let text = text.repeat(count);
        return Some(Ok(if value.is_safe() { Value::from_safe_string(text) } else { Value::from(text) }));
    }
    if value.kind() == ValueKind::Bytes {
        return Some(Ok(Value::from_bytes(value.as_bytes()?.repeat(count))));
    }
    if !is_list(value) {
        return None;
    }
    let found: Vec<Value> = value.try_iter().ok()?.collect();
    let found: Vec<Value> = std::iter::repeat_n(found, count).flatten().collect();
    Some(Ok(if value.is_tuple() { Value::from(Tuple::from(found)) } else { TemplateList::value(found) }))
}

/// The error of Python for operands that an operator does not take.
fn unsupported(operator: &str, left: &Value, right: &Value) -> Error {
    let (first, second) = (python_type(left), python_type(right));
    let is_sequence = |value: &Value| value.as_str().is_some() || value.kind() == ValueKind::Bytes || is_list(value);
    type_error(match operator {
        "+" if is_sequence(left) && first != "bytes" => {
            format!("can only concatenate {first} (not \"{second}\") to {first}")
        }
        "*" if is_sequence(left) => format!("can't multiply sequence by non-int of type '{second}'"),
        "*" if is_sequence(right) => format!("can't multiply sequence by non-int of type '{first}'"),
        "**" => format!("unsupported operand type(s) for ** or pow(): '{first}' and '{second}'"),
        _ => format!("unsupported operand type(s) for {operator}: '{first}' and '{second}'"),
    })
}

/// A text; the engine takes bytes for one, too.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|_| value.kind() == ValueKind::String)
}

/// The name of the type of a value, as Python's messages about operators have it.
pub(super) fn python_type(value: &Value) -> String {
    if value.is_none() { "NoneType".to_owned() } else { type_name(value) }
}

/// The text of a value for the operator `~`: escaped where the result counts as safe and the value does not.
pub(super) fn joined_text(value: &Value, is_safe: bool) -> String {
    if is_safe && !value.is_safe() { escaped(&to_str(value)) } else { to_str(value) }
}
