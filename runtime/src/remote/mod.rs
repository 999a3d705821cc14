//! Deploying to other machines: what both sides tell each other, and the agent that works on a host.

pub mod agent;
mod architecture;
pub mod controller;
pub mod messages;
pub mod program;
pub mod protocol;
mod settings;
pub mod transport;

pub use settings::settings_of;
