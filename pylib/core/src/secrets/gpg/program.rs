//! Finding and running the program.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::GpgError;
use super::status::Status;
use crate::secrets::piped;
use crate::secrets::{Surroundings, piped::Piped};

/// The names of the program; the first that is found counts.
const NAMES: [&str; 2] = ["gpg", "gpg2"];

/// The user's gpg.
pub(super) struct Program {
    path: PathBuf,
    /// Variables that gpg reads, with their values; those without one are not set.
    variables: Vec<(&'static str, Option<OsString>)>,
}

/// What a call gave.
pub(super) struct Answer {
    pub output: Piped,
    pub status: Status,
}

impl Answer {
    /// How the program ended, in words.
    pub fn ending(&self) -> String {
        piped::ending(self.output.status)
    }
}

impl Program {
    /// Looks the program up in `PATH`.
    ///
    /// # Errors
    /// [`GpgError::Missing`].
    pub fn find(surroundings: &Surroundings) -> Result<Program, GpgError> {
        let directories = (surroundings.variables)("PATH").unwrap_or_default();
        let path = NAMES
            .iter()
            .flat_map(|name| std::env::split_paths(&directories).map(move |directory| directory.join(name)))
            .find(|path| is_program(path))
            .ok_or(GpgError::Missing)?;
        let variable = |name| (surroundings.variables)(name).filter(|value| !value.is_empty());
        // The agent may have to ask for a passphrase on the terminal, which gpg cannot find by its pipes.
        let terminal = variable("GPG_TTY").or_else(terminal);
        Ok(Program { path, variables: vec![("GNUPGHOME", variable("GNUPGHOME")), ("GPG_TTY", terminal)] })
    }

    /// Runs it on an input. Nothing is asked on the terminal by the program itself, which would mean to trust a key without
    /// looking; the agent asks for passphrases.
    ///
    /// # Errors
    /// [`GpgError::Run`]. How it ended is not looked at.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Answer, GpgError> {
        let mut command = Command::new(&self.path);
        command.args(["--batch", "--no-tty", "--status-fd", "2"]).args(arguments);
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output =
            piped::run(&mut command, input).map_err(|source| GpgError::Run { program: self.path.clone(), source })?;
        let status = Status::parse(&String::from_utf8_lossy(&output.stderr));
        Ok(Answer { output, status })
    }
}

fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

/// The name of the terminal that this process has, where the system tells it by a link.
fn terminal() -> Option<OsString> {
    let descriptors = [
        (std::io::stdin().is_terminal(), 0),
        (std::io::stdout().is_terminal(), 1),
        (std::io::stderr().is_terminal(), 2),
    ];
    descriptors
        .into_iter()
        .filter(|(is_terminal, _)| *is_terminal)
        .filter_map(|(_, number)| std::fs::read_link(format!("/proc/self/fd/{number}")).ok())
        .find(|path| path.starts_with("/dev"))
        .map(PathBuf::into_os_string)
}
