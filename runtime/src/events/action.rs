//! What a run does, how it ended and how long it took.

use serde::{Deserialize, Serialize};

/// What a run is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Configures the model and brings the hosts into the described state.
    Deployment,
    /// Walks like a deployment, tells what would change and changes nothing.
    Prediction,
    /// Configures the model and stops there.
    ConsistencyCheck,
    /// Configures the model without secrets and addresses.
    Check,
}

impl Action {
    /// The title in capitals, as the last line of a run shows it.
    pub fn title(self) -> &'static str {
        match self {
            Action::Deployment => "DEPLOYMENT",
            Action::Prediction => "DEPLOYMENT PREDICTION",
            Action::ConsistencyCheck => "CONSISTENCY CHECK",
            Action::Check => "CHECK",
        }
    }

    /// The name at the start of a sentence, as the line with the durations shows it.
    pub fn sentence_name(self) -> &'static str {
        match self {
            Action::Deployment | Action::Prediction => "Deployment",
            Action::ConsistencyCheck => "Consistency check",
            Action::Check => "Check",
        }
    }

    /// The name within a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Action::Deployment => "deployment",
            Action::Prediction => "prediction",
            Action::ConsistencyCheck => "consistency check",
            Action::Check => "check",
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything that was asked for is done.
    Succeeded,
    /// An error ended the run.
    Failed,
    /// A signal ended the run.
    Interrupted,
}

/// Seconds spent in the steps of a run; a step that was not reached or does not exist is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Durations {
    /// The whole run.
    pub total: f64,
    /// Loading the environment and the component definitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
    /// Connecting the hosts and bringing the repository to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect: Option<f64>,
    /// Configuring the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configure: Option<f64>,
    /// Verifying and updating the components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy: Option<f64>,
}

/// How many parts of a model were checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckedParts {
    /// Hosts of the environment.
    pub hosts: usize,
    /// Root components of all hosts.
    pub components: usize,
    /// Templates that were rendered.
    pub templates: usize,
}

/// What could not be checked, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NotChecked {
    /// Files of secrets, which are not read.
    pub secret_files: usize,
    /// Values that a placeholder stands for, as they can only be in the secrets.
    pub secret_values: usize,
    /// Names of hosts that were not looked up.
    pub addresses: usize,
    /// Templates whose source is there in a deployment only.
    pub templates: usize,
}
