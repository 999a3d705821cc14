//! The arguments of `batou-remote`, and what all commands for other machines take.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser};

use super::run_options::environment_name;
use super::{ExitCode, RunOptions};
use crate::deploy::{RemoteChoices, RunRequest, Scope};

/// Deploy an environment to its hosts over SSH
///
/// The hosts are reached by your own ssh, with its configuration, agent and known hosts. A host needs a shell and nothing
/// else: this program goes there once. Components are verified and only what differs is updated.
#[derive(Debug, Clone, Parser)]
#[command(name = "batou-remote", version, infer_long_args = true, after_long_help = after_help())]
pub struct RemoteArguments {
    /// Deploy this environment
    #[arg(value_parser = environment_name())]
    pub environment: String,

    /// Deploy these hosts only
    #[arg(value_name = "HOST", value_parser = NonEmptyStringValueParser::new())]
    pub hosts: Vec<String>,

    /// How to run
    #[command(flatten)]
    pub run: RunOptions,

    /// What is about other machines
    #[command(flatten)]
    pub remote: RemoteOptions,
}

/// What all commands for other machines take.
#[derive(Debug, Clone, Default, Args)]
pub struct RemoteOptions {
    /// Deploy with uncommitted or unpushed changes too; of repositories of git and Mercurial only what is committed travels
    #[arg(short = 'D', long)]
    pub dirty: bool,

    /// Deploy at most this many components at once; each host works on one at a time
    #[arg(short, long, value_name = "NUMBER", value_parser = number_of_jobs)]
    pub jobs: Option<u32>,

    /// After a failure, go on with what does not depend on it
    #[arg(short, long)]
    pub keep_going: bool,

    /// Remove what hosts keep for later runs first; what is deployed stays
    #[arg(long)]
    pub reset: bool,

    /// Send this program to the hosts of its architecture; may be given for each architecture
    #[arg(long = "agent", value_name = "PATH")]
    pub agents: Vec<PathBuf>,
}

impl RemoteOptions {
    /// The same for a run.
    pub fn choices(&self) -> RemoteChoices<'_> {
        RemoteChoices { dirty: self.dirty, keep_going: self.keep_going, reset: self.reset, agents: &self.agents }
    }
}

impl RemoteArguments {
    /// What is to be run.
    pub fn request(&self) -> RunRequest<'_> {
        RunRequest {
            jobs: self.remote.jobs,
            remote: self.remote.choices(),
            ..RunRequest::new("batou-remote", &self.environment, Scope::RemoteHosts(&self.hosts), &self.run)
        }
    }
}

fn number_of_jobs(text: &str) -> Result<u32, &'static str> {
    match text.parse() {
        Ok(0) | Err(_) => Err("allowed is a whole number, 1 or more"),
        Ok(number) => Ok(number),
    }
}

fn after_help() -> String {
    format!(
        "{}\nExample:\n  batou-remote --predict-only production    tell what would change\n  \
         batou-remote production host1             change it on one host\n",
        ExitCode::help_section()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parsed(words: &[&str]) -> Result<RemoteArguments, clap::Error> {
        RemoteArguments::try_parse_from(std::iter::once("batou-remote").chain(words.iter().copied()))
    }

    #[test]
    fn definition_is_sound() {
        RemoteArguments::command().debug_assert();
    }

    #[test]
    fn hosts_limit_the_run() {
        let arguments = parsed(&["-k", "-D", "-j", "3", "--reset", "production.cfg", "one", "two"]).expect("valid");
        let request = arguments.request();
        assert_eq!((request.environment, request.jobs), ("production", Some(3)));
        assert_eq!(request.scope, Scope::RemoteHosts(&["one".to_owned(), "two".to_owned()]));
        assert!(request.remote.dirty && request.remote.keep_going && request.remote.reset);
        assert!(parsed(&["-j", "0", "production"]).is_err());
    }
}
