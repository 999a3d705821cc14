//! What carries the messages.

use std::error::Error;

use super::message::{FromController, FromTarget};

/// One end of a connection that carries messages both ways, in order.
pub trait Line {
    /// What this end sends.
    type Sent;
    /// What this end receives.
    type Received;

    /// Sends a message. It may wait until the other end has taken earlier ones.
    ///
    /// # Errors
    /// If the connection is lost.
    fn send(&mut self, message: Self::Sent) -> Result<(), LineError>;

    /// Waits for the next message.
    ///
    /// # Errors
    /// If the connection is lost, or what came is no message.
    fn receive(&mut self) -> Result<Self::Received, LineError>;
}

/// The end of the controller.
pub type Sending<'a> = dyn Line<Sent = FromController, Received = FromTarget> + 'a;

/// The end of the target.
pub type Receiving<'a> = dyn Line<Sent = FromTarget, Received = FromController> + 'a;

/// The connection is lost; the cause is that of the transport.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct LineError(#[from] pub Box<dyn Error + Send + Sync>);
