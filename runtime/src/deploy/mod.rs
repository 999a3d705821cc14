//! The run of a deployment: load, configure, order, verify and update, summary.
//!
//! Nothing here prints. What happens is told as [`Event`](crate::events::Event)s.

mod failure;
mod local;
mod model;
mod project;
mod schedule;
mod selection;

pub use local::run_local;
