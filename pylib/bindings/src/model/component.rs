//! The native base of `batou.component.Component`: where attribute values, timings and the constructor live.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use rustpython_vm::{
    AsObject, FromArgs, Py, PyObject, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine,
    builtins::{PyType, PyTypeRef},
    class::PyClassImpl,
    function::{FuncArgs, OptionalArg, PosArgs},
    pyclass,
    types::{Constructor, Initializer},
};

use super::{attribute::AttributeBase, construct, deploy, names::Names, prepare};

/// How long the steps of a component's deployment took, in seconds. `None`: the step did not happen.
#[derive(Debug, Default, Clone, Copy)]
pub struct Timings {
    /// Checking.
    pub verify: Option<f64>,
    /// Changing.
    pub update: Option<f64>,
    /// All sub-components together.
    pub sub: Option<f64>,
}

/// Native part of a component.
#[pyclass(module = "batou.component", name = "ComponentBase")]
#[derive(Debug, PyPayload, Default)]
pub struct ComponentBase {
    /// Values of the class's attributes; the key is the identity of the descriptor.
    values: Mutex<Vec<(usize, PyObjectRef)>>,
    timings: Mutex<Timings>,
    /// Place in the tree's pre-order, counted when events are distributed.
    position: AtomicUsize,
}

/// Arguments of `Component.deploy`.
#[derive(FromArgs)]
struct DeployArguments {
    #[pyarg(any, optional)]
    predict_only: OptionalArg<PyObjectRef>,
}

impl Constructor for ComponentBase {
    type Args = FuncArgs;

    fn slot_new(class: PyTypeRef, _arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
        // Only a metaclass of its own can make a class abstract.
        if !class.class().is(vm.ctx.types.type_type) {
            refuse_abstract(&class, vm)?;
        }
        Self::default().into_ref_with_type(vm, class).map(Into::into)
    }

    fn py_new(class: &Py<PyType>, _arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<Self> {
        Err(vm.new_system_error(format!("{} is made by its slot", class.name())))
    }
}

/// An error for a class with abstract methods, worded like that of Python.
fn refuse_abstract(class: &Py<PyType>, vm: &VirtualMachine) -> PyResult<()> {
    let Some(methods) = class.get_attr(vm.ctx.intern_str("__abstractmethods__")) else {
        return Ok(());
    };
    let mut methods: Vec<String> = vm.extract_elements_with(&methods, |method| Ok(method.str(vm)?.to_string()))?;
    if methods.is_empty() {
        return Ok(());
    }
    methods.sort_unstable();
    let noun = if methods.len() == 1 { "method" } else { "methods" };
    Err(vm.new_type_error(format!(
        "Can't instantiate abstract class {} with abstract {noun} {}",
        class.name(),
        methods.join(", ")
    )))
}

impl Initializer for ComponentBase {
    type Args = FuncArgs;

    fn slot_init(zelf: &PyObject, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
        construct::initialize(zelf, arguments, vm)
    }

    fn init(_zelf: &Py<Self>, _arguments: Self::Args, vm: &VirtualMachine) -> PyResult<()> {
        Err(vm.new_system_error("components are initialised by their slot"))
    }
}

#[pyclass(with(Constructor, Initializer), flags(BASETYPE, HAS_DICT, HAS_WEAKREF))]
impl ComponentBase {
    /// Attaches the component to `parent` and configures it, its platform part included.
    ///
    /// Definitions of older versions pass on what they were given: `(root, parent, overrides)` in 1.0,
    /// `(service, environment, host, root, parent)` in 0.2. There the parent of a top-level component is None.
    #[pymethod]
    fn prepare(zelf: PyRef<Self>, parent: PyObjectRef, older: PosArgs, vm: &VirtualMachine) -> PyResult<()> {
        let (root, parent) = match older.into_vec().as_slice() {
            [] => return prepare::prepare(zelf.as_object(), parent, vm),
            [below] | [below, _] => (parent, below.clone()),
            [_, _, root, below] => (root.clone(), below.clone()),
            _ => return Err(vm.new_type_error("prepare() takes the parent")),
        };
        prepare::prepare(zelf.as_object(), if vm.is_none(&parent) { root } else { parent }, vm)
    }

    /// Verifies the component and everything below it, and updates what differs (unless predicting).
    #[pymethod]
    fn deploy(zelf: PyRef<Self>, arguments: DeployArguments, vm: &VirtualMachine) -> PyResult<()> {
        let predicting = match arguments.predict_only {
            OptionalArg::Present(value) => value.is_true(vm)?,
            OptionalArg::Missing => false,
        };
        deploy::deploy(zelf.as_object(), predicting, vm)
    }
}

impl ComponentBase {
    /// The value stored under an attribute.
    pub fn value(&self, attribute: &Py<AttributeBase>) -> Option<PyObjectRef> {
        let key = attribute.as_object().get_id();
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.iter().find(|(stored, _)| *stored == key).map(|(_, value)| value.clone())
    }

    /// Stores a value under an attribute.
    pub fn set_value(&self, attribute: &Py<AttributeBase>, value: PyObjectRef) {
        let key = attribute.as_object().get_id();
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let old = match values.iter_mut().find(|(stored, _)| *stored == key) {
            Some((_, stored)) => Some(std::mem::replace(stored, value)),
            None => {
                values.push((key, value));
                None
            }
        };
        // A destructor may run Python code that reads this component again.
        drop(values);
        drop(old);
    }

    /// Adds to what the steps took so far.
    pub fn record(&self, timings: Timings) {
        let added = |sum: Option<f64>, step: Option<f64>| match (sum, step) {
            (Some(sum), Some(step)) => Some(sum + step),
            (sum, step) => sum.or(step),
        };
        let mut total = self.timings.lock().unwrap_or_else(PoisonError::into_inner);
        *total = Timings {
            verify: added(total.verify, timings.verify),
            update: added(total.update, timings.update),
            sub: added(total.sub, timings.sub),
        };
    }

    /// What the steps took so far.
    pub fn timings(&self) -> Timings {
        *self.timings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the place in the tree's pre-order.
    pub fn set_position(&self, position: usize) {
        self.position.store(position, Ordering::Relaxed);
    }

    /// The place in the tree's pre-order, as last counted.
    pub fn position(&self) -> usize {
        self.position.load(Ordering::Relaxed)
    }
}

/// Walks up to the first parent that is not a component.
pub fn root(component: &PyObject, vm: &VirtualMachine) -> PyResult {
    let parent = Names::get(vm).parent;
    let mut current = component.get_attr(parent, vm)?;
    while current.downcast_ref::<ComponentBase>().is_some() {
        current = current.get_attr(parent, vm)?;
    }
    Ok(current)
}

/// The top-level component of the tree that `component` is in.
pub fn top_level(component: &PyObject, vm: &VirtualMachine) -> PyResult {
    let parent = Names::get(vm).parent;
    let mut current = component.to_owned();
    loop {
        let above = current.get_attr(parent, vm)?;
        if above.downcast_ref::<ComponentBase>().is_none() {
            return Ok(current);
        }
        current = above;
    }
}

/// Creates the class.
pub fn class() -> PyObjectRef {
    ComponentBase::make_static_type().into()
}
