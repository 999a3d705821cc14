//! Keeping a service running on a machine that has no service manager.
//!
//! A service is a process that was started detached, in a session of its own. Beside its pid file stand two more files: a record
//! (`PIDFILE.state`) of what was started, by which a later run tells the service from another process with the same number
//! and sees that its command or files changed, and its output (`PIDFILE.log`).

mod control;
#[cfg(test)]
mod control_tests;
mod detach;
mod error;
mod identity;
mod launch;
mod record;
mod service;
mod state;

pub use control::{restart, start, stop};
pub use error::ServiceError;
pub use service::{Service, ServiceState};
pub use state::state;
