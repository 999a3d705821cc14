//! Machines that Vagrant or Test Kitchen make, and how their own programs reach them.

use std::path::{Path, PathBuf};

use batou_core::process::{Command, Output, ProcessError, join_arguments, run};
use batou_core::yaml::document::{Document, Node, NodeId};
use batou_core::yaml::load::load;

use super::error::{ConnectError, ConnectErrorKind};

/// What the shell says about a program that is not there.
const NOT_FOUND: i32 = 127;

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// By the user's ssh.
    Ssh,
    /// By `vagrant ssh`.
    Vagrant,
    /// By ssh, with what `kitchen diagnose` tells.
    Kitchen,
}

/// Has the machines made that are not there yet. `names` are those of the hosts, `after` is a command for new machines of kitchen.
///
/// # Errors
/// The program is missing, or says that it failed.
pub fn make_machines(
    way: &Way,
    project: &Path,
    names: &[String],
    after: Option<&str>,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), ConnectError> {
    match way {
        Way::Ssh => Ok(()),
        Way::Vagrant => say(&["vagrant", "up"], project, interrupted).map(drop),
        Way::Kitchen => {
            for name in names {
                say(&["kitchen", "create", name], project, interrupted)?;
            }
            match after {
                Some(after) => say(&["kitchen", "exec", "-c", after], project, interrupted).map(drop),
                None => Ok(()),
            }
        }
    }
}

/// The words that start a command line on a host.
pub(super) fn words(way: &Way, host: &str, project: &Path, config: Option<&Path>) -> Result<Vec<String>, ConnectError> {
    let mut words: Vec<String> = match way {
        Way::Kitchen => {
            let answer = say(&["kitchen", "diagnose", "--log-level=error", host], project, &|| false)?;
            let machine = Machine::read(&answer).ok_or_else(|| {
                ConnectError::new(ConnectErrorKind::Other, "kitchen does not tell how the machine is reached")
                    .with_hint(format!("`kitchen diagnose {host}` has to show one instance with a `state_file`"))
            })?;
            let key = machine.key.to_string_lossy().into_owned();
            let mut words = vec!["ssh", "-T", "-C", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no"];
            words.extend(["-i", &key, "-p", &machine.port, "-l", &machine.user, &machine.host]);
            words.into_iter().map(str::to_owned).collect()
        }
        _ => ["vagrant", "ssh", host, "--", "-T", "-C"].map(str::to_owned).to_vec(),
    };
    if let Some(config) = config {
        words.extend(["-F".to_owned(), config.to_string_lossy().into_owned()]);
    }
    Ok(words)
}

fn say(words: &[&str], project: &Path, interrupted: &dyn Fn() -> bool) -> Result<String, ConnectError> {
    let script = join_arguments(words);
    let failed = |what: String| ConnectError::new(ConnectErrorKind::Other, what);
    match run(&Command::new(&script).directory(project), interrupted) {
        Ok(Output { code: 0, stdout, .. }) => Ok(String::from_utf8_lossy(&stdout).into_owned()),
        Ok(Output { code: NOT_FOUND, .. }) => Err(failed(format!("there is no program {}", words[0]))
            .with_hint("install it, or set `connect_method` to what reaches the hosts")),
        Ok(output) => Err(failed(format!("`{script}` failed with return code {}", output.code))
            .with_words(&String::from_utf8_lossy(&output.stderr))
            .with_words(&String::from_utf8_lossy(&output.stdout))),
        Err(ProcessError::Interrupted) => Err(failed(format!("`{script}` was interrupted"))),
        Err(error) => Err(failed(format!("cannot run `{script}`")).with_words(&error.to_string())),
    }
}

/// What kitchen tells about a machine.
#[derive(Debug, PartialEq, Eq)]
struct Machine {
    host: String,
    port: String,
    user: String,
    key: PathBuf,
}

impl Machine {
    /// The `state_file` of the single instance of an answer of `kitchen diagnose`.
    fn read(answer: &str) -> Option<Self> {
        let document = load(answer).ok()?;
        let instances = member(&document, document.root()?, "instances")?;
        let Node::Mapping(instances) = document.node(instances) else { return None };
        let [(_, instance)] = instances.as_slice() else { return None };
        let state = member(&document, *instance, "state_file")?;
        let text = |name: &str| match document.node(member(&document, state, name)?) {
            Node::Text(text) => Some(text.clone()),
            Node::Integer(number) if number.radix == 10 && !number.negative => Some(number.digits.clone()),
            _ => None,
        };
        Some(Self {
            host: text("hostname")?,
            port: text("port").unwrap_or_else(|| "22".to_owned()),
            user: text("username")?,
            key: text("ssh_key")?.into(),
        })
    }
}

fn member(document: &Document, node: NodeId, name: &str) -> Option<NodeId> {
    let Node::Mapping(pairs) = document.node(node) else { return None };
    let is_name = |key: &NodeId| matches!(document.node(*key), Node::Text(text) if text == name);
    pairs.iter().rev().find(|(key, _)| is_name(key)).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kitchen_tells_where_its_machine_is() {
        let answer = "---\ntimestamp: 2026-01-01 00:00:00 UTC\ninstances:\n  default-web:\n    state_file:\n      \
                      hostname: 127.0.0.1\n      port: '2222'\n      username: vagrant\n      ssh_key: \"/keys/a b\"\n";
        let machine = Machine::read(answer).expect("it is there");
        assert_eq!((machine.host.as_str(), machine.port.as_str()), ("127.0.0.1", "2222"));
        assert_eq!((machine.user.as_str(), machine.key.as_path()), ("vagrant", Path::new("/keys/a b")));
        for answer in ["", "instances: {}", "instances: {a: {}, b: {}}", "instances: {a: {state_file: {}}}", "- x"] {
            assert_eq!(Machine::read(answer), None, "{answer}");
        }
    }
}
