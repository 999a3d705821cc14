//! The run of a deployment: load, configure, order, verify and update, summary.
//!
//! Nothing here prints. What happens is told as [`Event`](crate::events::Event)s.

mod check;
mod failure;
mod local;
mod model;
mod request;
mod schedule;
mod selection;

pub use check::run_check;
pub use local::run_local;
pub use request::{RunRequest, Scope};
