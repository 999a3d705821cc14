//! Two processes: one works, the other watches it. Should the one that works be killed, what it started must not stay; should
//! the watcher be killed, the work ends.

use std::collections::BTreeSet;
use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::FLAG;
use super::main::tell;
use crate::cli::ExitCode;
use crate::remote::program::this_program;

/// The argument that makes a worker of an agent.
pub(super) const WORKER: &str = "--worker";

/// Starts a worker with the pipes of this process, and waits for its end.
pub(super) fn watch() -> ExitCode {
    // Somebody who brings the same program at this moment replaces its file.
    let ended = this_program().and_then(|program| {
        #[expect(clippy::disallowed_methods, reason = "not a command of a definition but this program again")]
        let mut command = std::process::Command::new(program);
        command.args([FLAG, WORKER]).stdin(Stdio::inherit()).stdout(Stdio::inherit()).status()
    });
    match ended {
        Ok(status) if status.success() => ExitCode::Success,
        Ok(status) => {
            // One that ends by itself has ended its commands.
            if status.code().is_none() {
                tell(&format!("the agent was killed: {status}"));
                end_session();
            }
            ExitCode::Failed
        }
        Err(error) => {
            tell(&format!("the agent cannot start: {error}"));
            ExitCode::Failed
        }
    }
}

/// Has this worker told to end when its watcher is gone.
pub(super) fn follow_watcher() {
    #[cfg(target_os = "linux")]
    {
        let watcher = rustix::process::getppid();
        // Without it, the end of the input tells the same, only later.
        let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM));
        if rustix::process::getppid() != watcher {
            let _ = kill(Pid::this(), Signal::SIGTERM);
        }
    }
}

/// Kills what the worker started. A server gives each command line a session, which commands share and services leave.
fn end_session() {
    let processes = processes();
    let own = std::process::id();
    let Some(session) = processes.iter().find(|process| process.number == own).map(|process| process.session) else {
        return;
    };
    // What is above (a shell, sudo) ends by itself.
    let mut above = BTreeSet::from([own]);
    let mut next = own;
    while let Some(process) = processes.iter().find(|process| process.number == next) {
        next = process.parent;
        if !above.insert(next) {
            break;
        }
    }
    for process in processes.iter().filter(|process| process.session == session && !above.contains(&process.number)) {
        // It may have ended meanwhile.
        let _ = kill(Pid::from_raw(process.number.cast_signed()), Signal::SIGKILL);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Process {
    number: u32,
    parent: u32,
    session: u32,
}

/// All processes, as Linux lists them (proc_pid_stat(5)).
fn processes() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|number| process(&std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?))
        .collect()
}

/// The facts in the text of a process. Its name stands in parentheses and may hold any others.
fn process(stat: &str) -> Option<Process> {
    let (number, _) = stat.split_once(' ')?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(1);
    let parent = fields.next()?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    Some(Process { number: number.parse().ok()?, parent, session })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_processes_confuse_nobody() {
        let stat = "17 (a) (b 1 2 3) S 5 16 15 34816 17 4194304 1 0";
        assert_eq!(process(stat), Some(Process { number: 17, parent: 5, session: 15 }));
        assert_eq!(process("17 (a"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_among_all() {
        let parent = rustix::process::getppid().map(|parent| parent.as_raw_pid().cast_unsigned());
        let own = processes().into_iter().find(|process| process.number == std::process::id()).expect("it runs");
        assert_eq!(Some(own.parent), parent);
    }
}
