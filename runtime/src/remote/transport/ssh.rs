//! Connections of the user's ssh, with all that its configuration says.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::Duration;

use batou_core::checksum::hexadecimal;
use batou_core::fs;
use openssh::Session;
use openssh_mux_client::{Connection, EstablishedSession, NonZeroByteSlice};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest as _, Sha256};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use super::connect::Reached;
use super::connecting::{Connecting, Outcome};
use super::error::{ConnectError, ConnectErrorKind};
use super::sockets::{NAME, Places};
use crate::causes::causes;

/// What ssh is told whatever its configuration says. A silent server is asked every 5 seconds whether it is there, and given up after
/// three questions.
const SETTINGS: [&str; 3] = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ServerAliveInterval=5"];

/// How long a connection that nobody uses stays: a run after a small change needs no login.
const PERSIST: &str = "ControlPersist=60";

/// How long an ssh on this machine may take that does nothing over the network.
const ANSWER: Duration = Duration::from_secs(1);

/// What ssh says in the place of an address if another program leads to the host, that of a jump host say.
const BEHIND_ANOTHER: &str = "UNKNOWN port";

/// How long everything may take besides connecting to the host and to those in between.
const LOGIN: Duration = Duration::from_secs(30);

/// What is the same for all hosts of an environment.
#[derive(Debug, Clone)]
pub struct SshOptions {
    /// The configuration of the project, which stands instead of the user's.
    pub config: Option<PathBuf>,
    /// How long a connection may take.
    pub timeout: Duration,
    /// The directory of the project, where other programs than ssh find what they need.
    pub project: PathBuf,
    /// Where connections are found.
    pub sockets: Places,
    /// The processes that are not connected yet.
    pub connecting: Arc<Connecting>,
}

/// The configuration of ssh that a project has for an environment.
pub fn config_file(project: &Path, environment: &str) -> Option<PathBuf> {
    [format!("ssh_config_{environment}"), "ssh_config".to_owned()]
        .iter()
        .map(|name| project.join(name))
        .find(|path| path.exists())
}

/// A connection that is authenticated.
pub(super) struct SshConnection {
    runtime: Runtime,
    socket: PathBuf,
    /// Under which it is found, if that can be said.
    name: Option<String>,
    places: Places,
    /// Whether later runs may have it.
    is_kept: bool,
    /// What was started, which ends with this.
    started: Option<EstablishedSession>,
}

/// The near ends of a program on the host.
pub(super) struct Pipes {
    pub input: File,
    pub output: File,
    pub errors: File,
}

impl SshConnection {
    /// The connection that an earlier run left under a name, if it is still there.
    pub(super) fn kept(name: &str, options: &SshOptions) -> Option<Self> {
        let socket = options.sockets.take(name)?;
        let kept = Self::of(socket.clone(), Some(name), options).ok()?;
        let session = Session::resume_mux(socket.into_boxed_path(), None);
        let answer = kept.runtime.block_on(async { timeout(ANSWER, session.check()).await });
        matches!(answer, Ok(Ok(()))).then_some(kept)
    }

    /// Connects and authenticates. Keys of hosts must be known: ssh asks nobody here. Later runs find it under the name.
    pub(super) fn open(host: &str, name: Option<&str>, options: &SshOptions) -> Result<Self, ConnectError> {
        let socket = options.sockets.own(name.unwrap_or(&hash([host.as_bytes()])));
        let words = ["-M", "-f", "-N", "-o", PERSIST, "-S"].map(OsStr::new);
        let mut master = command(host, options, &[&words[..], &[socket.as_os_str()]].concat());
        let (outcome, mut said) = listen(&mut master, options).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ConnectError::new(ConnectErrorKind::NoSsh, "there is no program ssh")
                .with_hint("install the OpenSSH client"),
            _ => ConnectError::new(ConnectErrorKind::NoSsh, "cannot start the program ssh")
                .with_words(&error.to_string()),
        })?;
        match outcome {
            Outcome::Ended(status) if status.success() => Self::of(socket, name, options).map_err(|error| {
                ConnectError::new(ConnectErrorKind::Other, "cannot use a connection").with_words(&error.to_string())
            }),
            Outcome::Ended(_) => {
                if said.contains(BEHIND_ANOTHER) {
                    // What the way there says is not heard as long as a connection is to be kept.
                    let words = ["-o", "ControlMaster=no", "-o", "ControlPath=none"].map(OsStr::new);
                    if let Ok((_, reason)) = listen(command(host, options, &words).arg("true"), options) {
                        said = reason;
                    }
                }
                Err(ConnectError::of_ssh(&said, host))
            }
            Outcome::TooLong => {
                let what = format!("ssh did not log in within {} seconds", limit(options).as_secs());
                Err(ConnectError::new(ConnectErrorKind::Other, what)
                    .with_words(&said)
                    .with_hint(format!("see what it waits for: ssh -v {host} true")))
            }
            Outcome::Over => Err(ConnectError::new(ConnectErrorKind::Other, "the run ends")),
        }
    }

    fn of(socket: PathBuf, name: Option<&str>, options: &SshOptions) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (name, places) = (name.map(str::to_owned), options.sockets.clone());
        Ok(Self { runtime, socket, name, places, is_kept: false, started: None })
    }

    /// Ends the process of ssh. Asked to stop, it would wait for what runs on the host.
    fn end(&self) {
        let asked = async { Connection::connect(&self.socket).await?.send_alive_check().await };
        let answer = self.runtime.block_on(async { timeout(ANSWER, asked).await });
        // Without an answer it has ended by itself.
        if let Ok(Ok(number)) = answer
            && let Some(process) = i32::try_from(number.get()).ok().and_then(Pid::from_raw)
        {
            let _ = kill_process(process, Signal::TERM);
        }
    }

    /// Starts a command line on the host, which has to begin with it in that time.
    pub(super) fn start(&mut self, line: &str, patience: Duration) -> Result<Pipes, ConnectError> {
        let no_pipe = |error: io::Error| {
            ConnectError::new(ConnectErrorKind::Other, "cannot make a pipe").with_words(&error.to_string())
        };
        let (far_input, input) = io::pipe().map_err(no_pipe)?;
        let (output, far_output) = io::pipe().map_err(no_pipe)?;
        let (errors, far_errors) = io::pipe().map_err(no_pipe)?;
        let far = [far_input.as_raw_fd(), far_output.as_raw_fd(), far_errors.as_raw_fd()];
        let failed = |reason: &str| {
            ConnectError::new(ConnectErrorKind::Network, "ssh cannot start a program on the host").with_words(reason)
        };
        let line = NonZeroByteSlice::new(line.as_bytes()).ok_or_else(|| failed("a zero byte"))?;
        // Whether the agent with the user's keys is really forwarded is up to the configuration; a session of openssh has no word for it.
        let session = openssh_mux_client::Session::builder().agent(true).cmd(Cow::Borrowed(line)).build();
        let opened = self.runtime.block_on(async {
            let opening = async { Connection::connect(&self.socket).await?.open_new_session(&session, &far).await };
            timeout(patience, opening).await
        });
        match opened {
            Ok(Ok(started)) => self.started = Some(started),
            Ok(Err(error)) => return Err(failed(&causes(&error).join(": "))),
            Err(_) => return Err(failed(&format!("it does not answer for {} seconds", patience.as_secs()))),
        }
        let file = |descriptor: OwnedFd| File::from(descriptor);
        Ok(Pipes { input: file(input.into()), output: file(output.into()), errors: file(errors.into()) })
    }
}

impl Reached for SshConnection {
    fn keep(&mut self) {
        self.is_kept = true;
    }
}

impl Drop for SshConnection {
    /// Ends the connection and all that runs over it, whether the host still answers or not, unless later runs may have it.
    fn drop(&mut self) {
        self.started = None;
        match &self.name {
            Some(name) if self.is_kept => self.places.give(name),
            _ => {
                self.end();
                self.places.remove(&self.socket);
            }
        }
    }
}

/// The name under which later runs find a connection: they do if ssh would do the same for the host and for those on the way
/// there, with the same agent.
pub(super) fn name_of(host: &str, options: &SshOptions) -> Option<String> {
    if !options.sockets.are_shared() {
        return None;
    }
    let mut hosts = vec![host.to_owned()];
    let mut parts = vec![host.as_bytes().to_owned()];
    let mut next = 0;
    while let Some(host) = hosts.get(next) {
        next += 1;
        let configuration = configuration(host, options)?;
        let jumps = configuration.lines().filter_map(|line| line.strip_prefix("proxyjump "));
        for jump in jumps.flat_map(|jumps| jumps.split(',')).map(name_of_jump) {
            if !hosts.contains(&jump) {
                hosts.push(jump);
            }
        }
        parts.push(configuration.into_bytes());
    }
    // A command that leads to the host may read the same file, and with relative paths the project counts.
    let file = options.config.clone().or_else(|| Some(dirs::home_dir()?.join(".ssh/config")));
    parts.push(file.and_then(|file| fs::read(&file).ok()).unwrap_or_default());
    parts.push(options.project.as_os_str().as_bytes().to_owned());
    parts.push(std::env::var_os("SSH_AUTH_SOCK").unwrap_or_default().into_encoded_bytes());
    Some(hash(parts.iter().map(Vec::as_slice)))
}

/// What ssh would do for a host, as it tells itself.
fn configuration(host: &str, options: &SshOptions) -> Option<String> {
    let mut output = tempfile::tempfile().ok()?;
    let mut asked = command(host, options, &[OsStr::new("-G")]);
    asked.stdin(process::Stdio::null()).stdout(output.try_clone().ok()?).stderr(process::Stdio::null());
    match options.connecting.run(&mut asked, ANSWER).ok()? {
        Outcome::Ended(status) if status.success() => Some(text(&mut output)),
        _ => None,
    }
}

/// The host of a jump, which may come with a user and a port: `user@host:port`, `ssh://user@[::1]:22`.
fn name_of_jump(jump: &str) -> String {
    let place = jump.trim_start_matches("ssh://").rsplit('@').next().unwrap_or_default();
    let host = match place.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => place.split(':').next(),
    };
    host.unwrap_or_default().to_owned()
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut name = hexadecimal(&hash.finalize());
    name.truncate(NAME);
    name
}

/// ssh for a host, with what is said in all cases and more.
fn command(host: &str, options: &SshOptions, more: &[&OsStr]) -> process::Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "not a command of a definition: it goes on in the background while others use its connection"
    )]
    let mut command = process::Command::new("ssh");
    for setting in SETTINGS {
        command.args(["-o", setting]);
    }
    command.arg("-o").arg(format!("ConnectTimeout={}", options.timeout.as_secs().max(1)));
    if let Some(config) = &options.config {
        command.arg("-F").arg(config);
    }
    command.arg("-T").args(more).args(["--", host]);
    command
}

/// Runs ssh, and gives what it said as well.
fn listen(command: &mut process::Command, options: &SshOptions) -> io::Result<(Outcome, String)> {
    let mut words = tempfile::tempfile()?;
    command.stdin(process::Stdio::null()).stdout(process::Stdio::null()).stderr(words.try_clone()?);
    let outcome = options.connecting.run(command, limit(options))?;
    Ok((outcome, text(&mut words)))
}

/// All of a file that others have written.
fn text(file: &mut File) -> String {
    let mut content = Vec::new();
    // Without its words there is less to show.
    let _ = file.rewind().and_then(|()| file.read_to_end(&mut content));
    String::from_utf8_lossy(&content).into_owned()
}

/// How long ssh may take to log in.
fn limit(options: &SshOptions) -> Duration {
    options.timeout * 2 + LOGIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_are_hosts() {
        for (jump, host) in [
            ("gate", "gate"),
            ("me@gate:2222", "gate"),
            ("ssh://me@gate:22", "gate"),
            ("me@[fd00::1]:22", "fd00::1"),
            ("[fd00::1]", "fd00::1"),
        ] {
            assert_eq!(name_of_jump(jump), host);
        }
    }
}
