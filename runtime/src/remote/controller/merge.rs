//! Failures of several hosts, each told once.

use std::collections::BTreeSet;

use super::super::messages::Failure;

/// A failure with the hosts that report it.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The failure, as the first host reports it.
    pub failure: Failure,
    /// Those that report it.
    pub reporting: BTreeSet<String>,
    /// Those that it is about.
    pub affected: BTreeSet<String>,
}

/// Puts failures together that have the same class and are about the same, and orders them by importance.
pub fn merged(reports: impl IntoIterator<Item = (String, Vec<Failure>)>) -> Vec<Merged> {
    let mut found: Vec<Merged> = Vec::new();
    for (host, failures) in reports {
        for failure in failures {
            let is_same =
                |other: &Merged| other.failure.class == failure.class && other.failure.identity == failure.identity;
            let number = found.iter().position(is_same).unwrap_or(found.len());
            let affected = failure.affected_host.clone();
            if number == found.len() {
                found.push(Merged { failure, reporting: BTreeSet::new(), affected: BTreeSet::new() });
            }
            found[number].reporting.insert(host.clone());
            found[number].affected.extend(affected);
        }
    }
    found.sort_by(|one, other| one.failure.sort_key.cmp(&other.failure.sort_key));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::messages::KeyPart;

    fn failure(class: &str, identity: &str, affected: Option<&str>, key: i64) -> Failure {
        Failure {
            class: class.to_owned(),
            identity: identity.to_owned(),
            affected_host: affected.map(str::to_owned),
            sort_key: vec![KeyPart::Number(key)],
            report: Vec::new(),
        }
    }

    #[test]
    fn equal_failures_are_one_and_name_their_hosts() {
        let merged = merged([
            ("b".to_owned(), vec![failure("E", "x", Some("b"), 2), failure("F", "y", None, 1)]),
            ("a".to_owned(), vec![failure("E", "x", Some("a"), 2), failure("E", "other", Some("a"), 2)]),
        ]);
        let texts: Vec<(&str, Vec<&str>, Vec<&str>)> = merged
            .iter()
            .map(|one| {
                (
                    one.failure.identity.as_str(),
                    one.reporting.iter().map(String::as_str).collect(),
                    one.affected.iter().map(String::as_str).collect(),
                )
            })
            .collect();
        assert_eq!(
            texts,
            [("y", vec!["b"], vec![]), ("x", vec!["a", "b"], vec!["a", "b"]), ("other", vec!["a"], vec!["a"]),]
        );
    }
}
