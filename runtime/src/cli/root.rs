//! The arguments of `batou`.

use clap::{Parser, Subcommand};

use super::{
    CheckOptions, CommandError, CompletionOptions, DeployOptions, ExitCode, InitOptions, LocalOptions, MigrateOptions,
    OutputOptions, PackagesOptions, PythonTail, SecretsOptions, check, completion, deploy, local,
};

/// Deploy services that are described as Python component classes
#[derive(Debug, Clone, Parser)]
#[command(name = "batou", version, infer_long_args = true, after_long_help = ExitCode::help_section())]
pub struct RootArguments {
    /// Show debug messages, as after the command
    #[arg(short, long)]
    pub debug: bool,

    /// What to do
    #[command(subcommand)]
    pub command: RootCommand,
}

/// The commands of `batou`.
#[derive(Debug, Clone, Subcommand)]
pub enum RootCommand {
    /// Deploy an environment
    ///
    /// All hosts of an environment with `connect_method = local` are deployed on this machine. Components are verified
    /// and only what differs is updated.
    #[command(infer_long_args = true, after_long_help = deploy::after_help())]
    Deploy(DeployOptions),

    /// Deploy the hosts of an environment that are this machine
    ///
    /// Without HOST: every host of an environment with `connect_method = local`, else the host that is this machine by
    /// its name. Components are verified and only what differs is updated.
    #[command(infer_long_args = true, after_long_help = local::after_help())]
    Local(LocalOptions),

    /// Check environments without touching anything
    ///
    /// The whole model of each environment is configured and all its templates are rendered, on any machine and without
    /// the network: placeholders stand for what only the secrets say, and reserved addresses for host names. Only packages
    /// of the project that are not in the cache yet are fetched. What could not be checked is told.
    #[command(infer_long_args = true, after_long_help = check::after_help())]
    Check(CheckOptions),

    /// Edit, read, compare and share encrypted settings and files
    ///
    /// What is secret stands beside the settings of an environment, encrypted for the keys of those who deploy it. No interpreter
    /// and no component is involved here.
    #[command(infer_long_args = true)]
    Secrets(SecretsOptions),

    /// Start a project with a small example that can be deployed
    ///
    /// Makes an environment, a component and what a repository should ignore. Nothing that exists is changed.
    Init(InitOptions),

    /// Bring a project of an older batou up to date
    ///
    /// Environments become directories, secrets move there and get names that say how they are encrypted, and what
    /// authors have to look at themselves is listed. Older projects can be deployed without this.
    #[command(infer_long_args = true)]
    Migrate(MigrateOptions),

    /// List, update and explain the Python packages of the project
    ///
    /// They stand in requirements.txt and requirements.lock, as for pip. A deployment fetches what is missing and needs
    /// neither pip nor Python for that.
    #[command(infer_long_args = true)]
    Packages(PackagesOptions),

    /// Write a script that has your shell complete commands and options
    #[command(after_help = completion::after_help())]
    Completion(CompletionOptions),

    /// Run a Python program with the interpreter and the packages that deployments use
    Python(PythonTail),
}

impl RootArguments {
    /// The command, with what was said before it.
    ///
    /// # Errors
    /// That means nothing for the command, or contradicts what was said after it.
    pub fn into_command(mut self) -> Result<RootCommand, CommandError> {
        if self.debug {
            let Some(output) = self.command.output_options() else {
                return Err(CommandError::usage("this command shows no debug messages")
                    .with_hint("leave out the option --debug before it"));
            };
            if output.quiet {
                return Err(CommandError::usage("the options --debug and --quiet cannot be used together"));
            }
            output.debug = true;
        }
        Ok(self.command)
    }
}

impl RootCommand {
    fn output_options(&mut self) -> Option<&mut OutputOptions> {
        match self {
            RootCommand::Deploy(options) => Some(&mut options.run.output),
            RootCommand::Local(options) => Some(&mut options.run.output),
            RootCommand::Check(options) => Some(&mut options.output),
            RootCommand::Init(_)
            | RootCommand::Migrate(_)
            | RootCommand::Packages(_)
            | RootCommand::Secrets(_)
            | RootCommand::Completion(_)
            | RootCommand::Python(_) => None,
        }
    }
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
        assert!(options.run.predict_only);
    }

    #[test]
    fn command_is_needed() {
        for words in [&["batou"][..], &["batou", "lokal"][..]] {
            assert_eq!(RootArguments::try_parse_from(words).expect_err("invalid").exit_code(), 2);
        }
    }

    #[test]
    fn debug_may_stand_before_the_command() {
        let command = |words: &[&str]| RootArguments::try_parse_from(words).expect("valid words").into_command();
        for words in [&["batou", "-d", "deploy", "dev"][..], &["batou", "--debug", "local", "dev"][..]] {
            let mut command = command(words).expect("sound");
            assert!(command.output_options().expect("reports").debug, "{words:?}");
        }
        assert!(command(&["batou", "-d", "deploy", "-q", "dev"]).is_err());
        assert!(command(&["batou", "-d", "python", "-c", "1"]).is_err());
    }
}
