//! The command line: arguments, errors as people see them, exit codes.

mod check;
mod command_error;
mod completion;
mod deploy;
mod environment_variables;
mod exit_code;
mod init;
mod local;
mod migrate;
mod output_options;
mod packages;
mod parse;
mod python;
#[cfg(test)]
mod reference;
mod remote;
mod root;
mod run_options;
mod secrets;
mod suggestion;

pub use check::CheckOptions;
pub use command_error::{CommandError, ErrorKind, exit_code_of, print_error};
pub use completion::{CompletionOptions, completion_script};
pub use deploy::DeployOptions;
pub use environment_variables::{EnvironmentVariable, names};
pub use exit_code::ExitCode;
pub use init::{InitOptions, run_init};
pub use local::{LocalArguments, LocalOptions};
pub use migrate::{MigrateOptions, run_migrate};
pub use output_options::OutputOptions;
pub use packages::{CommonOptions, PackagesCommand, PackagesOptions, run_packages};
pub use parse::parse;
pub use python::{PythonArguments, PythonMode, PythonTail, PythonUsageError};
pub use remote::{RemoteArguments, RemoteOptions};
pub use root::{RootArguments, RootCommand};
pub use run_options::{PlatformChoice, RunOptions};
pub use secrets::{SecretsCommand, SecretsEditArguments, SecretsOptions, run_secrets, run_secretsedit};
pub use suggestion::{did_you_mean, unknown_environment, unknown_host};
