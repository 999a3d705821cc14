//! `_batou_supervisor`: what a running supervisord says.

pub(crate) use _batou_supervisor::module_def;

#[rustpython_vm::pymodule]
mod _batou_supervisor {
    use std::path::Path;

    use batou_core::supervisor;
    use rustpython_vm::{PyResult, VirtualMachine, builtins::PyStrRef};

    /// The process number of the supervisord at a socket; None if it does not answer.
    #[pyfunction]
    fn server_pid(socket: PyStrRef, vm: &VirtualMachine) -> PyResult<Option<i64>> {
        Ok(supervisor::server_pid(Path::new(&*vm.fsencode(&socket)?)).ok())
    }

    /// The programs that run, as `GROUP:NAME`; None if supervisord does not answer.
    #[pyfunction]
    fn running_programs(socket: PyStrRef, vm: &VirtualMachine) -> PyResult {
        let programs = supervisor::running_programs(Path::new(&*vm.fsencode(&socket)?));
        Ok(programs.map_or_else(
            |_| vm.ctx.none(),
            |names| vm.ctx.new_list(names.into_iter().map(|name| vm.ctx.new_str(name).into()).collect()).into(),
        ))
    }

    /// Whether a program is among those that run.
    #[pyfunction]
    fn is_among(program: PyStrRef, running: Vec<PyStrRef>) -> bool {
        let running: Vec<String> = running.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        supervisor::is_running(&program.to_string_lossy(), &running)
    }
}
