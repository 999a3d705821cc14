//! Reading of environment files: the INI dialect of Python's `RawConfigParser` with case-kept option names.

mod definitions;
mod error;
mod file;
mod parser;
#[cfg(test)]
mod parser_tests;
mod state;

pub use definitions::{OlderDefinitions, older_definitions};
pub use error::{ConfigError, SourceLine};
pub use file::{ConfigFile, ConfigOption, DEFAULT_SECTION, Section};
pub use parser::{parse, read};
pub use state::ProjectState;
