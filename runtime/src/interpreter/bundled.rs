//! Modules that definitions import without saying so: offered to those who have no other one of that name.

pub(super) use _batou_finder::module_def;

use rustpython_vm::{AsObject, PyResult, VirtualMachine};

/// Their names. A name that is not here costs an import nothing but the look at this list.
const NAMES: &[&str] = &[
    "configupdater",
    "crypt",
    "importlib_metadata",
    "importlib_resources",
    "jinja2",
    "markupsafe",
    "pkg_resources",
    "py",
    "requests",
    "yaml",
];

/// Puts the finder in front of that of the search path.
///
/// It hands the question on to those that come later, and steps in where they know nothing, or only a directory without a module: for a
/// project with a directory of that name such a one would otherwise hide the module.
///
/// # Errors
/// An interpreter without a list of finders.
pub fn install(vm: &VirtualMachine) -> PyResult<()> {
    let finder = vm.import("_batou_finder", 0)?;
    let finders = vm.sys_module.get_attr("meta_path", vm)?;
    let known = vm.extract_elements_with(&finders, Ok)?;
    let mut place = known.len();
    for (at, other) in known.iter().enumerate() {
        let name = vm.get_attribute_opt(other, "__name__")?;
        let name = name.map(|name| name.str(vm)).transpose()?;
        if name.is_some_and(|name| name.as_bytes() == b"PathFinder") {
            place = at;
        }
    }
    vm.call_method(finders.as_object(), "insert", (place, finder)).map(drop)
}

#[rustpython_vm::pymodule]
mod _batou_finder {
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef, function::OptionalArg};

    /// The specification of a module, if it is one of ours and nobody else's.
    #[pyfunction]
    fn find_spec(
        name: PyStrRef,
        path: OptionalArg<PyObjectRef>,
        target: OptionalArg<PyObjectRef>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let root = name.as_bytes().split(|byte| *byte == b'.').next().unwrap_or_default();
        if !super::NAMES.iter().any(|known| known.as_bytes() == root) {
            return Ok(vm.ctx.none());
        }
        let finder = vm.import("_batou_finder", 0)?;
        let path = path.unwrap_or_none(vm);
        let target = target.unwrap_or_none(vm);
        vm.import("_batou_bundled", 0)?.get_attr("find_spec", vm)?.call((finder, name, path, target), vm)
    }
    /// What `importlib.metadata` is told about the packages of our modules.
    #[pyfunction]
    fn find_distributions(context: OptionalArg<PyObjectRef>, vm: &VirtualMachine) -> PyResult {
        let finder = vm.import("_batou_finder", 0)?;
        let context = context.unwrap_or_none(vm);
        vm.import("_batou_bundled", 0)?.get_attr("find_distributions", vm)?.call((finder, context), vm)
    }
}
