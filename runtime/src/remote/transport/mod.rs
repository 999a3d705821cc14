//! How a program on another machine is started, and what it says reaches this one.

mod connect;
mod connecting;
mod error;
mod gate;
mod greet;
mod launch;
mod machines;
mod process;
mod said;
mod sockets;
mod ssh;

pub use connect::{Notice, Target, connect};
pub use connecting::Connecting;
pub use error::{ConnectError, ConnectErrorKind};
pub use gate::Gates;
pub use greet::Connected;
pub(super) use greet::lost;
pub use machines::{Way, make_machines};
pub use sockets::{Places, Sockets};
pub use ssh::{SshOptions, config_file};
