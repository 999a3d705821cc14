//! The arguments of `batou check`.

use clap::Args;

use super::run_options::environment_name;
use super::{ExitCode, OutputOptions, PlatformChoice};

/// What `batou check` takes.
#[derive(Debug, Clone, Args)]
pub struct CheckOptions {
    /// Check these environments; without a name all of the project
    #[arg(value_name = "ENVIRONMENT", value_parser = environment_name())]
    pub environments: Vec<String>,

    /// Use this platform instead of the one of the environment; an empty text means no platform
    #[arg(short, long, value_name = "PLATFORM")]
    pub platform: Option<String>,

    /// How to report
    #[command(flatten)]
    pub output: OutputOptions,
}

impl CheckOptions {
    /// Where the platform comes from.
    pub fn platform(&self) -> PlatformChoice<'_> {
        PlatformChoice::of(self.platform.as_deref())
    }
}

pub(super) fn after_help() -> String {
    format!(
        "{}\nExample:\n  batou check                 check all environments\n  \
         batou check --json dev      one, for a program to read\n",
        ExitCode::help_section()
    )
}
