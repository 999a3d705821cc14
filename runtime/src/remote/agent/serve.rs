//! Answering the requests of the deploying side, one at a time.

use std::io;
use std::sync::Arc;

use batou_bindings::model::deploy as walk;
use rustpython_vm::Interpreter;

use super::super::messages::{Answer, Request, Setup};
use super::session::Session;
use crate::cli::OutputOptions;
use crate::deploy::{connect_output, connect_person, release_output};
use crate::events::Event;
use crate::interpreter::{self, report_module};
use crate::report::{Renderer, Reporter};

/// Where answers and events of an agent go.
pub trait Outgoing: Send + Sync {
    /// Something happened.
    ///
    /// # Errors
    /// The deploying side is gone.
    fn event(&self, event: &Event) -> io::Result<()>;

    /// A request is done. A deploying side that is gone is noticed by the reader of requests.
    fn answer(&self, answer: Answer);

    /// Whether definitions run from now on, which a signal can end.
    fn set_interpreting(&self, is_interpreting: bool);
}

struct Events(Arc<dyn Outgoing>);

impl Renderer for Events {
    fn render(&mut self, event: &Event) -> io::Result<()> {
        self.0.event(event)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Configures the model of a host and deploys its components as it is asked to, until there are no more requests. Whoever feeds the requests
/// also has to end what is being done when the deploying side goes away.
///
/// The interpreter is built before the first request comes, as that takes a while.
pub fn serve(requests: &mut dyn Iterator<Item = Request>, outgoing: &Arc<dyn Outgoing>) {
    let interpreter = interpreter::build(interpreter::Options::for_deployment());
    match requests.next() {
        Some(Request::Configure(setup)) => match std::env::set_current_dir(&setup.project) {
            Ok(()) => work(&interpreter, &setup, requests, outgoing),
            Err(error) => {
                let project = setup.project.display();
                let what = format!("cannot enter the directory {project} of the project: {error}");
                outgoing.answer(Answer::failed(&what));
            }
        },
        Some(Request::Deploy { component }) => outgoing.answer(Answer::refused(&component)),
        None => {}
    }
    // What is left of it goes with the process; freeing it piece by piece takes time.
    std::mem::forget(interpreter);
}

fn work(
    interpreter: &Interpreter,
    setup: &Setup,
    requests: &mut dyn Iterator<Item = Request>,
    outgoing: &Arc<dyn Outgoing>,
) {
    let reporter = Reporter::new(Events(outgoing.clone()));
    report_module::connect(&reporter);
    interpreter.enter(|vm| {
        // What definitions print are events too, as with JSON lines.
        let output = OutputOptions { debug: setup.debug, json: true, ..OutputOptions::default() };
        let connected = interpreter::import_from(&setup.project, &setup.packages, vm)
            .and_then(|()| connect_output(&output, vm))
            .and_then(|()| connect_person(setup.can_ask, vm));
        let (answer, session) = match connected {
            Ok(()) => {
                outgoing.set_interpreting(true);
                let begun = Session::begin(setup, &reporter, vm);
                outgoing.set_interpreting(false);
                begun
            }
            Err(exception) => (super::failures::answer(&exception, setup, &reporter, vm), None),
        };
        reporter.release();
        outgoing.answer(answer);
        // Without a model there is nothing to do, but leaving is up to the deploying side.
        for request in requests {
            let answer = match (request, &session) {
                (Request::Deploy { component }, Some(session)) => {
                    outgoing.set_interpreting(true);
                    let answer = session.deploy(&component);
                    outgoing.set_interpreting(false);
                    answer
                }
                (Request::Deploy { component }, None) => Answer::refused(&component),
                (Request::Configure(_), _) => Answer::refused("a second model"),
            };
            reporter.release();
            outgoing.answer(answer);
        }
        walk::finish();
        interpreter::wind_down(vm);
        release_output(vm);
        reporter.release();
    });
}
