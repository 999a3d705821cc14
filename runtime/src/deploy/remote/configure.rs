//! From connected hosts to a model on each of them.

use std::collections::BTreeMap;
use std::time::Instant;

use super::super::local::{End, Run};
use super::hosts::{Hosts, Stage};
use super::waiting::Waiting;
use crate::events::{Event, Markup, Style};
use crate::remote::controller::{Report, merged};
use crate::remote::messages::{Answer, Failure, Root};

/// What the hosts answered.
#[derive(Default)]
struct Answers {
    failures: BTreeMap<String, Vec<Failure>>,
    /// The root components, and the number of the host that listed them.
    roots: Option<(usize, Vec<Root>)>,
    /// On how many hosts the work was ended by something else than the model.
    broken: usize,
}

impl Hosts {
    /// Waits until each host has configured the model or is lost; gives the root components in their order, and how many hosts are lost.
    pub(super) fn configure(&mut self, run: &mut Run<'_>) -> Result<(Vec<Root>, usize), End> {
        let connecting = Instant::now();
        let mut configuring = None;
        let mut waiting = Waiting::begin();
        let mut answers = Answers::default();
        let mut unreachable = 0;
        while self.hosts.iter().any(|host| matches!(host.stage, Stage::Connecting | Stage::Configuring)) {
            let (number, report) = self.next(run, Some(&mut waiting))?;
            match report {
                Report::Configuring { outlet } => {
                    let host = &mut self.hosts[number];
                    (host.stage, host.outlet) = (Stage::Configuring, Some(outlet));
                    "configuring the model".clone_into(&mut host.doing);
                }
                Report::Failed(failure) => {
                    match self.hosts[number].stage {
                        Stage::Connecting => unreachable += 1,
                        _ => answers.broken += 1,
                    }
                    self.lose(run, number, failure);
                }
                Report::Answer(answer) => {
                    self.hosts[number].stage = Stage::Configured;
                    self.show_held_back(run, number);
                    self.take(run, number, answer, &mut answers)?;
                }
                Report::Ask(prompt) => self.ask(run, number, &prompt)?,
                other => self.tell(run, number, other),
            }
            if configuring.is_none() && self.hosts.iter().all(|host| host.stage != Stage::Connecting) {
                configuring = Some(Instant::now());
                run.durations.connect = Some(connecting.elapsed().as_secs_f64());
            }
        }
        run.durations.configure = configuring.map(|since| since.elapsed().as_secs_f64());
        let keeps_going = run.options.remote.keep_going;
        if !answers.failures.is_empty() {
            run.step = "configure";
            self.show_failures(run, answers.failures);
            return Err(End::Reported);
        }
        if unreachable > 0 && (!keeps_going || unreachable == self.hosts.len()) {
            self.tell_about_others(run, unreachable);
            return Err(if self.is_busy { End::Busy } else { End::Reported });
        }
        run.step = "configure";
        if answers.broken > 0 && !keeps_going {
            return Err(End::Reported);
        }
        // All hosts configure the whole environment; the first one's order is as good as any.
        let roots = answers.roots.map(|(_, roots)| roots).ok_or(End::Reported)?;
        Ok((roots, unreachable + answers.broken))
    }

    fn take(&self, run: &Run<'_>, number: usize, answer: Answer, answers: &mut Answers) -> Result<(), End> {
        let name = &self.hosts[number].name;
        match answer {
            Answer::Configured(configured) if configured.failures.is_empty() => {
                if answers.roots.as_ref().is_none_or(|(other, _)| number < *other) {
                    answers.roots = Some((number, configured.roots));
                }
            }
            Answer::Configured(configured) => {
                answers.failures.insert(name.clone(), configured.failures);
            }
            Answer::Failed(failure) => {
                answers.failures.insert(name.clone(), vec![failure]);
            }
            Answer::Interrupted => {
                self.interrupted(run, name)?;
                answers.broken += 1;
            }
            Answer::Deployed { .. } => answers.broken += 1,
        }
        Ok(())
    }

    /// Tells why the run ends although some hosts could go on.
    fn tell_about_others(&self, run: &Run<'_>, unreachable: usize) {
        let total = self.hosts.len();
        let others = match total - unreachable {
            0 => return,
            1 => "the other one",
            _ => "the others",
        };
        let text = format!(
            "the run ends here, as {unreachable} of {total} hosts cannot be worked on; --keep-going goes on with {others}"
        );
        run.reporter.emit(Event::line(text));
    }

    fn show_failures(&self, run: &Run<'_>, failures: BTreeMap<String, Vec<Failure>>) {
        let asked = failures.len();
        let all: Vec<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
        let reporting_all = asked == all.len();
        let merged = merged(failures);
        for one in &merged {
            run.reporter.emit(Event::line(""));
            one.failure.report.iter().for_each(|event| run.reporter.emit(event.clone()));
            let list =
                |names: &mut dyn Iterator<Item = &String>| names.map(String::as_str).collect::<Vec<_>>().join(", ");
            if !one.affected.is_empty() {
                run.reporter.emit(Event::field("Affected hosts", list(&mut one.affected.iter())));
            }
            if !reporting_all || one.reporting.len() < all.len() {
                run.reporter.emit(Event::field("Reporting hosts", list(&mut one.reporting.iter())));
                let others: Vec<&str> = all.iter().copied().filter(|name| !one.reporting.contains(*name)).collect();
                run.reporter.emit(Event::field("Not reporting", others.join(", ")));
            }
        }
        let noun = if merged.len() == 1 { "ERROR" } else { "ERRORS" };
        let title = format!("{} {noun} - CONFIGURATION FAILED", merged.len());
        run.reporter.emit(Event::Rule { character: "=".to_owned(), title, style: Style::of(&[Markup::Red]) });
    }
}
