//! The hosts of a run, and what they are asked for in which order.

use std::collections::{BTreeMap, HashMap};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::super::local::{End, Run};
use super::super::model::ask_person;
use crate::cli::{CommandError, ErrorKind};
use crate::events::{Action, Event, Markup, Style};
use crate::remote::controller::{HostFailure, HostJob, Plan, Report, Schedule, Side, State, left_lines, merged};
use crate::remote::messages::{Answer, Failure, Request, Root, Settings, Setup};
use crate::remote::protocol::{ChannelError, Outlet, ToAgent};
use crate::remote::transport::Connecting;

/// How often this process looks whether somebody wants it to end.
const TICK: Duration = Duration::from_millis(50);

/// How long hosts may take to end what they do after they were asked to.
const PARTING: Duration = Duration::from_secs(12);

/// What is known about a host that is worked on.
struct Host {
    name: String,
    /// Set while it can be asked for something.
    ready: Option<(Outlet<ToAgent>, PathBuf, Vec<PathBuf>)>,
    /// What it told about the component that it works on, while others work too.
    held_back: Vec<Event>,
    is_gone: bool,
}

/// The hosts of a run.
pub(super) struct Hosts {
    hosts: Vec<Host>,
    /// Whether nothing worse happened than that somebody else deploys.
    is_busy: bool,
    reports: Receiver<(usize, Report)>,
    connecting: Arc<Connecting>,
}

impl Hosts {
    /// Begins to connect all hosts.
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
            hosts.push(Host { name: host.name.clone(), ready: None, held_back: Vec::new(), is_gone: false });
        }
        Self { hosts, is_busy: true, reports, connecting }
    }

    /// Configures and deploys; gives what ended that early.
    pub(super) fn work(
        &mut self,
        run: &mut Run<'_>,
        plan: Plan,
        settings: Settings,
        jobs: usize,
        started: Instant,
        connecting: Instant,
    ) -> Result<(), End> {
        if self.hosts.is_empty() {
            return Err(CommandError::failed("there is no host to deploy").with_hint("all of them are ignored").into());
        }
        let keep_going = run.options.remote.keep_going;
        let total = self.hosts.len();
        let lost = self.until_ready(run)?;
        run.durations.connect = Some(connecting.elapsed().as_secs_f64());
        if lost > 0 && (!keep_going || lost == total) {
            return Err(if self.is_busy { End::Busy } else { End::Reported });
        }
        run.step = "configure";
        let configuring = Instant::now();
        let roots = self.configure(run, plan, settings)?;
        run.durations.configure = Some(configuring.elapsed().as_secs_f64());
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
    fn next(&self, run: &Run<'_>) -> Result<(usize, Report), End> {
        loop {
            run.vm.check_signals()?;
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

    /// Waits until each host can be asked for a model or cannot be; gives the number of the latter.
    fn until_ready(&mut self, run: &Run<'_>) -> Result<usize, End> {
        let mut lost = 0;
        while self.hosts.iter().any(|host| host.ready.is_none() && !host.is_gone) {
            let (number, report) = self.next(run)?;
            match report {
                Report::Ready { outlet, project, packages } => {
                    self.hosts[number].ready = Some((outlet, project, packages));
                }
                Report::Failed(failure) => {
                    lost += 1;
                    self.lose(run, number, failure);
                }
                other => self.tell(run, number, other),
            }
        }
        Ok(lost)
    }

    /// Has each host configure the model, and gives the root components in their order.
    fn configure(&mut self, run: &Run<'_>, plan: Plan, settings: Settings) -> Result<Vec<Root>, End> {
        for host in &self.hosts {
            let Some((outlet, project, packages)) = &host.ready else { continue };
            let setup = Setup {
                environment: run.options.environment.to_owned(),
                host: host.name.clone(),
                project: project.clone(),
                packages: packages.clone(),
                action: run.options.action,
                debug: run.options.output.debug,
                can_ask: self.hosts.len() == 1 && std::io::stdin().is_terminal(),
                timeout: plan.timeout,
                platform: Some(plan.platform.clone()),
                settings: settings.clone(),
            };
            // A connection that is lost is told by its thread; what is too large is told here.
            if let Err(error @ ChannelError::TooLarge { .. }) =
                outlet.send(&ToAgent::Request(Request::Configure(Box::new(setup))))
            {
                return Err(CommandError::failed("the settings of the environment cannot be sent")
                    .with_cause(&error)
                    .with_hint("make its secret files smaller")
                    .into());
            }
        }
        let mut waiting: Vec<usize> = (0..self.hosts.len()).filter(|number| !self.hosts[*number].is_gone).collect();
        let mut failures: BTreeMap<String, Vec<Failure>> = BTreeMap::new();
        let mut models: HashMap<usize, Vec<Root>> = HashMap::new();
        let mut is_lost = false;
        while !waiting.is_empty() {
            let (number, report) = self.next(run)?;
            match report {
                Report::Answer(answer) => {
                    waiting.retain(|waiting| *waiting != number);
                    self.show_held_back(run, number);
                    match answer {
                        Answer::Configured(configured) if configured.failures.is_empty() => {
                            models.insert(number, configured.roots);
                        }
                        Answer::Configured(configured) => {
                            failures.insert(self.hosts[number].name.clone(), configured.failures);
                        }
                        Answer::Failed(failure) => {
                            failures.insert(self.hosts[number].name.clone(), vec![failure]);
                        }
                        Answer::Interrupted => {
                            self.interrupted(run, number)?;
                            is_lost = true;
                        }
                        Answer::Deployed { .. } => is_lost = true,
                    }
                }
                Report::Failed(failure) => {
                    waiting.retain(|waiting| *waiting != number);
                    is_lost = true;
                    self.lose(run, number, failure);
                }
                Report::Ask(prompt) => self.ask(run, number, &prompt)?,
                other => self.tell(run, number, other),
            }
        }
        if !failures.is_empty() {
            self.show_failures(run, failures);
            return Err(End::Reported);
        }
        if is_lost && !run.options.remote.keep_going {
            return Err(End::Reported);
        }
        // All hosts configure the whole environment; the first one's order is as good as any.
        models.into_iter().min_by_key(|(number, _)| *number).map(|(_, roots)| roots).ok_or(End::Reported)
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

    /// Has the hosts deploy in the order of the dependencies.
    fn deploy(&mut self, run: &Run<'_>, schedule: &mut Schedule, total: usize) -> Result<(), End> {
        let predicting = run.options.action == Action::Prediction;
        run.reporter.emit(Event::section(if predicting { "Predicting deployment actions" } else { "Deploying" }));
        for host in self.hosts.iter().filter(|host| host.is_gone) {
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
                if let Some((outlet, ..)) = &self.hosts[number].ready {
                    // A connection that is lost is told by its thread.
                    let _ = outlet.send(&ToAgent::Request(Request::Deploy { component }));
                }
            }
            if schedule.is_idle() {
                break;
            }
            let (number, report) = self.next(run)?;
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

    fn number_of(&self, name: &str) -> Option<usize> {
        self.hosts.iter().position(|host| host.name == name)
    }

    /// Whether there is nobody whose output could come in between.
    fn is_alone(&self) -> bool {
        self.hosts.len() == 1
    }

    fn tell(&mut self, run: &Run<'_>, number: usize, report: Report) {
        let is_alone = self.is_alone();
        let host = &mut self.hosts[number];
        match report {
            Report::Step(message) => run.reporter.emit(Event::debug_step(&host.name, message, "🌐")),
            Report::Said(text) => {
                for line in text.lines().filter(|line| !line.trim().is_empty()) {
                    let event = Event::line(format!("{}: {line}", host.name));
                    if is_alone { run.reporter.emit(event) } else { host.held_back.push(event) }
                }
            }
            Report::Event(event) if is_alone => run.reporter.emit(event),
            Report::Event(event) => host.held_back.push(event),
            Report::Closed => host.is_gone = true,
            Report::Ready { .. } | Report::Answer(_) | Report::Ask(_) | Report::Failed(_) => {}
        }
    }

    /// The work on a host was ended there: in its debugger, if there is only this one.
    fn interrupted(&self, run: &Run<'_>, number: usize) -> Result<(), End> {
        if self.is_alone() {
            return Err(End::Interrupted);
        }
        run.reporter.emit(Event::error(format!("{}: somebody ended the work on the host", self.hosts[number].name)));
        Ok(())
    }

    /// Has the person at the terminal answer a host. Meanwhile the threads of hosts keep their connections.
    fn ask(&self, run: &Run<'_>, number: usize, prompt: &str) -> Result<(), End> {
        let line = ask_person(prompt, run.vm)?;
        if let Some((outlet, ..)) = &self.hosts[number].ready {
            // A connection that is lost is told by its thread.
            let _ = outlet.send(&ToAgent::Reply(line));
        }
        Ok(())
    }

    fn show_held_back(&mut self, run: &Run<'_>, number: usize) {
        for event in self.hosts[number].held_back.drain(..) {
            run.reporter.emit(event);
        }
    }

    fn lose(&mut self, run: &Run<'_>, number: usize, failure: HostFailure) {
        self.show_held_back(run, number);
        let host = &mut self.hosts[number];
        host.is_gone = true;
        host.ready = None;
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
        self.connecting.end();
        for (outlet, ..) in self.hosts.iter().filter_map(|host| host.ready.as_ref()) {
            outlet.close();
        }
        while self.hosts.iter().any(|host| host.ready.is_some() && !host.is_gone) {
            let left = until.saturating_duration_since(Instant::now());
            // Another Ctrl-C ends the waiting.
            if left.is_zero() || run.vm.check_signals().is_err() {
                break;
            }
            match self.reports.recv_timeout(left.min(TICK)) {
                Ok((number, Report::Closed | Report::Failed(_))) => self.hosts[number].is_gone = true,
                Ok((number, report)) => self.tell(run, number, report),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        (0..self.hosts.len()).for_each(|number| self.show_held_back(run, number));
    }
}
