//! `_batou_model`: the native part of the object model.

pub mod attribute;
pub mod component;
mod construct;
pub mod deploy;
mod events;
pub mod names;
mod paths;
mod prepare;
mod registry;

pub(crate) use _batou_model::module_def;

use rustpython_vm::{PyResult, VirtualMachine};

/// `batou.output`, whatever it is at the moment.
fn output(vm: &VirtualMachine) -> PyResult {
    vm.import("batou", 0)?.get_attr(names::Names::get(vm).output, vm)
}

#[rustpython_vm::pymodule]
mod _batou_model {
    use rustpython_vm::{
        AsObject, Py, PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyListRef, PyModule, PyTypeRef},
    };

    use super::{deploy, names::Names, prepare, registry};

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        crate::object_names::install(vm);
        module.set_attr("AttributeBase", super::attribute::class(), vm)?;
        module.set_attr("ComponentBase", super::component::class(), vm)
    }

    /// Takes over the `Component` class and its list of instances.
    #[pyfunction]
    fn register(component_class: PyTypeRef, instances: PyListRef, vm: &VirtualMachine) -> PyResult<()> {
        registry::register(component_class, instances, vm)
    }

    /// `parent += component`.
    #[pyfunction]
    fn add(parent: PyObjectRef, component: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        prepare::add(&parent, component, vm)
    }

    /// `parent |= component`.
    #[pyfunction]
    fn attach(parent: PyObjectRef, component: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        prepare::attach(&parent, component, vm)
    }

    /// `Component.map(path)`.
    #[pyfunction]
    fn map_path(component: PyObjectRef, path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        super::paths::map(&component, path, vm)
    }

    /// `Component.root`: what contains the top-level component of the tree.
    #[pyfunction]
    fn root(component: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        super::component::root(&component, vm)
    }

    /// `Component.defdir`: the directory of the definition.
    #[pyfunction]
    fn defdir(component: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        super::component::root(&component, vm)?.get_attr(Names::get(vm).defdir, vm)
    }

    /// `Component.host`: the host the component is deployed on.
    #[pyfunction]
    fn host(component: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        super::component::root(&component, vm)?.get_attr(Names::get(vm).host, vm)
    }

    /// `Component.environment`: the environment the component belongs to.
    #[pyfunction]
    fn environment(component: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        super::component::root(&component, vm)?.get_attr(Names::get(vm).environment, vm)
    }

    /// Tells the walk that the output keeps lines back, which are dropped when the component is done.
    #[pyfunction]
    fn note_buffered() {
        deploy::note_buffered();
    }

    /// The components made so far that were never attached to a parent.
    #[pyfunction]
    fn unprepared_instances(vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let instances = registry::with(vm, |registry| registry.instances.borrow_vec().to_vec())?;
        let prepared = Names::get(vm)._prepared;
        let mut unprepared = Vec::new();
        for instance in instances {
            if !instance.get_attr(prepared, vm)?.is_true(vm)? {
                unprepared.push(instance);
            }
        }
        Ok(unprepared)
    }

    /// (host name, breadcrumbs) of the component being deployed that was not announced yet; afterwards none is pending.
    #[pyfunction]
    fn take_pending(vm: &VirtualMachine) -> PyResult<Option<(PyObjectRef, PyObjectRef)>> {
        let names = Names::get(vm);
        let Some(component) = deploy::take_pending() else {
            return Ok(None);
        };
        let host = component.get_attr(names.host, vm)?.get_attr(names.name, vm)?;
        let breadcrumbs = component.as_object().get_attr(names._breadcrumbs, vm)?;
        Ok(Some((host, breadcrumbs)))
    }

    /// (verify, update, sub) seconds that a component took so far; None where a step did not happen.
    #[pyfunction]
    fn timings(component: PyObjectRef, vm: &VirtualMachine) -> PyResult<(Option<f64>, Option<f64>, Option<f64>)> {
        let native = component.downcast_ref::<super::component::ComponentBase>();
        let timings = native.ok_or_else(|| vm.new_type_error("not a component"))?.timings();
        Ok((timings.verify, timings.update, timings.sub))
    }
}
