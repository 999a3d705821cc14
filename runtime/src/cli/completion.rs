//! `batou completion`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{LocalArguments, RootArguments, SecretsEditArguments};

/// What `batou completion` takes.
#[derive(Debug, Clone, Args)]
pub struct CompletionOptions {
    /// Write the script for this shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The script that has a shell complete the words of the programs.
pub fn completion_script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    for mut command in [RootArguments::command(), LocalArguments::command(), SecretsEditArguments::command()] {
        let name = command.get_name().to_owned();
        clap_complete::generate(shell, &mut command, name, &mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn after_help() -> &'static str {
    "Example:\n  batou completion bash > ~/.local/share/bash-completion/completions/batou\n  \
     source <(batou completion zsh)\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_learns_all_programs() {
        for shell in Shell::value_variants() {
            let script = completion_script(*shell);
            for part in ["batou-local", "secretsedit", "deploy", "predict-only"] {
                assert!(script.contains(part), "{shell}: {part}");
            }
        }
    }
}
