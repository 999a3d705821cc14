//! The handle through which a run tells what happens.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Tally;
use crate::events::Event;

/// Makes output of events.
pub trait Renderer {
    /// Shows one event.
    ///
    /// # Errors
    /// The stream cannot be written.
    fn render(&mut self, event: &Event) -> io::Result<()>;

    /// Brings the stream into a state in which others may write to it: everything is written and no progress line
    /// stands there.
    ///
    /// # Errors
    /// The stream cannot be written.
    fn flush(&mut self) -> io::Result<()>;

    /// The same for somebody who talks with the user; what they write ends with a whole line.
    ///
    /// # Errors
    /// The stream cannot be written.
    fn release(&mut self) -> io::Result<()> {
        self.flush()
    }
}

struct State {
    renderer: Box<dyn Renderer + Send>,
    tally: Tally,
    stopped: bool,
    output_error: Option<String>,
}

impl State {
    // A run must not end halfway because nobody reads its output any more, so the first failed write ends the
    // printing, not the run. A closed pipe is what the reader wanted; anything else is kept for the exit code.
    fn print(&mut self, print: impl FnOnce(&mut dyn Renderer) -> io::Result<()>) {
        if self.stopped {
            return;
        }
        if let Err(error) = print(self.renderer.as_mut()) {
            self.stopped = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.output_error = Some(error.to_string());
            }
        }
    }
}

/// Takes the events of a run; copies of a handle lead to the same output.
#[derive(Clone)]
pub struct Reporter {
    state: Arc<Mutex<State>>,
}

impl Reporter {
    /// A handle that shows events with the given renderer.
    pub fn new(renderer: impl Renderer + Send + 'static) -> Self {
        let state = State { renderer: Box::new(renderer), tally: Tally::default(), stopped: false, output_error: None };
        Reporter { state: Arc::new(Mutex::new(state)) }
    }

    // A panic elsewhere while an event was shown leaves nothing behind that would make later events wrong.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the event and shows it.
    ///
    /// Never fails: when the reader of the output went away, the run goes on in silence; what else went wrong with
    /// the output is told by [`Reporter::output_error`].
    pub fn emit(&self, event: Event) {
        let mut state = self.state();
        state.tally.count(&event);
        state.print(|renderer| renderer.render(&event));
    }

    /// Writes what is held back and removes the progress line, so that others may write to the same stream.
    pub fn flush(&self) {
        self.state().print(|renderer| renderer.flush());
    }

    /// The same for somebody who talks with the user (a debugger, a question) and leaves whole lines.
    pub fn release(&self) {
        self.state().print(|renderer| renderer.release());
    }

    /// What has been counted so far.
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// Why output could not be written, if it could not and the reason is other than a closed pipe.
    pub fn output_error(&self) -> Option<String> {
        self.state().output_error.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing {
        kind: io::ErrorKind,
        calls: Arc<Mutex<usize>>,
    }

    impl Renderer for Failing {
        fn render(&mut self, _event: &Event) -> io::Result<()> {
            *self.calls.lock().expect("not poisoned") += 1;
            Err(self.kind.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.kind.into())
        }
    }

    fn emit_three(kind: io::ErrorKind) -> (Reporter, usize) {
        let calls = Arc::new(Mutex::new(0));
        let reporter = Reporter::new(Failing { kind, calls: Arc::clone(&calls) });
        for _ in 0..3 {
            reporter.clone().emit(Event::warning("text"));
        }
        reporter.flush();
        let count = *calls.lock().expect("not poisoned");
        (reporter, count)
    }

    #[test]
    fn closed_pipe_ends_printing_silently() {
        let (reporter, calls) = emit_three(io::ErrorKind::BrokenPipe);
        assert_eq!((calls, reporter.output_error()), (1, None));
        assert_eq!(reporter.tally().warnings(), 3, "counting goes on");
    }

    #[test]
    fn full_disk_is_remembered() {
        let (reporter, calls) = emit_three(io::ErrorKind::StorageFull);
        assert_eq!(calls, 1);
        assert_eq!(reporter.output_error().as_deref(), Some("no storage space"));
    }
}
