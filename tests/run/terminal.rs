//! Programs on a real pseudo terminal, which the program `script` of util-linux provides.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::support::{Project, wait_for, waited};

/// A shell on a terminal that runs one command.
pub struct Terminal {
    script: Child,
    keyboard: Option<ChildStdin>,
    screen: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
    seen: usize,
}

impl Terminal {
    /// Runs a command line of the shell in the project, on a terminal of so many columns.
    pub fn start(project: &Project, columns: u16, line: &str) -> Self {
        Self::start_with(project, columns, line, &[])
    }

    /// The same with additional variables of the environment.
    pub fn start_with(project: &Project, columns: u16, line: &str, variables: &[(&str, &str)]) -> Self {
        // What ignores signals, `nohup` for one, has all that it starts ignore them, too.
        let mut command: Command = project.command("env");
        command.args(["--default-signal", "script"]);
        // The shell outlives Ctrl-C, so that the exit code is that of the program.
        let line = format!("trap : INT; stty cols {columns} rows 24; {line}");
        command.args(["-q", "-e", "-f", "-c", &line, "/dev/null"]).env("TERM", "xterm");
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut script = command.spawn().expect("script of util-linux provides the terminal");
        let keyboard = script.stdin.take();
        let mut output = script.stdout.take().expect("an output");
        let screen = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&screen);
        let reader = thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut piece) {
                written.lock().expect("not poisoned").extend_from_slice(&piece[..count]);
            }
        });
        Self { script, keyboard, screen, reader: Some(reader), seen: 0 }
    }

    /// All that was written to the terminal so far.
    pub fn screen(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().expect("not poisoned")).into_owned()
    }

    /// Waits until a text appears below what was waited for before.
    pub fn expect(&mut self, text: &str) {
        let found = waited(|| {
            let screen = self.screen.lock().expect("not poisoned");
            let place = screen[self.seen..].windows(text.len()).position(|window| window == text.as_bytes());
            let is_over = self.reader.as_ref().is_none_or(JoinHandle::is_finished);
            let end = place.map(|place| self.seen + place + text.len());
            (end.is_some() || is_over).then_some(end)
        });
        self.seen = found.flatten().unwrap_or_else(|| panic!("{text:?} did not appear:\n{}", self.screen()));
    }

    /// Types keys.
    pub fn send(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().expect("the terminal is open");
        keyboard.write_all(keys.as_bytes()).and_then(|()| keyboard.flush()).expect("the keys arrive");
    }

    /// Types keys when a text has appeared.
    pub fn answer(&mut self, text: &str, keys: &str) {
        self.expect(text);
        self.send(keys);
    }

    /// Types Ctrl-C until a text appears: the first may come before the program waits for keys.
    pub fn interrupt_until(&mut self, text: &str) {
        let mut rounds = 0;
        wait_for(&format!("{text:?} after Ctrl-C"), || {
            if rounds % 200 == 0 {
                self.send("\x03");
            }
            rounds += 1;
            let screen = self.screen();
            screen[self.seen.min(screen.len())..].contains(text).then_some(())
        });
        self.expect(text);
    }

    /// Takes the terminal away, as closing its window does.
    pub fn close(mut self) {
        self.script.kill().and_then(|()| self.script.wait()).expect("the terminal can be closed");
    }

    /// Waits for the end; gives the exit code and all that was written.
    pub fn end(mut self) -> (Option<i32>, String) {
        let status = wait_for("the end of the program", || self.script.try_wait().expect("it can be asked"));
        self.reader.take().expect("ended once").join().expect("the output was read");
        (status.code(), self.screen())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}
