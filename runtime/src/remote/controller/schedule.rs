//! Which root component runs when, over all hosts.

use std::collections::BTreeSet;

use super::super::messages::Root;

/// How far a root component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Others have to be done before, or there is no room yet.
    Waiting,
    /// Its host works on it.
    Running,
    /// It is as described.
    Done,
    /// The environment, or the choice of hosts, leaves it out; it counts as done for those that need it.
    LeftOut,
    /// It failed, or the connection broke while it ran.
    Failed,
}

/// The order of the root components of an environment: each after those that it needs, on each host one at a time, over all hosts
/// at most as many as there are jobs.
#[derive(Debug)]
pub struct Schedule {
    roots: Vec<Root>,
    states: Vec<State>,
    jobs: usize,
    keep_going: bool,
    lost: BTreeSet<String>,
}

impl Schedule {
    /// A schedule of all root components. `takes_part` says which hosts are deployed; with `keep_going` a failure ends only what
    /// depends on it.
    pub fn new(roots: Vec<Root>, takes_part: impl Fn(&str) -> bool, jobs: usize, keep_going: bool) -> Self {
        let is_left_out = |root: &Root| root.skipped.is_some() || !takes_part(&root.host);
        let states = roots.iter().map(|root| if is_left_out(root) { State::LeftOut } else { State::Waiting }).collect();
        Self { roots, states, jobs: jobs.max(1), keep_going, lost: BTreeSet::new() }
    }

    /// The root components, in the order of the environment.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// How far each of them is.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// Takes those that can be started now, the first of the environment first, and marks them as running.
    pub fn start(&mut self) -> Vec<usize> {
        let mut started = Vec::new();
        if !self.keep_going && self.states.contains(&State::Failed) {
            return started;
        }
        let mut busy: BTreeSet<String> = self.running().map(|number| self.roots[number].host.clone()).collect();
        let mut running = self.running().count();
        for number in 0..self.roots.len() {
            if running == self.jobs {
                break;
            }
            let host = &self.roots[number].host;
            if self.is_ready(number) && !busy.contains(host) {
                busy.insert(host.clone());
                self.states[number] = State::Running;
                running += 1;
                started.push(number);
            }
        }
        started
    }

    /// A root component that was running has ended.
    pub fn finish(&mut self, number: usize, succeeded: bool) {
        self.states[number] = if succeeded { State::Done } else { State::Failed };
    }

    /// The connection to a host is gone: what ran there has failed, and nothing is started there any more.
    pub fn lose(&mut self, host: &str) {
        self.lost.insert(host.to_owned());
        for (root, state) in self.roots.iter().zip(&mut self.states) {
            if root.host == host && *state == State::Running {
                *state = State::Failed;
            }
        }
    }

    /// Whether nothing runs.
    pub fn is_idle(&self) -> bool {
        self.running().next().is_none()
    }

    /// The numbers of those that were not started, and will not be.
    pub fn not_started(&self) -> impl Iterator<Item = usize> + '_ {
        self.numbers_in(State::Waiting)
    }

    fn running(&self) -> impl Iterator<Item = usize> + '_ {
        self.numbers_in(State::Running)
    }

    fn numbers_in(&self, wanted: State) -> impl Iterator<Item = usize> + '_ {
        self.states.iter().enumerate().filter(move |(_, state)| **state == wanted).map(|(number, _)| number)
    }

    fn is_ready(&self, number: usize) -> bool {
        self.states[number] == State::Waiting
            && !self.lost.contains(&self.roots[number].host)
            && self.roots[number]
                .before
                .iter()
                .all(|before| matches!(self.states.get(*before), Some(State::Done | State::LeftOut)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::SkipReason;

    fn root(host: &str, component: &str, before: &[usize]) -> Root {
        Root { host: host.to_owned(), component: component.to_owned(), skipped: None, before: before.to_vec() }
    }

    /// web needs db, both hosts have a base of their own.
    fn roots() -> Vec<Root> {
        vec![root("one", "base", &[]), root("one", "web", &[0, 3]), root("two", "base", &[]), root("two", "db", &[2])]
    }

    #[test]
    fn hosts_work_side_by_side_and_each_on_one_component() {
        let mut schedule = Schedule::new(roots(), |_| true, 10, false);
        assert_eq!(schedule.start(), [0, 2]);
        assert!(schedule.start().is_empty());
        schedule.finish(0, true);
        assert!(schedule.start().is_empty(), "the database is missing");
        schedule.finish(2, true);
        assert_eq!(schedule.start(), [3]);
        schedule.finish(3, true);
        assert_eq!(schedule.start(), [1]);
        schedule.finish(1, true);
        assert!(schedule.is_idle());
        assert_eq!(schedule.states(), [State::Done; 4]);
    }

    #[test]
    fn independent_components_of_a_host_run_one_after_another() {
        let mut schedule = Schedule::new(vec![root("one", "a", &[]), root("one", "b", &[])], |_| true, 10, false);
        assert_eq!(schedule.start(), [0]);
        schedule.finish(0, true);
        assert_eq!(schedule.start(), [1]);
    }

    #[test]
    fn there_are_never_more_than_the_jobs() {
        let roots = (0..5).map(|number| root(&number.to_string(), "a", &[])).collect();
        let mut schedule = Schedule::new(roots, |_| true, 2, false);
        assert_eq!(schedule.start(), [0, 1]);
        schedule.finish(1, true);
        assert_eq!(schedule.start(), [2]);
        assert_eq!(Schedule::new(vec![root("one", "a", &[])], |_| true, 0, false).start(), [0]);
    }

    #[test]
    fn after_a_failure_nothing_is_started() {
        let mut schedule = Schedule::new(roots(), |_| true, 10, false);
        schedule.start();
        schedule.finish(0, false);
        schedule.finish(2, true);
        assert!(schedule.start().is_empty());
        assert_eq!(schedule.not_started().collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn who_keeps_going_leaves_out_what_depends_on_the_failure() {
        let mut schedule = Schedule::new(roots(), |_| true, 10, true);
        schedule.start();
        schedule.finish(0, false);
        schedule.finish(2, true);
        assert_eq!(schedule.start(), [3]);
        schedule.finish(3, true);
        assert!(schedule.start().is_empty());
        assert_eq!(schedule.not_started().collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_lost_host_takes_its_components_with_it() {
        let mut schedule = Schedule::new(roots(), |_| true, 10, true);
        schedule.start();
        schedule.lose("two");
        assert_eq!(schedule.states()[2], State::Failed);
        schedule.finish(0, true);
        assert!(schedule.start().is_empty());
        assert_eq!(schedule.not_started().collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn what_is_left_out_counts_as_done() {
        let mut ignored = roots();
        ignored[3].skipped = Some(SkipReason::ComponentIgnored);
        let mut schedule = Schedule::new(ignored, |_| true, 10, false);
        schedule.start();
        schedule.finish(0, true);
        assert_eq!(schedule.start(), [1]);
        let mut schedule = Schedule::new(roots(), |host| host == "one", 10, false);
        assert_eq!(schedule.start(), [0]);
        schedule.finish(0, true);
        assert_eq!(schedule.start(), [1]);
    }

    #[test]
    fn numbers_that_a_host_made_up_start_nothing() {
        let mut schedule = Schedule::new(vec![root("one", "a", &[7])], |_| true, 1, false);
        assert!(schedule.start().is_empty());
        assert!(schedule.is_idle());
    }
}
