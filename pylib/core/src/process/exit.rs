//! Waiting for the end of a child without polling where the system can tell.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

/// The code of an ended process: its exit code, or the negative number of the signal that ended it.
pub fn return_code(status: ExitStatus) -> i32 {
    match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => -signal,
        // A status that is neither belongs to a stopped process, which is never reported as ended.
        (None, None) => -1,
    }
}

/// Waits for one child, with a limit.
pub(crate) struct ExitWatch {
    #[cfg(target_os = "linux")]
    descriptor: Option<rustix::fd::OwnedFd>,
}

impl ExitWatch {
    /// Prepares to wait. On kernels without process descriptors the waits below poll with growing pauses.
    pub(crate) fn new(child: &Child) -> Self {
        #[cfg(not(target_os = "linux"))]
        let _ = child;
        ExitWatch {
            #[cfg(target_os = "linux")]
            descriptor: rustix::process::Pid::from_raw(child.id().cast_signed())
                .and_then(|pid| rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()),
        }
    }

    /// Waits at most that long; `None` if the child still runs.
    ///
    /// # Errors
    /// What the system says about a child that cannot be awaited.
    pub(crate) fn wait(&self, child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
        let end = Instant::now() + limit;
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            if !self.wait_for_descriptor(left)? {
                std::thread::sleep(pause.min(left));
                pause = (pause * 2).min(Duration::from_millis(20));
            }
        }
    }

    /// Sleeps until the child ends or the time is over; false if this system cannot do that.
    #[cfg(target_os = "linux")]
    fn wait_for_descriptor(&self, limit: Duration) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let Some(descriptor) = &self.descriptor else {
            return Ok(false);
        };
        let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
        match poll(&mut [PollFd::new(descriptor, PollFlags::IN)], Some(&limit)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the Linux form needs both")]
    fn wait_for_descriptor(&self, _limit: Duration) -> io::Result<bool> {
        Ok(false)
    }
}
