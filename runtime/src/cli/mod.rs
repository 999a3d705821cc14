//! The command line: arguments, errors as people see them, exit codes.

mod command_error;
mod environment_variables;
mod exit_code;
mod local;
mod output_options;
mod parse;
mod python;
mod root;
mod suggestion;

pub use command_error::{CommandError, ErrorKind, exit_code_of, print_error};
pub use environment_variables::{EnvironmentVariable, names};
pub use exit_code::ExitCode;
pub use local::{LocalArguments, LocalOptions, PlatformChoice};
pub use output_options::OutputOptions;
pub use parse::parse;
pub use python::{PythonArguments, PythonMode, PythonTail, PythonUsageError};
pub use root::{RootArguments, RootCommand};
pub use suggestion::{did_you_mean, unknown_environment, unknown_host};
