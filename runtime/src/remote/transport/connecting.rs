//! Processes of ssh that connect, log in and go to the background: they get a limited time, and end with this process.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How often a process is asked whether it ended.
const TICK: Duration = Duration::from_millis(5);

/// The processes that are connecting.
#[derive(Debug, Default)]
pub struct Connecting {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_over: bool,
    children: Vec<Child>,
}

/// How a process ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// By itself.
    Ended(ExitStatus),
    /// It took too long.
    TooLong,
    /// The whole run ends.
    Over,
}

impl Connecting {
    /// Runs a process to its end, with whatever it starts itself as long as that stays in its group.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn run(&self, command: &mut Command, limit: Duration) -> io::Result<Outcome> {
        let until = Instant::now() + limit;
        let number = {
            let mut state = self.lock();
            if state.is_over {
                return Ok(Outcome::Over);
            }
            // Ctrl-C at the terminal is for this process alone, which lets the hosts end what they do.
            let child = command.process_group(0).spawn()?;
            let number = child.id();
            state.children.push(child);
            number
        };
        loop {
            std::thread::sleep(TICK);
            let mut state = self.lock();
            let Some(index) = state.children.iter().position(|child| child.id() == number) else {
                return Ok(Outcome::Over);
            };
            let status = state.children[index].try_wait()?;
            if status.is_none() && Instant::now() < until {
                continue;
            }
            let child = state.children.swap_remove(index);
            drop(state);
            return Ok(match status {
                Some(status) => Outcome::Ended(status),
                None => {
                    end(child);
                    Outcome::TooLong
                }
            });
        }
    }

    /// Ends all of them. There will be no others.
    pub fn end(&self) {
        let children = {
            let mut state = self.lock();
            state.is_over = true;
            std::mem::take(&mut state.children)
        };
        children.into_iter().for_each(end);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end(mut child: Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may end at this moment.
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "these are the processes to be tested with")]
mod tests {
    use super::*;
    use std::sync::Arc;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn who_ends_is_asked_how() {
        let connecting = Connecting::default();
        let outcome = connecting.run(Command::new("sh").args(["-c", "exit 7"]), LONG).expect("started");
        assert!(matches!(outcome, Outcome::Ended(status) if status.code() == Some(7)), "{outcome:?}");
        assert!(connecting.run(&mut Command::new("/nonexistent"), LONG).is_err());
    }

    #[test]
    fn who_takes_too_long_is_ended_with_what_it_started() {
        let connecting = Connecting::default();
        let (mut reader, writer) = io::pipe().expect("a pipe");
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & sleep 60"]).stdout(writer);
        let outcome = connecting.run(&mut command, Duration::from_millis(50)).expect("started");
        assert!(matches!(outcome, Outcome::TooLong), "{outcome:?}");
        drop(command);
        // Both sleepers have the pipe open.
        assert_eq!(io::copy(&mut reader, &mut io::sink()).expect("read"), 0);
    }

    #[test]
    fn the_end_of_the_run_is_the_end_of_all() {
        let connecting = Arc::new(Connecting::default());
        let other = Arc::clone(&connecting);
        let running = std::thread::spawn(move || other.run(Command::new("sleep").arg("60"), LONG));
        while connecting.lock().children.is_empty() {
            std::thread::yield_now();
        }
        connecting.end();
        assert!(matches!(running.join().expect("no panic"), Ok(Outcome::Over)));
        assert!(matches!(connecting.run(&mut Command::new("true"), LONG), Ok(Outcome::Over)));
    }
}
