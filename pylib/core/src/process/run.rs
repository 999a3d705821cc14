//! Running one command to its end.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use super::group::end_group;
use super::private_script;
use super::{Command, ExitWatch, Output, ProcessError, return_code};

/// The shell of all commands.
const SHELL: &str = "/bin/sh";

/// How long a wait lasts before `interrupted` is asked again.
const TICK: Duration = Duration::from_millis(50);

/// How much of one output is taken before the other gets its turn.
const CHUNK: usize = 64 * 1024;

/// Runs a command by `/bin/sh -c` and returns its code and output.
///
/// Everybody on the machine can read the arguments of processes. So a script that holds a known secret is no argument: the shell
/// reads it from a file in memory, which it closes first. What the script itself starts with a secret as an argument can be read.
///
/// Its input is a pipe that is closed at once. It ends when both outputs are closed *and* the shell has ended, so a command that
/// leaves a background process with its output open is waited for. The command leads a process group of its own: when
/// `interrupted`, which is asked about every 50 ms, returns true, the group gets SIGTERM and 3 s later SIGKILL. In the background
/// group it cannot read from the terminal.
///
/// # Errors
/// [`ProcessError`]; a code other than zero is no error.
pub fn run(command: &Command<'_>, interrupted: &dyn Fn() -> bool) -> Result<Output, ProcessError> {
    let mut child = spawn(command)?;
    let outcome = follow(&mut child, interrupted);
    match outcome {
        Ok(Some(output)) => Ok(output),
        Ok(None) => {
            end_group(&mut child);
            Err(ProcessError::Interrupted)
        }
        Err(source) => {
            end_group(&mut child);
            Err(ProcessError::Follow { source })
        }
    }
}

fn spawn(command: &Command<'_>) -> Result<Child, ProcessError> {
    check(command)?;
    let script = private_script::on_input(command.script)
        .map_err(|source| ProcessError::Start { program: PathBuf::from(SHELL), source })?;
    let mut shell = std::process::Command::new(SHELL);
    let input = match script {
        Some(script) => {
            shell.arg("-c").arg(private_script::reading(0));
            script.into()
        }
        None => {
            shell.arg("-c").arg(command.script);
            Stdio::piped()
        }
    };
    shell
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if let Some(directory) = command.directory {
        // A missing directory and a missing shell would be the same error afterwards.
        std::fs::read_dir(directory)
            .map(drop)
            .or_else(|error| match error.kind() {
                // A directory can be entered without being readable.
                io::ErrorKind::PermissionDenied => Ok(()),
                _ => Err(error),
            })
            .map_err(|source| ProcessError::Directory { path: directory.to_path_buf(), source })?;
        shell.current_dir(directory);
    }
    let mut child = shell.spawn().map_err(|source| ProcessError::Start { program: PathBuf::from(SHELL), source })?;
    drop(child.stdin.take());
    Ok(child)
}

/// Refuses what the system cannot pass on, and what the standard library would drop or garble silently.
fn check(command: &Command<'_>) -> Result<(), ProcessError> {
    let refuse = |what: String, reason| Err(ProcessError::NotPassable { what, reason });
    let has_nul = |text: &OsStr| text.as_bytes().contains(&0);
    if has_nul(command.script) {
        return refuse("the command".into(), "it holds a NUL byte");
    }
    for (name, value) in command.environment {
        let shown = |name: &OsString| format!("the variable {:?}", name.to_string_lossy());
        if name.is_empty() || name.as_bytes().contains(&b'=') {
            return refuse(shown(name), "its name is empty or holds an equals sign");
        }
        if has_nul(name) || has_nul(value) {
            return refuse(shown(name), "it holds a NUL byte");
        }
    }
    Ok(())
}

/// Drains both outputs and waits for the end; `None` when interrupted.
fn follow(child: &mut Child, interrupted: &dyn Fn() -> bool) -> io::Result<Option<Output>> {
    let mut stdout = Stream::<ChildStdout>::new(child.stdout.take())?;
    let mut stderr = Stream::<ChildStderr>::new(child.stderr.take())?;
    let tick = Timespec::try_from(TICK).map_err(io::Error::other)?;
    while stdout.pipe.is_some() || stderr.pipe.is_some() {
        if interrupted() {
            return Ok(None);
        }
        let mut waiting: Vec<PollFd<'_>> = Vec::with_capacity(2);
        waiting.extend(stdout.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        waiting.extend(stderr.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        match poll(&mut waiting, Some(&tick)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        stdout.drain()?;
        stderr.drain()?;
    }
    let exit = ExitWatch::new(child);
    loop {
        if let Some(status) = exit.wait(child, TICK)? {
            return Ok(Some(Output { code: return_code(status), stdout: stdout.bytes, stderr: stderr.bytes }));
        }
        if interrupted() {
            return Ok(None);
        }
    }
}

/// One output of the command.
struct Stream<P> {
    /// Gone when the output is closed.
    pipe: Option<P>,
    bytes: Vec<u8>,
}

impl<P: Read + AsFd> Stream<P> {
    fn new(pipe: Option<P>) -> io::Result<Self> {
        if let Some(pipe) = &pipe {
            fcntl_setfl(pipe, fcntl_getfl(pipe)? | OFlags::NONBLOCK)?;
        }
        Ok(Stream { pipe, bytes: Vec::new() })
    }

    /// Takes what is there, at most one chunk.
    fn drain(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(());
        };
        match pipe.take(CHUNK as u64).read_to_end(&mut self.bytes) {
            Ok(taken) if taken < CHUNK => self.pipe = None,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
