//! Exceptions as people read them.

use batou_bindings::{error::module_named, model::deploy::take_failed, traceback};
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use crate::{
    events::{Event, Icon, Markup, Style},
    report::Reporter,
};

/// Shows exceptions; with `debug` also the program's own part of their tracebacks.
pub struct Failures<'run> {
    /// Where they are shown.
    pub reporter: &'run Reporter,
    /// Whether whole tracebacks are shown.
    pub debug: bool,
    /// The interpreter.
    pub vm: &'run VirtualMachine,
}

/// Whether an exception ends the run because somebody asked for it, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// Ctrl-C.
    Interrupted,
    /// A signal to end.
    Terminated,
}

impl Failures<'_> {
    /// Whether somebody asked for the end.
    pub fn interruption(&self, exception: &PyBaseExceptionRef) -> Option<Interruption> {
        if !exception.fast_isinstance(self.vm.ctx.exceptions.keyboard_interrupt) {
            return None;
        }
        if exception.class().name().to_string() == "Terminated" {
            Some(Interruption::Terminated)
        } else {
            Some(Interruption::Interrupted)
        }
    }

    /// Shows the errors of a step in the order of their importance.
    pub fn show_all(&self, errors: Vec<PyBaseExceptionRef>) -> PyResult<()> {
        for error in &self.sorted(errors)? {
            self.reporter.emit(Event::line(""));
            self.show(error);
        }
        Ok(())
    }

    /// The errors of a step in the order of their importance.
    pub fn sorted(&self, errors: Vec<PyBaseExceptionRef>) -> PyResult<Vec<PyBaseExceptionRef>> {
        let vm = self.vm;
        let list = vm.ctx.new_list(errors.into_iter().map(PyObjectRef::from).collect());
        let sorted = module_named("batou.errors", vm)
            .and_then(|module| module.get_attr("_by_importance", vm))
            .and_then(|sort| sort.call((list.clone(),), vm))
            // A definition may have broken what sorting needs; the order is less important than the errors.
            .unwrap_or_else(|_| list.into());
        vm.extract_elements_with(&sorted, |error: PyObjectRef| error.try_into_value(vm))
    }

    /// Shows one exception: by its own report if it has one, else with the user's line that raised it.
    pub fn show(&self, exception: &PyBaseExceptionRef) {
        let failed = take_failed();
        if let Err(in_report) = self.try_show(exception, failed.clone()) {
            // The report itself failed: both are shown as they are.
            self.show_unknown(exception, failed);
            self.reporter.emit(Event::error("The report of the error above failed as well:"));
            self.show_unknown(&in_report, None);
        }
    }

    fn try_show(&self, exception: &PyBaseExceptionRef, failed: Option<PyObjectRef>) -> PyResult<()> {
        let vm = self.vm;
        let package = vm.import("batou", 0)?;
        let reporting = package.get_attr("ReportingException", vm)?;
        if exception.as_object().is_instance(&reporting, vm)? {
            let output = package.get_attr("output", vm)?;
            vm.call_method(&output, "flush_buffer", ())?;
            vm.call_method(exception.as_object(), "report", ())?;
            self.show_component(failed.as_ref())?;
            self.show_noted_lines(exception)?;
            if self.debug {
                self.reporter.emit(red(traceback::full(exception, vm)));
            } else if failed.is_some() {
                self.show_lines(exception);
            }
            return Ok(());
        }
        self.show_unknown(exception, failed);
        Ok(())
    }

    fn show_unknown(&self, exception: &PyBaseExceptionRef, failed: Option<PyObjectRef>) {
        let vm = self.vm;
        self.reporter.emit(Event::error(traceback::title(exception, vm)));
        // Without breadcrumbs the rest still helps.
        let _ = self.show_component(failed.as_ref());
        if self.debug {
            self.reporter.emit(red(traceback::full(exception, vm)));
            return;
        }
        self.show_lines(exception);
        if let Some(source) = syntax_error_place(exception, vm) {
            self.reporter.emit(red(source));
        }
        let related = traceback::related(exception, vm);
        if !related.is_empty() {
            self.reporter.emit(red(related));
        }
        // What was found out about a definition is less important than that it failed.
        let _ = self.show_age(exception);
    }

    /// Shows what has to be changed in a definition that failed because it is written for Python 2.
    fn show_age(&self, exception: &PyBaseExceptionRef) -> PyResult<()> {
        let vm = self.vm;
        let describe = module_named("batou._older_hints", vm)?.get_attr("describe", vm)?;
        let found = describe.call((exception.clone(),), vm)?;
        if vm.is_none(&found) {
            return Ok(());
        }
        let texts = vm.extract_elements_with(&found, |text| Ok(text.str(vm)?.to_string()))?;
        if let [lines, hint] = texts.as_slice() {
            let indented: Vec<String> = lines.lines().map(|line| format!("    {line}")).collect();
            self.reporter.emit(red(indented.join("\n")));
            self.reporter.emit(Event::field("Hint", hint.as_str()));
        }
        Ok(())
    }

    /// Shows the lines that were noted down when the exception was collected; its traceback is not of this moment.
    fn show_noted_lines(&self, exception: &PyBaseExceptionRef) -> PyResult<()> {
        let noted = self.vm.get_attribute_opt(exception.as_object(), "_code_lines")?;
        if let Some(lines) = noted.filter(|lines| !self.vm.is_none(lines)) {
            self.reporter.emit(red(lines.str(self.vm)?.to_string()));
        }
        Ok(())
    }

    /// Shows the lines of definitions that led to an exception.
    fn show_lines(&self, exception: &PyBaseExceptionRef) {
        let lines = traceback::lines_of(exception, self.vm);
        if !lines.is_empty() {
            self.reporter.emit(red(traceback::describe_all(&lines)));
        }
    }

    /// Names the component that failed, with its host.
    fn show_component(&self, failed: Option<&PyObjectRef>) -> PyResult<()> {
        let Some(component) = failed else {
            return Ok(());
        };
        let vm = self.vm;
        let host = component.get_attr("host", vm)?.get_attr("name", vm)?.str(vm)?;
        let breadcrumbs = component.get_attr("_breadcrumbs", vm)?.str(vm)?;
        self.reporter.emit(Event::field("Host", host.to_string()));
        self.reporter.emit(Event::field("Component", breadcrumbs.to_string()));
        Ok(())
    }
}

fn red(text: impl Into<String>) -> Event {
    Event::Line { text: text.into(), icon: Icon::Absent, debug: false, style: Style::of(&[Markup::Red]) }
}

/// File, line and caret of a syntax error, which has no traceback of its own; none for other exceptions.
fn syntax_error_place(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> Option<String> {
    let describe = module_named("batou._reporting", vm).and_then(|module| module.get_attr("prepare_syntax_error", vm));
    let place = describe.and_then(|describe| describe.call((exception.clone(),), vm)).ok()?;
    if vm.is_none(&place) { None } else { place.str(vm).ok().map(|text| text.to_string()) }
}
