//! How many connections are made at once: a server drops those that exceed what it lets in unauthenticated (10, if nobody
//! changed `MaxStartups`).

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one who is inside counts. Whoever takes longer waits for a machine that does not answer, and keeps nobody from others.
const COUNTED: Duration = Duration::from_secs(4);

/// Lets a limited number of threads pass at a time.
#[derive(Debug)]
pub struct Gate {
    width: usize,
    counted: Duration,
    /// When those who are inside came in.
    inside: Mutex<Vec<Instant>>,
    changed: Condvar,
}

impl Gate {
    /// A gate for so many at a time.
    pub fn new(width: usize) -> Self {
        Self { width: width.max(1), counted: COUNTED, inside: Mutex::default(), changed: Condvar::new() }
    }

    /// Does something as soon as there is room.
    pub fn pass<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let entered = loop {
            let now = Instant::now();
            let mut left: Vec<Duration> =
                inside.iter().filter_map(|entered| self.counted.checked_sub(now - *entered)).collect();
            if left.len() < self.width {
                break now;
            }
            left.sort_unstable();
            // Long enough for the first of those who are too many.
            let wait = left[left.len() - self.width] + Duration::from_millis(1);
            inside = self.changed.wait_timeout(inside, wait).unwrap_or_else(PoisonError::into_inner).0;
        };
        inside.push(entered);
        drop(inside);
        let _leaving = Leaving(self, entered);
        work()
    }
}

/// Makes room again, also when the work panics.
struct Leaving<'gate>(&'gate Gate, Instant);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut inside = self.0.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = inside.iter().position(|entered| *entered == self.1) {
            inside.swap_remove(index);
        }
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn no_more_than_the_width_are_inside() {
        let (gate, inside, most) = (Gate::new(2), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    gate.pass(|| {
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(5));
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                });
            }
        });
        assert_eq!(most.into_inner(), 2);
    }

    #[test]
    fn whoever_takes_long_keeps_nobody_out() {
        let gate = Gate { counted: Duration::from_millis(20), ..Gate::new(1) };
        let (waits, others) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let inside = &gate;
            scope.spawn(move || inside.pass(|| others.recv()));
            while gate.inside.lock().unwrap().is_empty() {
                std::thread::yield_now();
            }
            gate.pass(|| ());
            drop(waits);
        });
    }
}
