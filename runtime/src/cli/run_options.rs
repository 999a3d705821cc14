//! What every run over an environment takes.

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, TypedValueParser};

use super::OutputOptions;
use crate::events::Action;

/// What every run over an environment takes.
#[derive(Debug, Clone, Args)]
pub struct RunOptions {
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

impl<'name> PlatformChoice<'name> {
    /// What an option says: nothing, an empty text for no platform, or a name.
    pub fn of(option: Option<&'name str>) -> Self {
        match option {
            None => PlatformChoice::OfEnvironment,
            Some("") => PlatformChoice::Nothing,
            Some(name) => PlatformChoice::Named(name),
        }
    }

    /// The text that replaces the platform of the environment; empty for no platform, `None` to keep it.
    pub fn replacement(self) -> Option<&'name str> {
        match self {
            PlatformChoice::OfEnvironment => None,
            PlatformChoice::Nothing => Some(""),
            PlatformChoice::Named(name) => Some(name),
        }
    }
}

impl RunOptions {
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
        PlatformChoice::of(self.platform.as_deref())
    }
}

// Completion of a shell offers `environments/dev.cfg`, so the name of the old file is understood as its environment.
pub(super) fn environment_name() -> impl TypedValueParser<Value = String> {
    NonEmptyStringValueParser::new().try_map(|text| {
        let name = text.strip_suffix(".cfg").unwrap_or(&text);
        if name.is_empty() { Err("the name of the environment is missing") } else { Ok(name.to_owned()) }
    })
}
