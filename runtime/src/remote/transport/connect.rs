//! From a name of a host to an agent that runs there and says hello.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::error::{ConnectError, ConnectErrorKind};
use super::gate::Gate;
use super::launch::{FAILED, RunAs, WANTED, command_line};
use super::machines::{Way, words};
use super::process::ProcessConnection;
use super::ssh::{Pipes, SshConnection, SshOptions, name_of};
use crate::remote::program::Program;
use crate::remote::protocol::{
    AgentHello, ChannelError, ControllerHello, FromAgent, Inlet, Outlet, PATIENCE, PatientReader, PatientWriter, READY,
    ToAgent, VERSION, open,
};

/// How long a login shell may take, and the host for unpacking the program.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// How long a host may take to answer over a connection of an earlier run.
const KEPT_PATIENCE: Duration = Duration::from_secs(3);

/// How long a host may take to end what it says, after its input has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How often is looked whether it has.
const TICK: Duration = Duration::from_millis(2);

/// What is done when a host lacks the program.
const SENDING: &str = "sending the program";

/// After so many bytes of the program is told how much was sent.
const TOLD: usize = 256 * 1024;

/// What login shells may print before the agent starts.
const NOISE: usize = 64 * 1024;

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

/// A host with an agent that said hello.
pub struct Connected {
    /// Where messages to it go.
    pub outlet: Outlet<ToAgent>,
    /// Where its messages come from.
    pub inlet: Inlet<FromAgent>,
    /// Who it is.
    pub hello: AgentHello,
    /// What login shells printed before.
    pub noise: String,
    /// Ends when it is dropped.
    connection: Box<dyn Reached>,
    errors: Errors,
}

impl Connected {
    /// Ends the agent, and gives what was said beside the messages and not told yet. A connection that `works` is left to later runs.
    pub fn close(mut self, works: bool) -> String {
        drop(self.outlet);
        if works {
            self.connection.keep();
        }
        self.errors.rest()
    }

    /// What was said beside the messages since the last question.
    pub fn said(&self) -> String {
        self.errors.take()
    }
}

/// Connects a host and starts the agent there. `notice` is told what takes long or is tried again.
///
/// # Errors
/// Whatever keeps it from saying hello. The network gets several chances.
pub fn connect(
    target: &Target,
    options: &SshOptions,
    program: &Program,
    gate: &Gate,
    notice: &dyn Fn(Notice),
) -> Result<Connected, ConnectError> {
    let run_as = match (&target.service_user, target.sudo) {
        (Some(user), Some(true)) => RunAs::Sudo(user),
        (Some(user), None) => RunAs::User(user),
        _ => RunAs::Login,
    };
    if target.way != Way::Ssh {
        let line = line_for(program, run_as, target)?;
        let (process, pipes) = gate.pass(|| {
            let words = words(&target.way, &target.host, &options.project, options.config.as_deref())?;
            ProcessConnection::start(&words, &line)
        })?;
        return greet(Box::new(process), pipes, program, notice);
    }
    let name = name_of(&target.host, options);
    let kept = name.as_deref().and_then(|name| SshConnection::kept(name, options));
    let line = line_for(program, run_as, target)?;
    // The host may have gone away meanwhile without a word.
    let started = kept.and_then(|mut kept| kept.start(&line, KEPT_PATIENCE).ok().map(|pipes| (kept, pipes)));
    let (connection, pipes) = match started {
        Some(started) => started,
        None => {
            let mut connection = open_ssh(target, name.as_deref(), options, gate, notice)?;
            let pipes = connection.start(&line, START_PATIENCE)?;
            (connection, pipes)
        }
    };
    greet(Box::new(connection), pipes, program, notice)
}

/// What a program on a host is reached by. Both end when it is dropped.
pub(super) trait Reached: Send {
    /// Leaves the way there to later runs, if that can be.
    fn keep(&mut self) {}
}

/// The command line that starts the agent.
fn line_for(program: &Program, run_as: RunAs<'_>, target: &Target) -> Result<String, ConnectError> {
    command_line(program.hash()?, program.size(), run_as).ok_or_else(|| {
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

fn greet(
    connection: Box<dyn Reached>,
    pipes: Pipes,
    program: &Program,
    notice: &dyn Fn(Notice),
) -> Result<Connected, ConnectError> {
    let errors = Errors::collect(pipes.errors);
    let reader = PatientReader::new(pipes.output, START_PATIENCE);
    let patience = reader.patience();
    let mut reader = BufReader::new(reader);
    let mut writer = PatientWriter::new(pipes.input, START_PATIENCE);
    let mut noise = String::new();
    let started = start(&mut reader, &mut writer, program, notice, &mut noise);
    if let Err(mut error) = started {
        drop(writer);
        let said = errors.rest();
        error = error.with_words(&said);
        return Err(understood(error, &noise));
    }
    patience.set(PATIENCE);
    let (outlet, inlet) = open(reader, writer.with_patience(PATIENCE), PATIENCE);
    let hello = ControllerHello { protocol: VERSION, version: env!("CARGO_PKG_VERSION").to_owned() };
    let answered = outlet.send(&ToAgent::Hello(hello)).and_then(|()| inlet.receive());
    let hello = match answered {
        Ok(FromAgent::Hello(hello)) => match difference(&hello) {
            None => hello,
            Some(what) => {
                return Err(ConnectError::new(ConnectErrorKind::Program, what)
                    .with_hint("give a program of the same version with --agent"));
            }
        },
        Ok(_) => return Err(ConnectError::new(ConnectErrorKind::Program, "the program on the host says no hello")),
        Err(error) => {
            drop(outlet);
            return Err(lost(&error).with_words(&errors.rest()));
        }
    };
    Ok(Connected { outlet, inlet, hello, noise, connection, errors })
}

/// What keeps both sides from understanding each other.
fn difference(hello: &AgentHello) -> Option<String> {
    let (protocol, version) = (hello.protocol, &hello.version);
    if protocol != VERSION {
        return Some(format!("the program on the host speaks version {protocol} of the protocol, not {VERSION}"));
    }
    // What another version makes of the same definitions may be something else.
    let own = env!("CARGO_PKG_VERSION");
    (version != own).then(|| format!("the program on the host has version {version}, and this one {own}"))
}

/// Waits until the agent is there, and sends the program if it is not.
fn start(
    reader: &mut impl BufRead,
    writer: &mut impl Write,
    program: &Program,
    notice: &dyn Fn(Notice),
    noise: &mut String,
) -> Result<(), ConnectError> {
    loop {
        let line = line(reader, noise)?;
        if line == READY {
            return Ok(());
        }
        if line == FAILED {
            return Err(ConnectError::new(ConnectErrorKind::Program, "the program cannot be started on the host"));
        }
        let Some(facts) = line.strip_prefix(WANTED) else {
            noise.push_str(&line);
            noise.push('\n');
            continue;
        };
        let mut facts = facts.split_whitespace();
        let (system, machine) = (facts.next().unwrap_or("?"), facts.next().unwrap_or("?"));
        program.check(system, machine)?;
        let is_packed = facts.next() == Some("gzip");
        notice(Notice::Step(SENDING.to_owned()));
        let content = program.content(is_packed)?;
        let kind = if is_packed { "gzip" } else { "plain" };
        let sent = writer
            .write_all(format!("{} {kind}\n", content.len()).as_bytes())
            .and_then(|()| send(writer, &content, notice));
        // Why is what it says beside.
        sent.map_err(|_| ConnectError::new(ConnectErrorKind::Program, "the host does not take the program"))?;
    }
}

/// Writes the program, and tells how much of it is written.
fn send(writer: &mut impl Write, content: &[u8], notice: &dyn Fn(Notice)) -> std::io::Result<()> {
    let mut done = 0;
    for piece in content.chunks(TOLD) {
        writer.write_all(piece)?;
        done += piece.len();
        let percent = done * 100 / content.len();
        notice(Notice::Progress(format!("{SENDING} ({percent} % of {} MB)", content.len().div_ceil(1_000_000))));
    }
    writer.flush()
}

/// The next line of the host.
fn line(reader: &mut impl BufRead, noise: &str) -> Result<String, ConnectError> {
    let mut bytes = Vec::new();
    let room = (NOISE.saturating_sub(noise.len())) as u64 + 1;
    let read = reader.take(room).read_until(b'\n', &mut bytes);
    match read {
        Ok(_) if bytes.last() == Some(&b'\n') => {
            bytes.pop();
            Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned())
        }
        Ok(count) if count as u64 == room => {
            let what = format!("the login shell prints more than {NOISE} bytes before the program starts");
            Err(ConnectError::new(ConnectErrorKind::Program, what)
                .with_hint("have its startup files print nothing where there is no terminal"))
        }
        Ok(_) => Err(ConnectError::new(
            ConnectErrorKind::Program,
            "the host ended the connection before the program was there",
        )),
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            let what = format!("the host did not start the program in {} seconds", START_PATIENCE.as_secs());
            Err(ConnectError::new(ConnectErrorKind::Network, what)
                .with_hint("see whether the login shell waits for something: ssh HOST true"))
        }
        Err(error) => {
            Err(ConnectError::new(ConnectErrorKind::Network, "the connection broke").with_words(&error.to_string()))
        }
    }
}

/// A lost connection as the error of a host.
pub(in crate::remote) fn lost(error: &ChannelError) -> ConnectError {
    let mut lost =
        ConnectError::new(ConnectErrorKind::Network, "the connection was lost").with_words(&error.to_string());
    if let Some(source) = std::error::Error::source(error) {
        lost = lost.with_words(&source.to_string());
    }
    lost
}

/// What is behind the words of a host that did not start the program.
fn understood(mut error: ConnectError, noise: &str) -> ConnectError {
    let said = error.said.join("\n");
    let has = |part: &str| said.contains(part);
    if has("sudo:") {
        error.kind = ConnectErrorKind::Sudo;
        error.message = "sudo does not let the login user become the service user".to_owned();
        return error.with_hint("allow it without a password: LOGIN ALL=(SERVICE) NOPASSWD: ALL");
    }
    if has("No space left") || has("Disk quota") {
        error.message = "there is no room for the program on the host".to_owned();
        return error.with_hint("make room in the home directory, about 100 MB");
    }
    if has("Read-only file system") || has("Not a directory") || has("cannot create directory") && !has("denied") {
        return error.with_hint("the directory ~/.cache/batou must be writable");
    }
    if has("Permission denied") || has("cannot execute") {
        return error.with_hint(
            "the program is kept in ~/.cache/batou: the directory must be writable and its file system allow programs \
             (no `noexec`)",
        );
    }
    if has("Exec format error") || has("not found") && has("agent-") {
        return error.with_hint("give the program for the architecture of the host with --agent");
    }
    if said.is_empty() {
        return error.with_words(noise);
    }
    error
}

/// What a host says beside the messages, collected by a thread so that it never has to wait.
struct Errors {
    text: Arc<Mutex<String>>,
    thread: JoinHandle<()>,
}

impl Errors {
    fn collect(mut pipe: File) -> Self {
        let text: Arc<Mutex<String>> = Arc::default();
        let collected = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut text = collected.lock().unwrap_or_else(PoisonError::into_inner);
                if text.len() < NOISE {
                    text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                }
            }
        });
        Self { text, thread }
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the end, which comes by itself if the host is still there.
    fn rest(self) -> String {
        let until = Instant::now() + LAST_WORDS;
        while !self.thread.is_finished() && Instant::now() < until {
            std::thread::sleep(TICK);
        }
        self.take()
    }
}
