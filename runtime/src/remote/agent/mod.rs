//! The side of a deployment that works on a host.

mod conversation;
mod directory;
mod failures;
mod install;
mod listen;
mod main;
mod serve;
mod session;
mod streams;
mod watcher;

pub use main::{FLAG, run};
