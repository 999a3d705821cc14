//! Where things are in a virtual environment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Major and minor version of the program behind `bin/python`, if its name tells; links are followed.
///
/// Fails like a look at a missing file if there is no such program.
pub(super) fn interpreter(environment: &Path) -> io::Result<Option<(u64, u64)>> {
    let program = environment.join("bin/python").canonicalize()?;
    Ok(program.file_name().and_then(|name| name.to_str()).and_then(|name| pair(name.strip_prefix("python")?)))
}

/// Major and minor version at the start of a text such as `3.11.7` or `3.11.7.final.0`; of `3.11` alone as well.
pub(super) fn pair(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The directory that packages are installed to, as an interpreter of that version looks for it.
pub(super) fn packages(environment: &Path, (major, minor): (u64, u64)) -> PathBuf {
    environment.join(format!("lib/python{major}.{minor}/site-packages"))
}

/// A setting of `pyvenv.cfg`.
pub(super) fn setting(environment: &Path, wanted: &[&str]) -> Option<String> {
    let text = fs::read_to_string(environment.join("pyvenv.cfg")).ok()?;
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let mut settings = settings.map(|(name, value)| (name.trim(), value.trim()));
    settings.find(|(name, _)| wanted.contains(name)).map(|(_, value)| value.to_owned())
}
