//! The data descriptor behind `batou.component.Attribute`.
//!
//! Values live in the component itself ([`ComponentBase`]), beside the instance dictionary, which keeps the constructor's arguments:
//! between construction and `prepare` an attribute therefore still reads as its default.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine,
    builtins::{PyDictRef, PyStr},
    class::PyClassImpl,
    function::PySetterValue,
    pyclass,
    types::{Constructor, DefaultConstructor, GetDescriptor},
};

use super::{component::ComponentBase, names::Names};

/// What a class-level `Attribute(...)` is: its default and the access to the values of instances.
#[pyclass(module = "batou.attribute", name = "AttributeBase")]
#[derive(Debug, PyPayload, Default)]
pub struct AttributeBase {
    default: Mutex<Option<PyObjectRef>>,
    /// Whether the default is a `ConfigString`, which is evaluated at the first reading.
    default_is_configuration: AtomicBool,
    /// Whether the class is derived from `Attribute`: then its `__set__` sees the default, too.
    is_derived: AtomicBool,
    /// Whether every text that is assigned is evaluated, as before batou 2.3.
    evaluates_texts: AtomicBool,
}

impl DefaultConstructor for AttributeBase {}

impl GetDescriptor for AttributeBase {
    fn descr_get(
        zelf: &PyObject,
        instance: Option<&PyObject>,
        _class: Option<&PyObject>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let (attribute, instance) = Self::_unwrap(zelf, instance, vm)?;
        if vm.is_none(instance) {
            return Ok(zelf.to_owned());
        }
        if let Some(value) = attribute.value_of(instance, vm)? {
            return Ok(value);
        }
        attribute.default_of(instance, vm)
    }
}

#[pyclass(with(Constructor, GetDescriptor), flags(BASETYPE, HAS_DICT, HAS_WEAKREF))]
impl AttributeBase {
    /// The class-level default; `missing` where there is none.
    #[pymethod]
    fn _get_default(zelf: &Py<Self>, missing: PyObjectRef) -> PyObjectRef {
        zelf.declared_default().unwrap_or(missing)
    }

    /// Replaces the class-level default; with `is_configuration` it is evaluated like a string of the environment file.
    #[pymethod]
    fn _set_default(zelf: &Py<Self>, value: PyObjectRef, is_configuration: bool) {
        zelf.default_is_configuration.store(is_configuration, Ordering::Relaxed);
        zelf.replace_default(Some(value));
    }

    /// The class is not `Attribute` itself but derived from it.
    #[pymethod]
    fn _mark_derived(zelf: &Py<Self>) {
        zelf.is_derived.store(true, Ordering::Relaxed);
    }

    /// From now on every text that is assigned, by the constructor too, is evaluated like a string of the environment file.
    #[pymethod]
    fn _evaluate_texts(zelf: &Py<Self>) {
        zelf.evaluates_texts.store(true, Ordering::Relaxed);
    }

    /// Keeps a value for `instance` that needs no evaluation any more.
    #[pymethod]
    fn _store(zelf: &Py<Self>, instance: PyObjectRef, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        zelf.store(&instance, value, vm)
    }

    /// From now on there is no default.
    #[pymethod]
    fn _remove_default(zelf: &Py<Self>) {
        zelf.default_is_configuration.store(false, Ordering::Relaxed);
        zelf.replace_default(None);
    }

    #[pyslot]
    fn descr_set(zelf: &PyObject, instance: PyObjectRef, value: PySetterValue, vm: &VirtualMachine) -> PyResult<()> {
        let attribute: &Py<Self> = zelf.try_to_value(vm)?;
        match value {
            PySetterValue::Assign(value) => attribute.keep(&instance, value, vm),
            PySetterValue::Delete => Err(vm.new_attribute_error("an Attribute cannot be deleted")),
        }
    }
}

impl AttributeBase {
    fn replace_default(&self, value: Option<PyObjectRef>) {
        let old = std::mem::replace(&mut *self.default.lock().unwrap_or_else(PoisonError::into_inner), value);
        // After the lock: a destructor may read the attribute again.
        drop(old);
    }

    fn declared_default(&self) -> Option<PyObjectRef> {
        self.default.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether every text that is assigned is evaluated.
    fn evaluates_texts(&self) -> bool {
        self.evaluates_texts.load(Ordering::Relaxed)
    }

    /// Whether reading the attribute for the first time evaluates a template or a conversion.
    pub fn evaluates_default(&self) -> bool {
        self.default_is_configuration.load(Ordering::Relaxed)
    }

    fn is_derived(&self) -> bool {
        self.is_derived.load(Ordering::Relaxed)
    }
}

trait Evaluation {
    /// What a configuration string stands for.
    fn evaluate(&self, instance: &PyObject, text: PyObjectRef, vm: &VirtualMachine) -> PyResult;
}

impl Evaluation for Py<AttributeBase> {
    fn evaluate(&self, instance: &PyObject, text: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let convert = self.as_object().get_attr(Names::get(vm).from_config_string, vm)?;
        convert.call((instance.to_owned(), text), vm)
    }
}

/// What needs the descriptor's identity, and so its object.
pub trait AttributeValues {
    /// The value stored for `instance`, if one was assigned or evaluated.
    fn value_of(&self, instance: &PyObject, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>>;
    /// Stores a value for `instance` as it is, without conversion.
    fn store(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()>;
    /// Stores a value for `instance`; texts are evaluated first where definitions expect that.
    fn keep(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()>;
    /// Assigns a value as `instance.name = value` does, through the `__set__` of a derived class.
    fn assign(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()>;
    /// The default as `instance` sees it; evaluated and kept if it is a `ConfigString`.
    fn default_of(&self, instance: &PyObject, vm: &VirtualMachine) -> PyResult;
}

impl AttributeValues for Py<AttributeBase> {
    fn value_of(&self, instance: &PyObject, vm: &VirtualMachine) -> PyResult<Option<PyObjectRef>> {
        match instance.downcast_ref::<ComponentBase>() {
            Some(component) => Ok(component.value(self)),
            None => foreign_values(instance, vm)?.get_item_opt(&foreign_key(self), vm),
        }
    }

    fn store(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        match instance.downcast_ref::<ComponentBase>() {
            Some(component) => {
                component.set_value(self, value);
                Ok(())
            }
            None => foreign_values(instance, vm)?.set_item(&*foreign_key(self), value, vm),
        }
    }

    fn keep(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let value = if self.evaluates_texts() && value.downcast_ref::<PyStr>().is_some() {
            self.evaluate(instance, value, vm)?
        } else {
            value
        };
        self.store(instance, value, vm)
    }

    fn default_of(&self, instance: &PyObject, vm: &VirtualMachine) -> PyResult {
        let Some(default) = self.declared_default() else {
            let error = vm.call_method(self.as_object(), "_missing_default", (instance.to_owned(),))?;
            return Err(error
                .downcast()
                .map_err(|_| vm.new_type_error("_missing_default must return an exception"))?);
        };
        let value = match (self.evaluates_default(), self.is_derived()) {
            (true, _) => self.evaluate(instance, default, vm)?,
            (false, true) => default,
            (false, false) => return Ok(default),
        };
        if self.is_derived() {
            self.assign(instance, value.clone(), vm)?;
            return Ok(self.value_of(instance, vm)?.unwrap_or(value));
        }
        self.store(instance, value.clone(), vm)?;
        Ok(value)
    }

    fn assign(&self, instance: &PyObject, value: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        match self.class().slots().descr_set.load() {
            Some(set) => set(self.as_object(), instance.to_owned(), PySetterValue::Assign(value), vm),
            None => self.store(instance, value, vm),
        }
    }
}

/// Attributes also work on classes that are not components; their values then stand in the instance dictionary.
fn foreign_values(instance: &PyObject, vm: &VirtualMachine) -> PyResult<PyDictRef> {
    instance.dict().ok_or_else(|| vm.new_type_error("an Attribute needs an object with a __dict__"))
}

fn foreign_key(attribute: &Py<AttributeBase>) -> String {
    format!("_attribute_{:x}", attribute.as_object().get_id())
}

/// The attribute that a class has under a name, if that is an `Attribute`.
pub fn as_attribute(value: &PyObject) -> Option<&Py<AttributeBase>> {
    value.downcast_ref::<AttributeBase>()
}

/// Adds the class to the module.
pub fn class() -> PyObjectRef {
    AttributeBase::make_static_type().into()
}
