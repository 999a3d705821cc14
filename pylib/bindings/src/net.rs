//! `_batou_net`: host names and addresses.

pub(crate) use _batou_net::module_def;

use batou_core::net::ResolveError;
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for ResolveError {
    /// `socket.gaierror`, `OSError` or `ValueError`, as the lookup in Python would raise them.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Lookup { code, text, .. } => exception_from("_socket", "gaierror", (code, text), vm),
            Self::NoValidAddress { host } => vm.new_value_error(format!("No valid address found for `{host}`.")),
            error => vm.new_os_error(with_causes(&error)),
        }
    }
}

#[rustpython_vm::pymodule]
mod _batou_net {
    use batou_core::net::{self, Family};
    use rustpython_vm::{PyResult, VirtualMachine, builtins::PyStrRef};

    use crate::error::ToPyResult;

    /// The first address of a host in the family.
    #[pyfunction]
    fn resolve(host: PyStrRef, port: u16, v6: bool, vm: &VirtualMachine) -> PyResult<String> {
        let family = if v6 { Family::V6 } else { Family::V4 };
        net::resolve(&host.to_string_lossy(), port, family).to_py(vm)
    }
}
