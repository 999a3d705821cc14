//! The operators of templates for Python objects.

use batou_core::templates::ForeignOperators;
use minijinja::{Error, Value};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine, types::PyComparisonOp, vm::thread::with_vm};

use super::value::{PythonObject, carried, from_python, to_python};

/// Asks the interpreter as soon as one operand is a Python object.
pub struct PythonOperators;

/// Runs `calculate` with both operands as Python objects, if one of them is one already.
fn with_operands<T>(
    left: &Value,
    right: &Value,
    calculate: impl Fn(PyObjectRef, PyObjectRef, &VirtualMachine) -> PyResult<T>,
) -> Option<Result<T, Error>> {
    let object = PythonObject::of(left).or_else(|| PythonObject::of(right))?;
    with_vm(object, |vm| {
        let result = to_python(left, vm).and_then(|left| calculate(left, to_python(right, vm)?, vm));
        result.map_err(|exception| carried(exception, vm))
    })
}

impl ForeignOperators for PythonOperators {
    fn compare(&self, operator: &str, left: &Value, right: &Value) -> Option<Result<bool, Error>> {
        let comparison = match operator {
            "==" => PyComparisonOp::Eq,
            "!=" => PyComparisonOp::Ne,
            "<" => PyComparisonOp::Lt,
            "<=" => PyComparisonOp::Le,
            ">" => PyComparisonOp::Gt,
            ">=" => PyComparisonOp::Ge,
            _ => {
                return with_operands(left, right, |item, container, vm| {
                    vm._contains(container.as_object(), item.as_object())
                });
            }
        };
        with_operands(left, right, |left, right, vm| left.rich_compare_bool(&right, comparison, vm))
    }

    fn calculate(&self, operator: &str, left: &Value, right: &Value) -> Option<Result<Value, Error>> {
        with_operands(left, right, |left, right, vm| {
            let result = match operator {
                "+" => vm._add(&left, &right),
                "-" => vm._sub(&left, &right),
                "*" => vm._mul(&left, &right),
                "/" => vm._truediv(&left, &right),
                "//" => vm._floordiv(&left, &right),
                "%" => vm._mod(&left, &right),
                _ => vm._pow(&left, &right, &vm.ctx.none()),
            };
            Ok(from_python(result?.as_object(), vm))
        })
    }

    fn negate(&self, value: &Value) -> Option<Result<Value, Error>> {
        with_vm(PythonObject::of(value)?, |vm| {
            let result = to_python(value, vm).and_then(|object| vm._neg(&object));
            result.map(|result| from_python(result.as_object(), vm)).map_err(|exception| carried(exception, vm))
        })
    }

    fn attribute(&self, value: &Value, name: &str) -> Option<Result<Value, Error>> {
        let object = PythonObject::of(value)?;
        with_vm(object, |vm| {
            let found = vm.get_attribute_opt(object, &*vm.ctx.new_str(name));
            let found = found.map_err(|exception| carried(exception, vm))?;
            Ok(found.map_or(Value::UNDEFINED, |found| from_python(found.as_object(), vm)))
        })
    }

    fn is_callable(&self, value: &Value) -> Option<bool> {
        PythonObject::of(value).map(|object| object.is_callable())
    }
}
