//! Root components of all hosts, each as soon as those that it needs are done.

use std::collections::BTreeMap;

use super::super::local::{End, Run};
use super::hosts::{Hosts, Stage};
use super::waiting::Waiting;
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
        // The numbers of root components by those of the hosts that work on them.
        let mut working: BTreeMap<usize, usize> = BTreeMap::new();
        let mut is_failed = false;
        let mut waiting = Waiting::begin();
        loop {
            let started = schedule.start();
            let is_nothing_new = started.is_empty();
            for root in started {
                tell_progress(run, &schedule.roots()[root], total);
                if let Some(number) = self.start(run, schedule, root) {
                    working.insert(number, root);
                }
            }
            // Whoever is left works on what was started before.
            if let Some(root) = working.values().next().filter(|_| is_nothing_new) {
                tell_progress(run, &schedule.roots()[*root], total);
            }
            if schedule.is_idle() {
                break;
            }
            let before = working.len();
            while working.len() == before {
                // A single host tells itself what takes long.
                let waiting = if self.is_alone() { None } else { Some(&mut waiting) };
                let (number, report) = self.next(run, waiting)?;
                match report {
                    Report::Answer(answer) => {
                        self.hosts[number].stage = Stage::Configured;
                        self.show_held_back(run, number);
                        if let Some(root) = working.remove(&number) {
                            is_failed |= !self.finish(run, schedule, root, answer)?;
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
        }
        let is_done = |state: &State| matches!(state, State::Done | State::LeftOut);
        if is_failed || !schedule.states().iter().all(is_done) { Err(End::Reported) } else { Ok(()) }
    }

    /// Has a host work on a root component, and gives its number.
    fn start(&mut self, run: &Run<'_>, schedule: &Schedule, root: usize) -> Option<usize> {
        let Root { host, component, .. } = schedule.roots()[root].clone();
        let number = self.number_of(&host)?;
        let is_alone = self.is_alone();
        let worker = &mut self.hosts[number];
        worker.stage = Stage::Deploying;
        worker.doing.clone_from(&component);
        let started = Event::ComponentStarted { host, component: component.clone() };
        if is_alone {
            run.reporter.emit(started)
        } else {
            worker.held_back.push(started)
        }
        if let Some(outlet) = &worker.outlet {
            // A connection that is lost is told by its thread.
            let _ = outlet.send(&ToAgent::Request(Request::Deploy { component }));
        }
        Some(number)
    }

    /// Tells what became of a root component; gives whether it is as described.
    fn finish(&self, run: &Run<'_>, schedule: &mut Schedule, root: usize, answer: Answer) -> Result<bool, End> {
        let is_done = matches!(answer, Answer::Deployed { .. });
        schedule.finish(root, is_done);
        let Root { host, component, .. } = schedule.roots()[root].clone();
        match answer {
            Answer::Deployed { changed } => run.reporter.emit(Event::ComponentFinished { host, component, changed }),
            Answer::Failed(failure) => failure.report.into_iter().for_each(|event| run.reporter.emit(event)),
            Answer::Interrupted => self.interrupted(run, &host)?,
            Answer::Configured(_) => {}
        }
        Ok(is_done)
    }
}

/// Tells how many root components are done, and that this one is not.
fn tell_progress(run: &Run<'_>, root: &Root, total: usize) {
    let done = run.reporter.tally().done();
    run.reporter.emit(Event::Progress { done, total, host: root.host.clone(), component: root.component.clone() });
}
