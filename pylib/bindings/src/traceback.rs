//! `_batou_traceback`: what people see of Python's tracebacks.

pub(crate) use _batou_traceback::module_def;

use rustpython_vm::{AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

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
        // What is frozen into the program, the standard library say, tells a definition's author nothing. Such code is
        // named after its module.
        let is_frozen = file.starts_with("<frozen") || file == module;
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

/// Class and text of an exception; the class alone if there is no text.
pub fn title(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    let class = exception.class().name().to_string();
    let text = match exception.as_object().str(vm) {
        Ok(text) => text.to_string(),
        Err(failure) => format!("(its text cannot be told: {})", failure.class().name()),
    };
    let text = text.trim_end();
    if text.is_empty() { class } else { format!("{class}: {text}") }
}

/// So many exceptions that led to one are shown.
const SHOWN_RELATED: usize = 8;

/// What an exception came from and what it consists of: causes, what was being handled when it was raised, and the
/// members of a group, each with its lines of definitions. Empty if there is nothing to tell.
pub fn related(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> String {
    let mut found = Vec::new();
    collect_related(exception, vm, &mut vec![exception.get_id()], &mut found);
    found.join("\n")
}

fn collect_related(
    exception: &PyBaseExceptionRef,
    vm: &VirtualMachine,
    seen: &mut Vec<usize>,
    found: &mut Vec<String>,
) {
    let mut next = members(exception, vm).into_iter().map(|member| ("Contains", member)).collect::<Vec<_>>();
    match (exception.__cause__(), exception.__context__()) {
        (Some(cause), _) => next.push(("Caused by", cause)),
        // What the library handled by itself has no line of a definition and says nothing.
        (None, Some(handled)) if !is_context_suppressed(exception, vm) && !lines_of(&handled, vm).is_empty() => {
            next.push(("While handling", handled));
        }
        _ => {}
    }
    for (relation, other) in next {
        if found.len() >= SHOWN_RELATED || seen.contains(&other.get_id()) {
            continue;
        }
        seen.push(other.get_id());
        let lines = describe_all(&lines_of(&other, vm));
        let other_title = title(&other, vm);
        // The library puts the text of what it caught into its own.
        let text = other_title.split_once(": ").map_or("", |(_, text)| text);
        if lines.is_empty() && relation != "Contains" && title(exception, vm).contains(text) {
            continue;
        }
        let separator = if lines.is_empty() { "" } else { "\n" };
        found.push(format!("{relation} {other_title}{separator}{lines}"));
        collect_related(&other, vm, seen, found);
    }
}

fn is_context_suppressed(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
    let suppressed = exception.as_object().get_attr("__suppress_context__", vm);
    suppressed.and_then(|suppressed| suppressed.is_true(vm)).unwrap_or_default()
}

/// The lines of definitions that led to an exception.
pub fn lines_of(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> Vec<CodeLine> {
    let lines = exception.__traceback__().map(|entry| foreign_lines(entry.as_object(), vm));
    lines.and_then(Result::ok).unwrap_or_default()
}

fn members(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> Vec<PyBaseExceptionRef> {
    if !exception.fast_isinstance(vm.ctx.exceptions.base_exception_group) {
        return Vec::new();
    }
    let members = exception.as_object().get_attr("exceptions", vm);
    let members = members.and_then(|members| vm.extract_elements_with(&members, |member| member.try_into_value(vm)));
    members.unwrap_or_default()
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

    /// The same; empty if there are none.
    #[pyfunction]
    fn foreign(traceback: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        Ok(super::describe_all(&super::foreign_lines(&traceback, vm)?))
    }

    /// What an exception came from and what it consists of.
    #[pyfunction]
    fn related(exception: PyBaseExceptionRef, vm: &VirtualMachine) -> String {
        super::related(&exception, vm)
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
