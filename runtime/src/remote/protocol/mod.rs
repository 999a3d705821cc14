//! What both sides say to each other, over any reader and writer; `docs/protocol.md` lists the bytes.

mod channel;
mod error;
mod frame;
mod message;
mod patient;

pub use channel::{Inlet, Outlet, open};
pub use error::ChannelError;
pub use frame::LIMIT;
pub use message::{
    AgentHello, ControllerHello, FromAgent, Message, Place, Prepare, Prepared, Refusal, ToAgent, VERSION,
};
pub use patient::{Patience, PatientReader, PatientWriter};

/// What the agent says before its first frame, on a line of its own.
pub const READY: &str = "batou-agent: ready 1";

/// How often each side says that it is there.
pub const HEARTBEAT: std::time::Duration = std::time::Duration::from_secs(3);

/// How long a host may be silent before the connection counts as lost.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);

/// How long the agent waits for a silent controller, which a person may have suspended for a moment.
pub const PATIENCE_OF_AGENT: std::time::Duration = std::time::Duration::from_secs(60);
