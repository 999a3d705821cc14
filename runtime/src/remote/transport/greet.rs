//! From a command line that a host began to an agent that says hello.

use std::io::{BufRead, BufReader, Read, Write};

use super::connect::{Notice, Reached, START_PATIENCE};
use super::error::{ConnectError, ConnectErrorKind};
use super::gate::Gate;
use super::launch::{FAILED, WANTED};
use super::said::Said;
use super::ssh::Pipes;
use crate::remote::program::Programs;
use crate::remote::protocol::{
    AgentHello, ChannelError, ControllerHello, FromAgent, Inlet, Outlet, PATIENCE, PatientReader, PatientWriter, READY,
    ToAgent, VERSION, open,
};

/// What is done when a host lacks the program.
const SENDING: &str = "sending the program";

/// After so many bytes of the program is told how much was sent.
const TOLD: usize = 256 * 1024;

/// What login shells may print before the agent starts.
const NOISE: usize = 64 * 1024;

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
    said: Said,
}

impl Connected {
    /// Ends the agent, and gives what was said beside the messages and not told yet. A connection that `works` is left to later runs.
    pub fn close(mut self, works: bool) -> String {
        drop(self.outlet);
        if works {
            self.connection.keep();
        }
        self.said.rest()
    }

    /// What was said beside the messages since the last question.
    pub fn said(&self) -> String {
        self.said.take()
    }
}

/// Starts the agent over the pipes, and exchanges hellos with it.
pub(super) fn greet(
    connection: Box<dyn Reached>,
    pipes: Pipes,
    programs: &Programs,
    sending: &Gate,
    notice: &dyn Fn(Notice),
) -> Result<Connected, ConnectError> {
    let said = Said::collect(pipes.errors);
    let reader = PatientReader::new(pipes.output, START_PATIENCE);
    let patience = reader.patience();
    let mut reader = BufReader::new(reader);
    let mut writer = PatientWriter::new(pipes.input, START_PATIENCE);
    let mut noise = String::new();
    let started = start(&mut reader, &mut writer, programs, sending, notice, &mut noise);
    if let Err(mut error) = started {
        drop(writer);
        error = error.with_words(&said.rest());
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
            return Err(lost(&error).with_words(&said.rest()));
        }
    };
    Ok(Connected { outlet, inlet, hello, noise, connection, said })
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

/// What a host says about the agent.
enum Start {
    /// It is there.
    Ready,
    /// The program is missing; what the host says about itself.
    Wanted(String),
    /// It could not be started.
    Failed,
}

/// Waits until the agent is there, and sends the program if it is not.
fn start(
    reader: &mut impl BufRead,
    writer: &mut impl Write,
    programs: &Programs,
    sending: &Gate,
    notice: &dyn Fn(Notice),
    noise: &mut String,
) -> Result<(), ConnectError> {
    let failed = || Err(ConnectError::new(ConnectErrorKind::Program, "the program cannot be started on the host"));
    match said_next(reader, noise)? {
        Start::Ready => Ok(()),
        Start::Failed => failed(),
        Start::Wanted(facts) => {
            notice(Notice::Step("waiting to get the program".to_owned()));
            sending.pass(|| {
                bring(&facts, writer, programs, notice)?;
                match said_next(reader, noise)? {
                    Start::Ready => Ok(()),
                    // A host that asks for it again would do so for ever.
                    Start::Failed | Start::Wanted(_) => failed(),
                }
            })
        }
    }
}

/// What the host says after all that is not about the agent.
fn said_next(reader: &mut impl BufRead, noise: &mut String) -> Result<Start, ConnectError> {
    loop {
        let line = line(reader, noise)?;
        if line == READY {
            return Ok(Start::Ready);
        }
        if line == FAILED {
            return Ok(Start::Failed);
        }
        if let Some(facts) = line.strip_prefix(WANTED) {
            return Ok(Start::Wanted(facts.to_owned()));
        }
        noise.push_str(&line);
        noise.push('\n');
    }
}

/// Sends the program that a host with these facts needs.
fn bring(
    facts: &str,
    writer: &mut impl Write,
    programs: &Programs,
    notice: &dyn Fn(Notice),
) -> Result<(), ConnectError> {
    let mut facts = facts.split_whitespace();
    let (system, machine) = (facts.next().unwrap_or("?"), facts.next().unwrap_or("?"));
    let program = programs.for_host(system, machine)?;
    let is_packed = facts.next() == Some("gzip");
    notice(Notice::Step(SENDING.to_owned()));
    let content = program.content(is_packed)?;
    let kind = if is_packed { "gzip" } else { "plain" };
    let sent = writer
        .write_all(format!("{} {kind}\n", content.len()).as_bytes())
        .and_then(|()| send(writer, &content, notice));
    // Why is what it says beside.
    sent.map_err(|_| ConnectError::new(ConnectErrorKind::Program, "the host does not take the program"))
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
