//! Pipes that do not wait for ever.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Reads from a pipe; a read for which nothing comes in time is an error of the kind `TimedOut`.
#[derive(Debug)]
pub struct PatientReader {
    pipe: File,
    milliseconds: Arc<AtomicU64>,
}

/// Writes into a pipe; a write for which there is no room in time is an error of the kind `TimedOut`.
#[derive(Debug)]
pub struct PatientWriter {
    pipe: File,
    patience: Duration,
}

/// The length of one write, for which there is room whenever a pipe takes anything.
const PIECE: usize = 4096;

impl PatientReader {
    /// A reader that waits so long at the most.
    pub fn new(pipe: File, patience: Duration) -> Self {
        let reader = Self { pipe, milliseconds: Arc::default() };
        reader.patience().set(patience);
        reader
    }

    /// The handle to change how long it waits.
    pub fn patience(&self) -> Patience {
        Patience(Arc::clone(&self.milliseconds))
    }
}

/// How long a reader waits; copies belong to the same reader.
#[derive(Debug, Clone)]
pub struct Patience(Arc<AtomicU64>);

impl Patience {
    /// From the next read on.
    pub fn set(&self, patience: Duration) {
        self.0.store(u64::try_from(patience.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Read for PatientReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let patience = Duration::from_millis(self.milliseconds.load(Ordering::Relaxed));
        wait(&self.pipe, PollFlags::IN, patience)?;
        self.pipe.read(buffer)
    }
}

impl PatientWriter {
    /// A writer that waits so long at the most.
    pub fn new(pipe: File, patience: Duration) -> Self {
        Self { pipe, patience }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

impl Write for PatientWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        wait(&self.pipe, PollFlags::OUT, self.patience)?;
        self.pipe.write(&bytes[..bytes.len().min(PIECE)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn wait(pipe: &File, flags: PollFlags, patience: Duration) -> io::Result<()> {
    let limit = Timespec::try_from(patience).unwrap_or(Timespec { tv_sec: i64::MAX, tv_nsec: 0 });
    match poll(&mut [PollFd::new(pipe, flags)], Some(&limit)) {
        Ok(0) => Err(io::ErrorKind::TimedOut.into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
