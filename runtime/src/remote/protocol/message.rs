//! The messages of both sides, and how they become frames.

use std::io;

use batou_core::shipping::{FromController, FromTarget};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::ChannelError;
use crate::events::Event;
use crate::remote::messages::{Answer, Request};

/// The version of the protocol; both sides need the same.
pub const VERSION: u32 = 1;

/// Something that travels as a frame.
pub trait Message: Sized + Send + 'static {
    /// The kind of the frame and its payload.
    ///
    /// # Errors
    /// The message cannot be written down.
    fn encode(&self) -> io::Result<(u8, Vec<u8>)>;

    /// The message in a frame.
    ///
    /// # Errors
    /// [`ChannelError::Garbage`].
    fn decode(kind: u8, payload: &[u8]) -> Result<Self, ChannelError>;
}

fn payload_of(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut payload = Vec::new();
    ciborium::into_writer(value, &mut payload).map_err(io::Error::other)?;
    Ok(payload)
}

fn value_of<Value: DeserializeOwned>(kind: u8, payload: &[u8]) -> Result<Value, ChannelError> {
    ciborium::from_reader(payload).map_err(|error| ChannelError::Garbage(format!("kind {kind}: {error}")))
}

macro_rules! messages {
    ($(#[$attribute:meta])* $name:ident { $($(#[$inner:meta])* $kind:literal $variant:ident($payload:ty),)* }) => {
        $(#[$attribute])*
        pub enum $name {
            $($(#[$inner])* $variant($payload),)*
        }

        impl Message for $name {
            fn encode(&self) -> io::Result<(u8, Vec<u8>)> {
                match self { $($name::$variant(payload) => Ok(($kind, payload_of(payload)?)),)* }
            }

            fn decode(kind: u8, payload: &[u8]) -> Result<Self, ChannelError> {
                match kind {
                    $($kind => value_of(kind, payload).map($name::$variant),)*
                    _ => Err(ChannelError::Garbage(format!("kind {kind}"))),
                }
            }
        }
    };
}

messages! {
    /// What the deploying side says.
    ToAgent {
        /// Who it is; the first message.
        1 Hello(ControllerHello),
        /// To get the directory of the deployment ready.
        2 Prepare(Prepare),
        /// That files follow, and for what.
        3 Receive(Place),
        /// A part of a transfer of files.
        4 Ship(FromController),
        /// Something to be done with the model.
        5 Request(Request),
        /// To end what is being done.
        6 Cancel(()),
        /// What a person answered; nothing if there is no more to come.
        7 Reply(Option<String>),
    }
}

messages! {
    /// What an agent says.
    FromAgent {
        /// Who it is; the first message.
        1 Hello(AgentHello),
        /// The directory of the deployment is ready, or cannot be.
        2 Prepared(Result<Prepared, Refusal>),
        /// The files are there, and where, or cannot be.
        3 Received(Result<String, Refusal>),
        /// A part of a transfer of files.
        4 Ship(FromTarget),
        /// A request is done.
        5 Answer(Answer),
        /// Something happened.
        6 Event(Event),
        /// A person is asked for a line, with this prompt.
        7 Ask(String),
    }
}

/// Who deploys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControllerHello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The version of the program.
    pub version: String,
}

/// Who is deployed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentHello {
    /// The version of the protocol.
    pub protocol: u32,
    /// The version of the program.
    pub version: String,
    /// The process.
    pub process: u32,
    /// The user that it runs as.
    pub user: String,
}

/// What a deployment needs before its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepare {
    /// The directory of the repository; `~` is the home of the user that the agent runs as.
    pub directory: String,
    /// The directory of the project in it.
    pub base: String,
    /// Who deploys what, for those who find the lock taken.
    pub holder: String,
    /// Whether what the program keeps for later runs is removed first.
    pub reset: bool,
}

/// What was made ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The directory of the project.
    pub project: String,
}

/// What files are for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// They are the repository.
    Repository,
    /// They are a directory of the project's Python packages, of this name.
    Package(String),
}

/// An agent does not do what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// Why, the nearest reason first.
    pub causes: Vec<String>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Whether somebody else deploys at the moment.
    pub is_busy: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Icon, Markup, SkipReason, Style};

    #[test]
    fn events_arrive_as_they_were_sent() {
        let name = || "x".to_owned();
        let events = [
            Event::section("a"),
            Event::line("b"),
            Event::Line { text: name(), icon: Icon::Blank, debug: true, style: Style::of(&[Markup::Red]) },
            Event::step("c", "d", "📦"),
            Event::debug_step("c", "d", "📦"),
            Event::field("e", "f"),
            Event::Change { host: name(), component: name() },
            Event::Difference { file: name(), lines: vec![name(), String::new()] },
            Event::ComponentSkipped { host: name(), component: name(), reason: SkipReason::HostIgnored },
            Event::ComponentFinished { host: name(), component: name(), changed: true },
            Event::Progress { done: 1, total: 2, host: name(), component: name() },
            Event::Slow { host: name(), component: name(), total: 1.5, verify: None, update: Some(0.5), sub: None },
            Event::warning("g"),
            Event::Error { message: name(), causes: vec![name()], hints: Vec::new() },
            Event::Output { text: "h\n".to_owned() },
        ];
        for event in events {
            let (kind, payload) = FromAgent::Event(event.clone()).encode().expect("memory");
            match FromAgent::decode(kind, &payload) {
                Ok(FromAgent::Event(arrived)) => assert_eq!(arrived, event),
                Ok(_) => panic!("another message"),
                Err(error) => panic!("{error}: {event:?}"),
            }
        }
    }

    #[test]
    fn an_unknown_kind_and_a_cut_payload_are_garbage() {
        let (kind, payload) = ToAgent::Receive(Place::Repository).encode().expect("memory");
        assert!(matches!(ToAgent::decode(200, &payload), Err(ChannelError::Garbage(_))));
        for length in 0..payload.len() {
            assert!(matches!(ToAgent::decode(kind, &payload[..length]), Err(ChannelError::Garbage(_))), "{length}");
        }
    }
}
