//! The two programs, and one whole run of one of them.

use std::env;
use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::measure::{self, Sample};
use crate::workload::Project;

/// A program to measure.
pub struct Program {
    path: PathBuf,
    is_original: bool,
}

impl Program {
    /// The original as the test task installs it, or where `BATOU_BENCH_ORIGINAL` says.
    pub fn original(root: &Path) -> Result<Self, String> {
        let path =
            env::var_os("BATOU_BENCH_ORIGINAL").map_or_else(|| root.join("tests/.venv/bin/batou"), PathBuf::from);
        if !path.is_file() {
            return Err(format!(
                "the original batou is missing at {}: task `make prepare` installs it",
                path.display()
            ));
        }
        Ok(Self { path, is_original: true })
    }

    /// `BATOU_BENCH_PROGRAM`, else the dist binary if there is one, else the one that cargo built for this run.
    pub fn ours() -> Result<Self, String> {
        let built = PathBuf::from(env!("CARGO_BIN_EXE_batou-local"));
        let dist = built.parent().and_then(Path::parent).map(|target| target.join("dist/batou-local"));
        let path = match (env::var_os("BATOU_BENCH_PROGRAM"), dist) {
            (Some(path), _) => PathBuf::from(path),
            (None, Some(dist)) if dist.is_file() => dist,
            (None, _) => built,
        };
        if !path.is_file() {
            return Err(format!("the program to measure is missing at {}", path.display()));
        }
        Ok(Self { path, is_original: false })
    }

    /// Deploys a project and waits for the end.
    pub fn deploy(&self, project: &Project, watched: bool) -> Result<Sample, String> {
        let mut command = Command::new(&self.path);
        command.envs(&project.variables);
        if self.is_original {
            command.arg("deploy").env("APPENV_BASEDIR", project.path()).envs(&project.original_variables);
        }
        let output = project.path().join("output.txt");
        let file = File::create(&output).map_err(|error| format!("{}: {error}", output.display()))?;
        let both = file.try_clone().map_err(|error| format!("{}: {error}", output.display()))?;
        command.arg("bench").current_dir(project.path());
        command.stdin(Stdio::null()).stdout(file).stderr(both);
        let mut sample = measure::run(&mut command, watched)?;
        let bytes = fs::read(&output).map_err(|error| format!("{}: {error}", output.display()))?;
        sample.output = String::from_utf8_lossy(&bytes).into_owned();
        sample.updates = sample.output.contains("🚀 ");
        Ok(sample)
    }
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())?;
        if self.is_original {
            return Ok(());
        }
        // A binary from another day is the usual reason for figures that nobody can explain.
        let Ok(metadata) = fs::metadata(&self.path) else {
            return Ok(());
        };
        let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
        let minutes = age.unwrap_or(Duration::ZERO).as_secs() / 60;
        #[expect(clippy::cast_precision_loss, reason = "a size for the eye")]
        let size = metadata.len() as f64 / 1e6;
        write!(formatter, " ({size:.1} MB, built {minutes} minutes ago)")
    }
}
