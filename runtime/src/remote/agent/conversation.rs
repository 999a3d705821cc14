//! What is said before the work: where it is to be done, and with which files.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use batou_core::shipping::{self, ShippingError};

use super::directory::{Directory, because, refusal};
use super::install::cache_directory;
use super::listen::{ShippingLine, State, Step};
use crate::remote::messages::Request;
use crate::remote::protocol::{ChannelError, FromAgent, Outlet, Place, Prepared, Refusal};

/// What is done for the deploying side, in order. Holds the lock of the directory.
pub(super) struct Conversation {
    steps: Receiver<Step>,
    state: Arc<State>,
    outlet: Outlet<FromAgent>,
    directory: Option<Directory>,
}

impl Conversation {
    pub(super) fn new(steps: Receiver<Step>, state: Arc<State>, outlet: Outlet<FromAgent>) -> Self {
        Self { steps, state, outlet, directory: None }
    }

    /// Brings the files here and hands on what is wanted after that, until the deploying side is gone.
    pub(super) fn hold(&mut self, requests: &Sender<Request>) -> Result<(), ChannelError> {
        while let Ok(step) = self.steps.recv() {
            match step {
                Step::Prepare(prepare) => {
                    let answer = Directory::prepare(&prepare).map(|prepared| {
                        let project = prepared.project.to_string_lossy().into_owned();
                        self.directory = Some(prepared);
                        Prepared { project }
                    });
                    self.outlet.send(&FromAgent::Prepared(answer))?;
                }
                Step::Receive(place) => {
                    let received = self.receive(&place)?;
                    self.outlet.send(&FromAgent::Received(received))?;
                }
                Step::Request(first) => {
                    self.hand_on(first, requests);
                    return Ok(());
                }
                Step::Ship(_) => return Err(ChannelError::Garbage("files that nobody asked for".to_owned())),
            }
        }
        Ok(())
    }

    /// Hands on requests and nothing else: what is at work does not get other files.
    fn hand_on(&self, first: Request, requests: &Sender<Request>) {
        let mut next = Some(first);
        while let Some(request) = next
            && requests.send(request).is_ok()
        {
            next = match self.steps.recv() {
                Ok(Step::Request(request)) => Some(request),
                _ => None,
            };
        }
    }

    fn receive(&self, place: &Place) -> Result<Result<String, Refusal>, ChannelError> {
        let root = match (place, &self.directory) {
            (_, None) => return Ok(Err(refusal("files came before the directory was ready"))),
            (Place::Repository, Some(directory)) => directory.root.clone(),
            (Place::Package(name), Some(_)) => match package_directory(name) {
                Ok(path) => path,
                Err(refused) => return Ok(Err(refused)),
            },
        };
        let mut line = ShippingLine { steps: &self.steps, outlet: &self.outlet };
        let interrupted = || self.state.is_ending();
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
