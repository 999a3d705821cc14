//! What the deploying side and the agent on a host tell each other, once a host has the files of the project.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::events::{Action, Event, SkipReason};

/// Names with values.
pub type Pairs = Vec<(String, String)>;

/// What a host is asked to do.
#[derive(Clone, Serialize, Deserialize)]
pub enum Request {
    /// To configure the model; the first request.
    Configure(Box<Setup>),
    /// To verify and update one of its root components.
    Deploy {
        /// The name of the root component.
        component: String,
    },
}

/// What a host answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The model is configured, or cannot be.
    Configured(Configured),
    /// The root component is as described.
    Deployed {
        /// Whether something had to be changed (or would have to).
        changed: bool,
    },
    /// Somebody ended the work on the host.
    Interrupted,
    /// What was asked for failed.
    Failed(Failure),
}

impl Answer {
    /// The answer to a request that makes no sense.
    pub fn refused(what: &str) -> Self {
        Self::failed(&format!("the agent was asked for {what}, which it does not have"))
    }

    /// The answer when no definition is to blame.
    pub fn failed(message: &str) -> Self {
        Answer::Failed(Failure {
            class: "Refused".to_owned(),
            identity: message.to_owned(),
            affected_host: None,
            sort_key: Vec::new(),
            report: vec![Event::error(message)],
        })
    }
}

/// The environment as the deploying side knows it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Setup {
    /// The name of the environment.
    pub environment: String,
    /// The name of the host in it.
    pub host: String,
    /// The project on the host.
    pub project: PathBuf,
    /// The directories of the project's Python packages on the host.
    pub packages: Vec<PathBuf>,
    /// What the run does.
    pub action: Action,
    /// Whether whole tracebacks are wanted.
    pub debug: bool,
    /// Whether a person can be asked, by `input` or the debugger.
    pub can_ask: bool,
    /// The timeout of the environment, in seconds.
    pub timeout: Option<u64>,
    /// The platform; empty: there is none.
    pub platform: Option<String>,
    /// What the files of the project do not say.
    pub settings: Settings,
}

impl Setup {
    /// How long it is in a message, in bytes.
    pub fn size(&self) -> usize {
        let mut written = Counted(0);
        // What cannot be written down is told when it is sent.
        let _ = ciborium::into_writer(self, &mut written);
        written.0
    }
}

/// Counts what is written.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What of an environment a host cannot read from the files of the project. Holds secrets, so it cannot be shown.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Attributes of components, by component.
    pub overrides: Vec<(String, Pairs)>,
    /// The data of hosts, by host.
    pub host_data: Vec<(String, Pairs)>,
    /// Addresses that stand instead of the name service.
    pub addresses: Pairs,
    /// The same of IPv6.
    pub v6_addresses: Pairs,
    /// Secret files by name.
    pub secret_files: Vec<(String, ByteBuf)>,
    /// The words that definitions find in `environment.secret_data`.
    pub secret_words: Vec<String>,
    /// Other names of hosts, by host.
    pub aliases: Vec<(String, Pairs)>,
    /// The real names of hosts by those that the environment file gives them.
    pub host_names: Pairs,
    /// What must not be shown.
    pub secrets: Vec<ByteBuf>,
}

/// The model after it was configured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Configured {
    /// What is wrong with it, the most important first.
    pub failures: Vec<Failure>,
    /// All root components of the environment, in the order of its file; none if something is wrong.
    pub roots: Vec<Root>,
}

/// A root component of the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// The name of its host.
    pub host: String,
    /// Its name.
    pub component: String,
    /// Why it is left out, if it is.
    pub skipped: Option<SkipReason>,
    /// Those that must be done before, as indexes in the same list.
    pub before: Vec<usize>,
}

/// Something that failed on a host, with the report that people read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The class of the exception.
    pub class: String,
    /// What it is about; two hosts with the same class and text report the same failure.
    pub identity: String,
    /// The host that it is about, which need not be the one that reports it.
    pub affected_host: Option<String>,
    /// Its place among others.
    pub sort_key: Vec<KeyPart>,
    /// The report.
    pub report: Vec<Event>,
}

/// A part of what failures are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeyPart {
    /// Numbers come first.
    Number(i64),
    /// Texts.
    Text(String),
}
