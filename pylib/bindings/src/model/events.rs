//! Distribution of `before-update`.
//!
//! The components of a tree that handle events are looked up once a deployment, not once a change, so that the first
//! deployment of a large tree takes time in proportion to its size.

use std::cell::RefCell;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyDict, PyList},
};

use super::{component::ComponentBase, component::top_level, names::Names, output, prepare};

/// The handling components of one tree, in pre-order.
struct Listeners {
    top_level: PyObjectRef,
    generation: u64,
    components: Vec<PyObjectRef>,
}

thread_local! {
    static LISTENERS: RefCell<Option<Listeners>> = const { RefCell::new(None) };
}

/// Tells every component below the tree's top that `source` is about to be updated; when predicting the handlers are named
/// instead of called.
pub fn trigger_before_update(source: &PyObject, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let top = top_level(source, vm)?;
    let listeners = listeners_below(&top, vm)?;
    if listeners.is_empty() {
        return Ok(());
    }
    let source_position = source.downcast_ref::<ComponentBase>().map(|native| native.position());
    for target in listeners {
        let handlers = target.get_attr(names._event_handlers, vm)?;
        let Some(methods) = handlers.downcast_ref::<PyDict>().map(|dict| dict.get_item_opt("before-update", vm)) else {
            continue;
        };
        let Some(methods) = methods? else { continue };
        let methods: Vec<PyObjectRef> = vm.extract_elements_with(&methods, Ok)?;
        for method in methods {
            let event = method.get_attr(names._event, vm)?;
            let scope = event.get_item("scope", vm)?.str(vm)?.to_string();
            let position = target.downcast_ref::<ComponentBase>().map(|native| native.position());
            let concerned = match scope.as_str() {
                "*" => true,
                // The top-level component is not part of the order, so it never comes first.
                "precursor" => !source.is(&top) && !target.is(source) && source_position < position,
                _ => return Err(vm.new_value_error(format!("Unknown event scope: {scope}"))),
            };
            if !concerned {
                continue;
            }
            if predicting {
                // What `functools.partial` makes has no name.
                let method_name = match vm.get_attribute_opt(&method, vm.ctx.intern_str("__name__"))? {
                    Some(name) => name.str(vm)?,
                    None => method.repr(vm)?,
                };
                let text = format!("Trigger before-update: {}.{method_name}", target.repr(vm)?);
                output(vm)?.get_attr(names.annotate, vm)?.call((text,), vm)?;
            } else {
                method.call((source.to_owned(),), vm)?;
            }
        }
    }
    Ok(())
}

fn listeners_below(top: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let generation = prepare::generation();
    let known = LISTENERS.with_borrow(|listeners| {
        let current = listeners.as_ref().filter(|known| known.top_level.is(top) && known.generation == generation);
        current.map(|known| known.components.clone())
    });
    if let Some(components) = known {
        return Ok(components);
    }
    let mut components = Vec::new();
    let mut position = 0;
    number(top, true, &mut position, &mut components, vm)?;
    LISTENERS.set(Some(Listeners { top_level: top.clone(), generation, components: components.clone() }));
    Ok(components)
}

/// Counts through a tree in pre-order and gathers the components with handlers; the top-level component only counts.
fn number(
    component: &PyObject,
    is_top: bool,
    position: &mut usize,
    listeners: &mut Vec<PyObjectRef>,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let names = Names::get(vm);
    if let Some(native) = component.downcast_ref::<ComponentBase>() {
        native.set_position(*position);
    }
    *position += 1;
    let handlers = component.get_attr(names._event_handlers, vm)?;
    if !is_top && handlers.is_true(vm)? {
        listeners.push(component.to_owned());
    }
    let children = component.get_attr(names.sub_components, vm)?;
    let children = children.downcast_ref::<PyList>().map(|list| list.borrow_vec().to_vec()).unwrap_or_default();
    for child in children {
        number(&child, false, position, listeners, vm)?;
    }
    Ok(())
}
