//! Why requirements cannot be fulfilled together, as facts that people can check one by one.

use pep440_rs::Version;
use pubgrub::{DerivationTree, External, Ranges};

use super::Reason;
use super::resolver::{Goal, Node};

/// More facts than these help nobody.
const LIMIT: usize = 12;

/// The facts that exclude each other: what the project requires, what packages require, and which versions there are.
pub fn facts(tree: &DerivationTree<Node, Ranges<Version>, Reason>, goal: &Goal) -> Vec<String> {
    let mut externals = Vec::new();
    collect(tree, &mut externals);
    let mut of_project = Vec::new();
    let mut of_packages = Vec::new();
    let mut of_versions = Vec::new();
    for external in externals {
        match external {
            External::NotRoot(..) => {}
            External::FromDependencyOf(Node::Project, _, Node::Package(name) | Node::Extra(name, _), _) => {
                for (_, requirement) in goal.required.iter().filter(|(own, _)| own == name) {
                    push(
                        &mut of_project,
                        format!("{} requires `{}`", requirement.place, super::masked(&requirement.text)),
                    );
                }
                for (_, specifiers) in goal.constraints.iter().filter(|(own, _)| own == name) {
                    push(&mut of_project, format!("a constraint allows `{name}{specifiers}` only"));
                }
            }
            External::FromDependencyOf(Node::Extra(name, _), _, Node::Package(own), _) if name == own => {}
            External::FromDependencyOf(package, versions, required, range) => {
                push(&mut of_packages, format!("{} requires {}", shown(package, versions), shown(required, range)));
            }
            External::NoVersions(package, range) => {
                push(&mut of_versions, format!("there is no version of {}", shown(package, range)));
            }
            External::Custom(package, versions, reason) => {
                push(&mut of_versions, format!("{} cannot be used: {reason}", shown(package, versions)));
            }
        }
    }
    let mut facts = of_project;
    facts.extend(of_packages);
    facts.extend(of_versions);
    if facts.len() > LIMIT {
        let more = facts.len() - LIMIT;
        facts.truncate(LIMIT);
        facts.push(format!("and {more} more facts"));
    }
    facts
}

fn push(facts: &mut Vec<String>, fact: String) {
    if !facts.contains(&fact) {
        facts.push(fact);
    }
}

fn collect<'tree>(
    tree: &'tree DerivationTree<Node, Ranges<Version>, Reason>,
    externals: &mut Vec<&'tree External<Node, Ranges<Version>, Reason>>,
) {
    match tree {
        DerivationTree::External(external) => externals.push(external),
        DerivationTree::Derived(derived) => {
            collect(&derived.cause1, externals);
            collect(&derived.cause2, externals);
        }
    }
}

/// A package with its versions, as `a >=1, <2`. What marks the ends of a range inside is left out.
fn shown(node: &Node, range: &Ranges<Version>) -> String {
    use std::ops::Bound;
    if *range == Ranges::full() {
        return node.to_string();
    }
    if *range == Ranges::empty() {
        return format!("{node} that fits all of its limits");
    }
    let parts: Vec<String> = range
        .iter()
        .map(|(low, high)| {
            // `with_max`, `with_min` and `.dev0` are how the algorithm says `>` and `<`.
            let plain = |version: &Version| version.only_release().to_string();
            let low_text = match low {
                Bound::Included(version) if version.dev() == Some(0) => Some(format!(">={}", plain(version))),
                Bound::Included(version) => Some(format!(">={version}")),
                Bound::Excluded(version) => {
                    Some(format!(">{}", if version.max().is_some() { plain(version) } else { version.to_string() }))
                }
                Bound::Unbounded => None,
            };
            let high_text = match high {
                Bound::Excluded(version) if version.min().is_some() || version.dev() == Some(0) => {
                    Some(format!("<{}", plain(version)))
                }
                Bound::Excluded(version) => Some(format!("<{version}")),
                Bound::Included(version) => Some(format!("<={version}")),
                Bound::Unbounded => None,
            };
            if let (Bound::Included(one), Bound::Included(other)) = (low, high)
                && one == other
            {
                return format!("=={one}");
            }
            [low_text, high_text].into_iter().flatten().collect::<Vec<_>>().join(", ")
        })
        .collect();
    format!("{node} {}", parts.join(" or "))
}
