//! Where the programs are that are measured.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The original as the test task installs it, or where `BATOU_BENCH_ORIGINAL` says.
pub fn original(root: &Path) -> Result<PathBuf, String> {
    let path = env::var_os("BATOU_BENCH_ORIGINAL").map_or_else(|| root.join("tests/.venv/bin/batou"), PathBuf::from);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("the original batou is missing at {}: task `make prepare` installs it", path.display()))
    }
}

/// `BATOU_BENCH_PROGRAM`, else the dist binary if there is one, else `built`, which cargo built for this run.
pub fn ours(built: &str) -> Result<PathBuf, String> {
    let built = PathBuf::from(built);
    let name = built.file_name().unwrap_or_default();
    let dist = built.parent().and_then(Path::parent).map(|target| target.join("dist").join(name));
    let path = match (env::var_os("BATOU_BENCH_PROGRAM"), dist) {
        (Some(path), _) => PathBuf::from(path),
        (None, Some(dist)) if dist.is_file() => dist,
        (None, _) => built,
    };
    if path.is_file() { Ok(path) } else { Err(format!("the program to measure is missing at {}", path.display())) }
}

/// How large and how old a program is: one from another day is the usual reason for figures that nobody can explain.
pub fn describe(path: &Path) -> String {
    let Ok(metadata) = fs::metadata(path) else {
        return path.display().to_string();
    };
    let age = metadata.modified().ok().and_then(|time| SystemTime::now().duration_since(time).ok());
    let minutes = age.unwrap_or(Duration::ZERO).as_secs() / 60;
    #[expect(clippy::cast_precision_loss, reason = "a size for the eye")]
    let size = metadata.len() as f64 / 1e6;
    format!("{} ({size:.1} MB, built {minutes} minutes ago)", path.display())
}
