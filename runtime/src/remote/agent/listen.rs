//! Hearing the deploying side while something is done for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use batou_core::shipping::{FromController, FromTarget, Line, LineError};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::remote::messages::Request;
use crate::remote::protocol::{ChannelError, FromAgent, Inlet, Outlet, Place, Prepare, ToAgent};
use crate::signals::spawn_without_signals;

/// How long the work may take to end in order after the deploying side is gone.
const GRACE: Duration = Duration::from_secs(10);

/// Something that the deploying side wants.
pub(super) enum Step {
    Prepare(Prepare),
    Receive(Place),
    Ship(FromController),
    Request(Request),
}

/// What the deploying side wants.
pub(super) struct Heard {
    pub steps: Receiver<Step>,
    /// What a person answers.
    pub replies: Receiver<Option<String>>,
    pub state: Arc<State>,
}

/// What both threads know.
#[derive(Default)]
pub(super) struct State {
    is_interpreting: AtomicBool,
    is_ending: AtomicBool,
}

impl State {
    /// Whether the work has to end.
    pub(super) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::SeqCst)
    }

    /// Tells whether definitions run, which a signal can end.
    pub(super) fn set_interpreting(&self, is_interpreting: bool) {
        self.is_interpreting.store(is_interpreting, Ordering::SeqCst);
        if is_interpreting && self.is_ending() {
            interrupt();
        }
    }

    /// Ends what is being done. A second time would interrupt how it ends.
    fn end(&self) {
        let is_first = !self.is_ending.swap(true, Ordering::SeqCst);
        if is_first && self.is_interpreting.load(Ordering::SeqCst) {
            interrupt();
        }
    }
}

/// The interpreter makes an exception of it, which ends commands that it waits for.
fn interrupt() {
    // This process is there.
    let _ = kill(Pid::this(), Signal::SIGTERM);
}

/// Hears the deploying side until it is gone. Then, or when it says so, what is being done is ended.
pub(super) fn listen(inlet: Inlet<ToAgent>) -> Heard {
    let (sender, steps) = channel();
    let (replying, replies) = channel();
    let state = Arc::new(State::default());
    let known = Arc::clone(&state);
    spawn_without_signals(move || {
        while hear(&inlet, &sender, &replying, &known) {}
        drop((sender, replying));
        known.end();
        std::thread::sleep(GRACE);
        // Nobody is left who could be told.
        #[expect(clippy::exit, reason = "the work hangs, and nobody waits for it any more")]
        std::process::exit(1);
    });
    Heard { steps, replies, state }
}

/// Whether there may be more to hear.
fn hear(inlet: &Inlet<ToAgent>, steps: &Sender<Step>, replies: &Sender<Option<String>>, state: &State) -> bool {
    let step = match inlet.receive() {
        Ok(ToAgent::Prepare(prepare)) => Step::Prepare(prepare),
        Ok(ToAgent::Receive(place)) => Step::Receive(place),
        Ok(ToAgent::Ship(message)) => Step::Ship(message),
        Ok(ToAgent::Request(request)) => Step::Request(request),
        Ok(ToAgent::Reply(line)) => {
            // Who does not ask does not listen.
            let _ = replies.send(line);
            return true;
        }
        Ok(ToAgent::Cancel(())) => {
            state.end();
            return true;
        }
        Ok(ToAgent::Hello(_)) => return true,
        Err(_) => return false,
    };
    steps.send(step).is_ok()
}

/// The line on which files arrive.
pub(super) struct ShippingLine<'a> {
    pub steps: &'a Receiver<Step>,
    pub outlet: &'a Outlet<FromAgent>,
}

impl Line for ShippingLine<'_> {
    type Sent = FromTarget;
    type Received = FromController;

    fn send(&mut self, message: FromTarget) -> Result<(), LineError> {
        self.outlet.send(&FromAgent::Ship(message)).map_err(|error| LineError(Box::new(error)))
    }

    fn receive(&mut self) -> Result<FromController, LineError> {
        match self.steps.recv() {
            Ok(Step::Ship(message)) => Ok(message),
            Ok(_) => Err(LineError(Box::new(ChannelError::Garbage("something else than files".to_owned())))),
            Err(_) => Err(LineError(Box::new(ChannelError::Ended))),
        }
    }
}
