//! Errors as the user of a command sees them.

use std::error::Error;
use std::io::Write;

use batou_core::redact;

use super::ExitCode;
use crate::causes::causes;
use crate::events::Event;
use crate::report::{Reporter, error_report, visible};

/// What sort of error ended a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A definition, the configuration or the deployment failed.
    Failed,
    /// What the user asked for cannot be: wrong arguments, not in a project, unknown environment or host.
    Usage,
    /// The program itself is wrong.
    Defect,
    /// Another run holds the lock.
    Busy,
    /// The user pressed Ctrl-C.
    Interrupted,
    /// The process was told to end.
    Terminated,
}

/// The error that ends a command: its kind, what failed, why, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// What sort of error it is; decides the exit code.
    pub kind: ErrorKind,
    /// What failed.
    pub message: String,
    /// Why, the nearest reason first.
    pub causes: Vec<String>,
    /// What to do about it.
    pub hints: Vec<String>,
}

impl CommandError {
    /// An error of the given kind without causes and hints.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        CommandError { kind, message: message.into(), causes: Vec::new(), hints: Vec::new() }
    }

    /// A failed definition, configuration or deployment.
    pub fn failed(message: impl Into<String>) -> Self {
        CommandError::new(ErrorKind::Failed, message)
    }

    /// Something the user has to ask for differently.
    pub fn usage(message: impl Into<String>) -> Self {
        CommandError::new(ErrorKind::Usage, message)
    }

    /// Adds an error and all that caused it to the causes.
    #[must_use]
    pub fn with_cause(mut self, cause: &dyn Error) -> Self {
        self.causes.extend(causes(cause));
        self
    }

    /// Adds a reason whose text names what caused it.
    #[must_use]
    pub fn with_reason(mut self, reason: impl std::fmt::Display) -> Self {
        self.causes.push(reason.to_string());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what to do about it, if there is something.
    #[must_use]
    pub fn with_hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }
}

/// The exit code of a kind of error; the only place that decides it.
pub fn exit_code_of(kind: ErrorKind) -> ExitCode {
    match kind {
        ErrorKind::Failed => ExitCode::Failed,
        ErrorKind::Usage => ExitCode::Usage,
        ErrorKind::Defect => ExitCode::Defect,
        ErrorKind::Busy => ExitCode::Busy,
        ErrorKind::Interrupted => ExitCode::Interrupted,
        ErrorKind::Terminated => ExitCode::Terminated,
    }
}

/// Shows the error that ends a command and gives its exit code.
///
/// With a reporter of JSON lines the error is one more event; else it is text on `stream`, which is the standard error
/// of the process except in tests. Text goes there after the progress line of the reporter, if there is one, is gone.
pub fn print_error(
    error: &CommandError,
    reporter: Option<&Reporter>,
    is_json: bool,
    stream: &mut dyn Write,
) -> ExitCode {
    match reporter {
        Some(reporter) if is_json => reporter.emit(Event::Error {
            message: error.message.clone(),
            causes: error.causes.clone(),
            hints: error.hints.clone(),
        }),
        _ => {
            if let Some(reporter) = reporter {
                reporter.flush();
            }
            let mut text = String::new();
            for line in error_report(&error.message, &error.causes, &error.hints) {
                text.push_str(&visible(&redact::process().mask(&line)));
                text.push('\n');
            }
            // The exit code still tells that it failed when nobody can be told why.
            let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        }
    }
    exit_code_of(error.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{JsonRenderer, TerminalOptions, TerminalRenderer};
    use std::io;
    use std::sync::{Arc, Mutex};

    fn busy() -> CommandError {
        CommandError::new(ErrorKind::Busy, "another run holds the lock")
            .with_hint("wait for process 17 to end")
            .with_hint("or end it")
    }

    #[test]
    fn text_tells_what_why_and_what_to_do() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read `environments/dev`")]
        struct Outer(#[source] io::Error);
        let error = CommandError::failed("failed to load environment `dev`")
            .with_cause(&Outer(io::ErrorKind::PermissionDenied.into()))
            .with_hint("make it readable \x1b[2J");
        let mut stream = Vec::new();
        assert_eq!(print_error(&error, None, false, &mut stream), ExitCode::Failed);
        let expected = "\
ERROR: failed to load environment `dev`
  cause 1: cannot read `environments/dev`
  cause 2: permission denied
  hint: make it readable \\x1b[2J
";
        assert_eq!(String::from_utf8(stream).expect("text is UTF-8"), expected);
    }

    #[derive(Clone, Default)]
    struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

    impl SharedBuffer {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("text is UTF-8")
        }
    }

    impl Write for SharedBuffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn json_error_is_an_event() {
        let (output, mut stream) = (SharedBuffer::default(), Vec::new());
        let reporter = Reporter::new(JsonRenderer::new(output.clone(), false));
        assert_eq!(print_error(&busy(), Some(&reporter), true, &mut stream), ExitCode::Busy);
        assert!(stream.is_empty());
        let expected = r#"{"event":"error","message":"another run holds the lock","hints":["wait for process 17 to end","or end it"]}"#;
        assert_eq!(output.text(), format!("{expected}\n"));
    }

    #[test]
    fn text_comes_after_the_progress_line_is_gone() {
        let (output, mut stream) = (SharedBuffer::default(), Vec::new());
        let options = TerminalOptions { progress: true, ..TerminalOptions::default() };
        let reporter = Reporter::new(TerminalRenderer::new(output.clone(), options));
        let (host, component) = ("h".to_owned(), "c".to_owned());
        reporter.emit(Event::Progress { done: 0, total: 1, host, component });
        print_error(&busy(), Some(&reporter), false, &mut stream);
        assert_eq!(output.text(), "\r\x1b[K[0/1] h: c\r\x1b[K");
        assert!(stream.starts_with(b"ERROR: another run holds the lock\n  hint: wait"));
    }

    #[test]
    fn kinds_have_their_codes() {
        let codes = [
            (ErrorKind::Failed, 1),
            (ErrorKind::Usage, 2),
            (ErrorKind::Defect, 70),
            (ErrorKind::Busy, 75),
            (ErrorKind::Interrupted, 130),
            (ErrorKind::Terminated, 143),
        ];
        for (kind, code) in codes {
            assert_eq!(exit_code_of(kind).code(), code);
        }
    }
}
