//! Connections of the user's ssh, with all that its configuration says.

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use openssh::{ControlPersist, KnownHosts, Session, SessionBuilder, Stdio};
use tokio::runtime::{Builder, Runtime};

use super::error::{ConnectError, ConnectErrorKind};

/// How long ssh keeps a connection that nobody uses, should this program die without closing it.
const IDLE_SECONDS: NonZeroUsize = NonZeroUsize::new(5).unwrap();

/// After how many seconds of silence ssh asks the server whether it is there; it gives up after three questions.
const ALIVE_INTERVAL: Duration = Duration::from_secs(5);

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
        let failed = |what: &str, error: &dyn std::error::Error| {
            ConnectError::new(ConnectErrorKind::Other, what).with_words(&error.to_string())
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed("cannot prepare a connection", &error))?;
        let mut builder = SessionBuilder::default();
        builder
            .known_hosts_check(KnownHosts::Strict)
            .control_persist(ControlPersist::IdleFor(IDLE_SECONDS))
            .control_directory(&options.control_directory)
            .connect_timeout(options.timeout)
            .server_alive_interval(ALIVE_INTERVAL);
        if let Some(config) = &options.config {
            builder.config_file(config);
        }
        let session = runtime.block_on(builder.connect_mux(host)).map_err(|error| match &error {
            openssh::Error::Connect(source) | openssh::Error::Master(source)
                if source.kind() == std::io::ErrorKind::NotFound && source.raw_os_error().is_some() =>
            {
                ConnectError::new(ConnectErrorKind::NoSsh, "there is no program ssh")
                    .with_hint("install the OpenSSH client")
            }
            openssh::Error::Connect(source) | openssh::Error::Master(source) => {
                ConnectError::of_ssh(&source.to_string(), host)
            }
            _ => failed("ssh cannot connect", &error),
        })?;
        Ok(Self { runtime, session: Some(session) })
    }

    /// Starts a command line on the host.
    pub(super) fn start(&self, command: &str) -> Result<Pipes, ConnectError> {
        let Some(session) = &self.session else {
            return Err(ConnectError::new(ConnectErrorKind::Other, "the connection is closed"));
        };
        let no_pipe = |error: std::io::Error| {
            ConnectError::new(ConnectErrorKind::Other, "cannot make a pipe").with_words(&error.to_string())
        };
        let (far_input, input) = std::io::pipe().map_err(no_pipe)?;
        let (output, far_output) = std::io::pipe().map_err(no_pipe)?;
        let (errors, far_errors) = std::io::pipe().map_err(no_pipe)?;
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

fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
