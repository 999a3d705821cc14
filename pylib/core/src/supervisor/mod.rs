//! Asking a running supervisord about itself and its programs, over its Unix socket.
//!
//! `supervisorctl` does the same with the start of a Python interpreter for each question. Only questions are asked here; who is not
//! answered asks `supervisorctl`, which also knows servers that listen elsewhere or want a password.

mod client;
mod error;
mod http;
mod status;
mod xml_rpc;

pub use client::{running_programs, server_pid};
pub use error::SupervisorError;
pub use status::is_running;
