//! What is exposed while a secret is edited, taken back when the process is told to end.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{PrivateDirectory, private_directory};
use crate::cli::ExitCode;

#[derive(Default)]
struct Exposed {
    directory: Option<PathBuf>,
    editor: Option<Pid>,
    terminal: Option<Termios>,
}

/// Handles the signals of the process from now on: what tells it to end wipes the directory with the clear text, ends the editor and
/// gives the terminal back as it was. Ctrl-C while an editor is open is the editor's.
pub struct Exposure {
    exposed: Arc<Mutex<Exposed>>,
    /// Set when Ctrl-C arrives, taken back by whoever finds that out first.
    interrupted: Arc<AtomicBool>,
}

impl Exposure {
    /// Starts to handle signals. They are handled, not blocked, since programs that are started would inherit that.
    ///
    /// # Errors
    /// If the signals cannot be handled, or no thread can be started.
    pub fn begin() -> io::Result<Self> {
        // Before those that wake the thread, as handlers run in this order.
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGQUIT] {
            signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
        }
        let mut signals = Signals::new([SIGINT, SIGQUIT, SIGTERM, SIGHUP])?;
        let terminal = open_terminal().and_then(|terminal| tcgetattr(terminal).ok());
        let exposed = Arc::new(Mutex::new(Exposed { terminal, ..Exposed::default() }));
        let (shared, arrived) = (Arc::clone(&exposed), Arc::clone(&interrupted));
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                let exposed = guard(&shared);
                let is_interruption = matches!(signal, SIGINT | SIGQUIT);
                // The editor may have ended since it was sent: then it is taken back already.
                if is_interruption && (!arrived.swap(false, Ordering::SeqCst) || exposed.editor.is_some()) {
                    continue;
                }
                // The lock is kept: nobody writes a clear text any more.
                end(&exposed, signal);
            }
        })?;
        Ok(Self { exposed, interrupted })
    }

    /// Makes the directory for the clear text.
    ///
    /// # Errors
    /// If no place can be used.
    pub fn directory(&self, places: &[PathBuf], fallback: &Path) -> io::Result<ExposedDirectory<'_>> {
        let mut exposed = guard(&self.exposed);
        let directory = PrivateDirectory::create(places, fallback)?;
        exposed.directory = Some(directory.path().to_owned());
        Ok(ExposedDirectory { exposure: self, directory: Some(directory) })
    }

    /// Runs a program in the foreground and waits for its end.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn run(&self, command: &mut std::process::Command) -> io::Result<std::process::ExitStatus> {
        let mut child = {
            let mut exposed = guard(&self.exposed);
            let child = command.spawn()?;
            exposed.editor = i32::try_from(child.id()).ok().map(Pid::from_raw);
            child
        };
        let ended = child.wait();
        let mut exposed = guard(&self.exposed);
        exposed.editor = None;
        self.interrupted.store(false, Ordering::SeqCst);
        ended
    }
}

/// The directory, while signals know of it.
pub struct ExposedDirectory<'exposure> {
    exposure: &'exposure Exposure,
    directory: Option<PrivateDirectory>,
}

impl std::ops::Deref for ExposedDirectory<'_> {
    type Target = PrivateDirectory;

    fn deref(&self) -> &PrivateDirectory {
        self.directory.as_ref().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl Drop for ExposedDirectory<'_> {
    fn drop(&mut self) {
        let mut exposed = guard(&self.exposure.exposed);
        drop(self.directory.take());
        exposed.directory = None;
    }
}

fn guard(exposed: &Mutex<Exposed>) -> MutexGuard<'_, Exposed> {
    exposed.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_terminal() -> Option<std::fs::File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty").ok()
}

/// Takes everything back and ends the process.
fn end(exposed: &Exposed, signal: i32) -> ! {
    if let Some(editor) = exposed.editor {
        let _ = kill(editor, Signal::SIGTERM);
    }
    if let Some(directory) = &exposed.directory {
        private_directory::wipe(directory);
    }
    // Of a terminal that is closed there is nothing to restore.
    if let (Some(state), Some(terminal), false) = (&exposed.terminal, open_terminal(), signal == SIGHUP) {
        let _ = tcsetattr(terminal, OptionalActions::Now, state);
    }
    let code = if signal == SIGINT { ExitCode::Interrupted } else { ExitCode::Terminated };
    let _ = writeln!(io::stderr(), "\nERROR: interrupted; what was not saved is lost");
    #[expect(clippy::exit, reason = "the other threads may be waiting for the user")]
    std::process::exit(i32::from(code.code()))
}
