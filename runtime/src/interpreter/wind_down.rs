//! The end of the definitions' code in a process that ends soon.

use rustpython_vm::{AsObject as _, PyResult, VirtualMachine};

use batou_bindings::traceback;

/// Waits for the threads that definitions started and runs their exit handlers.
///
/// A full finalization of the interpreter would import modules only to shut them down, and free one by one what the
/// system takes back whole: together a fifth of a run with nothing to do.
pub fn wind_down(vm: &VirtualMachine) {
    for step in [join_threads, run_exit_handlers] {
        if let Err(exception) = step(vm) {
            // Who waits no longer knows why.
            if exception.fast_isinstance(vm.ctx.exceptions.keyboard_interrupt) {
                continue;
            }
            let text = traceback::full(&exception, vm);
            let stderr = vm.sys_module.get_attr("stderr", vm);
            // Nobody is left to tell if not even this can be written.
            let _ = stderr.and_then(|stderr| vm.call_method(&stderr, "write", (format!("{text}\n"),)));
        }
    }
}

fn join_threads(vm: &VirtualMachine) -> PyResult<()> {
    let modules = vm.sys_module.get_attr("modules", vm)?;
    match modules.get_item("threading", vm) {
        Ok(threading) => vm.call_method(&threading, "_shutdown", ()).map(drop),
        // Without the module there are no threads to wait for.
        Err(_) => Ok(()),
    }
}

fn run_exit_handlers(vm: &VirtualMachine) -> PyResult<()> {
    let handlers = vm.import("atexit", 0)?;
    vm.call_method(&handlers, "_run_exitfuncs", ()).map(drop)
}
