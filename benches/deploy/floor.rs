//! What no program can go below: starting a process, and looking at every file.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::measure::{self, Sample, Series};
use crate::workload;

/// How often the smallest process is started.
const STARTS: usize = 20;

/// Starting a process that does nothing, and waiting for it.
pub fn process_start() -> Result<Series, String> {
    let mut series = Series::default();
    for _ in 0..STARTS {
        let mut command = Command::new("/bin/true");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        series.add(&measure::run(&mut command, false)?, true);
    }
    Ok(series)
}

/// Asking for the state of every file, reading it and comparing it with what it should be.
pub fn read_and_compare(directory: &Path) -> Result<Sample, String> {
    let expected = workload::files(directory)?;
    let start = Instant::now();
    for (relative, content) in &expected {
        let path = directory.join(relative);
        let wrap = |error| format!("{}: {error}", path.display());
        let size = fs::metadata(&path).map_err(wrap)?.len();
        let found = fs::read(&path).map_err(wrap)?;
        if size != content.len() as u64 || &found != content {
            return Err(format!("{} changed while it was measured", path.display()));
        }
    }
    Ok(Sample { time: start.elapsed(), success: true, ..Sample::default() })
}

/// What the workload names instead.
pub fn of_another_program(script: &str, project: &Path) -> Result<Sample, String> {
    let mut command = Command::new("sh");
    command.args(["-ec", script]).current_dir(project);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let sample = measure::run(&mut command, false)?;
    if sample.success { Ok(sample) } else { Err(format!("it failed: {script}")) }
}
