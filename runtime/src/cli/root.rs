//! The arguments of `batou`.

use clap::{Parser, Subcommand};

use super::local::{LocalOptions, after_help};
use super::{ExitCode, PythonTail};

/// Deploy services that are described as Python component classes
#[derive(Debug, Clone, Parser)]
#[command(name = "batou", version, infer_long_args = true, after_long_help = ExitCode::help_section())]
pub struct RootArguments {
    /// What to do
    #[command(subcommand)]
    pub command: RootCommand,
}

/// The commands of `batou`.
#[derive(Debug, Clone, Subcommand)]
pub enum RootCommand {
    /// Deploy the hosts of an environment that are this machine
    ///
    /// Without HOST: every host of an environment with `connect_method = local`, else the host that is this machine by
    /// its name. Components are verified and only what differs is updated.
    #[command(infer_long_args = true, after_long_help = after_help())]
    Local(LocalOptions),

    /// Run a Python program with the interpreter and the packages that deployments use
    Python(PythonTail),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{PythonArguments, PythonMode};
    use clap::CommandFactory;

    fn python(words: &[&str]) -> PythonArguments {
        let words = ["batou", "python"].iter().chain(words);
        let arguments = RootArguments::try_parse_from(words).expect("valid");
        let RootCommand::Python(tail) = arguments.command else { panic!("another command") };
        PythonArguments::parse(tail.words).expect("valid")
    }

    #[test]
    fn definition_is_sound() {
        RootArguments::command().debug_assert();
    }

    #[test]
    fn python_words_arrive_untouched() {
        let cases: [&[&str]; 8] = [
            &["-c", "code", "--help", "-V"],
            &["-m", "pytest", "--", "-x"],
            &["script.py", "--version", "--", "--"],
            &["-u", "-W", "error", "x"],
            &["--help"],
            &["-V"],
            &["-"],
            &[],
        ];
        for words in cases {
            let direct = PythonArguments::parse(words.iter().map(Into::into)).expect("valid");
            assert_eq!(python(words), direct, "{words:?}");
        }
        assert_eq!(python(&["--", "script.py"]).mode, PythonMode::Script("script.py".into()));
    }

    #[test]
    fn local_is_batou_local() {
        let arguments = RootArguments::try_parse_from(["batou", "local", "-P", "dev.cfg", "host"]).expect("valid");
        let RootCommand::Local(options) = arguments.command else { panic!("another command") };
        assert_eq!((options.environment.as_str(), options.host.as_deref()), ("dev", Some("host")));
        assert!(options.predict_only);
    }

    #[test]
    fn command_is_needed() {
        for words in [&["batou"][..], &["batou", "lokal"][..]] {
            assert_eq!(RootArguments::try_parse_from(words).expect_err("invalid").exit_code(), 2);
        }
    }
}
