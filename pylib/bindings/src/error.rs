//! The one door between errors of the core and Python exceptions.

use batou_core::fs::FsError;
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

/// Turns an error of the core into the Python exception that stands for it.
pub trait IntoPython {
    /// The exception.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef;
}

/// Adds [`IntoPython`] to results.
pub trait ToPyResult<T> {
    /// The value, or the exception that stands for the error.
    fn to_py(self, vm: &VirtualMachine) -> PyResult<T>;
}

impl<T, E: IntoPython> ToPyResult<T> for Result<T, E> {
    fn to_py(self, vm: &VirtualMachine) -> PyResult<T> {
        self.map_err(|error| error.into_python(vm))
    }
}

impl IntoPython for FsError {
    /// The subclass of `OSError` that belongs to the number, with `errno`, `strerror` and `filename` set.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self.errno() {
            Some(errno) => {
                let path = self.path.to_string_lossy().into_owned();
                let reason = format!("cannot {}: {}", self.action, reason(&self.source));
                new_exception(vm.ctx.exceptions.os_error.to_owned().into(), (errno, reason, path), vm)
            }
            None => vm.new_os_error(self.to_string()),
        }
    }
}

/// What the system said, without the number that Rust appends.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// An error and what caused it, in one text.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Calls an exception class; an error while doing so takes the exception's place.
pub fn new_exception(
    class: PyObjectRef,
    arguments: impl rustpython_vm::function::IntoFuncArgs,
    vm: &VirtualMachine,
) -> PyBaseExceptionRef {
    match class.call(arguments, vm) {
        Ok(exception) => {
            exception.downcast().unwrap_or_else(|_| vm.new_type_error("an exception class returned something else"))
        }
        Err(exception) => exception,
    }
}

/// A module by its full name, imported if it was not yet.
pub fn module_named(name: &'static str, vm: &VirtualMachine) -> PyResult {
    vm.import(name, 0)?;
    vm.sys_module.get_attr("modules", vm)?.get_item(name, vm)
}

/// An exception of a class that a Python module defines.
pub fn exception_from(
    module: &'static str,
    class: &'static str,
    arguments: impl rustpython_vm::function::IntoFuncArgs,
    vm: &VirtualMachine,
) -> PyBaseExceptionRef {
    match module_named(module, vm).and_then(|module| module.get_attr(class, vm)) {
        Ok(class) => new_exception(class, arguments, vm),
        Err(exception) => exception,
    }
}
