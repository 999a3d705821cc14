//! `_batou_packages`: versions and requirements.

pub(crate) use _batou_packages::module_def;

#[rustpython_vm::pymodule]
mod _batou_packages {
    use batou_core::packages::{self, InvalidText};
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyBaseExceptionRef, PyStrRef},
        convert::ToPyObject as _,
    };

    fn invalid(error: InvalidText, vm: &VirtualMachine) -> PyBaseExceptionRef {
        vm.new_value_error(error.to_string())
    }

    fn tuple(items: impl IntoIterator<Item = PyObjectRef>, vm: &VirtualMachine) -> PyObjectRef {
        vm.ctx.new_tuple(items.into_iter().collect()).into()
    }

    /// Text, release, local part, base version, and whether it is a pre-release, one of development, a post-release.
    #[pyfunction]
    fn version_parts(text: PyStrRef, vm: &VirtualMachine) -> PyResult {
        let parts = packages::version_parts(&text.to_string_lossy()).map_err(|error| invalid(error, vm))?;
        let release = tuple(parts.release.iter().map(|number| number.to_pyobject(vm)), vm);
        let flags = [parts.is_prerelease, parts.is_devrelease, parts.is_postrelease].map(|flag| flag.to_pyobject(vm));
        let texts = [parts.text.to_pyobject(vm), release, parts.local.to_pyobject(vm), parts.base.to_pyobject(vm)];
        Ok(tuple(texts.into_iter().chain(flags), vm))
    }

    /// -1, 0 or 1 for an older, the same or a newer version.
    #[pyfunction]
    fn compare_versions(left: PyStrRef, right: PyStrRef, vm: &VirtualMachine) -> PyResult<i32> {
        let order = packages::compare_versions(&left.to_string_lossy(), &right.to_string_lossy());
        order.map(|order| order as i32).map_err(|error| invalid(error, vm))
    }

    /// Whether specifiers allow a version.
    #[pyfunction]
    fn allows(specifiers: PyStrRef, version: PyStrRef, vm: &VirtualMachine) -> PyResult<bool> {
        packages::allows(&specifiers.to_string_lossy(), &version.to_string_lossy()).map_err(|error| invalid(error, vm))
    }

    /// Name, extras, pairs of operator and version, marker and URL of a requirement.
    #[pyfunction]
    fn requirement_parts(text: PyStrRef, vm: &VirtualMachine) -> PyResult {
        let parts = packages::requirement_parts(&text.to_string_lossy()).map_err(|error| invalid(error, vm))?;
        let extras = tuple(parts.extras.iter().map(|extra| extra.to_pyobject(vm)), vm);
        let pair =
            |(operator, version): (String, String)| tuple([operator.to_pyobject(vm), version.to_pyobject(vm)], vm);
        let specifiers = tuple(parts.specifiers.into_iter().map(pair), vm);
        let items =
            [parts.name.to_pyobject(vm), extras, specifiers, parts.marker.to_pyobject(vm), parts.url.to_pyobject(vm)];
        Ok(tuple(items, vm))
    }

    /// Whether a marker holds for this interpreter.
    #[pyfunction]
    fn marker_holds(text: PyStrRef, vm: &VirtualMachine) -> PyResult<bool> {
        packages::marker_holds(&text.to_string_lossy()).map_err(|error| invalid(error, vm))
    }
}
