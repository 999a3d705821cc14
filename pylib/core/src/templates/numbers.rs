//! Python's numbers: integers of any size, and floats.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use malachite_bigint::BigInt;
use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, Value};

use super::arguments::type_error;

/// What an error says about a division by zero; it is told by this text.
pub(super) const DIVISION_BY_ZERO: &str = "division by zero";

/// Results of more bits are refused, because they only exhaust the memory.
const BIT_LIMIT: u64 = 4_000_000;

/// An integer that does not fit the numbers of the engine.
pub struct LargeInteger(BigInt);

impl LargeInteger {
    /// The digits of a value that is such an integer.
    pub fn digits(value: &Value) -> Option<String> {
        value.downcast_object_ref::<Self>().map(|integer| integer.0.to_string())
    }
}

impl fmt::Debug for LargeInteger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl Object for LargeInteger {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn custom_cmp(self: &Arc<Self>, other: &minijinja::value::DynObject) -> Option<Ordering> {
        other.downcast_ref::<Self>().map(|other| self.0.cmp(&other.0))
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// A number of Python.
#[derive(Clone, Debug)]
pub(super) enum Number {
    Integer(i128),
    Large(BigInt),
    Float(f64),
}

impl Number {
    /// The number that a value is, booleans included.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value.kind() {
            ValueKind::Bool => Some(Self::Integer(i128::from(value.is_true()))),
            ValueKind::Number if value.is_integer() => Some(match i128::try_from(value.clone()) {
                Ok(number) => Self::Integer(number),
                Err(_) => Self::Large(BigInt::from(u128::try_from(value.clone()).ok()?)),
            }),
            ValueKind::Number => f64::try_from(value.clone()).ok().map(Self::Float),
            ValueKind::Plain => value.downcast_object_ref::<LargeInteger>().map(|large| Self::Large(large.0.clone())),
            _ => None,
        }
    }

    /// Reads the digits of an integer of any size in a base from 2 to 36.
    pub(super) fn parse(digits: &str, base: u32) -> Option<Self> {
        let number = BigInt::parse_bytes(digits.as_bytes(), base)?;
        Some(match i128::try_from(&number) {
            Ok(small) => Self::Integer(small),
            Err(_) => Self::Large(number),
        })
    }

    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Integer(number) => i64::try_from(number).map_or_else(|_| Value::from(number), Value::from),
            Self::Large(number) => match i128::try_from(&number) {
                Ok(small) => Self::Integer(small).into_value(),
                Err(_) => Value::from_object(LargeInteger(number)),
            },
            Self::Float(number) => Value::from(number),
        }
    }

    fn large(self) -> BigInt {
        match self {
            Self::Integer(number) => BigInt::from(number),
            Self::Large(number) => number,
            Self::Float(_) => BigInt::from(0),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the nearest float is what Python takes")]
    pub(super) fn float(&self) -> Result<f64, Error> {
        let number = match self {
            Self::Integer(number) => *number as f64,
            // Reading the digits rounds correctly.
            Self::Large(number) => number.to_string().parse().unwrap_or(f64::INFINITY),
            Self::Float(number) => return Ok(*number),
        };
        if number.is_finite() { Ok(number) } else { Err(type_error("int too large to convert to float")) }
    }

    fn is_zero(&self) -> bool {
        match self {
            Self::Integer(number) => *number == 0,
            Self::Large(_) => false,
            Self::Float(number) => *number == 0.0,
        }
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Self::Integer(number) => {
                number.checked_neg().map_or_else(|| Self::Large(-BigInt::from(number)), Self::Integer)
            }
            Self::Large(number) => Self::Large(-number),
            Self::Float(number) => Self::Float(-number),
        }
    }

    pub(super) fn absolute(self) -> Self {
        let is_negative = match &self {
            Self::Integer(number) => *number < 0,
            Self::Large(number) => *number < BigInt::from(0),
            Self::Float(number) => number.is_sign_negative(),
        };
        if is_negative { self.negated() } else { self }
    }
}

/// The order of two numbers; `None` if one is NaN.
pub(super) fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left, right) {
        (Number::Integer(left), Number::Integer(right)) => Some(left.cmp(right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(right),
        (Number::Float(float), other) => compare_with_float(other, *float).map(Ordering::reverse),
        (other, Number::Float(float)) => compare_with_float(other, *float),
        (left, right) => Some(left.clone().large().cmp(&right.clone().large())),
    }
}

/// Compares an integer with a float exactly: by the whole part first.
fn compare_with_float(integer: &Number, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = Number::parse(&format!("{:.0}", float.trunc()), 10)?.large();
    let order = integer.clone().large().cmp(&whole);
    Some(order.then(0.0_f64.partial_cmp(&float.fract())?))
}

/// `left OPERATOR right` as Python calculates it.
pub(super) fn calculate(operator: &str, left: Number, right: Number) -> Result<Value, Error> {
    if matches!(operator, "/" | "//" | "%") && right.is_zero() {
        return Err(type_error(DIVISION_BY_ZERO));
    }
    if let (Number::Integer(left), Number::Integer(right)) = (&left, &right)
        && let Some(result) = small(operator, *left, *right)
    {
        return Ok(Number::Integer(result).into_value());
    }
    let is_float = matches!(left, Number::Float(_)) || matches!(right, Number::Float(_)) || operator == "/";
    let is_negative_power = operator == "**" && compare_numbers(&right, &Number::Integer(0)) == Some(Ordering::Less);
    if is_float || is_negative_power {
        return floats(operator, left.float()?, right.float()?);
    }
    large(operator, left.large(), right.large())
}

fn small(operator: &str, left: i128, right: i128) -> Option<i128> {
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "//" => {
            let quotient = left.checked_div(right)?;
            let is_inexact = left % right != 0 && (left < 0) != (right < 0);
            Some(if is_inexact { quotient - 1 } else { quotient })
        }
        "%" => {
            let rest = left.checked_rem(right)?;
            Some(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest })
        }
        "**" => left.checked_pow(u32::try_from(right).ok()?),
        _ => None,
    }
}

fn large(operator: &str, left: BigInt, right: BigInt) -> Result<Value, Error> {
    let zero = BigInt::from(0);
    let result = match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => {
            if left.bits() + right.bits() > BIT_LIMIT {
                return Err(type_error("the result of the calculation is too large"));
            }
            left * right
        }
        "//" | "%" => {
            let rest = &left % &right;
            let is_inexact = rest != zero && (rest < zero) != (right < zero);
            match operator {
                "%" if is_inexact => rest + right,
                "%" => rest,
                _ if is_inexact => left / right - BigInt::from(1),
                _ => left / right,
            }
        }
        _ => {
            let exponent =
                u32::try_from(&right).ok().filter(|exponent| left.bits() * u64::from(*exponent) <= BIT_LIMIT);
            match exponent {
                Some(exponent) => left.pow(exponent),
                None => return Err(type_error("the result of the calculation is too large")),
            }
        }
    };
    Ok(Number::Large(result).into_value())
}

fn floats(operator: &str, left: f64, right: f64) -> Result<Value, Error> {
    let modulo = || {
        let rest = left % right;
        if rest == 0.0 {
            0.0_f64.copysign(right)
        } else if (rest < 0.0) != (right < 0.0) {
            rest + right
        } else {
            rest
        }
    };
    Ok(Value::from(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        "%" => modulo(),
        "//" => {
            // The quotient of what divides without a rest, so that rounding does not move it over a whole number.
            let quotient = (left - modulo()) / right;
            if quotient == 0.0 {
                0.0_f64.copysign(left / right)
            } else {
                let floor = quotient.floor();
                if quotient - floor > 0.5 { floor + 1.0 } else { floor }
            }
        }
        _ => {
            if left == 0.0 && right < 0.0 {
                return Err(type_error(DIVISION_BY_ZERO));
            }
            let power = left.powf(right);
            if power.is_nan() && !left.is_nan() && !right.is_nan() {
                return Err(type_error("complex numbers are not supported"));
            }
            if power.is_infinite() && left.is_finite() && right.is_finite() {
                return Err(type_error("the result of the calculation is too large"));
            }
            power
        }
    }))
}
