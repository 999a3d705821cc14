//! Connections of the user's ssh, with all that its configuration says.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::Duration;

use openssh::{Session, Stdio};
use tokio::runtime::{Builder, Runtime};

use super::connecting::{Connecting, Outcome};
use super::error::{ConnectError, ConnectErrorKind};

/// What ssh is told whatever its configuration says. A silent server is asked every 5 seconds whether it is there, and given up after
/// three questions.
const SETTINGS: [&str; 3] = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ServerAliveInterval=5"];

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
    /// A private directory for control sockets.
    pub control_directory: PathBuf,
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
    session: Option<Session>,
}

/// The near ends of a program on the host.
pub(super) struct Pipes {
    pub input: File,
    pub output: File,
    pub errors: File,
}

impl SshConnection {
    /// Connects and authenticates. Keys of hosts must be known: ssh asks nobody here.
    pub(super) fn open(host: &str, options: &SshOptions) -> Result<Self, ConnectError> {
        let failed = |error: io::Error| {
            ConnectError::new(ConnectErrorKind::Other, "cannot prepare a connection").with_words(&error.to_string())
        };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        // The socket has the name that the session expects.
        let directory = tempfile::Builder::new().prefix("").tempdir_in(&options.control_directory).map_err(failed)?;
        let socket = directory.path().join("master");
        // Should this program die without closing the connection, ssh keeps it for 5 seconds.
        let words = ["-M", "-f", "-N", "-o", "ControlPersist=5", "-S"].map(OsStr::new);
        let mut master = command(host, options, &[&words[..], &[socket.as_os_str()]].concat());
        let (outcome, mut said) = run(&mut master, options).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ConnectError::new(ConnectErrorKind::NoSsh, "there is no program ssh")
                .with_hint("install the OpenSSH client"),
            _ => ConnectError::new(ConnectErrorKind::NoSsh, "cannot start the program ssh")
                .with_words(&error.to_string()),
        })?;
        match outcome {
            Outcome::Ended(status) if status.success() => {
                Ok(Self { runtime, session: Some(Session::new_native_mux(directory)) })
            }
            Outcome::Ended(_) => {
                if said.contains(BEHIND_ANOTHER) {
                    // What the way there says is not heard as long as a connection is to be kept.
                    let words = ["-o", "ControlMaster=no", "-o", "ControlPath=none"].map(OsStr::new);
                    if let Ok((_, reason)) = run(command(host, options, &words).arg("true"), options) {
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

    /// Starts a command line on the host.
    pub(super) fn start(&self, command: &str) -> Result<Pipes, ConnectError> {
        let Some(session) = &self.session else {
            return Err(ConnectError::new(ConnectErrorKind::Other, "the connection is closed"));
        };
        let no_pipe = |error: io::Error| {
            ConnectError::new(ConnectErrorKind::Other, "cannot make a pipe").with_words(&error.to_string())
        };
        let (far_input, input) = io::pipe().map_err(no_pipe)?;
        let (output, far_output) = io::pipe().map_err(no_pipe)?;
        let (errors, far_errors) = io::pipe().map_err(no_pipe)?;
        let file = |descriptor: OwnedFd| File::from(descriptor);
        let spawned = self.runtime.block_on(async {
            session
                .raw_command(command)
                .stdin(Stdio::from(OwnedFd::from(far_input)))
                .stdout(Stdio::from(OwnedFd::from(far_output)))
                .stderr(Stdio::from(OwnedFd::from(far_errors)))
                .spawn()
                .await
        });
        let child = spawned.map_err(|error| {
            ConnectError::new(ConnectErrorKind::Network, "ssh cannot start a program on the host")
                .with_words(&describe(&error))
        })?;
        // The end of its output says that it has ended; why is in what it said.
        std::mem::forget(child);
        Ok(Pipes { input: file(input.into()), output: file(output.into()), errors: file(errors.into()) })
    }

    /// Ends the connection and all that runs over it, whether the host still answers or not.
    pub(super) fn close(&mut self) {
        let _context = self.runtime.enter();
        drop(self.session.take());
    }
}

impl Drop for SshConnection {
    fn drop(&mut self) {
        self.close();
    }
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
fn run(command: &mut process::Command, options: &SshOptions) -> io::Result<(Outcome, String)> {
    let mut words = tempfile::tempfile()?;
    command.stdin(process::Stdio::null()).stdout(process::Stdio::null()).stderr(words.try_clone()?);
    let outcome = options.connecting.run(command, limit(options))?;
    let mut said = Vec::new();
    // Without its words there is less to show.
    let _ = words.rewind().and_then(|()| words.read_to_end(&mut said));
    Ok((outcome, String::from_utf8_lossy(&said).into_owned()))
}

/// How long ssh may take to log in.
fn limit(options: &SshOptions) -> Duration {
    options.timeout * 2 + LOGIN
}

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
