//! How many hosts do at once what is a burden for a server that several of them share, for those in between and for this machine.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many connect and log in; a server drops those above 10 that have not said who they are, if nobody changed `MaxStartups`.
const CONNECTING: usize = 5;

/// How long one who connects counts at least. Whoever takes longer waits for a machine that does not answer, and keeps nobody
/// from others.
const COUNTED: Duration = Duration::from_secs(4);

/// How many get the program; packing and unpacking it takes the processor.
const SENDING: usize = 10;

/// How long one of them counts at least: as long as a word of the host is waited for.
const SENT: Duration = super::connect::START_PATIENCE;

/// So much longer than those who got through: where everybody takes long, the machines are busy, and more at once would make it
/// worse.
const MUCH_LONGER: u32 = 4;

/// The gates of a run.
#[derive(Debug)]
pub struct Gates {
    /// For those who connect and log in.
    pub(super) connecting: Gate,
    /// For those who get the program.
    pub(super) sending: Gate,
}

impl Default for Gates {
    fn default() -> Self {
        Self { connecting: Gate::new(CONNECTING, COUNTED), sending: Gate::new(SENDING, SENT) }
    }
}

/// Lets a limited number of threads pass at a time.
#[derive(Debug)]
pub(super) struct Gate {
    width: usize,
    counted: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// When those who are inside came in.
    inside: Vec<Instant>,
    /// How long those took who got through, the last ones above all.
    usual: Option<Duration>,
}

impl State {
    /// Somebody got through in this time.
    fn learn(&mut self, took: Duration) {
        self.usual = Some(self.usual.map_or(took, |usual| (usual * 3 + took) / 4));
    }

    /// How long one who is inside counts.
    fn counted(&self, at_least: Duration) -> Duration {
        at_least.max(self.usual.unwrap_or_default() * MUCH_LONGER)
    }
}

impl Gate {
    /// A gate for so many at a time, who count so long at least.
    fn new(width: usize, counted: Duration) -> Self {
        Self { width, counted, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Does something as soon as there is room.
    ///
    /// # Errors
    /// Those of what is done.
    pub(super) fn pass<T, E>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let mut state = self.lock();
        let entered = loop {
            let now = Instant::now();
            let counted = state.counted(self.counted);
            let mut left: Vec<Duration> =
                state.inside.iter().filter_map(|entered| counted.checked_sub(now - *entered)).collect();
            if left.len() < self.width {
                break now;
            }
            left.sort_unstable();
            // Long enough for the first of those who are too many.
            let wait = left[left.len() - self.width] + Duration::from_millis(1);
            state = self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0;
        };
        state.inside.push(entered);
        drop(state);
        let _leaving = Leaving(self, entered);
        let done = work();
        // How soon others fail says nothing about how busy the machines are.
        if done.is_ok() {
            self.lock().learn(entered.elapsed());
        }
        done
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes room again, also when the work panics.
struct Leaving<'gate>(&'gate Gate, Instant);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let inside = &mut self.0.lock().inside;
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
        let (gate, inside, most) = (Gate::new(2, COUNTED), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    gate.pass(|| {
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(5));
                        inside.fetch_sub(1, Ordering::SeqCst);
                        Ok::<_, ()>(())
                    })
                });
            }
        });
        assert_eq!(most.into_inner(), 2);
    }

    #[test]
    fn whoever_takes_long_keeps_nobody_out() {
        let gate = Gate::new(1, Duration::from_millis(20));
        let (waits, others) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let inside = &gate;
            scope.spawn(move || inside.pass(|| others.recv()));
            while gate.lock().inside.is_empty() {
                std::thread::yield_now();
            }
            gate.pass(|| Ok::<_, ()>(())).unwrap();
            drop(waits);
        });
    }

    #[test]
    fn where_everybody_takes_long_nobody_else_is_let_in_for_that() {
        let seconds = Duration::from_secs;
        let mut state = State::default();
        assert_eq!(state.counted(COUNTED), COUNTED);
        state.learn(seconds(1));
        assert_eq!(state.counted(COUNTED), COUNTED, "one of four seconds waits for something else");
        state.learn(seconds(9));
        assert_eq!(state.counted(COUNTED), seconds(12));
        (0..20).for_each(|_| state.learn(seconds(10)));
        assert!(state.counted(COUNTED) > seconds(39));
        (0..20).for_each(|_| state.learn(Duration::from_millis(100)));
        assert_eq!(state.counted(COUNTED), COUNTED);
        let gate = Gate::new(1, COUNTED);
        gate.pass(|| Err::<(), _>("refused")).unwrap_err();
        assert_eq!(gate.lock().usual, None);
        gate.pass(|| Ok::<_, ()>(())).unwrap();
        assert!(gate.lock().usual.is_some() && gate.lock().inside.is_empty());
    }
}
