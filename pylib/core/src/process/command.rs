//! What is run and what came of it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// A shell command that is about to run.
#[derive(Debug, Clone, Copy)]
pub struct Command<'a> {
    /// The text for `/bin/sh -c`. Any bytes but NUL.
    pub script: &'a OsStr,
    /// Variables that are added to, or replace those of, the own environment.
    pub environment: &'a [(OsString, OsString)],
    /// The working directory; `None` is the own one.
    pub directory: Option<&'a Path>,
}

impl<'a> Command<'a> {
    /// A command with the own environment, in the own working directory.
    pub fn new<S: AsRef<OsStr> + ?Sized>(script: &'a S) -> Self {
        Command { script: script.as_ref(), environment: &[], directory: None }
    }

    /// Adds variables.
    #[must_use]
    pub fn environment(self, environment: &'a [(OsString, OsString)]) -> Self {
        Command { environment, ..self }
    }

    /// Sets the working directory.
    #[must_use]
    pub fn directory(self, directory: &'a Path) -> Self {
        Command { directory: Some(directory), ..self }
    }
}

/// The outcome of a command that ended by itself, whatever its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit code; the negative number of the signal if one ended the command, as Python's `returncode`.
    pub code: i32,
    /// Everything written to standard output.
    pub stdout: Vec<u8>,
    /// Everything written to standard error.
    pub stderr: Vec<u8>,
}
