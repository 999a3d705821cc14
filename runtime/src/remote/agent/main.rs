//! What the program does on a host.

use std::ffi::OsString;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::mpsc::channel;

use super::conversation::Conversation;
use super::install::verify;
use super::listen::{State, listen};
use super::serve::{Outgoing, serve};
use super::streams;
use super::watcher::{WORKER, follow_watcher, watch};
use crate::cli::ExitCode;
use crate::events::Event;
use crate::interpreter::report_module::{self, Person};
use crate::remote::messages::Answer;
use crate::remote::protocol::{
    AgentHello, ChannelError, FromAgent, Outlet, PATIENCE_OF_AGENT, PatientReader, READY, ToAgent, VERSION, open,
};
use crate::signals::spawn_without_signals;

/// The only argument that makes an agent of a program. No option of people begins like it.
pub const FLAG: &str = "--as-agent";

/// Works for the deploying side at the other end of standard input and output, until it is gone. With the hash of the program as
/// argument, only tells whether it arrived whole.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let Some(argument) = arguments.first() else { return watch() };
    if argument != WORKER {
        return match verify(&argument.to_string_lossy()) {
            Ok(()) => ExitCode::Success,
            Err(reason) => {
                tell(&reason);
                ExitCode::Failed
            }
        };
    }
    follow_watcher();
    match work() {
        Ok(()) => ExitCode::Success,
        Err(error) => {
            tell(&error.to_string());
            ExitCode::Failed
        }
    }
}

/// What is said on standard error is shown by the deploying side.
pub(super) fn tell(text: &str) {
    // If it is gone, nobody misses it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn work() -> std::io::Result<()> {
    let (input, mut output) = streams::take()?;
    output.write_all(format!("\n{READY}\n").as_bytes())?;
    let reader = PatientReader::new(input, PATIENCE_OF_AGENT);
    let (outlet, inlet) = open::<FromAgent, ToAgent>(reader, output, PATIENCE_OF_AGENT);
    let hello = AgentHello {
        protocol: VERSION,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        process: std::process::id(),
        user: batou_core::lock::user_name(),
    };
    let heard = listen(inlet);
    if outlet.send(&FromAgent::Hello(hello)).is_err() {
        return Ok(());
    }
    let asking = outlet.clone();
    report_module::connect_person(Person::new(heard.replies, move |prompt| {
        // The listener notices that the deploying side is gone.
        let _ = asking.send(&FromAgent::Ask(prompt));
    }));
    let outgoing: Arc<dyn Outgoing> =
        Arc::new(ToController { outlet: outlet.clone(), state: Arc::clone(&heard.state) });
    let mut conversation = Conversation::new(heard.steps, heard.state, outlet);
    let (sender, requests) = channel();
    let conversing = spawn_without_signals(move || {
        // Whoever is told of an error is gone with the connection.
        let _ = conversation.hold(&sender);
        conversation
    });
    serve(&mut requests.into_iter(), &outgoing);
    // The lock of the directory is free when the work has ended.
    drop(conversing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
    Ok(())
}

struct ToController {
    outlet: Outlet<FromAgent>,
    state: Arc<State>,
}

impl Outgoing for ToController {
    fn event(&self, event: &Event) -> std::io::Result<()> {
        self.outlet.send(&FromAgent::Event(event.clone())).map_err(|error| match error {
            ChannelError::TooLarge { .. } => std::io::ErrorKind::FileTooLarge.into(),
            _ => std::io::ErrorKind::BrokenPipe.into(),
        })
    }

    fn answer(&self, answer: Answer) {
        // The listener notices that the deploying side is gone.
        let _ = self.outlet.send(&FromAgent::Answer(answer));
    }

    fn set_interpreting(&self, is_interpreting: bool) {
        self.state.set_interpreting(is_interpreting);
    }
}
