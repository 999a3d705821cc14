//! The hosts of a run, and what they say.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::super::local::{End, Run};
use super::super::model::ask_person;
use super::waiting::Waiting;
use crate::cli::{CommandError, ErrorKind};
use crate::events::{Action, Event};
use crate::remote::controller::{HostFailure, HostJob, Plan, Report, Schedule, Side, left_lines};
use crate::remote::protocol::{Outlet, ToAgent};
use crate::remote::transport::{Connecting, Notice};

/// How often this process looks whether somebody wants it to end.
const TICK: Duration = Duration::from_millis(50);

/// How long hosts may take to end what they do after they were asked to.
const PARTING: Duration = Duration::from_secs(12);

/// Shorter waiting for that is not worth a word.
const SHORT: Duration = Duration::from_millis(500);

/// How far a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It is connected, and gets the repository.
    Connecting,
    /// It configures the model.
    Configuring,
    /// It has told what came of that, and waits for a root component.
    Configured,
    /// It works on one.
    Deploying,
    /// Its connection has ended.
    Gone,
}

/// What is known about a host that is worked on.
pub(super) struct Host {
    pub name: String,
    pub stage: Stage,
    /// What it does, for people who wait.
    pub doing: String,
    /// Set from when it configures the model on.
    pub outlet: Option<Outlet<ToAgent>>,
    /// What it told about the component that it works on, while others work too.
    pub held_back: Vec<Event>,
}

/// The hosts of a run.
pub(super) struct Hosts {
    pub hosts: Vec<Host>,
    /// Whether nothing worse happened than that somebody else deploys.
    pub is_busy: bool,
    reports: Receiver<(usize, Report)>,
    connecting: Arc<Connecting>,
}

impl Hosts {
    /// Begins to connect all hosts; each configures the model as soon as it has the files.
    pub(super) fn connect(run: &Run<'_>, plan: &Plan, selected: &[String], side: Side) -> Self {
        run.reporter.emit(Event::section("Connecting hosts and configuring model"));
        let side = Arc::new(side);
        let connecting = Arc::clone(&side.ssh.connecting);
        let (sender, reports) = channel();
        let mut hosts = Vec::new();
        for host in plan.hosts.iter().filter(|host| selected.contains(&host.name)) {
            if host.is_ignored {
                run.reporter.emit(Event::step(&host.name, "Connection ignored", "🌐"));
                continue;
            }
            let number = hosts.len();
            run.reporter.emit(Event::debug_step(&host.name, "connecting", "🌐"));
            let job = HostJob { number, host: host.clone(), side: Arc::clone(&side), reports: sender.clone() };
            std::thread::spawn(move || job.run());
            hosts.push(Host {
                name: host.name.clone(),
                stage: Stage::Connecting,
                doing: "connecting".to_owned(),
                outlet: None,
                held_back: Vec::new(),
            });
        }
        Self { hosts, is_busy: true, reports, connecting }
    }

    /// Configures and deploys; gives what ended that early.
    pub(super) fn work(&mut self, run: &mut Run<'_>, jobs: usize, started: Instant) -> Result<(), End> {
        if self.hosts.is_empty() {
            return Err(CommandError::failed("there is no host to deploy").with_hint("all of them are ignored").into());
        }
        let keep_going = run.options.remote.keep_going;
        let (roots, lost) = self.configure(run)?;
        let mut deployed = Ok(());
        let mut planned = roots.len();
        if run.options.action != Action::ConsistencyCheck {
            run.step = "deploy";
            let deploying = Instant::now();
            let names: Vec<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
            planned = roots.iter().filter(|root| names.contains(&root.host.as_str())).count();
            let mut schedule = Schedule::new(roots, |host| names.contains(&host), jobs, keep_going);
            deployed = self.deploy(run, &mut schedule, planned);
            run.durations.deploy = Some(deploying.elapsed().as_secs_f64());
            if deployed.is_err() || lost > 0 {
                // What hosts still have to say comes before what is left.
                self.part(run);
                for line in left_lines(&schedule) {
                    run.reporter.emit(Event::line(line));
                }
            }
        }
        run.durations.total = started.elapsed().as_secs_f64();
        run.reporter.emit(run.reporter.tally().summary(run.options.action, planned, run.durations));
        if lost > 0 && deployed.is_ok() {
            return Err(End::Reported);
        }
        deployed
    }

    /// The next report, unless somebody wants this process to end.
    pub(super) fn next(&self, run: &Run<'_>, mut waiting: Option<&mut Waiting>) -> Result<(usize, Report), End> {
        loop {
            run.vm.check_signals()?;
            if let Some(waiting) = &mut waiting
                && let Some(text) = waiting.text(&self.hosts)
            {
                run.reporter.emit(Event::Activity { text });
            }
            match self.reports.recv_timeout(TICK) {
                Ok(report) => return Ok(report),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    let error = CommandError::new(ErrorKind::Defect, "the threads of all hosts are gone");
                    return Err(error.into());
                }
            }
        }
    }

    pub(super) fn number_of(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|host| host.name == name)
    }

    /// Whether there is nobody whose output could come in between.
    pub(super) fn is_alone(&self) -> bool {
        self.hosts.len() == 1
    }

    pub(super) fn tell(&mut self, run: &Run<'_>, number: usize, report: Report) {
        let is_alone = self.is_alone();
        let host = &mut self.hosts[number];
        match report {
            Report::Notice(Notice::Step(message)) => {
                run.reporter.emit(Event::debug_step(&host.name, &message, "🌐"));
                host.doing = message;
            }
            Report::Notice(Notice::Progress(text)) => host.doing = text,
            Report::Said(text) => {
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    let event = Event::line(format!("{}: {line}", host.name));
                    if is_alone { run.reporter.emit(event) } else { host.held_back.push(event) }
                }
            }
            Report::Event(event) if is_alone => run.reporter.emit(event),
            // Later nobody would want to know.
            Report::Event(Event::Activity { text }) => host.doing = text,
            Report::Event(event) => host.held_back.push(event),
            Report::Closed => host.stage = Stage::Gone,
            Report::Configuring { .. } | Report::Answer(_) | Report::Ask(_) | Report::Failed(_) => {}
        }
    }

    /// The work on a host was ended there: in its debugger, if there is only this one.
    pub(super) fn interrupted(&self, run: &Run<'_>, host: &str) -> Result<(), End> {
        if self.is_alone() {
            return Err(End::Interrupted);
        }
        run.reporter.emit(Event::error(format!("{host}: somebody ended the work on the host")));
        Ok(())
    }

    /// Has the person at the terminal answer a host. Meanwhile the threads of hosts keep their connections.
    pub(super) fn ask(&self, run: &Run<'_>, number: usize, prompt: &str) -> Result<(), End> {
        let line = ask_person(prompt, run.vm)?;
        if let Some(outlet) = &self.hosts[number].outlet {
            // A connection that is lost is told by its thread.
            let _ = outlet.send(&ToAgent::Reply(line));
        }
        Ok(())
    }

    pub(super) fn show_held_back(&mut self, run: &Run<'_>, number: usize) {
        for event in self.hosts[number].held_back.drain(..) {
            run.reporter.emit(event);
        }
    }

    pub(super) fn lose(&mut self, run: &Run<'_>, number: usize, failure: HostFailure) {
        self.show_held_back(run, number);
        let host = &mut self.hosts[number];
        host.stage = Stage::Gone;
        host.outlet = None;
        self.is_busy &= matches!(&failure, HostFailure::Refused(refusal) if refusal.is_busy);
        let name = &host.name;
        let (message, causes, hints) = match failure {
            HostFailure::Lost(error) => (format!("{name}: {}", error.message), error.said, error.hints),
            HostFailure::Refused(refusal) => (format!("{name}: {}", refusal.message), refusal.causes, refusal.hints),
            HostFailure::Unsendable(error) => {
                let hints = error.hint().into_iter().collect();
                (format!("{name}: {error}"), Vec::new(), hints)
            }
        };
        run.reporter.emit(Event::Error { message, causes, hints });
    }

    /// Ends all connections; hosts that still work are asked to end, and get a moment for that.
    pub(super) fn part(&mut self, run: &Run<'_>) {
        let until = Instant::now() + PARTING;
        let mut told_at = Some(Instant::now() + SHORT);
        self.connecting.end();
        for outlet in self.hosts.iter().filter_map(|host| host.outlet.as_ref()) {
            // Who does not get it notices the end of the connection.
            let _ = outlet.send(&ToAgent::Cancel(()));
            outlet.close();
        }
        while self.hosts.iter().any(|host| host.outlet.is_some() && host.stage != Stage::Gone) {
            let left = until.saturating_duration_since(Instant::now());
            // Another Ctrl-C ends the waiting.
            if left.is_zero() || run.vm.check_signals().is_err() {
                break;
            }
            if told_at.is_some_and(|time| Instant::now() > time) {
                told_at = None;
                let text = "ending what hosts do; Ctrl-C does not wait for it".to_owned();
                run.reporter.emit(Event::Activity { text });
            }
            match self.reports.recv_timeout(left.min(TICK)) {
                Ok((number, Report::Closed | Report::Failed(_))) => self.hosts[number].stage = Stage::Gone,
                Ok((number, report)) => self.tell(run, number, report),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for number in 0..self.hosts.len() {
            self.hosts[number].outlet = None;
            self.show_held_back(run, number);
        }
    }
}
