//! Which hosts of an environment a local run is about.

use batou_core::net;

use crate::cli::{CommandError, unknown_host};

/// A host as the selection sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name in the environment.
    pub name: String,
    /// The name with the environment's domain.
    pub fqdn: String,
}

/// The names of the hosts to deploy: the one that was asked for; else all hosts of a local environment; else those that
/// `is_here` says are this machine.
///
/// # Errors
/// The environment has no hosts at all or not the one that was asked for, or none of its hosts is this machine.
pub fn select(
    environment: &str,
    candidates: &[Candidate],
    wanted: Option<&str>,
    is_local: bool,
    is_here: impl Fn(&str) -> bool,
) -> Result<Vec<String>, CommandError> {
    if candidates.is_empty() {
        return Err(CommandError::failed(format!("environment `{environment}` has no hosts"))
            .with_hint("add a section [hosts] to its file, with a line `localhost = COMPONENT, ...`"));
    }
    let known = || candidates.iter().map(|candidate| candidate.name.clone()).collect::<Vec<_>>();
    if let Some(wanted) = wanted {
        let found = candidates.iter().find(|candidate| candidate.name == wanted || candidate.fqdn == wanted);
        return match found {
            Some(candidate) => Ok(vec![candidate.name.clone()]),
            None => Err(unknown_host(wanted, environment, &known())),
        };
    }
    if is_local {
        return Ok(known());
    }
    let here: Vec<String> = candidates
        .iter()
        .filter(|candidate| is_here(&candidate.name) || is_here(&candidate.fqdn))
        .map(|candidate| candidate.name.clone())
        .collect();
    if !here.is_empty() {
        return Ok(here);
    }
    let names = known();
    let error = CommandError::usage(format!("no host of environment `{environment}` is this machine"));
    Err(error
        .with_hint(format!("hosts of the environment: {}", names.join(", ")))
        .with_hint(format!("this machine is {}", net::local_names().join(", ")))
        .with_hint(format!(
            "to deploy the part of a host here anyway, name it: batou-local {environment} {}",
            names[0]
        )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates() -> Vec<Candidate> {
        ["web", "db"].map(|name| Candidate { name: name.to_owned(), fqdn: format!("{name}.example.com") }).to_vec()
    }

    #[test]
    fn a_named_host_is_taken_by_either_name() {
        for wanted in ["db", "db.example.com"] {
            let selected = select("production", &candidates(), Some(wanted), false, |_| false);
            assert_eq!(selected.expect("known"), ["db"]);
        }
    }

    #[test]
    fn a_local_environment_is_deployed_whole() {
        let selected = select("dev", &candidates(), None, true, |_| false);
        assert_eq!(selected.expect("local"), ["web", "db"]);
    }

    #[test]
    fn another_environment_is_deployed_as_far_as_it_is_this_machine() {
        let selected = select("production", &candidates(), None, false, |name| name == "web.example.com");
        assert_eq!(selected.expect("here"), ["web"]);
    }

    #[test]
    fn an_environment_without_hosts_is_no_success() {
        for (wanted, is_local) in [(None, true), (None, false), (Some("web"), true)] {
            let error = select("dev", &[], wanted, is_local, |_| true).expect_err("no hosts");
            assert_eq!(error.message, "environment `dev` has no hosts");
        }
    }

    #[test]
    fn nothing_is_deployed_by_accident() {
        let error = select("production", &candidates(), None, false, |_| false).expect_err("not here");
        assert_eq!(error.message, "no host of environment `production` is this machine");
        assert!(error.hints[0].ends_with("web, db"));
        let error = select("production", &candidates(), Some("wep"), false, |_| true).expect_err("unknown");
        assert!(error.hints.iter().any(|hint| hint.contains("web")));
    }
}
