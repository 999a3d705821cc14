//! How a program on another machine is started, and what it says reaches this one.

mod connect;
mod connecting;
mod error;
mod gate;
mod launch;
mod machines;
mod process;
mod sockets;
mod ssh;

pub(super) use connect::lost;
pub use connect::{Connected, Notice, Target, connect};
pub use connecting::Connecting;
pub use error::{ConnectError, ConnectErrorKind};
pub use gate::Gate;
pub use machines::{Way, make_machines};
pub use sockets::{Places, Sockets};
pub use ssh::{SshOptions, config_file};
