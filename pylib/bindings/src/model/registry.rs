//! What the model knows about the Python side: the `Component` class, its unmodified methods, and all instances made so far.

use std::cell::RefCell;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyListRef, PyStrInterned, PyTypeRef},
};

use super::names::Names;

/// A method of the component protocol that definitions override.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `configure`.
    Configure,
    /// `verify`.
    Verify,
    /// `__enter__`.
    Enter,
    /// `__exit__`.
    Exit,
    /// `prepare`.
    Prepare,
    /// `deploy`.
    Deploy,
    /// `_get_platform`.
    GetPlatform,
    /// `get_platform`, as it was called up to batou 1.2; only definitions have it.
    OldGetPlatform,
}

impl Method {
    const ALL: [Self; 8] = [
        Self::Configure,
        Self::Verify,
        Self::Enter,
        Self::Exit,
        Self::Prepare,
        Self::Deploy,
        Self::GetPlatform,
        Self::OldGetPlatform,
    ];

    fn name(self, vm: &VirtualMachine) -> &'static PyStrInterned {
        let names = Names::get(vm);
        match self {
            Self::Configure => names.configure,
            Self::Verify => names.verify,
            Self::Enter => names.__enter__,
            Self::Exit => names.__exit__,
            Self::Prepare => names.prepare,
            Self::Deploy => names.deploy,
            Self::GetPlatform => names._get_platform,
            Self::OldGetPlatform => names.get_platform,
        }
    }
}

/// The `Component` class as the package defines it, and its own methods, by which overridden ones are told apart.
pub struct Registry {
    /// `batou.component.Component`.
    pub component_class: PyTypeRef,
    /// `Component._instances`.
    pub instances: PyListRef,
    /// In the order of [`Method::ALL`].
    methods: Vec<Option<PyObjectRef>>,
}

thread_local! {
    static REGISTRY: RefCell<Option<Registry>> = const { RefCell::new(None) };
}

/// Takes the class over; called once by `batou.component`.
pub fn register(component_class: PyTypeRef, instances: PyListRef, vm: &VirtualMachine) -> PyResult<()> {
    let mut methods = Vec::with_capacity(Method::ALL.len());
    for method in Method::ALL {
        let name = method.name(vm);
        let found = component_class.get_attr(name);
        if found.is_none() && method != Method::OldGetPlatform {
            return Err(vm.new_attribute_error(format!("Component has no method {name}")));
        }
        methods.push(found);
    }
    REGISTRY.set(Some(Registry { component_class, instances, methods }));
    Ok(())
}

/// Gives access to the registered class.
pub fn with<T>(vm: &VirtualMachine, use_it: impl FnOnce(&Registry) -> T) -> PyResult<T> {
    REGISTRY.with_borrow(|registry| match registry {
        Some(registry) => Ok(use_it(registry)),
        None => Err(vm.new_runtime_error("batou.component must be imported before components are used")),
    })
}

/// Whether a component defines a method for itself. Looks at the class and at the instance (tests replace methods on
/// instances).
pub fn overrides(component: &PyObject, method: Method, vm: &VirtualMachine) -> PyResult<bool> {
    let name = method.name(vm);
    let found = component.class().get_attr(name);
    let is_original = with(vm, |registry| match (&found, &registry.methods[method as usize]) {
        (Some(found), Some(original)) => found.is(original),
        (None, None) => true,
        _ => false,
    })?;
    Ok(!is_original || component.dict().is_some_and(|dictionary| dictionary.contains_key(name, vm)))
}
