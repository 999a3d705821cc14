//! `_batou_older_python`: definitions that are written for Python 2.

pub(crate) use _batou_older_python::module_def;

#[rustpython_vm::pymodule]
mod _batou_older_python {
    use batou_core::older_python::{self, Failure};
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        builtins::PyStrRef,
        function::{ArgBytesLike, OptionalArg},
    };

    /// (lines with marks, their number, what to write in the first one) of everything in a source that belongs to Python 2; None if the
    /// failure has nothing to do with it. `line` is that which raised an exception, None for a syntax error and 0 for a file that is known
    /// to be of that age; `name` is what was not found.
    #[pyfunction]
    fn report(
        source: ArgBytesLike,
        line: Option<usize>,
        name: OptionalArg<Option<PyStrRef>>,
        vm: &VirtualMachine,
    ) -> PyResult {
        let name = name.flatten().map(|name| name.to_string());
        let failure = match line {
            None => Failure::Syntax,
            Some(0) => Failure::Known,
            Some(line) => Failure::Raised { line, name: name.as_deref() },
        };
        let report = source.with_ref(|bytes| older_python::report(&String::from_utf8_lossy(bytes), failure));
        Ok(report
            .map_or_else(|| vm.ctx.none(), |report| vm.new_tuple((report.excerpt, report.lines, report.first)).into()))
    }

    /// (name, line) of each name that stands where Python 2 binds a caught exception, and that the source binds nowhere.
    #[pyfunction]
    fn names_after_except(source: ArgBytesLike, vm: &VirtualMachine) -> Vec<PyObjectRef> {
        let names = source.with_ref(|bytes| older_python::names_after_except(&String::from_utf8_lossy(bytes)));
        names.into_iter().map(|caught| vm.new_tuple((caught.name, caught.line)).into()).collect()
    }
}
