//! Python objects inside templates, and template values inside Python.

use std::{cell::RefCell, cmp::Ordering, fmt, sync::Arc};

use batou_core::templates::LargeInteger;
use minijinja::{
    Error, ErrorKind, State, Value,
    value::{DynObject, Enumerator, Kwargs, Object, ObjectRepr, ValueKind},
};
use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyDict, PyFloat, PyInt, PyList, PyStr, PyTuple},
    function::{FuncArgs, KwArgs},
    types::PyComparisonOp,
    vm::thread::with_vm,
};

thread_local! {
    /// An exception raised where the engine has no way to hand it on (while a value is written).
    static RAISED: RefCell<Option<PyBaseExceptionRef>> = const { RefCell::new(None) };
}

/// The exception that interrupted the writing of a value, if one did since the last call.
pub fn take_raised() -> Option<PyBaseExceptionRef> {
    RAISED.with_borrow_mut(Option::take)
}

/// Keeps an exception until the rendering ends, for who has no way to hand it on.
pub fn raise(exception: PyBaseExceptionRef) {
    RAISED.set(Some(exception));
}

/// Runs something that needs the interpreter of an object.
pub fn in_vm<T>(object: &PyObject, run: impl Fn(&VirtualMachine) -> Result<T, Error>) -> Result<T, Error> {
    with_vm(object, run)
        .unwrap_or_else(|| Err(Error::new(ErrorKind::InvalidOperation, "the interpreter is not running")))
}

/// A Python exception on its way through the engine.
pub struct PythonException {
    /// The exception itself.
    pub exception: PyBaseExceptionRef,
    text: String,
}

impl fmt::Debug for PythonException {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Display for PythonException {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl std::error::Error for PythonException {}

/// `Class: text` of an exception, as error messages show it.
pub fn describe(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    let class = exception.class().name().to_string();
    match exception.as_object().str(vm) {
        Ok(text) if !text.to_string().is_empty() => format!("{class}: {text}"),
        _ => class,
    }
}

/// An exception as an error of the engine.
pub fn carried(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> Error {
    let text = describe(&exception, vm);
    Error::new(ErrorKind::InvalidOperation, text.clone()).with_source(PythonException { exception, text })
}

/// A Python object that a template works with.
pub struct PythonObject(PyObjectRef);

impl fmt::Debug for PythonObject {
    /// What Python's `repr()` gives: it is shown for members of lists and dicts.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written(formatter, |object, vm| object.repr(vm).map(|text| text.to_string()))
    }
}

impl PythonObject {
    /// The object that a value of a template wraps.
    pub fn of(value: &Value) -> Option<&PyObjectRef> {
        value.downcast_object_ref::<Self>().map(|wrapped| &wrapped.0)
    }

    fn written(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        text: impl Fn(&PyObject, &VirtualMachine) -> PyResult<String>,
    ) -> fmt::Result {
        match with_vm(&self.0, |vm| text(&self.0, vm)) {
            Some(Ok(text)) => formatter.write_str(&text),
            Some(Err(exception)) => {
                RAISED.set(Some(exception));
                Err(fmt::Error)
            }
            None => Err(fmt::Error),
        }
    }

    fn in_vm<T>(&self, run: impl Fn(&VirtualMachine) -> Result<T, Error>) -> Result<T, Error> {
        with_vm(&self.0, run)
            .unwrap_or_else(|| Err(Error::new(ErrorKind::InvalidOperation, "the interpreter is not running")))
    }

    /// Attribute or item, in the order that suits the object: items of a dict come first.
    fn member(&self, name: &str, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        if let Some(dictionary) = self.0.downcast_ref::<PyDict>()
            && let Some(value) = dictionary.get_item_opt(name, vm)?
        {
            return Ok(Some(value));
        }
        if let Some(value) = vm.get_attribute_opt(&self.0, &*vm.ctx.new_str(name))? {
            return Ok(Some(value));
        }
        self.item(vm.ctx.new_str(name).into(), vm)
    }

    fn item(&self, key: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        match self.0.get_item(&*key, vm) {
            Ok(value) => Ok(Some(value)),
            Err(exception) if is_missing(&exception, vm) => Ok(None),
            Err(exception) => Err(exception),
        }
    }
}

/// Whether an exception of an item access only says that there is none.
fn is_missing(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
    let exceptions = &vm.ctx.exceptions;
    [exceptions.lookup_error, exceptions.attribute_error, exceptions.type_error]
        .iter()
        .any(|class| exception.fast_isinstance(class))
}

impl Object for PythonObject {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        if self.0.downcast_ref::<PyDict>().is_some() {
            ObjectRepr::Map
        } else if self.0.downcast_ref::<PyList>().is_some() || self.0.downcast_ref::<PyTuple>().is_some() {
            ObjectRepr::Seq
        } else {
            let iterable = with_vm(&self.0, |vm| self.0.class().slots.iter.load().is_some() || has_iter(&self.0, vm));
            if iterable == Some(true) { ObjectRepr::Iterable } else { ObjectRepr::Plain }
        }
    }

    /// `object[key]`: the item, else the attribute of that name; of a dict the item only, as `key in dict` asks this way too.
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let found = self.in_vm(|vm| {
            let python_key = to_python(key, vm).map_err(|exception| carried(exception, vm))?;
            let mut found = self.item(python_key, vm).map_err(|exception| carried(exception, vm))?;
            if let (None, Some(name)) = (&found, key.as_str())
                && self.0.downcast_ref::<PyDict>().is_none()
            {
                let attribute = vm.get_attribute_opt(&self.0, &*vm.ctx.new_str(name));
                found = attribute.map_err(|exception| carried(exception, vm))?;
            }
            Ok(found.map(|found| from_python(&found, vm)))
        });
        found.unwrap_or_else(|error| Some(Value::from(error)))
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let found = self.in_vm(|vm| match self.member(key, vm) {
            Ok(member) => Ok(member.map(|member| from_python(&member, vm))),
            Err(exception) => Err(carried(exception, vm)),
        });
        found.unwrap_or_else(|error| Some(Value::from(error)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let values = self.in_vm(|vm| {
            if self.0.class().slots.iter.load().is_none() && !has_iter(&self.0, vm) {
                return Ok(None);
            }
            let values: PyResult<Vec<Value>> = vm.extract_elements_with(&self.0, |item| Ok(from_python(&item, vm)));
            values.map(Some).map_err(|exception| carried(exception, vm))
        });
        match values {
            Ok(Some(values)) => Enumerator::Values(values),
            Ok(None) => Enumerator::NonEnumerable,
            Err(error) => Enumerator::Values(vec![Value::from(error)]),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        with_vm(&self.0, |vm| match self.0.length_opt(vm)? {
            Ok(length) => Some(length),
            Err(exception) => {
                // Generators and the like are asked too; a type without length says so with a TypeError.
                if !exception.fast_isinstance(vm.ctx.exceptions.type_error) {
                    RAISED.set(Some(exception));
                }
                None
            }
        })
        .flatten()
    }

    fn is_true(self: &Arc<Self>) -> bool {
        with_vm(&self.0, |vm| match self.0.clone().is_true(vm) {
            Ok(truth) => truth,
            Err(exception) => {
                RAISED.set(Some(exception));
                false
            }
        })
        .unwrap_or(false)
    }

    fn call(self: &Arc<Self>, _state: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        self.in_vm(|vm| call(&self.0, arguments, vm).map_err(|exception| carried(exception, vm)))
    }

    fn call_method(
        self: &Arc<Self>,
        _state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        self.in_vm(|vm| {
            let found = vm.get_attribute_opt(&self.0, &*vm.ctx.new_str(method));
            let found = match found.map_err(|exception| carried(exception, vm))? {
                Some(found) => Some(found),
                None => self.item(vm.ctx.new_str(method).into(), vm).map_err(|exception| carried(exception, vm))?,
            };
            let Some(found) = found else {
                let class = full_type_name(&self.0, vm).unwrap_or_else(|| self.0.class().name().to_string());
                return Err(Error::new(
                    ErrorKind::UndefinedError,
                    format!("'{class} object' has no attribute '{method}'"),
                ));
            };
            call(&found, arguments, vm).map_err(|exception| carried(exception, vm))
        })
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        with_vm(&self.0, |vm| {
            let holds = |operator| self.0.rich_compare_bool(&other.0, operator, vm).unwrap_or(false);
            if holds(PyComparisonOp::Eq) {
                Some(Ordering::Equal)
            } else if holds(PyComparisonOp::Lt) {
                Some(Ordering::Less)
            } else {
                Some(Ordering::Greater)
            }
        })
        .flatten()
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written(formatter, |object, vm| object.str(vm).map(|text| text.to_string()))
    }
}

fn has_iter(object: &PyObject, vm: &VirtualMachine) -> bool {
    object.class().has_attr(vm.ctx.intern_str("__iter__")) || object.class().has_attr(vm.ctx.intern_str("__getitem__"))
}

fn call(callable: &PyObject, arguments: &[Value], vm: &VirtualMachine) -> PyResult<Value> {
    call_with(callable, None, arguments, vm)
}

/// Calls a Python object with arguments of a template, and with another one before them.
pub fn call_with(
    callable: &PyObject,
    first: Option<PyObjectRef>,
    arguments: &[Value],
    vm: &VirtualMachine,
) -> PyResult<Value> {
    let mut positional: Vec<PyObjectRef> = first.into_iter().collect();
    let mut keywords = Vec::new();
    for argument in arguments {
        match Kwargs::try_from(argument.clone()) {
            Ok(named) if argument.is_kwargs() => {
                for name in named.args() {
                    let value: Value = named.get(name).map_err(|error| vm.new_type_error(error.to_string()))?;
                    keywords.push((name.to_owned(), to_python(&value, vm)?));
                }
            }
            _ => positional.push(to_python(argument, vm)?),
        }
    }
    let keywords: KwArgs = keywords.into_iter().collect();
    let result = callable.call(FuncArgs::new(positional, keywords), vm)?;
    Ok(from_python(&result, vm))
}

/// A Python object as a template sees it: texts and numbers by value, everything else wrapped.
pub fn from_python(object: &PyObject, vm: &VirtualMachine) -> Value {
    if vm.is_none(object) {
        return Value::from(());
    }
    let class = object.class();
    let types = &vm.ctx.types;
    if class.is(types.bool_type) {
        return Value::from(object.is(&vm.ctx.true_value));
    }
    let plain = text_or_number(object);
    // Texts that say so themselves need no escaping, as `markupsafe.Markup`.
    if !class.is(types.str_type)
        && let Some(text) = object.downcast_ref::<PyStr>().and_then(|text| text.to_str())
        && object.class().has_attr(vm.ctx.intern_str("__html__"))
    {
        return Value::from_safe_string(text.to_owned());
    }
    let exact = class.is(types.str_type) || class.is(types.int_type) || class.is(types.float_type);
    match plain {
        Some(plain) if exact || is_written_like(object, &plain, vm) => plain,
        _ => Value::from_object(PythonObject(object.to_owned())),
    }
}

fn text_or_number(object: &PyObject) -> Option<Value> {
    if let Some(text) = object.downcast_ref::<PyStr>() {
        return text.to_str().map(Value::from);
    }
    if let Some(number) = object.downcast_ref::<PyInt>() {
        let number = i128::try_from(number.as_bigint()).ok()?;
        return Some(i64::try_from(number).map_or_else(|_| Value::from(number), Value::from));
    }
    object.downcast_ref::<PyFloat>().map(|number| Value::from(number.to_f64()))
}

/// Whether an instance of a subclass of `str`, `int` or `float` is written like the value it stands for. It is then taken by
/// value, because the engine compares and adds values only: a wrapped text would silently differ from every other text.
fn is_written_like(object: &PyObject, plain: &Value, vm: &VirtualMachine) -> bool {
    let plain = to_python(plain, vm).and_then(|plain| plain.str(vm));
    match (object.str(vm), plain) {
        (Ok(shown), Ok(plain)) => shown.as_bytes() == plain.as_bytes(),
        _ => false,
    }
}

/// A template's value as Python sees it.
pub fn to_python(value: &Value, vm: &VirtualMachine) -> PyResult {
    if let Some(wrapped) = value.downcast_object_ref::<PythonObject>() {
        return Ok(wrapped.0.clone());
    }
    if let Some(digits) = LargeInteger::digits(value) {
        return vm.ctx.types.int_type.as_object().call((vm.ctx.new_str(digits),), vm);
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => Ok(vm.ctx.none()),
        ValueKind::Bool => Ok(vm.ctx.new_bool(value.is_true()).into()),
        ValueKind::Number if value.is_integer() => match i128::try_from(value.clone()) {
            Ok(number) => Ok(vm.ctx.new_int(number).into()),
            Err(_) => Err(vm.new_overflow_error("a number in a template is too large")),
        },
        ValueKind::Number => match f64::try_from(value.clone()) {
            Ok(number) => Ok(vm.ctx.new_float(number).into()),
            Err(error) => Err(vm.new_value_error(error.to_string())),
        },
        ValueKind::String if value.is_safe() => {
            let markup = vm.import("markupsafe", 0)?.get_attr("Markup", vm)?;
            markup.call((vm.ctx.new_str(value.as_str().unwrap_or_default()),), vm)
        }
        ValueKind::String => Ok(vm.ctx.new_str(value.as_str().unwrap_or_default()).into()),
        ValueKind::Bytes => Ok(vm.ctx.new_bytes(value.as_bytes().unwrap_or_default().to_vec()).into()),
        ValueKind::Map => {
            let dictionary = vm.ctx.new_dict();
            for key in iterate(value, vm)? {
                let item = value.get_item(&key).map_err(|error| vm.new_value_error(error.to_string()))?;
                dictionary.set_item(&*to_python(&key, vm)?, to_python(&item, vm)?, vm)?;
            }
            Ok(dictionary.into())
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let items: PyResult<Vec<PyObjectRef>> =
                iterate(value, vm)?.iter().map(|item| to_python(item, vm)).collect();
            let items = items?;
            Ok(if value.is_tuple() { vm.ctx.new_tuple(items).into() } else { vm.ctx.new_list(items).into() })
        }
        _ => Err(vm.new_type_error("this value of a template cannot be handed to Python")),
    }
}

fn iterate(value: &Value, vm: &VirtualMachine) -> PyResult<Vec<Value>> {
    value.try_iter().map(Iterator::collect).map_err(|error| vm.new_value_error(error.to_string()))
}

/// An exception as the value of something that could not be looked up: using it fails.
pub fn failed(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> Value {
    Value::from(carried(exception, vm))
}

/// `module.Class` of a wrapped object, for messages.
pub fn type_name(value: &Value) -> Option<String> {
    let object = value.downcast_object_ref::<PythonObject>()?;
    with_vm(&object.0, |vm| full_type_name(&object.0, vm)).flatten()
}

fn full_type_name(object: &PyObject, vm: &VirtualMachine) -> Option<String> {
    object.class().fully_qualified_name(vm).ok()
}
