//! What a host says beside the messages.

use std::fs::File;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a host may take to end what it says, after its input has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How often is looked whether it has.
const TICK: Duration = Duration::from_millis(2);

/// How many bytes are kept until somebody asks.
const MOST: usize = 64 * 1024;

/// What a host says beside the messages, collected by a thread so that it never has to wait.
pub(super) struct Said {
    text: Arc<Mutex<String>>,
    thread: JoinHandle<()>,
}

impl Said {
    /// Begins to collect what comes out of a pipe.
    pub(super) fn collect(mut pipe: File) -> Self {
        let text: Arc<Mutex<String>> = Arc::default();
        let collected = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut text = collected.lock().unwrap_or_else(PoisonError::into_inner);
                if text.len() < MOST {
                    text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                }
            }
        });
        Self { text, thread }
    }

    /// What was said since the last question.
    pub(super) fn take(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the end, which comes by itself if the host is still there.
    pub(super) fn rest(self) -> String {
        let until = Instant::now() + LAST_WORDS;
        while !self.thread.is_finished() && Instant::now() < until {
            std::thread::sleep(TICK);
        }
        self.take()
    }
}
