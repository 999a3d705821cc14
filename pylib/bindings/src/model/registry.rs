//! What the model knows about the Python side: the `Component` class, its unmodified methods, and all instances made so far.

use std::cell::RefCell;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyListRef, PyStrInterned, PyTypeRef},
};

use super::names::Names;

/// The `Component` class as the package defines it, and its own methods, by which overridden ones are told apart.
pub struct Registry {
    /// `batou.component.Component`.
    pub component_class: PyTypeRef,
    /// `Component._instances`.
    pub instances: PyListRef,
    configure: PyObjectRef,
    verify: PyObjectRef,
    enter: PyObjectRef,
    exit: PyObjectRef,
    prepare: PyObjectRef,
    deploy: PyObjectRef,
    get_platform: PyObjectRef,
}

thread_local! {
    static REGISTRY: RefCell<Option<Registry>> = const { RefCell::new(None) };
}

/// Takes the class over; called once by `batou.component`.
pub fn register(component_class: PyTypeRef, instances: PyListRef, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let method = |name: &'static PyStrInterned| {
        component_class.get_attr(name).ok_or_else(|| vm.new_attribute_error(format!("Component has no method {name}")))
    };
    let registry = Registry {
        configure: method(names.configure)?,
        verify: method(names.verify)?,
        enter: method(names.__enter__)?,
        exit: method(names.__exit__)?,
        prepare: method(names.prepare)?,
        deploy: method(names.deploy)?,
        get_platform: method(names._get_platform)?,
        instances,
        component_class,
    };
    REGISTRY.set(Some(registry));
    Ok(())
}

/// Gives access to the registered class.
pub fn with<T>(vm: &VirtualMachine, use_it: impl FnOnce(&Registry) -> T) -> PyResult<T> {
    REGISTRY.with_borrow(|registry| match registry {
        Some(registry) => Ok(use_it(registry)),
        None => Err(vm.new_runtime_error("batou.component must be imported before components are used")),
    })
}

/// Which parts of the component protocol an object defines for itself.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one independent answer a method")]
pub struct Overridden {
    /// `configure`.
    pub configure: bool,
    /// `verify`.
    pub verify: bool,
    /// `__enter__` or `__exit__`.
    pub context: bool,
    /// `prepare`.
    pub prepare: bool,
    /// `deploy`.
    pub deploy: bool,
    /// `_get_platform`.
    pub get_platform: bool,
}

/// Looks at the class and at the instance (tests replace methods on instances).
pub fn overridden(component: &PyObject, vm: &VirtualMachine) -> PyResult<Overridden> {
    let names = Names::get(vm);
    let class = component.class();
    let dictionary = component.dict();
    let differs = |name: &'static PyStrInterned, original: &PyObjectRef| {
        class.get_attr(name).is_none_or(|found| !found.is(original))
            || dictionary.as_ref().is_some_and(|dictionary| dictionary.contains_key(name, vm))
    };
    with(vm, |registry| Overridden {
        configure: differs(names.configure, &registry.configure),
        verify: differs(names.verify, &registry.verify),
        context: differs(names.__enter__, &registry.enter) || differs(names.__exit__, &registry.exit),
        prepare: differs(names.prepare, &registry.prepare),
        deploy: differs(names.deploy, &registry.deploy),
        get_platform: differs(names._get_platform, &registry.get_platform),
    })
}
