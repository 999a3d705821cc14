//! What a person reads while hosts are connected, configure and deploy.

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
        let those = |stages: &[Stage]| -> Vec<(&str, &str)> {
            let hosts = hosts.iter().filter(|host| stages.contains(&host.stage));
            hosts.map(|host| (host.name.as_str(), host.doing.as_str())).collect()
        };
        let waiting = those(&[Stage::Connecting, Stage::Configuring]);
        if !waiting.is_empty() {
            return Some(awaited(hosts.len(), &waiting));
        }
        let deploying = those(&[Stage::Deploying]);
        (!deploying.is_empty()).then(|| at_work(&deploying))
    }
}

/// A line about the hosts that all wait for; what the first of them does is said as well.
fn awaited(total: usize, hosts: &[(&str, &str)]) -> String {
    let done = total - hosts.len();
    let names = listed(hosts.iter().map(|(name, _)| (*name).to_owned()));
    let doing = hosts.first().map_or("", |(_, doing)| doing);
    if total == 1 { format!("{names}: {doing}") } else { format!("[{done}/{total}] {names}: {doing}") }
}

/// A line about hosts that work, each on something of its own.
fn at_work(hosts: &[(&str, &str)]) -> String {
    listed(hosts.iter().map(|(name, doing)| format!("{name}: {doing}")))
}

/// The first of them, and how many there are besides.
fn listed(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(NAMED);
    let text = items.take(NAMED).collect::<Vec<_>>().join(", ");
    if more == 0 { text } else { format!("{text} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_waited_for_is_named() {
        let all = ["c", "d", "e", "f", "g"].map(|name| (name, "connecting"));
        assert_eq!(awaited(1, &all[..1]), "c: connecting");
        assert_eq!(awaited(5, &all[..1]), "[4/5] c: connecting");
        assert_eq!(awaited(5, &all[..3]), "[2/5] c, d, e: connecting");
        assert_eq!(awaited(9, &all), "[4/9] c, d, e and 2 more: connecting");
    }

    #[test]
    fn who_works_is_named_with_the_work() {
        let all = [("a", "web"), ("b", "downloading x"), ("c", "db"), ("d", "web")];
        assert_eq!(at_work(&all[..1]), "a: web");
        assert_eq!(at_work(&all), "a: web, b: downloading x, c: db and 1 more");
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
        assert_eq!(waiting.text(&[host(Stage::Configured), host(Stage::Gone)]), None);
    }
}
