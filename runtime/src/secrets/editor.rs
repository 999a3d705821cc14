//! Running the user's editor on a clear text.

use std::path::{Path, PathBuf};
use std::process::Command;

use zeroize::Zeroizing;

use super::{Exposure, exposure::ExposedDirectory};
use crate::cli::CommandError;

/// Which editor runs on which file.
pub(super) struct Editor<'exposure> {
    /// The command, for the shell.
    pub command: String,
    /// The file, in the private directory.
    pub file: PathBuf,
    /// Runs it.
    pub exposure: &'exposure Exposure,
    /// The private directory, removed with this.
    pub _directory: ExposedDirectory<'exposure>,
}

/// What an editor left.
pub(super) struct Edited {
    /// The content of the file; nothing if it is gone.
    pub content: Option<Zeroizing<Vec<u8>>>,
    /// What went wrong with the editor.
    pub failure: Option<CommandError>,
}

impl Editor<'_> {
    /// Lets the user edit a content.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn edit(&self, content: &[u8]) -> Result<Edited, CommandError> {
        batou_core::fs::replace(&self.file, content, Some(0o600)).map_err(|error| {
            CommandError::failed("cannot put the clear text where the editor finds it")
                .with_cause(&error)
                .with_hint("nothing was changed; XDG_RUNTIME_DIR may name another directory in memory")
        })?;
        let failure = self.run(&self.file);
        Ok(Edited { content: std::fs::read(&self.file).ok().map(Zeroizing::new), failure })
    }

    fn run(&self, file: &Path) -> Option<CommandError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "an editor needs the terminal, which commands of deployments never get"
        )]
        let mut command = Command::new("sh");
        command.arg("-c").arg(script(&self.command)).arg("sh").arg(file);
        match self.exposure.run(&mut command) {
            Ok(status) if status.success() => None,
            Ok(status) => {
                Some(CommandError::failed(format!("the editor `{}` failed", self.command)).with_reason(status))
            }
            Err(error) => {
                Some(CommandError::failed(format!("cannot start the editor `{}`", self.command)).with_cause(&error))
            }
        }
    }
}

/// What the shell is to do. It gives way to an editor that is a single program, so that signals reach this one; beside anything else it
/// stays, and Ctrl-C, which the editor may understand in its own way, does not end it.
fn script(command: &str) -> String {
    let first = command.split_whitespace().next().unwrap_or_default();
    let is_program = first.starts_with(|start: char| start.is_alphanumeric() || "/.~_\"'".contains(start));
    let is_single = !command.contains(|character| ";|&(){}<>\n`".contains(character));
    if is_program && is_single && !first.contains('=') {
        format!("exec {command} \"$@\"")
    } else {
        format!("trap : INT QUIT\n{command} \"$@\"")
    }
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn the_shell_gives_way_to_single_programs_only() {
        for command in ["vi", "code --wait", "/opt/my-editor -n", "~/bin/ed", "'my editor' -x"] {
            assert_eq!(script(command), format!("exec {command} \"$@\""));
        }
        for command in [
            ":",
            "TERM=dumb vi",
            "stty sane; vi",
            "vi \"$1\" && true",
            "for x in 1; do vi; done",
            "f() { vi \"$1\"; }; f",
        ] {
            assert_eq!(script(command), format!("trap : INT QUIT\n{command} \"$@\""));
        }
    }
}
