//! The arguments of `batou-local`.

use clap::builder::NonEmptyStringValueParser;
use clap::builder::TypedValueParser;
use clap::{Args, Parser};

use super::{ExitCode, OutputOptions};
use crate::events::Action;

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

    /// Configure the model and stop there, even with --predict-only
    #[arg(short, long)]
    pub consistency_only: bool,

    /// Tell what a deployment would change and change nothing
    #[arg(short = 'P', long)]
    pub predict_only: bool,

    /// Use this platform instead of the one of the environment; an empty text means no platform
    #[arg(short, long, value_name = "PLATFORM")]
    pub platform: Option<String>,

    /// Use this timeout in seconds instead of the one of the environment
    #[arg(short, long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,

    /// How to report
    #[command(flatten)]
    pub output: OutputOptions,
}

/// Where the platform comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformChoice<'name> {
    /// From the environment.
    OfEnvironment,
    /// There is none, whatever the environment says.
    Nothing,
    /// It is this one.
    Named(&'name str),
}

impl LocalOptions {
    /// What the run does; checking wins over predicting.
    pub fn action(&self) -> Action {
        if self.consistency_only {
            Action::ConsistencyCheck
        } else if self.predict_only {
            Action::Prediction
        } else {
            Action::Deployment
        }
    }

    /// Where the platform comes from.
    pub fn platform(&self) -> PlatformChoice<'_> {
        match self.platform.as_deref() {
            None => PlatformChoice::OfEnvironment,
            Some("") => PlatformChoice::Nothing,
            Some(name) => PlatformChoice::Named(name),
        }
    }
}

// Completion of a shell offers `environments/dev.cfg`, so the name of the old file is understood as its environment.
fn environment_name() -> impl TypedValueParser<Value = String> {
    NonEmptyStringValueParser::new().try_map(|text| {
        let name = text.strip_suffix(".cfg").unwrap_or(&text);
        if name.is_empty() { Err("the name of the environment is missing") } else { Ok(name.to_owned()) }
    })
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
        assert_eq!(options.action(), Action::Deployment);
        assert_eq!(options.platform(), PlatformChoice::OfEnvironment);
        assert_eq!((options.timeout, options.output.color), (None, ColorChoice::Auto));
        assert!(!options.output.debug && !options.output.json && !options.output.quiet);
    }

    #[test]
    fn options_are_understood() {
        let options =
            parsed(&["-d", "-p", "nixos", "-t", "30", "--json", "--color", "never", "production.cfg", "host1"]);
        let options = options.expect("valid");
        assert_eq!((options.environment.as_str(), options.host.as_deref()), ("production", Some("host1")));
        assert_eq!(options.platform(), PlatformChoice::Named("nixos"));
        assert_eq!((options.timeout, options.output.color), (Some(30), ColorChoice::Never));
        assert!(options.output.debug && options.output.json);
    }

    #[test]
    fn checking_wins_over_predicting() {
        for (words, action) in [
            (vec!["-P", "dev"], Action::Prediction),
            (vec!["-c", "dev"], Action::ConsistencyCheck),
            (vec!["-P", "-c", "dev"], Action::ConsistencyCheck),
            (vec!["--predict", "dev"], Action::Prediction),
        ] {
            assert_eq!(parsed(&words).expect("valid").action(), action, "{words:?}");
        }
    }

    #[test]
    fn empty_platform_means_none() {
        for words in [&["-p", "", "dev"][..], &["--platform=", "dev"][..]] {
            assert_eq!(parsed(words).expect("valid").platform(), PlatformChoice::Nothing);
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
}
