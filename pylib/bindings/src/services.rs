//! `_batou_services`: the embedded service manager.

pub(crate) use _batou_services::module_def;

use batou_core::services::{Service, ServiceError};
use rustpython_vm::{
    PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyStrRef},
};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for ServiceError {
    /// A `batou.lib.service.ServiceError` with message, hint and the last lines of the service's output.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let output = match &self {
            Self::Ended { last_lines, .. } => last_lines.join("\n"),
            _ => String::new(),
        };
        exception_from("batou.lib.service", "ServiceError", (with_causes(&self), self.hint(), output), vm)
    }
}

/// The description that the Python component gives.
fn service(
    name: &PyStrRef,
    command: &PyStrRef,
    directory: &PyStrRef,
    pid_file: &PyStrRef,
    watched: &[PyStrRef],
    vm: &VirtualMachine,
) -> PyResult<Service> {
    let path = |text: &PyStrRef| vm.fsencode(text).map(|text| text.into_owned().into());
    Ok(Service {
        name: name.to_string(),
        command: command.to_string(),
        directory: path(directory)?,
        pid_file: path(pid_file)?,
        watched: watched.iter().map(path).collect::<PyResult<_>>()?,
        environment: Vec::new(),
    })
}

#[rustpython_vm::pymodule]
mod _batou_services {
    use std::time::Duration;

    use batou_core::services::{self, ServiceState};
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};

    use super::service;
    use crate::error::ToPyResult;

    /// How long a service may take to end before it is killed.
    const STOP_LIMIT: Duration = Duration::from_secs(10);

    /// (`stopped`, `running` or `outdated`; why it is outdated or None).
    #[pyfunction]
    fn state(
        name: PyStrRef,
        command: PyStrRef,
        directory: PyStrRef,
        pid_file: PyStrRef,
        watched: Vec<PyStrRef>,
        vm: &VirtualMachine,
    ) -> PyResult<(PyObjectRef, PyObjectRef)> {
        let service = service(&name, &command, &directory, &pid_file, &watched, vm)?;
        let (state, reason) = match services::state(&service).to_py(vm)? {
            ServiceState::Stopped => ("stopped", None),
            ServiceState::Running { .. } => ("running", None),
            ServiceState::Outdated { reason, .. } => ("outdated", Some(reason)),
        };
        let reason = reason.map_or_else(|| vm.ctx.none(), |reason| vm.ctx.new_str(reason).into());
        Ok((vm.ctx.new_str(state).into(), reason))
    }

    /// Starts the service, anew if it runs.
    #[pyfunction]
    fn restart(
        name: PyStrRef,
        command: PyStrRef,
        directory: PyStrRef,
        pid_file: PyStrRef,
        watched: Vec<PyStrRef>,
        vm: &VirtualMachine,
    ) -> PyResult<i32> {
        let service = service(&name, &command, &directory, &pid_file, &watched, vm)?;
        services::restart(&service, STOP_LIMIT).to_py(vm)
    }

    /// Stops the service if it runs.
    #[pyfunction]
    fn stop(
        name: PyStrRef,
        command: PyStrRef,
        directory: PyStrRef,
        pid_file: PyStrRef,
        watched: Vec<PyStrRef>,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let service = service(&name, &command, &directory, &pid_file, &watched, vm)?;
        services::stop(&service, STOP_LIMIT).to_py(vm)
    }
}
