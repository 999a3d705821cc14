//! How far long work is: the areas tell it, and whoever can show it listens.
//!
//! Only work that lasts tells anything, and not too often, so that telling costs nothing where nobody would read it.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Shorter work is over before anybody could read about it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the same work tells where it is.
const INTERVAL: Duration = Duration::from_millis(100);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes, shown in powers of 1024.
    Bytes,
    /// Things of this name, in the plural.
    Things(&'static str),
}

/// Where some work is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<'a> {
    /// What is done, as in `downloading`.
    pub action: &'static str,
    /// With what: a file, or an address without its password.
    pub name: &'a str,
    /// How much is done.
    pub done: u64,
    /// Of how much, if that is known.
    pub total: Option<u64>,
    /// Of what.
    pub unit: Unit,
}

type Listener = Box<dyn Fn(&Step<'_>) + Send + Sync>;

// One for all threads, as work goes on in threads of its own.
static LISTENER: RwLock<Option<Listener>> = RwLock::new(None);

/// Has all further steps told to `listener`, which must be quick.
pub fn listen(listener: impl Fn(&Step<'_>) + Send + Sync + 'static) {
    *LISTENER.write().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(listener));
}

/// Some work that tells where it is.
#[derive(Debug)]
pub struct Progress {
    action: &'static str,
    name: String,
    unit: Unit,
    next: Instant,
}

impl Progress {
    /// The work begins.
    pub fn new(action: &'static str, name: impl Into<String>, unit: Unit) -> Self {
        Self { action, name: name.into(), unit, next: Instant::now() + PATIENCE }
    }

    /// The work has come so far.
    pub fn at(&mut self, done: u64, total: Option<u64>) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        self.next = now + INTERVAL;
        if let Some(listener) = LISTENER.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            listener(&Step { action: self.action, name: &self.name, done, total, unit: self.unit });
        }
    }
}

impl Step<'_> {
    /// The step in words: `downloading file: 1.5 of 3.0 MiB (50 %)`.
    pub fn text(&self) -> String {
        let Step { action, name, done, total, .. } = self;
        let amount = match (self.unit, total) {
            (Unit::Bytes, Some(total)) => format!("{:.1} of {:.1} MiB", mebibytes(*done), mebibytes(*total)),
            (Unit::Bytes, None) => format!("{:.1} MiB", mebibytes(*done)),
            (Unit::Things(things), Some(total)) => format!("{done} of {total} {things}"),
            (Unit::Things(things), None) => format!("{done} {things}"),
        };
        let percent = total.filter(|total| *total > 0).map(|total| u128::from(*done) * 100 / u128::from(total));
        let percent = percent.map(|percent| format!(" ({percent} %)")).unwrap_or_default();
        format!("{action} {name}: {amount}{percent}")
    }
}

#[expect(clippy::cast_precision_loss, reason = "one digit after the point is shown")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn work_that_lasts_tells_where_it_is() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = heard.clone();
        listen(move |step| {
            // Other tests work at the same time.
            if step.action == "testing" {
                into.lock().unwrap().push(step.text());
            }
        });
        let mut progress = Progress::new("testing", "file", Unit::Bytes);
        progress.at(1, None);
        assert!(heard.lock().unwrap().is_empty(), "too soon");
        progress.next = Instant::now();
        progress.at(1 << 20, None);
        progress.at(2 << 20, None);
        progress.next = Instant::now();
        progress.at(3 << 19, Some(3 << 20));
        assert_eq!(*heard.lock().unwrap(), ["testing file: 1.0 MiB", "testing file: 1.5 of 3.0 MiB (50 %)"]);
    }

    #[test]
    fn steps_in_words() {
        let step = |done, total, unit| Step { action: "a", name: "b", done, total, unit }.text();
        assert_eq!(step(3, Some(4), Unit::Things("members")), "a b: 3 of 4 members (75 %)");
        assert_eq!(step(3, None, Unit::Things("members")), "a b: 3 members");
        assert_eq!(step(0, Some(0), Unit::Bytes), "a b: 0.0 of 0.0 MiB");
        assert_eq!(step(u64::MAX, Some(u64::MAX), Unit::Things("x")), format!("a b: {0} of {0} x (100 %)", u64::MAX));
    }
}
