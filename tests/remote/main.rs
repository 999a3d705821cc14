//! Deployments over a real sshd on this machine. Each host is a port of it, with a home directory of its own.
//!
//! Those with another user need root and fail without it.

#[expect(dead_code, reason = "shared with tests of local runs, which need more of it")]
#[path = "../run/support.rs"]
mod support;

#[expect(dead_code, reason = "shared with tests of local runs, which need more of it")]
#[path = "../run/terminal.rs"]
mod terminal;

mod sshd;

mod canary;
mod crowd;
mod debugger;
mod deployments;
mod failures;
mod faults;
mod jump;
mod kept;
mod machines;
mod network;
mod original;
mod packages;
mod provision;
mod repositories;
mod sample;
mod shells;
mod spoiled;
mod users;
mod waiting;
