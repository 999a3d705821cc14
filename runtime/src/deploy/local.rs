//! A run on this machine, in this process.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Instant,
};

use batou_bindings::model::deploy as walk;
use batou_core::lock::RunLock;
use rustpython_vm::{PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use super::{
    failure::{Failures, Interruption},
    model::{Environment, EnvironmentOptions, Root, connect_output, release_output},
    request::{RunRequest, Scope},
    schedule,
    selection::{Candidate, Selection},
};
use crate::{
    cli::{CommandError, ExitCode, print_error, unknown_environment},
    events::{Action, Durations, Event, Outcome, SkipReason},
    interpreter::{self, report_module},
    project,
    remote::program::hash_early,
    report::Reporter,
};

/// How a run ended before its end.
pub(super) enum End {
    /// An exception of a definition or of the model.
    Exception(PyBaseExceptionRef),
    /// Errors that were collected, already shown.
    Reported,
    /// Somebody left the debugger of a host.
    Interrupted,
    /// Another run works on hosts; already shown.
    Busy,
    /// Something that the user has to ask for differently.
    Command(CommandError),
}

impl From<PyBaseExceptionRef> for End {
    fn from(exception: PyBaseExceptionRef) -> Self {
        Self::Exception(exception)
    }
}

impl From<CommandError> for End {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}

/// Deploys, predicts or checks the part of an environment that this machine is.
pub fn run_local(options: &RunRequest<'_>) -> ExitCode {
    if matches!(options.scope, Scope::RemoteHosts(_)) {
        hash_early();
    }
    let reporter = options.output.reporter();
    let outcome = prepare(options).map(|(project, lock)| {
        reporter.emit(Event::RunStarted {
            program: options.program.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: options.environment.to_owned(),
            action: options.action,
            local: options.scope.is_local(),
        });
        if let Some(warning) = project::version_warning(Path::new(&project)) {
            reporter.emit(Event::warning(warning));
        }
        let code = match project::package_directories(Path::new(&project), options.action, &reporter) {
            Ok(packages) => run_in_interpreter(options, &project, &packages, &reporter),
            Err(error) => {
                let code = print_error(&error, Some(&reporter), options.output.json, &mut std::io::stderr());
                reporter.emit(Event::Finished {
                    action: options.action,
                    local: options.scope.is_local(),
                    outcome: Outcome::Failed,
                    step: Some("packages".to_owned()),
                    exit_code: code.code(),
                });
                code
            }
        };
        drop(lock);
        code
    });
    let code = match outcome {
        Ok(code) => code,
        Err(error) => print_error(&error, Some(&reporter), options.output.json, &mut std::io::stderr()),
    };
    reporter.flush();
    match reporter.output_error() {
        Some(reason) => {
            let done = code == ExitCode::Success;
            let outcome = if done { "the run is done, but" } else { "the run failed, and" };
            let error = CommandError::failed(format!("{outcome} its output could not be written")).with_hint(reason);
            let unwritten = print_error(&error, None, false, &mut std::io::stderr());
            if done { unwritten } else { code }
        }
        _ => code,
    }
}

/// Finds the project, goes there and takes its lock.
fn prepare(options: &RunRequest<'_>) -> Result<(String, Option<RunLock>), CommandError> {
    let project = project::find()?;
    let known = project::environments(&project);
    if !known.iter().any(|name| name == options.environment) {
        return Err(unknown_environment(options.environment, &known));
    }
    std::env::set_current_dir(&project).map_err(|error| {
        CommandError::usage(format!("cannot change into the project {}", project.display())).with_cause(&error)
    })?;
    // Deployments exclude each other; a run that changes nothing takes no file into the project.
    let looking = options.action != Action::Deployment;
    let description = format!("deployment of {}", options.environment);
    let lock = project::lock(&project.join(project::LOCK_FILE), &description, looking)?;
    Ok((project.to_string_lossy().into_owned(), lock))
}

fn run_in_interpreter(options: &RunRequest<'_>, project: &str, packages: &[PathBuf], reporter: &Reporter) -> ExitCode {
    report_module::connect(reporter);
    let interpreter = interpreter::build(interpreter::Options::for_deployment());
    let code = interpreter.enter(|vm| {
        let mut run = Run { options, project, packages, reporter, vm, step: "load", durations: Durations::default() };
        let started = Instant::now();
        let ended = run.all_steps(started);
        walk::finish();
        interpreter::wind_down(vm);
        release_output(vm);
        run.end(ended)
    });
    // What is left of it goes with the process; freeing it piece by piece takes time.
    std::mem::forget(interpreter);
    code
}

pub(super) struct Run<'run> {
    pub options: &'run RunRequest<'run>,
    pub project: &'run str,
    pub packages: &'run [PathBuf],
    pub reporter: &'run Reporter,
    pub vm: &'run VirtualMachine,
    pub step: &'static str,
    pub durations: Durations,
}

impl<'run> Run<'run> {
    pub fn failures(&self) -> Failures<'run> {
        Failures { reporter: self.reporter, debug: self.options.output.debug, vm: self.vm }
    }

    fn all_steps(&mut self, started: Instant) -> Result<(), End> {
        interpreter::import_from(Path::new(self.project), self.packages, self.vm)?;
        connect_output(self.options.output, self.vm)?;
        let environment = self.load(started)?;
        let selected = self.select_hosts(&environment)?;
        if self.options.scope.is_remote() && environment.connect_method()? != "local" {
            return super::remote::run(self, &environment, &selected, started);
        }
        self.refuse_choices_for_others()?;
        self.configure(&environment)?;
        let mut planned = 0;
        let mut deployed = Ok(());
        if self.options.action != Action::ConsistencyCheck {
            self.step = "deploy";
            let deploying = Instant::now();
            let roots = roots_of(&selected, &environment)?;
            planned = roots.len();
            // The failure stands right below the component that it is about, before the summary.
            deployed = self.deploy(&roots).map_err(|end| self.shown(end));
            self.durations.deploy = Some(deploying.elapsed().as_secs_f64());
        }
        self.durations.total = started.elapsed().as_secs_f64();
        self.reporter.emit(self.reporter.tally().summary(self.options.action, planned, self.durations));
        deployed
    }

    /// Shows an exception now instead of at the end.
    fn shown(&self, end: End) -> End {
        match end {
            End::Exception(exception) if self.failures().interruption(&exception).is_none() => {
                self.failures().show(&exception);
                End::Reported
            }
            end => end,
        }
    }

    fn load(&mut self, started: Instant) -> Result<Environment<'run>, End> {
        let options = self.options;
        self.reporter.emit(Event::section("Preparing"));
        let message = format!("Loading environment `{}`...", options.environment);
        self.reporter.emit(Event::step("main", message, "📦"));
        let environment = Environment::new(
            &EnvironmentOptions {
                name: options.environment,
                project: self.project,
                timeout: options.timeout,
                platform: options.platform.replacement(),
                provision_rebuild: options.provision_rebuild,
                creates_machines: !options.scope.is_local(),
            },
            self.vm,
        )?;
        environment.protect_output()?;
        environment.load()?;
        self.stop_at_errors(&environment, None)?;
        self.tell_jobs(&environment)?;
        environment.load_secrets()?;
        self.stop_at_errors(&environment, None)?;
        self.durations.load = Some(started.elapsed().as_secs_f64());
        Ok(environment)
    }

    fn select_hosts(&self, environment: &Environment<'_>) -> Result<Vec<String>, End> {
        let mut candidates = Vec::new();
        for host in environment.hosts()? {
            candidates.push(Candidate { name: host.name()?, fqdn: host.fqdn()? });
        }
        let domain = environment.host_domain()?;
        let selection = Selection {
            environment: self.options.environment,
            candidates: &candidates,
            connect_method: &environment.connect_method()?,
            domain: domain.as_deref(),
            is_here: |name: &str| batou_core::net::is_this_machine(name),
        };
        let selected = selection.select(self.options.scope)?;
        if self.options.action == Action::Deployment {
            environment.allow_changes()?;
        }
        Ok(selected)
    }

    /// What is about other machines would have no effect here, and whoever asks for it expects one.
    fn refuse_choices_for_others(&self) -> Result<(), CommandError> {
        let choices = self.options.remote;
        let asked =
            [("--keep-going", choices.keep_going), ("--reset", choices.reset), ("--agent", !choices.agents.is_empty())];
        match asked.iter().find(|(_, is_asked)| *is_asked) {
            None => Ok(()),
            Some((option, _)) => Err(CommandError::usage(format!(
                "the option {option} is about other machines, and environment `{}` is deployed on this one",
                self.options.environment
            ))
            .with_hint(format!("leave out {option}"))),
        }
    }

    /// How many components may run at once. It is told and no more: a process has one working directory, so the
    /// components of this machine run one after another.
    fn tell_jobs(&self, environment: &Environment<'_>) -> PyResult<()> {
        let of_environment = environment.jobs()?;
        let jobs = self.options.jobs.map(|jobs| jobs.to_string()).or(of_environment).unwrap_or_else(|| "1".to_owned());
        self.reporter.emit(Event::debug_step("main", format!("Number of jobs: {jobs}"), "⚙️"));
        Ok(())
    }

    fn configure(&mut self, environment: &Environment<'_>) -> Result<(), End> {
        self.step = "configure";
        let configuring = Instant::now();
        self.reporter.emit(Event::section("Configuring model ..."));
        environment.configure()?;
        self.durations.configure = Some(configuring.elapsed().as_secs_f64());
        self.stop_at_errors(environment, Some("CONFIGURATION FAILED"))
    }

    /// Shows the collected errors, if there are any, and ends the run.
    fn stop_at_errors(&self, environment: &Environment<'_>, heading: Option<&str>) -> Result<(), End> {
        let errors = environment.errors()?;
        if errors.is_empty() {
            return Ok(());
        }
        let count = errors.len();
        self.failures().show_all(errors)?;
        if let Some(heading) = heading {
            let title = format!("{count} {} - {heading}", if count == 1 { "ERROR" } else { "ERRORS" });
            let style = crate::events::Style::of(&[crate::events::Markup::Red]);
            self.reporter.emit(Event::Rule { character: "=".to_owned(), title, style });
        }
        Err(End::Reported)
    }

    /// Deploys components in order; the first failure ends it.
    fn deploy(&self, roots: &[Root<'_>]) -> Result<(), End> {
        let predicting = self.options.action == Action::Prediction;
        let title = if predicting { "Predicting deployment actions" } else { "Deploying" };
        self.reporter.emit(Event::section(title));
        let total = roots.len();
        for (done, root) in roots.iter().enumerate() {
            let (host, component) = (root.host_name()?, root.name()?);
            let skipped = if root.is_host_ignored()? {
                Some(SkipReason::HostIgnored)
            } else if root.is_ignored()? {
                Some(SkipReason::ComponentIgnored)
            } else {
                None
            };
            if let Some(reason) = skipped {
                self.reporter.emit(Event::ComponentSkipped { host, component, reason });
                continue;
            }
            self.reporter.emit(Event::Progress { done, total, host: host.clone(), component: component.clone() });
            self.reporter.emit(Event::ComponentStarted { host: host.clone(), component: component.clone() });
            let changed = root.deploy(predicting)?;
            self.reporter.emit(Event::ComponentFinished { host, component, changed });
        }
        Ok(())
    }

    /// Shows what ended the run and tells its outcome, always as the last event.
    fn end(&self, ended: Result<(), End>) -> ExitCode {
        let action = self.options.action;
        let (outcome, code) = match ended {
            Ok(()) => (Outcome::Succeeded, ExitCode::Success),
            Err(End::Reported) => (Outcome::Failed, ExitCode::Failed),
            Err(End::Interrupted) => (Outcome::Interrupted, ExitCode::Interrupted),
            Err(End::Busy) => (Outcome::Failed, ExitCode::Busy),
            Err(End::Command(error)) => {
                let code = print_error(&error, Some(self.reporter), self.options.output.json, &mut std::io::stderr());
                (Outcome::Failed, code)
            }
            Err(End::Exception(exception)) => match self.failures().interruption(&exception) {
                Some(Interruption::Interrupted) => (Outcome::Interrupted, ExitCode::Interrupted),
                Some(Interruption::Terminated) => (Outcome::Interrupted, ExitCode::Terminated),
                None => {
                    self.failures().show(&exception);
                    (Outcome::Failed, ExitCode::Failed)
                }
            },
        };
        let step = (outcome != Outcome::Succeeded).then(|| self.step.to_owned());
        let local = self.options.scope.is_local();
        self.reporter.emit(Event::Finished { action, local, outcome, step, exit_code: code.code() });
        code
    }
}

/// The top-level components of the selected hosts in the order of their deployment.
fn roots_of<'vm>(selected: &[String], environment: &Environment<'vm>) -> PyResult<Vec<Root<'vm>>> {
    let graph = environment.root_dependencies()?;
    let numbers: HashMap<usize, usize> =
        graph.iter().enumerate().map(|(number, (root, _))| (root.id(), number)).collect();
    let number = |root: &Root<'_>| numbers.get(&root.id()).copied();
    let dependencies: Vec<schedule::Dependencies> =
        graph.iter().map(|(_, before)| before.iter().filter_map(number).collect()).collect();
    let mut roots = Vec::new();
    for number in schedule::order(&dependencies) {
        let root = &graph[number].0;
        if selected.contains(&root.host_name()?) {
            roots.push(root.clone());
        }
    }
    Ok(roots)
}
