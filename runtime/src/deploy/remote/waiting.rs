//! What a person reads while hosts are connected and configure.

use std::time::{Duration, Instant};

use super::hosts::{Host, Stage};

/// Shorter waiting is over before anybody could read about it.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is told for what a run waits.
const INTERVAL: Duration = Duration::from_millis(250);

/// How many hosts are named at the most.
const NAMED: usize = 3;

/// Says from time to time for which hosts a run waits.
pub(super) struct Waiting {
    next: Instant,
}

impl Waiting {
    /// The waiting begins.
    pub(super) fn begin() -> Self {
        Self { next: Instant::now() + PATIENCE }
    }

    /// What there is to tell now, if it is time for that.
    pub(super) fn text(&mut self, hosts: &[Host]) -> Option<String> {
        let now = Instant::now();
        if now < self.next {
            return None;
        }
        self.next = now + INTERVAL;
        let mut waiting = hosts.iter().filter(|host| matches!(host.stage, Stage::Connecting | Stage::Configuring));
        let first = waiting.next()?;
        let others: Vec<&str> = waiting.map(|host| host.name.as_str()).collect();
        Some(described(hosts.len(), (&first.name, &first.doing), &others))
    }
}

/// A line about the hosts that are waited for; what the first one does is said as well.
fn described(total: usize, (first, doing): (&str, &str), others: &[&str]) -> String {
    if total == 1 {
        return format!("{first}: {doing}");
    }
    let done = total - others.len() - 1;
    let mut names = first.to_owned();
    for other in others.iter().take(NAMED - 1) {
        names.push_str(", ");
        names.push_str(other);
    }
    if let Some(more @ 1..) = others.len().checked_sub(NAMED - 1) {
        names.push_str(&format!(" and {more} more"));
    }
    format!("[{done}/{total}] {names}: {doing}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_waited_for_is_named() {
        assert_eq!(described(1, ("a", "connecting"), &[]), "a: connecting");
        assert_eq!(described(5, ("c", "connecting"), &[]), "[4/5] c: connecting");
        assert_eq!(described(5, ("c", "connecting"), &["d", "e"]), "[2/5] c, d, e: connecting");
        assert_eq!(described(9, ("c", "connecting"), &["d", "e", "f", "g"]), "[4/9] c, d, e and 2 more: connecting");
    }

    #[test]
    fn a_short_wait_is_not_worth_a_word() {
        let host = |stage| Host {
            name: "a".to_owned(),
            stage,
            doing: "connecting".to_owned(),
            outlet: None,
            held_back: Vec::new(),
        };
        let hosts = [host(Stage::Connecting)];
        let mut waiting = Waiting::begin();
        assert_eq!(waiting.text(&hosts), None);
        waiting.next = Instant::now();
        assert_eq!(waiting.text(&hosts).as_deref(), Some("a: connecting"));
        assert_eq!(waiting.text(&hosts), None, "a moment later");
        waiting.next = Instant::now();
        assert_eq!(waiting.text(&[host(Stage::Configured)]), None);
    }
}
