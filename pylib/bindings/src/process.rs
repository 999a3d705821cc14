//! `_batou_process`: shell commands.

pub(crate) use _batou_process::module_def;

use batou_core::process::ProcessError;
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, with_causes};

impl IntoPython for ProcessError {
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Interrupted => vm.new_exception_empty(vm.ctx.exceptions.keyboard_interrupt.to_owned()),
            error => vm.new_os_error(with_causes(&error)),
        }
    }
}

#[rustpython_vm::pymodule]
mod _batou_process {
    use std::ffi::OsString;

    use batou_core::process::{self, Command};
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyDictRef, PyStrRef},
    };

    use crate::interruption::attended;

    /// Runs a shell command to its end: (return code, standard output, standard error).
    #[pyfunction]
    fn run(
        script: PyStrRef,
        additions: Option<PyDictRef>,
        vm: &VirtualMachine,
    ) -> PyResult<(i32, PyObjectRef, PyObjectRef)> {
        let mut environment: Vec<(OsString, OsString)> = Vec::new();
        for (name, value) in additions.iter().flat_map(|additions| additions.items_vec()) {
            let name = vm.fsencode(&*name.str(vm)?)?.into_owned();
            let value: PyStrRef = value.try_into_value(vm)?;
            environment.push((name, vm.fsencode(&value)?.into_owned()));
        }
        // The variables as Python code sees them: it may have changed `os.environ`, which changes those of the process.
        let script = vm.fsencode(&script)?.into_owned();
        let command = Command::new(&script).environment(&environment);
        let output = attended(|interrupted| process::run(&command, interrupted), vm)?;
        Ok((output.code, vm.ctx.new_bytes(output.stdout).into(), vm.ctx.new_bytes(output.stderr).into()))
    }

    /// The number of a descriptor under which a shell that inherits it reads a script that must be no argument, as it holds a
    /// secret. None if it may be one. The caller closes it.
    #[pyfunction]
    fn private_script(script: PyStrRef, vm: &VirtualMachine) -> PyResult<Option<i32>> {
        let script = vm.fsencode(&script)?.into_owned();
        let file = process::private_script(&script).map_err(|error| vm.new_os_error(error.to_string()))?;
        Ok(file.map(std::os::fd::IntoRawFd::into_raw_fd))
    }

    /// The text as one word of a shell.
    #[pyfunction]
    fn quote(text: PyStrRef) -> String {
        process::quote(&text.to_string_lossy())
    }

    /// The words of a command as one text for the shell.
    #[pyfunction]
    fn join_arguments(arguments: Vec<PyStrRef>) -> String {
        let arguments: Vec<String> = arguments.iter().map(|argument| argument.to_string()).collect();
        process::join_arguments(&arguments)
    }
}
