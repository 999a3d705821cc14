//! Which thread signals reach, and when.

use std::thread::{self, JoinHandle};

use nix::sys::signal::{SigSet, SigmaskHow};

/// Signals do not reach the thread, nor those that it starts meanwhile, until this is dropped. What came reaches it then.
#[derive(Debug)]
pub struct Held {
    before: Option<SigSet>,
}

impl Held {
    /// Holds all of them back.
    pub fn all() -> Self {
        // That no signal can be held back would be news.
        Self { before: SigSet::all().thread_swap_mask(SigmaskHow::SIG_SETMASK).ok() }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            let _ = before.thread_set_mask();
        }
    }
}

/// Starts a thread that no signal reaches: they are for the one that runs definitions.
pub fn spawn_without_signals<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let _held = Held::all();
    thread::spawn(work)
}
