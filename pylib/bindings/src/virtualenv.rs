//! `_batou_virtualenv`: virtual environments of Python, by their files.

pub(crate) use _batou_virtualenv::module_def;

#[rustpython_vm::pymodule]
mod _batou_virtualenv {
    use std::path::Path;

    use batou_core::virtualenv::{self, State};
    use rustpython_vm::{PyResult, VirtualMachine, builtins::PyStrRef};

    /// `good`, `missing`, or `unknown` if only the interpreter knows.
    #[pyfunction]
    fn state(directory: PyStrRef, version: PyStrRef, vm: &VirtualMachine) -> PyResult<&'static str> {
        let state = virtualenv::state(Path::new(&*vm.fsencode(&directory)?), &version.to_string_lossy());
        Ok(match state {
            State::Good => "good",
            State::Missing => "missing",
            State::Unknown => "unknown",
        })
    }

    /// The version of a package; None if only the interpreter knows.
    #[pyfunction]
    fn installed_version(directory: PyStrRef, package: PyStrRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        let directory = vm.fsencode(&directory)?;
        Ok(virtualenv::installed_version(Path::new(&*directory), &package.to_string_lossy()))
    }

    /// The name of the distribution that a requirement names; None if it names none.
    #[pyfunction]
    fn distribution_name(requirement: PyStrRef) -> Option<String> {
        virtualenv::name(&requirement.to_string_lossy()).map(str::to_owned)
    }

    /// Whether an installed version is the wanted one.
    #[pyfunction]
    fn is_version(installed: PyStrRef, wanted: PyStrRef) -> bool {
        virtualenv::is_version(&installed.to_string_lossy(), &wanted.to_string_lossy())
    }
}
