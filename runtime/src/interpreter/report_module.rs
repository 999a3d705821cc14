//! `_batou_report`: how Python code reaches the stream of events.

pub(crate) use _batou_report::module_def;

use std::sync::{
    Mutex, PoisonError, RwLock,
    mpsc::{Receiver, RecvTimeoutError},
};
use std::time::Duration;

use batou_core::redact::{self, Stream};

use crate::{
    events::{Event, Icon, Style},
    report::Reporter,
};
use rustpython_vm::{PyResult, VirtualMachine, builtins::PyDictRef};

// One for all threads: definitions may report from threads of their own.
static REPORTER: RwLock<Option<Reporter>> = RwLock::new(None);

/// Has the events of the process's interpreter sent to `reporter`.
pub fn connect(reporter: &Reporter) {
    *REPORTER.write().unwrap_or_else(PoisonError::into_inner) = Some(reporter.clone());
    batou_core::progress::listen(|step| emit(Event::Activity { text: step.text() }));
}

// What is printed past the report, by the number of the stream.
static STREAMS: Mutex<[Option<Stream>; 2]> = Mutex::new([None, None]);

/// Somebody far away who can be asked for a line.
pub struct Person {
    replies: Receiver<Option<String>>,
    ask: Box<dyn Fn(String) + Send>,
}

impl Person {
    /// `ask` sends a prompt; what comes back arrives at `replies`, nothing at the end of the input.
    pub fn new(replies: Receiver<Option<String>>, ask: impl Fn(String) + Send + 'static) -> Self {
        Self { replies, ask: Box::new(ask) }
    }

    /// Asks and waits; a signal ends the waiting. Who is gone answers nothing.
    fn answer(&self, prompt: String, vm: &VirtualMachine) -> PyResult<Option<String>> {
        (self.ask)(prompt);
        loop {
            vm.check_signals()?;
            match self.replies.recv_timeout(TICK) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }
}

/// How often a wait looks for signals.
const TICK: Duration = Duration::from_millis(50);

static PERSON: Mutex<Option<Person>> = Mutex::new(None);

/// Has questions of definitions reach this person.
pub fn connect_person(person: Person) {
    *PERSON.lock().unwrap_or_else(PoisonError::into_inner) = Some(person);
}

/// Hands one of the streams past the report to `with`; a number that is none of them gives nothing.
fn with_stream<Result>(number: usize, with: impl FnOnce(&mut Stream) -> Result) -> Option<Result> {
    let mut streams = STREAMS.lock().unwrap_or_else(PoisonError::into_inner);
    let stream = streams.get_mut(number.checked_sub(1)?)?;
    Some(with(stream.get_or_insert_with(|| Stream::new(redact::process().clone()))))
}

/// Without a reporter (a Python program that imports the package) there is nobody to tell.
fn with_reporter(tell: impl FnOnce(&Reporter)) {
    let reporter = REPORTER.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(reporter) = reporter {
        tell(&reporter);
    }
}

fn emit(event: Event) {
    with_reporter(|reporter| reporter.emit(event));
}

fn style(names: &PyDictRef, vm: &VirtualMachine) -> PyResult<Style> {
    let mut wanted = Vec::new();
    for (name, on) in names.items_vec() {
        if on.is_true(vm)? {
            wanted.push(name.str(vm)?.to_string());
        }
    }
    Style::from_names(wanted.iter().map(String::as_str)).map_err(|error| vm.new_value_error(error.to_string()))
}

fn icon(symbol: Option<String>) -> Icon {
    symbol.map_or(Icon::Absent, Icon::symbol)
}

#[rustpython_vm::pymodule]
mod _batou_report {
    use rustpython_vm::{
        AsObject, PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyDictRef, PyStrRef},
    };

    use batou_bindings::error::module_named;
    use batou_core::redact;
    use nix::sys::signal::{Signal, raise};

    use std::sync::PoisonError;

    use super::{PERSON, emit, icon, style, with_reporter, with_stream};
    use crate::{
        events::{Event, Icon},
        report::Reporter,
    };

    /// The version of the program.
    #[pyfunction]
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// A line of text.
    #[pyfunction]
    fn line(
        text: PyStrRef,
        symbol: Option<PyStrRef>,
        debug: bool,
        names: PyDictRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let symbol = symbol.map(|symbol| symbol.to_string());
        emit(Event::Line { text: text.to_string(), icon: icon(symbol), debug, style: style(&names, vm)? });
        Ok(())
    }

    /// A heading. Headings that definitions and reports ask for are shown in any case.
    #[pyfunction]
    fn section(title: PyStrRef, names: PyDictRef, vm: &VirtualMachine) -> PyResult<()> {
        emit(Event::Rule { character: "=".to_owned(), title: title.to_string(), style: style(&names, vm)? });
        Ok(())
    }

    /// A line across the terminal.
    #[pyfunction]
    fn rule(character: PyStrRef, title: PyStrRef, names: PyDictRef, vm: &VirtualMachine) -> PyResult<()> {
        emit(Event::Rule { character: character.to_string(), title: title.to_string(), style: style(&names, vm)? });
        Ok(())
    }

    /// `context: message`.
    #[pyfunction]
    fn step(
        context: PyStrRef,
        message: PyStrRef,
        symbol: Option<PyStrRef>,
        debug: bool,
        names: PyDictRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        emit(Event::Step {
            context: context.to_string(),
            message: message.to_string(),
            icon: symbol.map_or(Icon::Blank, |symbol| Icon::symbol(symbol.to_string())),
            debug,
            style: style(&names, vm)?,
        });
        Ok(())
    }

    /// A named value of a report.
    #[pyfunction]
    fn field(
        key: PyStrRef,
        value: PyStrRef,
        separator: PyStrRef,
        names: PyDictRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        emit(Event::Field {
            key: key.to_string(),
            value: value.to_string(),
            separator: separator.to_string(),
            debug: false,
            style: style(&names, vm)?,
        });
        Ok(())
    }

    /// Something failed.
    #[pyfunction]
    fn error(message: PyStrRef) {
        emit(Event::error(message.to_string()));
    }

    /// Something to look at.
    #[pyfunction]
    fn warning(message: PyStrRef) {
        emit(Event::warning(message.to_string()));
    }

    /// Tells of an exception that nobody can handle. If it says that somebody wants the run to end, it comes again, where it can be
    /// handled: there is no Python after this where it would be lost once more.
    #[pyfunction]
    fn lost(unraisable: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let program = module_named("batou._program", vm)?;
        let exception = unraisable.get_attr("exc_value", vm)?;
        if !exception.fast_isinstance(vm.ctx.exceptions.keyboard_interrupt) {
            return program.get_attr("warn_of_lost_exception", vm)?.call((unraisable,), vm).map(drop);
        }
        let terminated = program.get_attr("Terminated", vm)?;
        let is_termination = exception.is_instance(&terminated, vm)?;
        // That it cannot be sent would be news.
        let _ = raise(if is_termination { Signal::SIGTERM } else { Signal::SIGINT });
        Ok(())
    }

    /// A component is updated.
    #[pyfunction]
    fn change(host: PyStrRef, component: PyStrRef) {
        emit(Event::Change { host: host.to_string(), component: component.to_string() });
    }

    /// How a file differs.
    #[pyfunction]
    fn difference(file: PyStrRef, lines: Vec<PyStrRef>) {
        let lines = lines.iter().map(|line| line.to_string()).collect();
        emit(Event::Difference { file: file.to_string(), lines });
    }

    /// A component took long.
    #[pyfunction]
    fn slow(
        host: PyStrRef,
        component: PyStrRef,
        total: Option<f64>,
        verify: Option<f64>,
        update: Option<f64>,
        sub: Option<f64>,
    ) {
        emit(Event::Slow {
            host: host.to_string(),
            component: component.to_string(),
            total: total.unwrap_or(0.0),
            verify,
            update,
            sub,
        });
    }

    /// Writes what is held back and removes the progress line.
    #[pyfunction]
    fn flush() {
        with_reporter(Reporter::flush);
    }

    /// The same for somebody who talks with the user and leaves whole lines.
    #[pyfunction]
    fn release() {
        with_reporter(Reporter::release);
    }

    /// A text without secrets.
    #[pyfunction]
    fn masked(text: PyStrRef) -> String {
        redact::process().mask(&text.to_string_lossy()).into_owned()
    }

    /// What may be written now to standard output (1) or standard error (2), past the report, after a piece arrived.
    #[pyfunction]
    fn masked_piece(number: usize, text: PyStrRef) -> String {
        let text = text.to_string_lossy();
        with_stream(number, |stream| stream.push(&text)).unwrap_or_default()
    }

    /// What was held back of it, as nothing more comes.
    #[pyfunction]
    fn masked_rest(number: usize) -> String {
        with_stream(number, redact::Stream::flush).unwrap_or_default()
    }

    /// What somebody far away answers; `None` if nobody does.
    #[pyfunction]
    fn ask(prompt: PyStrRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        let person = PERSON.lock().unwrap_or_else(PoisonError::into_inner);
        person.as_ref().map_or(Ok(None), |person| person.answer(prompt.to_string(), vm))
    }

    /// What a definition printed.
    #[pyfunction]
    fn output(text: PyStrRef) {
        emit(Event::Output { text: text.to_string() });
    }
}
