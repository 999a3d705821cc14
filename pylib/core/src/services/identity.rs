//! Recognising a process of a service of which no record is left.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

/// The variable by which a process of a service can be recognised: the path of the service's pid file.
pub(super) const MARK: &str = "BATOU_SERVICE_PID_FILE";

/// Whether the process carries the mark of the service with that pid file. The process of another user does not: a service is
/// started by the user who deploys.
///
/// # Errors
/// What the system says if the environment of the process cannot be read.
pub(super) fn carries_mark(pid: i32, pid_file: &Path) -> io::Result<bool> {
    let mut wanted = OsStr::new(MARK).to_owned();
    wanted.push("=");
    wanted.push(pid_file);
    has_variable(pid, &wanted)
}

#[cfg(target_os = "linux")]
fn has_variable(pid: i32, wanted: &OsStr) -> io::Result<bool> {
    use rustix::io::Errno;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::MetadataExt;

    let is_own = || {
        let user = rustix::process::geteuid().as_raw();
        fs::metadata(format!("/proc/{pid}")).is_ok_and(|data| data.uid() == user)
    };
    match fs::read(format!("/proc/{pid}/environ")) {
        Ok(environment) => Ok(environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())),
        Err(error) => match Errno::from_io_error(&error) {
            // It ended in between.
            Some(Errno::NOENT | Errno::SRCH) => Ok(false),
            Some(Errno::ACCESS | Errno::PERM) if !is_own() => Ok(false),
            _ => Err(error),
        },
    }
}

#[cfg(not(target_os = "linux"))]
fn has_variable(pid: i32, wanted: &OsStr) -> io::Result<bool> {
    // The environment follows the command, separated by blanks.
    let mut ps = std::process::Command::new("ps");
    let output = ps.env("LC_ALL", "C").args(["-E", "-ww", "-o", "command=", "-p"]).arg(pid.to_string()).output()?;
    if !output.status.success() && crate::process::is_alive(pid) {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let text = format!("{} ", String::from_utf8_lossy(&output.stdout).trim_end());
    Ok(text.contains(&format!(" {} ", wanted.to_string_lossy())))
}
