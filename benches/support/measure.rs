//! Timing a process from its start to its end, and watching the memory of it and its children.

use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// One run of a program.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// From before the start to after the end.
    pub time: Duration,
    /// The most memory that the process and its children held together, in KiB; `None` when nobody looked, or when
    /// this system does not tell.
    pub memory: Option<u64>,
    /// Whether the exit code was 0.
    pub success: bool,
    /// Whether it reported updates.
    pub updates: bool,
    /// Everything it printed.
    pub output: String,
}

/// Several runs of the same.
#[derive(Clone, Debug, Default)]
pub struct Series {
    times: Vec<Duration>,
    memory: Option<u64>,
}

impl Series {
    /// Takes a run in; its time only where it is to count.
    pub fn add(&mut self, sample: &Sample, timed: bool) {
        if timed {
            self.times.push(sample.time);
            self.times.sort();
        }
        self.memory = self.memory.max(sample.memory);
    }

    /// The time in the middle; of an even number, the mean of the two in the middle.
    pub fn median(&self) -> Duration {
        match self.times.len() {
            0 => Duration::ZERO,
            count if count % 2 == 1 => self.times[count / 2],
            count => (self.times[count / 2 - 1] + self.times[count / 2]) / 2,
        }
    }

    /// The shortest time.
    pub fn least(&self) -> Duration {
        self.times.first().copied().unwrap_or_default()
    }

    /// The most memory seen, in KiB.
    pub fn memory(&self) -> Option<u64> {
        self.memory
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// What two things cost that are done one after the other.
    pub fn plus(&self, other: &Series) -> Series {
        Series { times: vec![self.median() + other.median()], memory: None }
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command, watched: bool) -> Result<Sample, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let wrap = |error| format!("{program}: {error}");
    let start = Instant::now();
    let mut child = command.spawn().map_err(wrap)?;
    let (process, ended) = (child.id(), AtomicBool::new(false));
    let ended = &ended;
    thread::scope(|scope| {
        let watcher = watched.then(|| scope.spawn(move || watch(process, ended)));
        let status = child.wait().map_err(wrap);
        let time = start.elapsed();
        ended.store(true, Ordering::Relaxed);
        let memory = watcher.and_then(|watcher| watcher.join().ok().flatten());
        Ok(Sample { time, memory, success: status?.success(), ..Sample::default() })
    })
}

/// Looks again and again at a process and all below it until it has ended. The system keeps the peak of each process,
/// so it is enough to look once shortly before the end of the one that matters.
fn watch(root: u32, ended: &AtomicBool) -> Option<u64> {
    let start = Instant::now();
    let mut most = None;
    while !ended.load(Ordering::Relaxed) {
        most = most.max(memory_of_tree(root));
        // A fiftieth of the time so far is near enough to the end, for short runs and for long ones.
        let pause = start.elapsed() / 50;
        thread::sleep(pause.clamp(Duration::from_millis(1), Duration::from_millis(50)));
    }
    most
}

/// The sum of the peaks of all living processes below and including `root`, from Linux's `/proc`.
fn memory_of_tree(root: u32) -> Option<u64> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // Processes come and go while this looks; one that is gone holds no memory.
        if let Some(parent) = parent_of(process) {
            parents.insert(process, parent);
        }
    }
    let mut sum = None;
    for &process in parents.keys() {
        let mut ancestor = process;
        while ancestor != root {
            match parents.get(&ancestor) {
                Some(&parent) => ancestor = parent,
                None => break,
            }
        }
        if ancestor == root {
            sum = peak_of(process).map(|peak| peak + sum.unwrap_or(0)).or(sum);
        }
    }
    sum
}

fn parent_of(process: u32) -> Option<u32> {
    // The name of the program stands in parentheses and may hold anything; state and parent follow the last one.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
