//! What became of each component of each host, for runs that did not do everything.

use std::collections::BTreeMap;

use super::{Schedule, State};

/// A line for each host that is not done, with its components by what became of them, and one for all that are.
pub fn left_lines(schedule: &Schedule) -> Vec<String> {
    let mut hosts: BTreeMap<&str, [Vec<&str>; 4]> = BTreeMap::new();
    for (root, state) in schedule.roots().iter().zip(schedule.states()) {
        let place = match state {
            State::Failed => 0,
            State::Running => 1,
            State::Waiting => 2,
            State::Done => 3,
            State::LeftOut => continue,
        };
        hosts.entry(&root.host).or_default()[place].push(&root.component);
    }
    let mut lines = Vec::new();
    let mut done = Vec::new();
    for (host, components) in hosts {
        if components[..3].iter().all(Vec::is_empty) {
            done.push(host);
            continue;
        }
        let parts: Vec<String> = ["failed", "interrupted", "not started", "done"]
            .iter()
            .zip(components)
            .filter(|(_, components)| !components.is_empty())
            .map(|(what, components)| format!("{what}: {}", components.join(", ")))
            .collect();
        lines.push(format!("{host}: {}", parts.join("; ")));
    }
    if !done.is_empty() {
        lines.push(format!("all components are done on {}", done.join(", ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::messages::Root;

    #[test]
    fn each_component_of_each_host_is_told() {
        let root = |host: &str, component: &str, before: &[usize]| Root {
            host: host.to_owned(),
            component: component.to_owned(),
            skipped: None,
            before: before.to_vec(),
        };
        let roots = vec![root("b", "x", &[]), root("b", "y", &[0]), root("b", "z", &[1]), root("a", "w", &[])];
        let mut schedule = Schedule::new(roots, |_| true, 2, true);
        schedule.start();
        schedule.finish(0, true);
        schedule.finish(3, true);
        schedule.start();
        schedule.finish(1, false);
        let expected = ["b: failed: y; not started: z; done: x", "all components are done on a"];
        assert_eq!(left_lines(&schedule), expected);
    }
}
