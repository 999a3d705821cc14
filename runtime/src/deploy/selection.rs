//! Which hosts of an environment a run is about.

use batou_core::net;

use super::request::Scope;
use crate::cli::{CommandError, unknown_host};

/// A host as the selection sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name in the environment.
    pub name: String,
    /// The name with the environment's domain.
    pub fqdn: String,
}

/// What is known when the hosts of a run are chosen.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'run, IsHere> {
    /// The name of the environment.
    pub environment: &'run str,
    /// Its hosts, in the order of its file.
    pub candidates: &'run [Candidate],
    /// How its hosts are connected.
    pub connect_method: &'run str,
    /// The domain of its hosts.
    pub domain: Option<&'run str>,
    /// Says whether a name is one of this machine.
    pub is_here: IsHere,
}

impl<IsHere: Fn(&str) -> bool> Selection<'_, IsHere> {
    /// The names of the hosts that a run is about.
    ///
    /// # Errors
    /// The environment has no hosts at all or not the one that was asked for, none of its hosts is this machine, or
    /// they are to be reached in a way that there is not.
    pub fn select(&self, scope: Scope<'_>) -> Result<Vec<String>, CommandError> {
        let environment = self.environment;
        if self.candidates.is_empty() {
            return Err(CommandError::failed(format!("environment `{environment}` has no hosts"))
                .with_hint("add a section [hosts] to its file, with a line `localhost = COMPONENT, ...`"));
        }
        match scope {
            Scope::ThisMachine(Some(wanted)) => self.named(wanted).map(|name| vec![name]),
            Scope::EverythingHere => Ok(self.known()),
            Scope::ThisMachine(None) if self.connect_method == "local" => Ok(self.known()),
            Scope::ThisMachine(None) => self.here(),
            Scope::Hosts(wanted) => self.all_named(wanted),
            Scope::RemoteHosts(_) if self.connect_method == "local" => Err(self.needs_no_connection()),
            Scope::RemoteHosts(wanted) => self.all_named(wanted),
        }
    }

    /// Those of some names, in the order of the environment; without a name all.
    fn all_named(&self, wanted: &[String]) -> Result<Vec<String>, CommandError> {
        let mut named = Vec::new();
        for wanted in wanted {
            named.push(self.named(wanted)?);
        }
        let mut known = self.known();
        known.retain(|name| wanted.is_empty() || named.contains(name));
        Ok(known)
    }

    fn known(&self) -> Vec<String> {
        self.candidates.iter().map(|candidate| candidate.name.clone()).collect()
    }

    /// The 0.2 series knew hosts by their names with the domain and added it to the argument where it was missing.
    fn named(&self, wanted: &str) -> Result<String, CommandError> {
        let with_domain = self.domain.map(|domain| format!("{wanted}.{domain}"));
        let is_wanted = |name: &str| name == wanted || Some(name) == with_domain.as_deref();
        self.candidates
            .iter()
            .find(|candidate| is_wanted(&candidate.name) || candidate.fqdn == wanted)
            .map(|candidate| candidate.name.clone())
            .ok_or_else(|| unknown_host(wanted, self.environment, &self.known()))
    }

    fn here(&self) -> Result<Vec<String>, CommandError> {
        let is_here = |name: &str| (self.is_here)(name);
        let here: Vec<String> = self
            .candidates
            .iter()
            .filter(|candidate| is_here(&candidate.name) || is_here(&candidate.fqdn))
            .map(|candidate| candidate.name.clone())
            .collect();
        if !here.is_empty() {
            return Ok(here);
        }
        let (environment, names) = (self.environment, self.known());
        let error = CommandError::usage(format!("no host of environment `{environment}` is this machine"));
        Err(error
            .with_hint(format!("hosts of the environment: {}", names.join(", ")))
            .with_hint(format!("this machine is {}", net::local_names().join(", ")))
            .with_hint(format!(
                "to deploy the part of a host here anyway, name it: batou-local {environment} {}",
                names[0]
            )))
    }

    fn needs_no_connection(&self) -> CommandError {
        let environment = self.environment;
        CommandError::usage(format!("environment `{environment}` is deployed on this machine (connect_method = local)"))
            .with_hint(format!("to deploy it: batou-local {environment}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates() -> Vec<Candidate> {
        ["web", "db"].map(|name| Candidate { name: name.to_owned(), fqdn: format!("{name}.example.com") }).to_vec()
    }

    fn select(
        candidates: &[Candidate],
        scope: Scope<'_>,
        connect_method: &str,
        is_here: impl Fn(&str) -> bool,
    ) -> Result<Vec<String>, CommandError> {
        let domain = Some("example.com");
        Selection { environment: "production", candidates, connect_method, domain, is_here }.select(scope)
    }

    #[test]
    fn a_named_host_is_taken_by_either_name() {
        for wanted in ["db", "db.example.com"] {
            let selected = select(&candidates(), Scope::ThisMachine(Some(wanted)), "ssh", |_| false);
            assert_eq!(selected.expect("known"), ["db"]);
        }
    }

    #[test]
    fn a_host_that_is_written_with_the_domain_is_found_without_it() {
        let name = "web.example.com".to_owned();
        let candidates = [Candidate { name: name.clone(), fqdn: format!("{name}.example.com") }];
        for wanted in ["web", "web.example.com"] {
            let selected = select(&candidates, Scope::ThisMachine(Some(wanted)), "ssh", |_| false);
            assert_eq!(selected.expect("known"), [name.as_str()]);
        }
    }

    #[test]
    fn a_local_environment_is_deployed_whole() {
        for scope in [Scope::ThisMachine(None), Scope::Hosts(&[]), Scope::EverythingHere] {
            let selected = select(&candidates(), scope, "local", |_| false);
            assert_eq!(selected.expect("local"), ["web", "db"]);
        }
    }

    #[test]
    fn another_environment_is_deployed_as_far_as_it_is_this_machine() {
        let selected = select(&candidates(), Scope::ThisMachine(None), "ssh", |name| name == "web.example.com");
        assert_eq!(selected.expect("here"), ["web"]);
    }

    #[test]
    fn the_state_of_this_machine_stands_for_all_hosts() {
        let selected = select(&candidates(), Scope::EverythingHere, "ssh", |_| false);
        assert_eq!(selected.expect("local"), ["web", "db"]);
    }

    #[test]
    fn an_environment_without_hosts_is_no_success() {
        for scope in
            [Scope::ThisMachine(None), Scope::ThisMachine(Some("web")), Scope::Hosts(&[]), Scope::EverythingHere]
        {
            let error = select(&[], scope, "local", |_| true).expect_err("no hosts");
            assert_eq!(error.message, "environment `production` has no hosts");
        }
    }

    #[test]
    fn nothing_is_deployed_by_accident() {
        let error = select(&candidates(), Scope::ThisMachine(None), "ssh", |_| false).expect_err("not here");
        assert_eq!(error.message, "no host of environment `production` is this machine");
        assert!(error.hints[0].ends_with("web, db"));
        let error = select(&candidates(), Scope::ThisMachine(Some("wep")), "ssh", |_| true).expect_err("unknown");
        assert!(error.hints.iter().any(|hint| hint.contains("web")));
        let error = select(&candidates(), Scope::RemoteHosts(&[]), "local", |_| true).expect_err("local");
        assert!(error.hints.iter().any(|hint| hint.contains("batou-local production")));
    }

    #[test]
    fn named_hosts_are_taken_in_the_order_of_the_environment() {
        let wanted = ["db.example.com".to_owned(), "web".to_owned(), "db".to_owned()];
        for (wanted, expected) in [(&wanted[..], &["web", "db"][..]), (&wanted[..1], &["db"]), (&[], &["web", "db"])] {
            let selected = select(&candidates(), Scope::RemoteHosts(wanted), "ssh", |_| false);
            assert_eq!(selected.expect("known"), expected);
        }
        let unknown = ["wep".to_owned()];
        assert!(select(&candidates(), Scope::Hosts(&unknown), "ssh", |_| true).is_err());
    }
}
