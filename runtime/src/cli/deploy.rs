//! The arguments of `batou deploy`.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::run_options::environment_name;
use super::{CommandError, ExitCode, RemoteOptions, RunOptions};
use crate::deploy::{RunRequest, Scope};
use crate::events::Action;

/// What `batou deploy` takes: the options of batou 2.x.
#[derive(Debug, Clone, Args)]
pub struct DeployOptions {
    /// Deploy this environment
    #[arg(value_parser = environment_name())]
    pub environment: String,

    /// How to run
    #[command(flatten)]
    pub run: RunOptions,

    /// With --consistency-only or --predict-only: connect to no host, use the state of this machine
    #[arg(short = 'L', long)]
    pub local: bool,

    /// Deploy this host only; may be given several times
    #[arg(long = "host", value_name = "HOST", conflicts_with = "local", value_parser = NonEmptyStringValueParser::new())]
    pub hosts: Vec<String>,

    /// What is about other machines
    #[command(flatten)]
    pub remote: RemoteOptions,

    /// Destroy the machines of provisioners and have them made anew
    #[arg(long)]
    pub provision_rebuild: bool,
}

impl DeployOptions {
    /// What is to be run.
    ///
    /// # Errors
    /// `--local` is there without a check or a prediction.
    pub fn request(&self) -> Result<RunRequest<'_>, CommandError> {
        let action = self.run.action();
        if self.local && action == Action::Deployment {
            return Err(CommandError::usage(
                "the --local option is only to be used with --consistency-only or --predict-only",
            )
            .with_hint(format!("`batou deploy --predict-only --local {0}` tells what a deployment of the state of this machine would change", self.environment))
            .with_hint(format!("`batou-local {} HOST` deploys the part of a host here", self.environment)));
        }
        let scope = if self.local { Scope::EverythingHere } else { Scope::Hosts(&self.hosts) };
        Ok(RunRequest {
            jobs: self.remote.jobs,
            remote: self.remote.choices(),
            provision_rebuild: self.provision_rebuild,
            ..RunRequest::new("batou deploy", &self.environment, scope, &self.run)
        })
    }
}

pub(super) fn after_help() -> String {
    format!(
        "{}\nExample:\n  batou deploy --predict-only dev    tell what would change\n  \
         batou deploy dev                   change it\n",
        ExitCode::help_section()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{PlatformChoice, RootArguments, RootCommand};
    use clap::Parser;

    fn parsed(words: &[&str]) -> Result<DeployOptions, clap::Error> {
        let words = ["batou", "deploy"].into_iter().chain(words.iter().copied());
        RootArguments::try_parse_from(words).map(|arguments| match arguments.command {
            RootCommand::Deploy(options) => options,
            other => panic!("another command: {other:?}"),
        })
    }

    #[test]
    fn options_of_the_original_are_understood() {
        let words = ["-p", "nixos", "-t", "30", "-D", "-c", "-P", "-L", "-j", "4", "--provision-rebuild", "dev.cfg"];
        let options = parsed(&words).expect("valid");
        let request = options.request().expect("sound");
        assert_eq!((request.environment, request.jobs, request.timeout), ("dev", Some(4), Some(30)));
        assert_eq!((request.scope, request.action), (Scope::EverythingHere, Action::ConsistencyCheck));
        assert_eq!(request.platform, PlatformChoice::Named("nixos"));
        assert!(options.remote.dirty && request.provision_rebuild);
    }

    #[test]
    fn long_options_may_be_shortened() {
        let options = parsed(&["--consistency", "--loc", "--dirt", "--job", "2", "--plat", "", "dev"]).expect("valid");
        assert!(options.run.consistency_only && options.local && options.remote.dirty);
        assert_eq!((options.remote.jobs, options.run.platform()), (Some(2), PlatformChoice::Nothing));
    }

    #[test]
    fn local_needs_a_check_or_a_prediction() {
        let error = parsed(&["-L", "dev"]).expect("valid words").request().expect_err("a deployment");
        assert!(error.message.contains("--local"), "{error}");
        for word in ["-c", "-P"] {
            let options = parsed(&["-L", word, "dev"]).expect("valid words");
            assert_eq!(options.request().expect("sound").scope, Scope::EverythingHere);
        }
        assert_eq!(parsed(&["dev"]).expect("valid").request().expect("sound").scope, Scope::Hosts(&[]));
    }

    #[test]
    fn wrong_words_are_refused() {
        for (words, part) in [
            (&[][..], "<ENVIRONMENT>"),
            (&["-j", "0", "dev"][..], "1 or more"),
            (&["-j", "many", "dev"][..], "invalid value 'many'"),
            (&["dev", "host"][..], "unexpected argument 'host'"),
            (&["--lokal", "dev"][..], "--local"),
        ] {
            let error = parsed(words).expect_err("invalid");
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(part), "{words:?}: {error}");
        }
    }
}
