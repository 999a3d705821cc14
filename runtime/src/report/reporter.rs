//! The handle through which a run tells what happens.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batou_core::redact::{self, Redactor, Stream};

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
    redactor: Redactor,
    /// What definitions print, in which a secret may come in pieces.
    output: Stream,
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

impl State {
    fn show(&mut self, mut event: Event) {
        match &mut event {
            Event::Output { text } => {
                let piece = self.output.push(text);
                if piece.is_empty() {
                    return;
                }
                *text = piece;
            }
            // These come and go beside the output.
            Event::Progress { .. } | Event::Activity { .. } => self.mask(&mut event),
            // A secret may be printed in halves, each a line of its own.
            Event::Line { text, .. } => {
                self.show_rest();
                text.push('\n');
                let mut masked = self.output.push(text);
                masked.push_str(&self.output.flush());
                masked.truncate(masked.trim_end_matches('\n').len().max(masked.len().saturating_sub(1)));
                *text = masked;
            }
            _ => {
                self.show_rest();
                self.mask(&mut event);
            }
        }
        self.print(|renderer| renderer.render(&event));
    }

    fn mask(&self, event: &mut Event) {
        event.for_each_text(&mut |text| self.redactor.mask_in_place(text));
    }

    /// Shows what is held back of the output.
    fn show_rest(&mut self) {
        let text = self.output.flush();
        if !text.is_empty() {
            self.print(|renderer| renderer.render(&Event::Output { text }));
        }
    }
}

/// Takes the events of a run, masks the secrets in them; copies of a handle lead to the same output.
#[derive(Clone)]
pub struct Reporter {
    state: Arc<Mutex<State>>,
}

impl Reporter {
    /// A handle that shows events with the given renderer, without what is secret in this process.
    pub fn new(renderer: impl Renderer + Send + 'static) -> Self {
        Self::masking(renderer, redact::process().clone())
    }

    fn masking(renderer: impl Renderer + Send + 'static, redactor: Redactor) -> Self {
        let state = State {
            renderer: Box::new(renderer),
            tally: Tally::default(),
            output: Stream::new(redactor.clone()),
            redactor,
            stopped: false,
            output_error: None,
        };
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
        state.show(event);
    }

    /// Writes what is held back and removes the progress line, so that others may write to the same stream. The possible beginning
    /// of a secret stays held back, as definitions flush after every letter.
    pub fn flush(&self) {
        self.state().print(|renderer| renderer.flush());
    }

    /// The same for somebody who talks with the user (a debugger, a question) and leaves whole lines.
    pub fn release(&self) {
        let mut state = self.state();
        state.show_rest();
        state.print(|renderer| renderer.release());
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

    struct Kept(Arc<Mutex<Vec<Event>>>);

    impl Renderer for Kept {
        fn render(&mut self, event: &Event) -> io::Result<()> {
            self.0.lock().expect("not poisoned").push(event.clone());
            Ok(())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is shown of these events if `geheim` is secret.
    fn masked(events: &[Event]) -> Vec<Event> {
        let mut secrets = redact::Secrets::default();
        secrets.add_value("a", "geheim");
        let kept = Arc::new(Mutex::new(Vec::new()));
        let reporter = Reporter::masking(Kept(Arc::clone(&kept)), Redactor::of(&secrets));
        events.iter().for_each(|event| reporter.emit(event.clone()));
        reporter.release();
        let kept = kept.lock().expect("not poisoned");
        kept.clone()
    }

    fn output(text: &str) -> Event {
        Event::Output { text: text.to_owned() }
    }

    #[test]
    fn every_text_of_an_event_is_masked() {
        let secret = || "a geheim".to_owned();
        let mask = || "a ********".to_owned();
        let table = [
            (Event::section(secret()), Event::section(mask())),
            (Event::line(secret()), Event::line(mask())),
            (Event::line("a\n"), Event::line("a\n")),
            (Event::step(secret(), secret(), "x"), Event::step(mask(), mask(), "x")),
            (Event::field(secret(), secret()), Event::field(mask(), mask())),
            (Event::warning(secret()), Event::warning(mask())),
            (
                Event::Error { message: secret(), causes: vec![secret()], hints: vec![secret()] },
                Event::Error { message: mask(), causes: vec![mask()], hints: vec![mask()] },
            ),
            (
                Event::Difference { file: secret(), lines: vec![secret()] },
                Event::Difference { file: mask(), lines: vec![mask()] },
            ),
            (Event::Activity { text: secret() }, Event::Activity { text: mask() }),
            (Event::Change { host: secret(), component: secret() }, Event::Change { host: mask(), component: mask() }),
        ];
        for (event, expected) in table {
            assert_eq!(masked(&[event]), [expected]);
        }
    }

    #[test]
    fn what_is_printed_in_pieces_is_masked_and_keeps_its_place() {
        let pieces: Vec<Event> = "say geheim!".chars().map(|letter| output(&letter.to_string())).collect();
        let shown: String = masked(&pieces)
            .iter()
            .map(|event| match event {
                Event::Output { text } => text.as_str(),
                _ => "?",
            })
            .collect();
        assert_eq!(shown, "say ********!");
        let events = [output("dogge"), Event::line("x"), output("gehe")];
        assert_eq!(masked(&events), [output("dog"), output("ge"), Event::line("x"), output("gehe")]);
        let halves = [Event::line("geh"), Event::line("eim")];
        assert_eq!(masked(&halves), [Event::line("geh"), Event::line("********")]);
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
