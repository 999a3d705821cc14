//! Work that waits, ended by the signals of Python.

use std::cell::RefCell;

use rustpython_vm::{PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::IntoPython;

/// Does something that takes a while. It asks again and again whether it should end, which a signal that raises an
/// exception decides; that exception then stands in place of its error.
pub fn attended<T, E: IntoPython>(
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, E>,
    vm: &VirtualMachine,
) -> PyResult<T> {
    let signal: RefCell<Option<PyBaseExceptionRef>> = RefCell::new(None);
    let interrupted = || match vm.check_signals() {
        Ok(()) => false,
        Err(exception) => {
            signal.replace(Some(exception));
            true
        }
    };
    work(&interrupted).map_err(|error| signal.take().unwrap_or_else(|| error.into_python(vm)))
}
