//! The constructor of components: keywords are checked against the class, nothing is converted yet.

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyDictRef, frame, function::FuncArgs,
};

use super::{attribute::as_attribute, names::Names, prepare, registry};

/// How many callers are looked at to find the line that constructs a component.
const CALLERS: usize = 20;

/// `Component(namevar=None, **keywords)`.
pub fn initialize(component: &PyObject, mut arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let class = component.class();
    if arguments.args.len() > 1 {
        let given = arguments.args.len() + 1;
        return Err(vm.new_type_error(format!(
            "{}.__init__() takes from 1 to 2 positional arguments but {given} were given",
            class.name()
        )));
    }
    let dictionary = component.dict().ok_or_else(|| vm.new_type_error("components need a __dict__"))?;
    let namevar_by_name = arguments.kwargs.swap_remove("namevar");
    if namevar_by_name.is_some() && !arguments.args.is_empty() {
        return Err(
            vm.new_type_error(format!("{}.__init__() got multiple values for argument 'namevar'", class.name()))
        );
    }
    let value = arguments.args.pop().or(namevar_by_name).filter(|value| !vm.is_none(value));

    registry::with(vm, |registry| registry.instances.borrow_vec_mut().push(component.to_owned()))?;
    record_origin(&dictionary, vm)?;

    let mut unacceptable = Vec::new();
    for name in arguments.kwargs.keys() {
        let name = name.to_string_lossy();
        if !is_acceptable(component, &name, vm) {
            unacceptable.push(name.to_string());
        }
    }
    if !unacceptable.is_empty() {
        return Err(vm.new_value_error(format!(
            "The following arguments are unacceptable for this component because they are either undefined or would override methods: {}",
            unacceptable.join(", ")
        )));
    }

    let namevar = component.get_attr(names.namevar, vm)?;
    if namevar.clone().is_true(vm)? {
        let Some(value) = value else {
            return Err(vm.new_value_error(format!("Namevar {} required", namevar.str(vm)?)));
        };
        dictionary.set_item(&*namevar, value, vm)?;
    } else if let Some(value) = value
        && value.is_true(vm)?
    {
        return Err(vm.new_value_error("Namevar is undefined for this component."));
    }
    for (name, value) in arguments.kwargs {
        dictionary.set_item(&*vm.ctx.new_str(name), value, vm)?;
    }
    Ok(())
}

/// Names that a definition may use for its own attributes, but that are no keywords as the model itself has them.
const RESERVED: [&str; 3] = ["_event_handlers", "_platform_component", "timer"];

/// Whether the class has such an attribute and it is not a method.
fn is_acceptable(component: &PyObject, name: &str, vm: &VirtualMachine) -> bool {
    let class = component.class();
    let Some(value) = class.get_attr(vm.ctx.intern_str(name)) else {
        return false;
    };
    if as_attribute(&value).is_some() {
        return true;
    }
    if RESERVED.contains(&name) {
        let of_model = registry::with(vm, |registry| registry.component_class.get_attr(vm.ctx.intern_str(name)));
        return !of_model.is_ok_and(|of_model| of_model.is_some_and(|of_model| of_model.is(&value)));
    }
    if vm.is_none(&value) {
        return true;
    }
    // As the class shows it: descriptors like class methods are bound.
    let shown = class.as_object().get_attr(vm.ctx.intern_str(name), vm);
    shown.is_ok_and(|value: PyObjectRef| !value.is_callable())
}

/// Remembers the line that constructs the component (the first caller that is not a constructor itself) and whose `configure`
/// does it.
fn record_origin(dictionary: &PyDictRef, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    if let Some(owner) = prepare::configuring() {
        dictionary.set_item(names._init_owner, owner, vm)?;
    }
    for offset in 0..CALLERS {
        let Some(caller) = frame::frame_at_offset(offset, vm) else {
            break;
        };
        let code = caller.f_code();
        if code.code.obj_name.to_string() == "__init__" {
            continue;
        }
        dictionary.set_item(names._init_file_path, code.code.source_path.to_owned().into(), vm)?;
        dictionary.set_item(names._init_line_number, vm.ctx.new_int(caller.lineno()).into(), vm)?;
        break;
    }
    Ok(())
}
