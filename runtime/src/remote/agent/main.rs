//! What the program does on a host.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use batou_core::shipping::{self, ShippingError};

use super::directory::{Directory, because, refusal};
use super::install::{cache_directory, verify};
use super::listen::{Heard, ShippingLine, State, Step, listen};
use super::serve::{Outgoing, serve};
use super::streams;
use super::watcher::{WORKER, follow_watcher, watch};
use crate::cli::ExitCode;
use crate::events::Event;
use crate::interpreter::report_module::{self, Person};
use crate::remote::messages::Answer;
use crate::remote::protocol::{
    AgentHello, ChannelError, FromAgent, Outlet, PATIENCE_OF_AGENT, PatientReader, Place, Prepared, READY, Refusal,
    ToAgent, VERSION, open,
};

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
    let mut heard = listen(inlet);
    if outlet.send(&FromAgent::Hello(hello)).is_ok() {
        // Whoever is told of an error is gone with the connection.
        let _ = converse(&mut heard, &outlet);
    }
    Ok(())
}

/// Does what is asked for, in order, until the deploying side is gone.
fn converse(heard: &mut Heard, outlet: &Outlet<FromAgent>) -> Result<(), ChannelError> {
    let mut directory = None;
    while let Ok(step) = heard.steps.recv() {
        match step {
            Step::Prepare(prepare) => {
                let answer = Directory::prepare(&prepare).map(|prepared| {
                    let project = prepared.project.to_string_lossy().into_owned();
                    directory = Some(prepared);
                    Prepared { project }
                });
                outlet.send(&FromAgent::Prepared(answer))?;
            }
            Step::Receive(place) => {
                let received = receive(&place, directory.as_ref(), heard, outlet)?;
                outlet.send(&FromAgent::Received(received))?;
            }
            Step::Request(first) => {
                if let Some(replies) = heard.replies.take() {
                    let asking = outlet.clone();
                    report_module::connect_person(Person::new(replies, move |prompt| {
                        // The listener notices that the deploying side is gone.
                        let _ = asking.send(&FromAgent::Ask(prompt));
                    }));
                }
                let outgoing: Arc<dyn Outgoing> =
                    Arc::new(ToController { outlet: outlet.clone(), state: Arc::clone(&heard.state) });
                let next = || match heard.steps.recv() {
                    Ok(Step::Request(request)) => Some(request),
                    // The end, or files for a model that is there already.
                    _ => None,
                };
                serve(first, &mut std::iter::from_fn(next), &outgoing);
                return Ok(());
            }
            Step::Ship(_) => return Err(ChannelError::Garbage("files that nobody asked for".to_owned())),
        }
    }
    Ok(())
}

fn receive(
    place: &Place,
    directory: Option<&Directory>,
    heard: &Heard,
    outlet: &Outlet<FromAgent>,
) -> Result<Result<String, Refusal>, ChannelError> {
    let root = match (place, directory) {
        (_, None) => return Ok(Err(refusal("files came before the directory was ready"))),
        (Place::Repository, Some(directory)) => directory.root.clone(),
        (Place::Package(name), Some(_)) => match package_directory(name) {
            Ok(path) => path,
            Err(refused) => return Ok(Err(refused)),
        },
    };
    let mut line = ShippingLine { steps: &heard.steps, outlet };
    let interrupted = || heard.state.is_ending();
    match shipping::receive(&root, &mut line, &interrupted) {
        Ok(_) => Ok(Ok(root.to_string_lossy().into_owned())),
        Err(ShippingError::Line(_)) => Err(ChannelError::Ended),
        Err(error) => {
            let refused = because(refusal(format!("cannot bring the files to {}", root.display())), &error);
            Ok(Err(match error.hint() {
                Some(hint) => refused.with_hint(hint),
                None => refused,
            }))
        }
    }
}

/// Where a package lives on this host.
fn package_directory(name: &str) -> Result<PathBuf, Refusal> {
    let is_plain = !name.is_empty()
        && !name.starts_with('.')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.+".contains(letter));
    if !is_plain {
        return Err(refusal(format!("`{name}` is no name of a package")));
    }
    let cache = cache_directory().ok_or_else(|| refusal("the user on the host has no home directory"))?;
    Ok(cache.join("packages/sent").join(name))
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
