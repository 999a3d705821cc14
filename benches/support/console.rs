//! What benchmarks say, and how they end.

use std::io::{self, Write};
use std::process::ExitCode;

/// The end of a benchmark; an error is told.
pub fn end(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Standard error may be closed; the exit code tells it as well.
            let _ = writeln!(io::stderr(), "bench: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a line.
pub fn say(text: &str) -> Result<(), String> {
    writeln!(io::stdout(), "{text}").map_err(|error| format!("cannot print: {error}"))
}

/// What chooses among the measurements, if anything does. Cargo passes `--bench`.
pub fn choice() -> Option<String> {
    std::env::args().skip(1).find(|argument| !argument.starts_with('-'))
}
