//! The run of a deployment: interpreter, schedule, report, command line.
//!
//! `cli` understands words, `deploy` does the work and tells what happens as `events`, `report` shows them. The
//! interpreter and everything that is Python's are behind `interpreter` and the crate `batou-bindings`.

mod causes;
pub mod cli;
pub mod deploy;
pub mod events;
pub mod interpreter;
pub mod program;
pub mod project;
pub mod remote;
pub mod report;
pub mod secrets;
pub mod signals;
