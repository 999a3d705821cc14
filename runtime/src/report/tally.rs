//! Counting what a run does, for its summary.

use std::collections::BTreeSet;

use crate::events::{Action, Durations, Event};

/// The number of root components by what became of them, counted from the events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    changed: usize,
    unchanged: usize,
    skipped: usize,
    running: BTreeSet<(String, String)>,
    warnings: usize,
    errors: usize,
}

impl Tally {
    /// Takes one event into account.
    pub fn count(&mut self, event: &Event) {
        match event {
            Event::ComponentStarted { host, component } => {
                self.running.insert((host.clone(), component.clone()));
            }
            Event::ComponentFinished { host, component, changed } => {
                self.running.remove(&(host.clone(), component.clone()));
                if *changed {
                    self.changed += 1;
                } else {
                    self.unchanged += 1;
                }
            }
            Event::ComponentSkipped { .. } => self.skipped += 1,
            Event::Warning { .. } => self.warnings += 1,
            Event::Error { .. } => self.errors += 1,
            _ => {}
        }
    }

    /// How many warnings there were.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// How many errors there were.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many root components are done: changed, unchanged or skipped.
    pub fn done(&self) -> usize {
        self.changed + self.unchanged + self.skipped
    }

    /// Makes the summary of a run that was to handle `planned` root components, skipped ones included.
    ///
    /// What was started and is not finished counts as failed: the run is over when this is called.
    pub fn summary(&self, action: Action, planned: usize, durations: Durations) -> Event {
        Event::Summary {
            action,
            changed: self.changed,
            unchanged: self.unchanged,
            skipped: self.skipped,
            failed: self.running.len(),
            not_started: planned.saturating_sub(self.done() + self.running.len()),
            durations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::SkipReason;

    #[test]
    fn started_but_unfinished_components_have_failed() {
        let mut tally = Tally::default();
        let name = |name: &str| ("localhost".to_owned(), name.to_owned());
        for component in ["a", "b", "c"] {
            let (host, component) = name(component);
            tally.count(&Event::ComponentStarted { host, component });
        }
        let (host, component) = name("a");
        tally.count(&Event::ComponentFinished { host, component, changed: true });
        let (host, component) = name("b");
        tally.count(&Event::ComponentFinished { host, component, changed: false });
        let (host, component) = name("d");
        tally.count(&Event::ComponentSkipped { host, component, reason: SkipReason::HostIgnored });
        tally.count(&Event::error("broken"));

        assert_eq!((tally.done(), tally.errors(), tally.warnings()), (3, 1, 0));
        let summary = tally.summary(Action::Deployment, 10, Durations::default());
        let Event::Summary { changed, unchanged, skipped, failed, not_started, .. } = summary else {
            panic!("not a summary: {summary:?}");
        };
        assert_eq!((changed, unchanged, skipped, failed, not_started), (1, 1, 1, 1, 6));
    }
}
