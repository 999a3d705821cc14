//! Work that waits for the network, with an eye on interruptions.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::GitError;

/// How long a wait lasts before `interrupted` is asked again.
const TICK: Duration = Duration::from_millis(50);

/// How long interrupted work may take to tidy up. What hangs in the network longer is left behind.
const PATIENCE: Duration = Duration::from_secs(3);

/// Tells running work that it should end.
#[derive(Clone, Default)]
pub(super) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Does the work on a thread, as libgit2 cannot be interrupted while it waits for the other side.
///
/// # Errors
/// [`GitError::Interrupted`] when `interrupted`, which is asked every 50 ms, returns true; else those of the work.
pub(super) fn attended<T: Send + 'static>(
    interrupted: &dyn Fn() -> bool,
    work: impl FnOnce(&Cancel) -> Result<T, GitError> + Send + 'static,
) -> Result<T, GitError> {
    let cancel = Cancel::default();
    let (sender, receiver) = channel();
    let worker = std::thread::spawn({
        let cancel = cancel.clone();
        move || {
            // Nobody waits any more when the receiver is gone.
            let _ = sender.send(work(&cancel));
        }
    });
    let mut end = None;
    loop {
        match receiver.recv_timeout(TICK) {
            Ok(_) if end.is_some() => return Err(GitError::Interrupted),
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => return Err(GitError::Interrupted),
            },
            Err(RecvTimeoutError::Timeout) => match end {
                Some(end) if Instant::now() >= end => return Err(GitError::Interrupted),
                Some(_) => {}
                None if interrupted() => {
                    cancel.0.store(true, Ordering::Relaxed);
                    end = Some(Instant::now() + PATIENCE);
                }
                None => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_and_errors_come_back_at_once() {
        let start = Instant::now();
        assert_eq!(attended(&|| false, |_| Ok(7)).unwrap(), 7);
        assert!(start.elapsed() < TICK);
        assert!(matches!(attended(&|| false, |_| Err::<(), _>(GitError::Interrupted)), Err(GitError::Interrupted)));
    }

    #[test]
    fn interrupted_work_is_told_and_awaited() {
        let tidy = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&tidy);
        let outcome = attended(&|| true, move |cancel| {
            while !cancel.is_asked() {
                std::thread::sleep(Duration::from_millis(1));
            }
            done.store(true, Ordering::Relaxed);
            Ok(())
        });
        assert!(matches!(outcome, Err(GitError::Interrupted)));
        assert!(tidy.load(Ordering::Relaxed));
    }
}
