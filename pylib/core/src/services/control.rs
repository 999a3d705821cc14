//! Starting and stopping.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, getpgid, kill_process, kill_process_group, waitpid};

use super::detach::detach;
use super::record::{self, Fingerprint, Record, file_error};
use super::state::{absolute, find};
use super::{Service, ServiceError, identity, launch};
use crate::process::{ExitWatch, group_has_ended, is_alive, return_code, start_time};

/// How long a start watches its process. A program with a wrong option or a missing library ends within milliseconds; a longer
/// watch would cost every start that time. It ends early only when the process does.
const GRACE: Duration = Duration::from_millis(300);

/// How long a process may take to vanish after SIGKILL.
const KILL_LIMIT: Duration = Duration::from_secs(2);

/// How much of the log an error shows at most.
const LAST_LINES: usize = 20;
const LAST_BYTES: u64 = 16 * 1024;

/// Starts the service and returns its process id.
///
/// The process gets a session of its own, no input, and the log as output. Record and pid file are on disk before it runs the
/// command. The call returns 300 ms after the start, or as soon as the process has ended.
///
/// # Errors
/// [`ServiceError::AlreadyRunning`] if a process of it is there, outdated or not; [`ServiceError::Ended`] if the process ended
/// at once, with the last lines of its output, in which case pid file and record are removed again; and whatever keeps the state
/// from being told or the files from being written.
pub fn start(service: &Service) -> Result<i32, ServiceError> {
    if let Some(pid) = find(service)?.pids().next() {
        return Err(ServiceError::AlreadyRunning { service: service.name.clone(), pid });
    }
    let fingerprint = Fingerprint::of(service)?;
    let log = open_log(service)?;
    let log_start = log.metadata().map_or(0, |data| data.len());
    let mut child = spawn(service, log)?;
    let pid = child.id().cast_signed();
    let started = start_time(pid)
        .ok_or_else(|| start_error(service, io::Error::other("the new process is gone")))
        .and_then(|started| record::write(service, &Record { pid, started, fingerprint }));
    if let Err(error) = started {
        // The process still waits; without its line it ends.
        drop(child.stdin.take());
        let _ = child.wait();
        return Err(error);
    }
    match watch(&mut child) {
        Ok(None) => Ok(pid),
        Ok(Some(status)) => {
            record::remove(service)?;
            Err(ServiceError::Ended {
                service: service.name.clone(),
                code: return_code(status),
                log: service.log_file(),
                last_lines: last_lines(service, log_start)
                    .map_err(|source| file_error(service, "read", &service.log_file(), source))?,
            })
        }
        Err(source) => Err(start_error(service, source)),
    }
}

/// Stops the service: SIGTERM to its process group, after `limit` SIGKILL; then pid file and record are removed. If it does not
/// run, only leftover files are removed.
///
/// # Errors
/// [`ServiceError::StillAlive`], [`ServiceError::Signal`], and whatever keeps the state from being told or the files from
/// being removed.
pub fn stop(service: &Service, limit: Duration) -> Result<(), ServiceError> {
    for pid in find(service)?.pids() {
        stop_process(service, pid, limit)?;
    }
    record::remove(service)
}

/// Stops the service if it runs, then starts it; returns the new process id.
///
/// # Errors
/// Those of [`stop`] and [`start`].
pub fn restart(service: &Service, limit: Duration) -> Result<i32, ServiceError> {
    stop(service, limit)?;
    start(service)
}

fn start_error(service: &Service, source: io::Error) -> ServiceError {
    ServiceError::Start { service: service.name.clone(), source }
}

fn open_log(service: &Service) -> Result<File, ServiceError> {
    let path = service.log_file();
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|source| file_error(service, "open", &path, source))
}

fn spawn(service: &Service, log: File) -> Result<Child, ServiceError> {
    let metadata = fs::metadata(&service.directory)
        .and_then(|data| if data.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) });
    metadata.map_err(|source| ServiceError::Directory {
        service: service.name.clone(),
        path: service.directory.clone(),
        source,
    })?;
    let failed = |source| start_error(service, source);
    let errors = log.try_clone().map_err(failed)?;
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(launch::script(&service.command))
        .current_dir(&service.directory)
        .envs(service.environment.iter().map(|(name, value)| (name, value)))
        .env(identity::MARK, absolute(service).map_err(failed)?)
        .stdin(Stdio::piped())
        .stdout(log)
        .stderr(errors);
    detach(&mut command);
    command.spawn().map_err(failed)
}

/// Lets the waiting process run and looks at it for the grace time; gives its end, if it ended.
fn watch(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    if let Some(mut gate) = child.stdin.take() {
        match gate.write_all(b"go\n") {
            // It ended already, for example by an error in the syntax of the command.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => other?,
        }
    }
    ExitWatch::new(child).wait(child, GRACE)
}

/// The last lines that were written to the log behind `start`.
fn last_lines(service: &Service, start: u64) -> io::Result<Vec<String>> {
    let mut log = File::open(service.log_file())?;
    let end = log.metadata()?.len();
    log.seek(SeekFrom::Start(start.max(end.saturating_sub(LAST_BYTES))))?;
    let mut bytes = Vec::new();
    log.take(LAST_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    Ok(lines[lines.len().saturating_sub(LAST_LINES)..].to_vec())
}

fn stop_process(service: &Service, pid: i32, limit: Duration) -> Result<(), ServiceError> {
    let Some(process) = Pid::from_raw(pid) else {
        return Ok(());
    };
    let target = Target::of(process);
    let failed =
        |errno: rustix::io::Errno| ServiceError::Signal { service: service.name.clone(), pid, source: errno.into() };
    for signal in [Signal::TERM, Signal::CONT] {
        // A process that was halted sees the signal to end only when it goes on.
        target.send(signal).map_err(failed)?;
    }
    if !target.wait(limit) {
        target.send(Signal::KILL).map_err(failed)?;
        target.wait(KILL_LIMIT);
    }
    if is_alive(pid) {
        return Err(ServiceError::StillAlive { service: service.name.clone(), pid });
    }
    Ok(())
}

/// Whom the signals go to.
struct Target {
    process: Pid,
    /// The process group, unless it is our own.
    group: Option<Pid>,
}

impl Target {
    fn of(process: Pid) -> Self {
        let own = getpgid(None).ok();
        let group = getpgid(Some(process)).ok().filter(|group| Some(*group) != own);
        Target { process, group }
    }

    /// Sends a signal; that nobody is left is no error.
    fn send(&self, signal: Signal) -> rustix::io::Result<()> {
        let sent = match self.group {
            Some(group) => kill_process_group(group, signal),
            None => kill_process(self.process, signal),
        };
        match sent {
            Err(rustix::io::Errno::SRCH) => Ok(()),
            other => other,
        }
    }

    /// Waits until the whole group has ended; true if it did.
    fn wait(&self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let mut pause = Duration::from_millis(1);
        loop {
            // If this very process started the service, it must also reap it.
            let _ = waitpid(Some(self.process), WaitOptions::NOHANG);
            let process_ended = !is_alive(self.process.as_raw_nonzero().get());
            if process_ended && self.group.is_none_or(group_has_ended) {
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}
