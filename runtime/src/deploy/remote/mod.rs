//! A run on other machines: this process knows the environment, the hosts configure and deploy.

mod configure;
mod deploy;
mod hosts;
mod waiting;

use std::cell::RefCell;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use batou_core::lock::user_name;
use batou_core::shipping::tree::Tree;
use rustix::process::{Resource, getrlimit, setrlimit};
use rustpython_vm::PyResult;

use super::local::{End, Run};
use super::model::Environment;
use crate::cli::{CommandError, names, unknown_host};
use crate::events::{Action, Event};
use crate::remote::controller::{Plan, SentPackage, Side, Source};
use crate::remote::messages::Setup;
use crate::remote::program::{ProgramError, Programs};
use crate::remote::protocol::{LIMIT, Prepare};
use crate::remote::settings_of;
use crate::remote::transport::{Gates, Places, Sockets, SshOptions, Way, config_file, make_machines};
use hosts::Hosts;

/// How many open files a host takes at the most, with those of a login.
const FILES: u64 = 16;

/// How many open files everything else takes.
const OTHER_FILES: u64 = 256;

/// The size in bytes of what is added to the settings for each host: its name, and those of directories there.
const OTHER_SETTINGS: usize = 64 * 1024;

const MEBIBYTE: usize = 1 << 20;

/// How long ssh may take to connect, if the environment does not want longer.
const CONNECT_SECONDS: u64 = 15;

/// Deploys, predicts or checks hosts over SSH.
pub(super) fn run(
    run: &mut Run<'_>,
    environment: &Environment<'_>,
    selected: &[String],
    started: Instant,
) -> Result<(), End> {
    let plan = Plan::of(environment, run.vm)?;
    let jobs = jobs(run, environment)?;
    let known: Vec<String> = plan.hosts.iter().map(|host| host.name.clone()).collect();
    if let Some(unknown) = selected.iter().find(|name| !known.contains(name)) {
        return Err(unknown_host(unknown, run.options.environment, &known).into());
    }
    if selected.len() < known.len() {
        let message = format!("limited to {} of {} hosts: {}", selected.len(), known.len(), selected.join(", "));
        run.reporter.emit(Event::step("main", message, "🔎"));
    }
    // Nothing is made for a repository that may not be deployed.
    let source = source(run, &plan)?;
    let is_provisioned = environment.is_provisioned(selected)?;
    if is_provisioned {
        provision(run, environment, selected)?;
    }
    run.step = "connect";
    let sockets = Sockets::find()
        .map_err(|error| CommandError::failed("cannot make a directory for the sockets of ssh").with_cause(&error))?;
    let setup = setup(run, environment, &plan, selected.len())?;
    let side = side(run, &plan, source, setup, sockets.places())?;
    make(run, &plan, selected)?;
    allow_files(selected.len());
    let mut hosts = Hosts::connect(run, &plan, selected, side);
    let outcome = hosts.work(run, jobs, started);
    hosts.part(run);
    if is_provisioned && outcome.is_ok() {
        environment.summarize_provisioned(selected)?;
    }
    outcome
}

/// Has machines made by what the environment names for that. Runs that change nothing only have them looked at.
fn provision(run: &mut Run<'_>, environment: &Environment<'_>, selected: &[String]) -> PyResult<()> {
    run.step = "provision";
    let changes = run.options.action == Action::Deployment;
    if changes {
        run.reporter.emit(Event::section("Provisioning hosts"));
    } else {
        let message = "the machines are looked at, not provisioned, as this run changes nothing";
        run.reporter.emit(Event::step("main", message, "🔎"));
    }
    environment.provision(selected, changes)
}

/// Has machines made that another program makes, if there are any.
fn make(run: &Run<'_>, plan: &Plan, selected: &[String]) -> Result<(), End> {
    if plan.way == Way::Ssh {
        return Ok(());
    }
    let names: Vec<String> = selected.to_vec();
    let after = names::BATOU_POST_KITCHEN_CREATE_CMD.value().map(|command| command.to_string_lossy().into_owned());
    let caught = RefCell::new(None);
    let interrupted = || match run.vm.check_signals() {
        Ok(()) => false,
        Err(exception) => {
            *caught.borrow_mut() = Some(exception);
            true
        }
    };
    run.reporter.emit(Event::step("main", "Ensuring that the machines are there ...", "📦"));
    let made = make_machines(&plan.way, Path::new(run.project), &names, after.as_deref(), &interrupted);
    if let Some(exception) = caught.into_inner() {
        return Err(exception.into());
    }
    made.map_err(|error| {
        let failed = CommandError::failed(error.message.clone()).with_hints(error.hints);
        error.said.iter().fold(failed, CommandError::with_reason).into()
    })
}

/// Raises the number of files that may be open as far as so many hosts need it. If that is not allowed, the hosts tell that are too
/// many.
fn allow_files(hosts: usize) {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = (hosts as u64).saturating_mul(FILES).saturating_add(OTHER_FILES);
    if let Some(current) = limit.current
        && current < wanted
    {
        limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

fn jobs(run: &Run<'_>, environment: &Environment<'_>) -> PyResult<usize> {
    let of_environment = environment.jobs()?.and_then(|jobs| jobs.parse().ok());
    // Without a word about it, as many as there are hosts.
    Ok(run.options.jobs.map(|jobs| jobs as usize).or(of_environment).unwrap_or(usize::MAX))
}

/// The repository, if it may be deployed.
fn source(run: &Run<'_>, plan: &Plan) -> Result<Source, CommandError> {
    let (source, notice) = Source::find(plan, Path::new(run.project), run.options.remote.dirty)?;
    if let Some(notice) = notice {
        run.reporter.emit(Event::warning(notice.to_string()));
    }
    for path in source.skipped() {
        run.reporter.emit(Event::warning(format!("{} is no regular file and not sent", path.display())));
    }
    Ok(source)
}

/// What all hosts are told to configure.
fn setup(run: &Run<'_>, environment: &Environment<'_>, plan: &Plan, hosts: usize) -> Result<Setup, End> {
    let setup = Setup {
        environment: run.options.environment.to_owned(),
        host: String::new(),
        project: PathBuf::new(),
        packages: Vec::new(),
        action: run.options.action,
        debug: run.options.output.debug,
        can_ask: hosts == 1 && std::io::stdin().is_terminal(),
        timeout: plan.timeout,
        platform: Some(plan.platform.clone()),
        settings: settings_of(environment, run.vm)?,
    };
    let size = setup.size();
    if size > LIMIT - OTHER_SETTINGS {
        let (size, limit) = (size.div_ceil(MEBIBYTE), LIMIT / MEBIBYTE);
        let what =
            format!("the settings and secrets of the environment are too large to be sent: {size} of {limit} MiB");
        return Err(CommandError::failed(what).with_hint("make its secret files smaller").into());
    }
    Ok(setup)
}

/// What is the same for all hosts.
fn side(run: &Run<'_>, plan: &Plan, source: Source, setup: Setup, sockets: Places) -> Result<Side, CommandError> {
    let project = Path::new(run.project);
    let choices = run.options.remote;
    let programs = Programs::find(choices.agents).map_err(|error| {
        let failed = CommandError::usage(error.to_string());
        match error {
            ProgramError::Unreadable { source, .. } => failed.with_cause(&source),
            ProgramError::Unknown { .. } => {
                failed.with_hint("--agent names this program as it was built for hosts of another architecture")
            }
        }
    })?;
    let config = config_file(project, run.options.environment);
    let uname = rustix::system::uname();
    let holder =
        format!("deployment of {} by {}@{}", run.options.environment, user_name(), uname.nodename().to_string_lossy());
    Ok(Side {
        ssh: SshOptions {
            config,
            timeout: Duration::from_secs(plan.timeout.unwrap_or_default().max(CONNECT_SECONDS)),
            project: project.to_owned(),
            sockets,
            connecting: Arc::default(),
        },
        programs,
        gates: Gates::default(),
        prepare: Prepare {
            directory: plan.target_directory.clone(),
            base: source.base().to_string_lossy().into_owned(),
            holder,
            reset: choices.reset,
        },
        source,
        setup,
        project: project.to_owned(),
        packages: packages(run.packages, project)?,
    })
}

/// The directories of the project's packages, with the files of those that are not part of the repository.
fn packages(directories: &[PathBuf], project: &Path) -> Result<Vec<SentPackage>, CommandError> {
    let mut packages = Vec::new();
    for directory in directories {
        let outside = if directory.starts_with(project) {
            None
        } else {
            let tree = Tree::list(directory, Path::new(""), &[]).map_err(|error| {
                CommandError::failed("the packages of the project cannot be sent").with_cause(&error)
            })?;
            Some((package_name(directory), tree))
        };
        packages.push(SentPackage { directory: directory.clone(), outside });
    }
    Ok(packages)
}

/// One name for a directory, whatever it is called.
fn package_name(directory: &Path) -> String {
    let parts: Vec<String> =
        directory.components().rev().take(2).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let name: String = parts.into_iter().rev().collect::<Vec<_>>().join("-");
    let name: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "-_.+".contains(letter) { letter } else { '_' })
        .collect();
    name.trim_start_matches('.').to_owned()
}
