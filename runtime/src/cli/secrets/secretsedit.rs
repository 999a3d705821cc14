//! `secretsedit`.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::NonEmptyStringValueParser;

use super::{arguments::file_name, edit, run::finish};
use crate::cli::{CommandError, ExitCode};

/// Edit the secrets of an environment, or an encrypted file of batou 0.2
///
/// What has a slash in it or ends in `.aes` is the path of a file `NAME.cfg.aes`, an existing or a new one, relative to the working
/// directory; anything else is an environment, as for `batou secrets edit`.
#[derive(Debug, Clone, Parser)]
#[command(name = "secretsedit", version, infer_long_args = true, after_long_help = help())]
pub struct SecretsEditArguments {
    /// Edit with this command instead of $EDITOR or vi
    #[arg(short, long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
    pub editor: Option<String>,

    /// The environment, or the path of a file
    #[arg(value_name = "ENVIRONMENT|PATH", value_parser = NonEmptyStringValueParser::new())]
    pub what: String,

    /// Edit the secret file of this name, an existing or a new one, instead of the settings
    #[arg(value_name = "FILE", value_parser = file_name())]
    pub file: Option<String>,
}

/// Does what was asked for.
pub fn run_secretsedit(arguments: &SecretsEditArguments) -> ExitCode {
    finish(run(arguments))
}

fn run(arguments: &SecretsEditArguments) -> Result<(), CommandError> {
    let editor = arguments.editor.as_deref();
    if let Some(path) = path_of(&arguments.what) {
        if arguments.file.is_some() {
            return Err(CommandError::usage("a path of a file takes no second name")
                .with_hint("secret files belong to environments: `secretsedit ENVIRONMENT FILE`"));
        }
        if !path.to_string_lossy().ends_with(".cfg.aes") {
            return Err(CommandError::usage(format!("{} is not a path NAME.cfg.aes", path.display()))
                .with_hint("secrets of an environment are edited by its name: `secretsedit ENVIRONMENT`"));
        }
        return edit::edit_path(&path, editor);
    }
    let name = arguments.what.strip_suffix(".cfg").filter(|name| !name.is_empty()).unwrap_or(&arguments.what);
    edit::edit_environment(name, arguments.file.as_deref(), editor)
}

/// The path, if it is one and not the name of an environment.
fn path_of(what: &str) -> Option<PathBuf> {
    (what.contains('/') || what.ends_with(".aes")).then(|| PathBuf::from(what))
}

fn help() -> String {
    format!(
        "{}\nExample:\n  secretsedit production            settings of components and hosts\n  \
         secretsedit production tls.key    a whole file\n  \
         secretsedit components/secrets/production.cfg.aes\n",
        ExitCode::help_section()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_environments() {
        for path in ["components/secrets/dev.cfg.aes", "dev.cfg.aes", "./dev"] {
            assert_eq!(path_of(path), Some(PathBuf::from(path)));
        }
        for name in ["dev", "dev.cfg", "aes"] {
            assert_eq!(path_of(name), None);
        }
    }
}
