//! Root components of all hosts, each as soon as those that it needs are done.

use std::collections::HashMap;

use super::super::local::{End, Run};
use super::hosts::{Hosts, Stage};
use crate::events::{Action, Event};
use crate::remote::controller::{Report, Schedule, State};
use crate::remote::messages::{Answer, Request, Root};
use crate::remote::protocol::ToAgent;

impl Hosts {
    /// Has the hosts deploy in the order of the dependencies.
    pub(super) fn deploy(&mut self, run: &Run<'_>, schedule: &mut Schedule, total: usize) -> Result<(), End> {
        let predicting = run.options.action == Action::Prediction;
        run.reporter.emit(Event::section(if predicting { "Predicting deployment actions" } else { "Deploying" }));
        for host in self.hosts.iter().filter(|host| host.stage == Stage::Gone) {
            schedule.lose(&host.name);
        }
        for root in schedule.roots() {
            if let Some(reason) = root.skipped
                && self.number_of(&root.host).is_some()
            {
                let (host, component) = (root.host.clone(), root.component.clone());
                run.reporter.emit(Event::ComponentSkipped { host, component, reason });
            }
        }
        let mut working: HashMap<usize, usize> = HashMap::new();
        let mut is_failed = false;
        loop {
            for root in schedule.start() {
                let (host, component) = (schedule.roots()[root].host.clone(), schedule.roots()[root].component.clone());
                let Some(number) = self.number_of(&host) else { continue };
                let done = run.reporter.tally().done();
                run.reporter.emit(Event::Progress { done, total, host: host.clone(), component: component.clone() });
                working.insert(number, root);
                if self.is_alone() {
                    run.reporter.emit(Event::ComponentStarted { host, component: component.clone() });
                } else {
                    self.hosts[number].held_back.push(Event::ComponentStarted { host, component: component.clone() });
                }
                if let Some(outlet) = &self.hosts[number].outlet {
                    // A connection that is lost is told by its thread.
                    let _ = outlet.send(&ToAgent::Request(Request::Deploy { component }));
                }
            }
            if schedule.is_idle() {
                break;
            }
            let (number, report) = self.next(run, None)?;
            match report {
                Report::Answer(answer) => {
                    self.show_held_back(run, number);
                    let Some(root) = working.remove(&number) else { continue };
                    schedule.finish(root, matches!(answer, Answer::Deployed { .. }));
                    match answer {
                        Answer::Deployed { changed } => {
                            let Root { host, component, .. } = schedule.roots()[root].clone();
                            run.reporter.emit(Event::ComponentFinished { host, component, changed });
                        }
                        Answer::Failed(failure) => {
                            is_failed = true;
                            failure.report.into_iter().for_each(|event| run.reporter.emit(event));
                        }
                        Answer::Interrupted => {
                            self.interrupted(run, number)?;
                            is_failed = true;
                        }
                        Answer::Configured(_) => is_failed = true,
                    }
                }
                Report::Failed(failure) => {
                    is_failed = true;
                    working.remove(&number);
                    schedule.lose(&self.hosts[number].name);
                    self.lose(run, number, failure);
                }
                Report::Ask(prompt) => self.ask(run, number, &prompt)?,
                other => self.tell(run, number, other),
            }
        }
        let is_done = |state: &State| matches!(state, State::Done | State::LeftOut);
        if is_failed || !schedule.states().iter().all(is_done) { Err(End::Reported) } else { Ok(()) }
    }
}
