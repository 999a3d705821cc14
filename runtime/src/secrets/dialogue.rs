//! Questions on the terminal of the process, wherever its input and output go.

use std::io::Write;

use batou_core::secrets::{Dialogue, NoAnswer};
use secrecy::SecretString;

use crate::report::visible;

/// Asks on the controlling terminal, without showing what is typed, and warns on the standard error. Ctrl-C ends a question with
/// an error of the kind `Interrupted`; the terminal is as it was before in any case.
#[derive(Debug, Clone, Copy, Default)]
pub struct TerminalDialogue;

impl Dialogue for TerminalDialogue {
    fn ask_secret(&self, prompt: &str) -> Result<SecretString, NoAnswer> {
        // Without a controlling terminal the system refuses to open it.
        if std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty").is_err() {
            return Err(NoAnswer::NoTerminal);
        }
        rpassword::prompt_password(format!("{}: ", visible(prompt))).map(SecretString::from).map_err(NoAnswer::Ended)
    }

    fn warn(&self, text: &str) {
        // The command goes on also when nobody can be warned.
        let _ = writeln!(std::io::stderr(), "WARN: {}", visible(text));
    }
}
