//! From a name of a host to a command line that begins there.

use std::time::Duration;

use super::error::{ConnectError, ConnectErrorKind};
use super::gate::{Gate, Gates};
use super::greet::{Connected, greet};
use super::launch::{Choice, RunAs, command_line};
use super::machines::{Way, words};
use super::process::ProcessConnection;
use super::ssh::{SshConnection, SshOptions, name_of};
use crate::remote::program::{Program, Programs};

/// How long a login shell may take, and the host for unpacking the program.
pub(super) const START_PATIENCE: Duration = Duration::from_secs(60);

/// How long a host may take to answer over a connection of an earlier run.
const KEPT_PATIENCE: Duration = Duration::from_secs(3);

/// How often a connection is tried over a network that does not carry it.
const TRIES: u32 = 6;

/// How often to a machine that does not answer at all, which takes long each time.
const TRIES_OF_UNREACHABLE: u32 = 3;

/// How often if the server is there and only busy.
const TRIES_OF_BUSY: u32 = 20;

/// The first pause before that; each is up to twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// A host to be connected.
#[derive(Debug, Clone)]
pub struct Target {
    /// The name that ssh gets.
    pub host: String,
    /// How it is reached.
    pub way: Way,
    /// Who the agent runs as; nobody in particular: who logs in.
    pub service_user: Option<String>,
    /// Whether sudo is needed; unknown: if that is not who logs in.
    pub sudo: Option<bool>,
}

/// What takes long while a host is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// What is done now, or tried again.
    Step(String),
    /// How far it is.
    Progress(String),
}

/// Connects a host and starts the agent there. `notice` is told what takes long or is tried again.
///
/// # Errors
/// Whatever keeps it from saying hello. The network gets several chances.
pub fn connect(
    target: &Target,
    options: &SshOptions,
    programs: &Programs,
    gates: &Gates,
    notice: &dyn Fn(Notice),
) -> Result<Connected, ConnectError> {
    let run_as = match (&target.service_user, target.sudo) {
        (Some(user), Some(true)) => RunAs::Sudo(user),
        (Some(user), None) => RunAs::User(user),
        _ => RunAs::Login,
    };
    if target.way != Way::Ssh {
        let line = line_for(programs, run_as, target)?;
        let (process, pipes) = gates.connecting.pass(|| {
            let words = words(&target.way, &target.host, &options.project, options.config.as_deref())?;
            ProcessConnection::start(&words, &line)
        })?;
        return greet(Box::new(process), pipes, programs, &gates.sending, notice);
    }
    let name = name_of(&target.host, options);
    let kept = name.as_deref().and_then(|name| SshConnection::kept(name, options));
    let line = line_for(programs, run_as, target)?;
    // The host may have gone away meanwhile without a word.
    let started = kept.and_then(|mut kept| kept.start(&line, KEPT_PATIENCE).ok().map(|pipes| (kept, pipes)));
    let (connection, pipes) = match started {
        Some(started) => started,
        None => {
            let mut connection = open_ssh(target, name.as_deref(), options, &gates.connecting, notice)?;
            let pipes = connection.start(&line, START_PATIENCE)?;
            (connection, pipes)
        }
    };
    greet(Box::new(connection), pipes, programs, &gates.sending, notice)
}

/// What a program on a host is reached by. Both end when it is dropped.
pub(super) trait Reached: Send {
    /// Leaves the way there to later runs, if that can be.
    fn keep(&mut self) {}
}

fn choice(program: &Program) -> Result<Choice<'_>, ConnectError> {
    Ok(Choice { hash: program.hash()?, size: program.size() })
}

/// The command line that starts the agent.
fn line_for(programs: &Programs, run_as: RunAs<'_>, target: &Target) -> Result<String, ConnectError> {
    let mut others = Vec::new();
    for (architecture, program) in programs.given() {
        others.push((architecture, choice(program)?));
    }
    command_line(choice(programs.own())?, &others, run_as).ok_or_else(|| {
        let user = target.service_user.as_deref().unwrap_or_default();
        ConnectError::new(ConnectErrorKind::Sudo, format!("`{user}` is no name of a user"))
            .with_hint("see `service_user` in the environment")
    })
}

fn open_ssh(
    target: &Target,
    name: Option<&str>,
    options: &SshOptions,
    gate: &Gate,
    notice: &dyn Fn(Notice),
) -> Result<SshConnection, ConnectError> {
    let mut pause = FIRST_PAUSE;
    let mut attempt = 1;
    loop {
        match gate.pass(|| SshConnection::open(&target.host, name, options)) {
            Ok(connection) => return Ok(connection),
            Err(error) if attempt < tries(error.kind) => {
                let tries = tries(error.kind);
                let reason = error.said.last().unwrap_or(&error.message);
                notice(Notice::Step(format!("trying again ({attempt} of {tries}): {reason}")));
                // Hosts that were turned away together should not come back together.
                std::thread::sleep(pause.mul_f64(0.5 + jitter()));
                pause = (pause * 2).min(START_PATIENCE / 10);
                attempt += 1;
            }
            Err(mut error) => {
                if attempt > 1 {
                    error.message = format!("{} ({attempt} tries)", error.message);
                }
                return Err(error);
            }
        }
    }
}

fn tries(kind: ConnectErrorKind) -> u32 {
    match kind {
        ConnectErrorKind::Network => TRIES,
        ConnectErrorKind::Unreachable => TRIES_OF_UNREACHABLE,
        ConnectErrorKind::Dropped => TRIES_OF_BUSY,
        _ => 1,
    }
}

/// Between 0 and 1, another one each time.
fn jitter() -> f64 {
    use std::hash::{BuildHasher, Hasher};
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    (random >> 11) as f64 / (1u64 << 53) as f64
}
