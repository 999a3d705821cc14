//! What a run is asked to do.

use std::path::PathBuf;

use crate::{
    cli::{OutputOptions, PlatformChoice, RunOptions},
    events::Action,
};

/// Which hosts of an environment a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'name> {
    /// The named host; without a name those that are this machine, all of a local environment.
    ThisMachine(Option<&'name str>),
    /// The named hosts, each where it is; without a name all.
    Hosts(&'name [String]),
    /// The same over SSH, even if an environment is meant for this machine.
    RemoteHosts(&'name [String]),
    /// All hosts, with the state of this machine; nothing is changed.
    EverythingHere,
}

impl Scope<'_> {
    /// Whether hosts are looked at as if they were this machine.
    pub fn is_local(self) -> bool {
        self == Scope::EverythingHere
    }

    /// Whether hosts are reached where they are, unless the environment says that they are this machine.
    pub fn is_remote(self) -> bool {
        matches!(self, Scope::Hosts(_) | Scope::RemoteHosts(_))
    }
}

/// What only deployments to other machines know.
#[derive(Debug, Clone, Copy, Default)]
pub struct RemoteChoices<'options> {
    /// Whether a repository is deployed that has changes which others cannot see.
    pub dirty: bool,
    /// Whether a failure ends only what depends on it.
    pub keep_going: bool,
    /// Whether what hosts keep for later runs is removed first.
    pub reset: bool,
    /// The programs for hosts of other architectures.
    pub agents: &'options [PathBuf],
}

/// What a run is asked to do, whatever command asks.
#[derive(Debug, Clone, Copy)]
pub struct RunRequest<'options> {
    /// The command, as the first line of the output names it.
    pub program: &'static str,
    /// The name of the environment.
    pub environment: &'options str,
    /// Which hosts it is about.
    pub scope: Scope<'options>,
    /// Whether it deploys, predicts or checks.
    pub action: Action,
    /// Where the platform comes from.
    pub platform: PlatformChoice<'options>,
    /// Replaces the timeout of the environment, in seconds.
    pub timeout: Option<u64>,
    /// How many components may run at once at the most; replaces what the environment says.
    pub jobs: Option<u32>,
    /// Whether provisioned machines are made anew.
    pub provision_rebuild: bool,
    /// What only deployments to other machines know.
    pub remote: RemoteChoices<'options>,
    /// How to report.
    pub output: &'options OutputOptions,
}

impl<'options> RunRequest<'options> {
    /// A run with the options that all commands share.
    pub fn new(
        program: &'static str,
        environment: &'options str,
        scope: Scope<'options>,
        options: &'options RunOptions,
    ) -> Self {
        RunRequest {
            program,
            environment,
            scope,
            action: options.action(),
            platform: options.platform(),
            timeout: options.timeout,
            jobs: None,
            provision_rebuild: false,
            remote: RemoteChoices::default(),
            output: &options.output,
        }
    }
}
