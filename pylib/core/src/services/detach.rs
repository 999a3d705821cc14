//! Cutting a child loose from the terminal and the session of this process.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Makes the child lead a session, and so a process group, of its own.
#[expect(unsafe_code, reason = "the standard library cannot create sessions; the hook only makes one system call")]
pub(super) fn detach(command: &mut Command) {
    // SAFETY: the hook runs between fork and exec and calls setsid only, which is safe there; it allocates nothing.
    unsafe {
        command.pre_exec(|| rustix::process::setsid().map(drop).map_err(io::Error::from));
    }
}
