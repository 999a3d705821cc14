//! Running shell commands: their text, their output, and their end, also when the run is interrupted.

mod command;
mod error;
mod exit;
mod group;
mod private_script;
mod quoting;
mod run;
#[cfg(test)]
mod run_tests;
mod table;

pub use command::{Command, Output};
pub use error::ProcessError;
pub(crate) use exit::ExitWatch;
pub use exit::return_code;
pub use private_script::private_script;
pub use quoting::{join_arguments, quote};
pub use run::run;
pub(crate) use table::{group_has_ended, is_alive, start_time};
