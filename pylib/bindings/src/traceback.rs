//! `_batou_traceback`: what people see of Python's tracebacks.

pub(crate) use _batou_traceback::module_def;

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

/// The whole traceback of an exception, causes included, as Python's module `traceback` formats it.
pub fn full(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    by_module(exception, vm).unwrap_or_else(|_| {
        // The module can fail, on exceptions that cannot be written for example; the interpreter's own way is plainer.
        let mut text = String::new();
        let _ = vm.write_exception(&mut text, exception);
        text.trim_end().to_owned()
    })
}

fn by_module(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> PyResult<String> {
    let format = vm.import("traceback", 0)?.get_attr("format_exception", vm)?;
    let pieces = format.call((exception.clone(),), vm)?;
    let pieces = vm.extract_elements_with(&pieces, |piece| Ok(piece.str(vm)?.to_string()))?;
    Ok(pieces.concat().trim_end().to_owned())
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
        let file = code.get_attr("co_filename", vm)?.str(vm)?.to_string();
        // What is frozen into the program, the standard library say, tells a definition's author nothing. There the
        // name of a module stands for its file.
        let is_frozen = file == module || file.starts_with("<frozen");
        if module != "batou" && !module.starts_with("batou.") && !is_frozen {
            lines.push(CodeLine {
                file,
                line: current.get_attr("tb_lineno", vm)?.try_into_value(vm)?,
                function: code.get_attr("co_name", vm)?.str(vm)?.to_string(),
            });
        }
        current = current.get_attr("tb_next", vm)?;
    }
    Ok(lines)
}

/// So many equal lines in a row are shown; endless recursion has a thousand.
const SHOWN_REPETITIONS: usize = 3;

/// Lines of code as text, one below the other; further repetitions of a line are counted instead of shown.
pub fn describe_all(lines: &[CodeLine]) -> String {
    let mut pieces = Vec::new();
    for run in lines.chunk_by(|one, next| one == next) {
        pieces.extend(run.iter().take(SHOWN_REPETITIONS).map(CodeLine::describe));
        match run.len().saturating_sub(SHOWN_REPETITIONS) {
            0 => {}
            1 => pieces.push("  [Previous line repeated 1 more time]".to_owned()),
            more => pieces.push(format!("  [Previous line repeated {more} more times]")),
        }
    }
    pieces.join("\n")
}

#[rustpython_vm::pymodule]
mod _batou_traceback {
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

    /// The lines of a traceback that belong to definitions, outermost first.
    #[pyfunction]
    fn simplified(traceback: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        let lines = super::foreign_lines(&traceback, vm)?;
        if lines.is_empty() {
            return Ok("<no-non-remote-internal-traceback-lines-found>".to_owned());
        }
        Ok(super::describe_all(&lines))
    }

    /// The whole traceback, causes included.
    #[pyfunction]
    fn full(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> String {
        super::full(&exception, vm)
    }
}

#[cfg(test)]
mod tests {
    use super::{CodeLine, describe_all};

    fn line(number: usize) -> CodeLine {
        CodeLine { file: "component.py".to_owned(), line: number, function: "configure".to_owned() }
    }

    #[test]
    fn repetitions_are_counted() {
        let shown = |number| format!("  File \"component.py\", line {number}, in configure");
        let lines: Vec<CodeLine> = std::iter::once(line(1)).chain(std::iter::repeat_n(line(2), 1000)).collect();
        let counted = "  [Previous line repeated 997 more times]".to_owned();
        assert_eq!(describe_all(&lines), [shown(1), shown(2), shown(2), shown(2), counted].join("\n"));
        assert_eq!(describe_all(&[line(1), line(1)]), [shown(1), shown(1)].join("\n"));
    }
}
