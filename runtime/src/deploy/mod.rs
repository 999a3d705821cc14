//! The run of a deployment: load, configure, order, verify and update, summary.
//!
//! Nothing here prints. What happens is told as [`Event`](crate::events::Event)s.

mod check;
mod failure;
mod local;
mod model;
mod remote;
mod request;
mod schedule;
mod selection;

pub use check::run_check;
pub use failure::{Failures, Interruption};
pub use local::run_local;
pub use model::{Environment, EnvironmentOptions, Host, Root, connect_output, connect_person, release_output};
pub use request::{RemoteChoices, RunRequest, Scope};
