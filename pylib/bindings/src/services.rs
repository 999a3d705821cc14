//! `_batou_services`: the embedded service manager.

pub(crate) use _batou_services::module_def;

use batou_core::services::{Service, ServiceError};
use rustpython_vm::{
    FromArgs, PyResult, VirtualMachine,
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

/// What the Python component says about its service.
#[derive(FromArgs)]
struct Description {
    #[pyarg(positional)]
    name: PyStrRef,
    #[pyarg(positional)]
    command: PyStrRef,
    #[pyarg(positional)]
    directory: PyStrRef,
    #[pyarg(positional)]
    pid_file: PyStrRef,
    #[pyarg(positional)]
    watched: Vec<PyStrRef>,
}

impl Description {
    fn service(&self, vm: &VirtualMachine) -> PyResult<Service> {
        let path = |text: &PyStrRef| vm.fsencode(text).map(|text| text.into_owned().into());
        Ok(Service {
            name: self.name.to_string(),
            command: self.command.to_string(),
            directory: path(&self.directory)?,
            pid_file: path(&self.pid_file)?,
            watched: self.watched.iter().map(path).collect::<PyResult<_>>()?,
            environment: Vec::new(),
        })
    }
}

#[rustpython_vm::pymodule]
mod _batou_services {
    use std::time::Duration;

    use batou_core::services::{self, ServiceState};
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

    use super::Description;
    use crate::error::ToPyResult;

    /// How long a service may take to end before it is killed.
    const STOP_LIMIT: Duration = Duration::from_secs(10);

    /// (`stopped`, `running` or `outdated`; why it is outdated or None).
    #[pyfunction]
    fn state(description: Description, vm: &VirtualMachine) -> PyResult<(PyObjectRef, PyObjectRef)> {
        let (state, reason) = match services::state(&description.service(vm)?).to_py(vm)? {
            ServiceState::Stopped => ("stopped", None),
            ServiceState::Running { .. } => ("running", None),
            ServiceState::Outdated { reason, .. } => ("outdated", Some(reason)),
        };
        let reason = reason.map_or_else(|| vm.ctx.none(), |reason| vm.ctx.new_str(reason).into());
        Ok((vm.ctx.new_str(state).into(), reason))
    }

    /// Starts the service, anew if it runs.
    #[pyfunction]
    fn restart(description: Description, vm: &VirtualMachine) -> PyResult<i32> {
        services::restart(&description.service(vm)?, STOP_LIMIT).to_py(vm)
    }

    /// Stops the service if it runs.
    #[pyfunction]
    fn stop(description: Description, vm: &VirtualMachine) -> PyResult<()> {
        services::stop(&description.service(vm)?, STOP_LIMIT).to_py(vm)
    }
}
