//! `_batou_traceback`: what people see of Python's tracebacks.

pub(crate) use _batou_traceback::module_def;

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

/// The whole traceback of an exception, causes included, as Python prints it.
pub fn full(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = vm.write_exception(&mut text, exception);
    text.trim_end().to_owned()
}

/// A line of code in a traceback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    /// The file as the code names it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Name of the function.
    pub function: String,
}

impl CodeLine {
    /// File, line, function and the line itself, if the file can be read, as in a traceback.
    pub fn describe(&self) -> String {
        let Self { file, line, function } = self;
        let mut text = format!("  File \"{file}\", line {line}, in {function}");
        if let Some(source) = self.source() {
            text.push_str("\n    ");
            text.push_str(source.trim());
        }
        text
    }

    fn source(&self) -> Option<String> {
        let content = batou_core::fs::read(std::path::Path::new(&self.file)).ok()?;
        let content = String::from_utf8_lossy(&content).into_owned();
        content.lines().nth(self.line.checked_sub(1)?).map(str::to_owned)
    }
}

/// The lines of a traceback that are not the program's own, outermost first.
pub fn foreign_lines(traceback: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<CodeLine>> {
    let mut lines = Vec::new();
    let mut current: PyObjectRef = traceback.to_owned();
    while !vm.is_none(&current) {
        let frame = current.get_attr("tb_frame", vm)?;
        let code = frame.get_attr("f_code", vm)?;
        let module = frame.get_attr("f_globals", vm)?.get_item("__name__", vm);
        let module = module.and_then(|name| name.str(vm)).map(|name| name.to_string()).unwrap_or_default();
        if module != "batou" && !module.starts_with("batou.") {
            lines.push(CodeLine {
                file: code.get_attr("co_filename", vm)?.str(vm)?.to_string(),
                line: current.get_attr("tb_lineno", vm)?.try_into_value(vm)?,
                function: code.get_attr("co_name", vm)?.str(vm)?.to_string(),
            });
        }
        current = current.get_attr("tb_next", vm)?;
    }
    Ok(lines)
}

#[rustpython_vm::pymodule]
mod _batou_traceback {
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

    /// The first line of a traceback that belongs to a definition.
    #[pyfunction]
    fn simplified(traceback: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        let lines = super::foreign_lines(&traceback, vm)?;
        Ok(lines
            .first()
            .map_or_else(|| "<no-non-remote-internal-traceback-lines-found>".to_owned(), |line| line.describe()))
    }

    /// The whole traceback, causes included.
    #[pyfunction]
    fn full(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> String {
        super::full(&exception, vm)
    }
}
