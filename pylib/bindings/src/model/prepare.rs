//! Attaching a component to its parent and configuring it.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    rc::Rc,
};

use batou_core::fs::FsError;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{
        PyBoundMethod, PyClassMethod, PyDict, PyDictRef, PyFunction, PyGetSet, PyProperty, PyStaticMethod,
        PyStrInterned, PyType,
    },
};

use super::{
    attribute::{AttributeValues, as_attribute},
    component::ComponentBase,
    names::Names,
    registry,
    registry::Method,
};
use crate::error::IntoPython;

/// What instances of a class need after `configure`.
struct ClassFacts {
    /// Properties (but the one for breadcrumbs, which is for display only) and attributes whose default is evaluated: read
    /// once, in alphabetical order.
    evaluated: Vec<&'static PyStrInterned>,
    /// Methods that handle events.
    handlers: Vec<&'static PyStrInterned>,
}

thread_local! {
    /// By identity of the class; forgotten with every root component, because definitions may replace methods of classes.
    static CLASSES: RefCell<HashMap<usize, Rc<ClassFacts>>> = RefCell::new(HashMap::new());
    /// Grows with every prepared component: trees are unchanged while it stands still.
    static GENERATION: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    /// The components whose `configure` runs, the innermost last.
    static CONFIGURING: RefCell<Vec<PyObjectRef>> = const { RefCell::new(Vec::new()) };
}

/// The component whose `configure` runs, if one does.
pub fn configuring() -> Option<PyObjectRef> {
    CONFIGURING.with_borrow(|stack| stack.last().cloned())
}

/// Number of components prepared so far.
pub fn generation() -> u64 {
    GENERATION.get()
}

/// `Component.prepare(parent)`.
pub fn prepare(component: &PyObject, parent: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    component.downcast_ref::<ComponentBase>().ok_or_else(|| vm.new_type_error("not a component"))?;
    GENERATION.set(GENERATION.get() + 1);
    let is_top_level = parent.downcast_ref::<ComponentBase>().is_none();

    let workdir = parent.get_attr(names.workdir, vm)?;
    component.set_attr(names.parent, parent.clone(), vm)?;
    component.set_attr(names.workdir, workdir, vm)?;
    component.set_attr(names.sub_components, vm.ctx.new_list(Vec::new()), vm)?;
    if is_top_level {
        CLASSES.with_borrow_mut(HashMap::clear);
        let overrides = parent.get_attr(names.overrides, vm)?;
        if overrides.clone().is_true(vm)? {
            vm.call_method(component, "_overrides", (overrides,))?;
        }
    }
    take_constructor_values(component, vm)?;

    if registry::overrides(component, Method::Configure, vm)? {
        let directory = component.get_attr(names.defdir, vm)?;
        let directory = PathBuf::from(directory.str(vm)?.to_string());
        let configure = component.get_attr(names.configure, vm)?;
        CONFIGURING.with_borrow_mut(|stack| stack.push(component.to_owned()));
        let configured = in_directory(&directory, vm, || configure.call((), vm).map(drop));
        CONFIGURING.with_borrow_mut(Vec::pop);
        configured?;
    }
    add_platform_part(component, vm)?;
    collect_handlers(component, vm)?;
    component.set_attr(names._prepared, vm.ctx.new_bool(true), vm)
}

/// Runs something with another working directory and returns to the one before, also after an error.
fn in_directory<T>(directory: &Path, vm: &VirtualMachine, run: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let before = std::env::current_dir().ok();
    if before.as_deref() != Some(directory) {
        enter(directory, vm)?;
    }
    let result = run();
    let now = std::env::current_dir().ok();
    if let Some(before) = before
        && now.as_deref() != Some(&before)
    {
        let back = enter(&before, vm);
        if result.is_ok() {
            back?;
        }
    }
    result
}

/// Changes the working directory of the process.
pub fn enter(directory: &Path, vm: &VirtualMachine) -> PyResult<()> {
    std::env::set_current_dir(directory).map_err(|error| FsError::new("change into", directory, error).into_python(vm))
}

/// Constructor arguments that are attributes of the class become their values, unconverted.
fn take_constructor_values(component: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let Some(dictionary) = component.dict() else {
        return Ok(());
    };
    let class = component.class();
    for (name, value) in dictionary.items_vec() {
        let Some(name) = name.downcast_ref::<rustpython_vm::builtins::PyStr>() else {
            continue;
        };
        if let Some(found) = class.lookup_ref(name, vm)
            && let Some(attribute) = as_attribute(&found)
        {
            attribute.assign(component, value, vm)?;
        }
    }
    Ok(())
}

/// Adds what the class registered for the host's platform.
fn add_platform_part(component: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let class = component.class();
    // Only the exact class counts: platform parts are not inherited.
    let registered = class.get_direct_attr(names._platforms).is_some();
    let own_lookup = registry::overrides(component, Method::GetPlatform, vm)?
        || registry::overrides(component, Method::OldGetPlatform, vm)?;
    if !registered && !own_lookup {
        return Ok(());
    }
    let part = vm.call_method(component, "_platform_part", ())?;
    if vm.is_none(&part) {
        return Ok(());
    }
    add(component, part, vm)?;
    let added = component.get_attr(names.last, vm)?;
    component.set_attr(names._platform_component, added, vm)
}

/// Evaluates properties and defaults as a look at every attribute does, and binds the handlers of events.
fn collect_handlers(component: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let facts = class_facts(component.class(), vm)?;
    for name in &facts.evaluated {
        // Whatever goes wrong here shows itself when the value is really needed. The wish to end the program is no such error.
        if let Err(exception) = component.get_attr(*name, vm)
            && !exception.fast_isinstance(vm.ctx.exceptions.exception_type)
        {
            return Err(exception);
        }
    }
    let own = own_handlers(component, vm)?;
    if facts.handlers.is_empty() && own.is_empty() {
        return Ok(());
    }
    let mut found: Vec<(String, PyObjectRef)> = Vec::with_capacity(facts.handlers.len() + own.len());
    for name in &facts.handlers {
        if !own.iter().any(|(own, _)| own == name.as_str()) {
            found.push((name.to_string(), component.get_attr(*name, vm)?));
        }
    }
    found.extend(own);
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let handlers = vm.ctx.new_dict();
    for (_, method) in found {
        // Without an event a plain function on the instance took the place of the handler.
        let Some(handled) = handled_event(&method, vm)? else { continue };
        let event = handled.get_item("event", vm)?;
        match handlers.get_item_opt(&*event, vm)? {
            Some(list) => drop(vm.call_method(&list, "append", (method,))?),
            None => handlers.set_item(&*event, vm.ctx.new_list(vec![method]).into(), vm)?,
        }
    }
    component.set_attr(names._event_handlers, handlers, vm)
}

/// What `handle_event` noted at a method. A stand-in of `unittest.mock` has every attribute there could be, so only a
/// dictionary counts.
fn handled_event(method: &PyObject, vm: &VirtualMachine) -> PyResult<Option<PyDictRef>> {
    let noted = vm.get_attribute_opt(method, Names::get(vm)._event)?;
    Ok(noted.and_then(|noted| noted.downcast::<PyDict>().ok()))
}

/// Functions of the instance itself: those that handle events, and those that hide a method of the class.
fn own_handlers(component: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<(String, PyObjectRef)>> {
    let is_function = |value: &PyObjectRef| {
        value.downcast_ref::<PyFunction>().is_some() || value.downcast_ref::<PyBoundMethod>().is_some()
    };
    let mut found = Vec::new();
    // Hardly any component has functions of its own, so names are looked at only when there are some.
    let Some(dictionary) = component.dict().filter(|dictionary| dictionary.values_vec().iter().any(is_function)) else {
        return Ok(found);
    };
    for (name, value) in dictionary.items_vec() {
        if is_function(&value) {
            found.push((name.str(vm)?.to_string(), value));
        }
    }
    Ok(found)
}

fn class_facts(class: &Py<PyType>, vm: &VirtualMachine) -> PyResult<Rc<ClassFacts>> {
    let key = class.as_object().get_id();
    if let Some(facts) = CLASSES.with_borrow(|classes| classes.get(&key).cloned()) {
        return Ok(facts);
    }
    let facts = Rc::new(examine(class, vm)?);
    CLASSES.with_borrow_mut(|classes| classes.insert(key, Rc::clone(&facts)));
    Ok(facts)
}

fn examine(class: &Py<PyType>, vm: &VirtualMachine) -> PyResult<ClassFacts> {
    let names = Names::get(vm);
    let own = registry::with(vm, |registry| registry.component_class.clone())?;
    let mut facts = ClassFacts { evaluated: Vec::new(), handlers: Vec::new() };
    let mut seen = HashSet::new();
    for ancestor in class.mro_collect() {
        // From the model's own class on there is nothing that needs a look.
        if ancestor.is(&own) {
            break;
        }
        for name in ancestor.attributes().interned_names(&vm.ctx) {
            if !seen.insert(name.as_str()) {
                continue;
            }
            let Some(value) = ancestor.get_direct_attr(name) else {
                continue;
            };
            if let Some(attribute) = as_attribute(&value) {
                if attribute.evaluates_default() {
                    facts.evaluated.push(name);
                }
            } else if handles_event(class, name, &value, vm)? {
                facts.handlers.push(name);
            } else if computes(&value) && name != names.namevar_for_breadcrumb {
                facts.evaluated.push(name);
            }
        }
    }
    facts.evaluated.sort_unstable_by_key(|name| name.as_str());
    facts.handlers.sort_unstable_by_key(|name| name.as_str());
    Ok(facts)
}

/// Whether the value of a class is a handler of events. What `staticmethod` and `classmethod` wrap carries the mark, not they themselves.
fn handles_event(
    class: &Py<PyType>,
    name: &'static PyStrInterned,
    value: &PyObject,
    vm: &VirtualMachine,
) -> PyResult<bool> {
    let wraps = value.downcast_ref::<PyStaticMethod>().is_some() || value.downcast_ref::<PyClassMethod>().is_some();
    if !wraps {
        return Ok(value.is_callable() && handled_event(value, vm)?.is_some());
    }
    let wrapped = class.as_object().get_attr(name, vm)?;
    Ok(wrapped.is_callable() && handled_event(&wrapped, vm)?.is_some())
}

/// Whether reading the value from an instance runs code: properties, cached ones, and whatever else has a `__get__`. Methods of all kinds do not.
fn computes(value: &PyObject) -> bool {
    if value.downcast_ref::<PyProperty>().is_some() {
        return true;
    }
    value.class().slots().descr_get.load().is_some()
        && value.downcast_ref::<PyFunction>().is_none()
        && value.downcast_ref::<PyStaticMethod>().is_none()
        && value.downcast_ref::<PyClassMethod>().is_none()
        && value.downcast_ref::<PyGetSet>().is_none()
}

/// `parent += component`: None is ignored; the component stays in the list when preparing it fails.
pub fn add(parent: &PyObject, component: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    if vm.is_none(&component) {
        return Ok(());
    }
    let children = parent.get_attr(names.sub_components, vm)?;
    match children.downcast_ref::<rustpython_vm::builtins::PyList>() {
        Some(list) => list.borrow_vec_mut().push(component.clone()),
        None => drop(vm.call_method(&children, "append", (component.clone(),))?),
    }
    attach(parent, component.clone(), vm)?;
    component.set_attr(names.parent, parent.to_owned(), vm)
}

/// `parent |= component`: prepares it below `parent` without adding it.
pub fn attach(parent: &PyObject, component: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    if !vm.is_none(&component) && !component.get_attr(names._prepared, vm)?.is_true(vm)? {
        if registry::overrides(&component, Method::Prepare, vm)? {
            vm.call_method(&component, "_call_prepare", (parent.to_owned(),))?;
        } else {
            prepare(&component, parent.to_owned(), vm)?;
        }
    }
    parent.set_attr(names.last, component, vm)
}
