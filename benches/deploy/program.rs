//! The two programs, and one whole run of one of them.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::binary;
use crate::measure::{self, Sample};
use crate::workload::Project;

/// A program to measure.
pub struct Program {
    path: PathBuf,
    is_original: bool,
}

impl Program {
    /// The original.
    pub fn original(root: &Path) -> Result<Self, String> {
        Ok(Self { path: binary::original(root)?, is_original: true })
    }

    /// The program of this repository.
    pub fn ours() -> Result<Self, String> {
        Ok(Self { path: binary::ours(env!("CARGO_BIN_EXE_batou-local"))?, is_original: false })
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
        if self.is_original {
            write!(formatter, "{}", self.path.display())
        } else {
            formatter.write_str(&binary::describe(&self.path))
        }
    }
}
