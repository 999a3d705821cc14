//! Ending a command together with everything it started.

use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::group_has_ended;

/// How long a group has to end after SIGTERM before it gets SIGKILL.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ends the process group of a child: SIGTERM, after [`PATIENCE`] SIGKILL. The child is reaped. A process that left the group
/// (a daemon in a session of its own) is not reached, which is what such a process asked for.
pub(super) fn end_group(child: &mut Child) {
    let Some(group) = Pid::from_raw(child.id().cast_signed()) else {
        return;
    };
    // Errors of kill mean that nobody is left, which is the aim.
    let _ = kill_process_group(group, Signal::TERM);
    // A stopped process would not see the signal.
    let _ = kill_process_group(group, Signal::CONT);
    let end = Instant::now() + PATIENCE;
    let mut pause = Duration::from_millis(1);
    while Instant::now() < end {
        let reaped = matches!(child.try_wait(), Ok(Some(_)) | Err(_));
        if reaped && group_has_ended(group) {
            return;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}
