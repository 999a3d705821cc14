//! `dir(object)` without repetitions.
//!
//! The interpreter's own `object.__dir__` lists a name twice that both an instance and its class have, and `inspect.getmembers` then returns
//! the class's value as well. Tools that render all members of a component would show both.

use std::collections::BTreeMap;

use rustpython_vm::{
    PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyDict, PyStr, PyType},
    function::{ItemDoc, PyMethodFlags},
};

/// Replaces `object.__dir__`.
pub fn install(vm: &VirtualMachine) {
    let object = vm.ctx.types.object_type;
    let definition = vm.ctx.new_method_def("__dir__", names, PyMethodFlags::METHOD, ItemDoc::default());
    object.set_attr(vm.ctx.intern_str("__dir__"), definition.build_method(object, vm).into());
}

/// The names of an object's own dictionary, of its class and of what that inherits from, sorted.
fn names(object: PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let mut names = BTreeMap::new();
    if let Some(dictionary) = vm.get_attribute_opt(&object, "__dict__")?
        && let Some(dictionary) = dictionary.downcast_ref::<PyDict>()
    {
        for (name, _) in dictionary.items_vec() {
            if let Some(text) = name.downcast_ref::<PyStr>() {
                names.insert(text.as_wtf8().to_owned(), name.clone());
            }
        }
    }
    if let Some(class) = vm.get_attribute_opt(&object, "__class__")?
        && let Some(class) = class.downcast_ref::<PyType>()
    {
        for (name, _) in class.get_attributes(&vm.ctx) {
            names.entry(name.as_wtf8().to_owned()).or_insert_with(|| name.to_object());
        }
    }
    Ok(names.into_values().collect())
}
