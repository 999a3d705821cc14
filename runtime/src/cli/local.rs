//! The arguments of `batou-local`.

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser};

use super::run_options::environment_name;
use super::{ExitCode, RunOptions};
use crate::deploy::{RunRequest, Scope};

/// Deploy the hosts of an environment that are this machine
///
/// Without HOST: every host of an environment with `connect_method = local`, else the host that is this machine by its
/// name. Components are verified and only what differs is updated.
#[derive(Debug, Clone, Parser)]
#[command(name = "batou-local", version, infer_long_args = true, after_long_help = after_help())]
pub struct LocalArguments {
    /// What to deploy and how
    #[command(flatten)]
    pub options: LocalOptions,
}

/// What `batou-local` and `batou local` take.
#[derive(Debug, Clone, Args)]
pub struct LocalOptions {
    /// Deploy this environment
    #[arg(value_parser = environment_name())]
    pub environment: String,

    /// Deploy this host only
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub host: Option<String>,

    /// How to run
    #[command(flatten)]
    pub run: RunOptions,

    /// Ask no questions; none are ever asked, with or without it
    #[arg(short, long)]
    pub batch: bool,
}

impl LocalOptions {
    /// What is to be run.
    pub fn request(&self, program: &'static str) -> RunRequest<'_> {
        RunRequest::new(program, &self.environment, Scope::ThisMachine(self.host.as_deref()), &self.run)
    }
}

pub(super) fn after_help() -> String {
    format!(
        "{}\nExample:\n  batou-local --predict-only dev    tell what would change\n  \
         batou-local dev                   change it\n",
        ExitCode::help_section()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::PlatformChoice;
    use crate::events::Action;
    use crate::report::ColorChoice;
    use clap::CommandFactory;

    fn parsed(words: &[&str]) -> Result<LocalOptions, clap::Error> {
        let words = std::iter::once("batou-local").chain(words.iter().copied());
        LocalArguments::try_parse_from(words).map(|arguments| arguments.options)
    }

    #[test]
    fn definition_is_sound() {
        LocalArguments::command().debug_assert();
    }

    #[test]
    fn defaults() {
        let options = parsed(&["dev"]).expect("valid");
        assert_eq!((options.environment.as_str(), options.host.as_deref()), ("dev", None));
        assert_eq!(options.run.action(), Action::Deployment);
        assert_eq!(options.run.platform(), PlatformChoice::OfEnvironment);
        assert_eq!((options.run.timeout, options.run.output.color), (None, ColorChoice::Auto));
        assert!(!options.run.output.debug && !options.run.output.json && !options.run.output.quiet);
    }

    #[test]
    fn options_are_understood() {
        let options =
            parsed(&["-d", "-p", "nixos", "-t", "30", "--json", "--color", "never", "production.cfg", "host1"]);
        let options = options.expect("valid");
        assert_eq!((options.environment.as_str(), options.host.as_deref()), ("production", Some("host1")));
        assert_eq!(options.run.platform(), PlatformChoice::Named("nixos"));
        assert_eq!((options.run.timeout, options.run.output.color), (Some(30), ColorChoice::Never));
        assert!(options.run.output.debug && options.run.output.json);
    }

    #[test]
    fn checking_wins_over_predicting() {
        for (words, action) in [
            (vec!["-P", "dev"], Action::Prediction),
            (vec!["-c", "dev"], Action::ConsistencyCheck),
            (vec!["-P", "-c", "dev"], Action::ConsistencyCheck),
            (vec!["--predict", "dev"], Action::Prediction),
        ] {
            assert_eq!(parsed(&words).expect("valid").run.action(), action, "{words:?}");
        }
    }

    #[test]
    fn empty_platform_means_none() {
        for words in [&["-p", "", "dev"][..], &["--platform=", "dev"][..]] {
            assert_eq!(parsed(words).expect("valid").run.platform(), PlatformChoice::Nothing);
        }
    }

    #[test]
    fn wrong_words_are_refused() {
        for (words, part) in [
            (&[][..], "<ENVIRONMENT>"),
            (&[""][..], "a value is required"),
            (&[".cfg"][..], "the name of the environment is missing"),
            (&["dev", "host", "more"][..], "unexpected argument 'more'"),
            (&["-q", "-d", "dev"][..], "cannot be used with"),
            (&["-t", "soon", "dev"][..], "invalid value 'soon'"),
            (&["-t", "0", "dev"][..], "0 is not in"),
            (&["--color", "blue", "dev"][..], "auto, always, never"),
            (&["--consistency-onyl", "dev"][..], "--consistency-only"),
        ] {
            let error = parsed(words).expect_err("invalid");
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(part), "{words:?}: {error}");
        }
    }

    #[test]
    fn long_help_lists_exit_codes_and_short_help_does_not() {
        let help = parsed(&["--help"]).expect_err("help is no success").to_string();
        for exit_code in ExitCode::ALL {
            assert!(help.contains(&format!("{:>3}  {}", exit_code.code(), exit_code.meaning())), "{help}");
        }
        assert!(help.contains("Example:"));
        assert!(!parsed(&["-h"]).expect_err("help is no success").to_string().contains("Exit codes"));
    }

    #[test]
    fn options_of_the_old_series_are_understood() {
        for words in
            [&["--platform", "nixos", "--batch", "--debug", "dev", "host"][..], &["-b", "-d", "dev", "host"][..]]
        {
            let options = parsed(words).expect("valid");
            assert!(options.batch && options.run.output.debug);
            assert_eq!(options.request("batou-local").scope, Scope::ThisMachine(Some("host")));
        }
    }
}
