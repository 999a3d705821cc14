//! Where the passphrase comes from.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::PassphraseError;
use crate::secrets::{Surroundings, piped};

/// The variable with a command that prints the passphrase.
const COMMAND: &str = "BATOU_PASSPHRASE_COMMAND";
/// The file with the passphrase, in the project directory.
const FILE: &str = ".batou-passphrase";
/// How many characters a new passphrase has at least.
pub(super) const SHORTEST: usize = 20;
/// What is read of the file; a passphrase is shorter.
const MOST: u64 = 64 * 1024;

/// The passphrase of a project, which is looked for or asked for once, when it is needed first. In this order: what the command of
/// `BATOU_PASSPHRASE_COMMAND` prints, the content of `.batou-passphrase`, what the user enters.
pub struct PassphraseSource {
    surroundings: Surroundings,
    known: Option<Known>,
    /// How many passphrases that opened other files of the command were tried here.
    tried: usize,
}

struct Known {
    passphrase: SecretString,
    origin: Origin,
    /// Whether a file was opened with it.
    is_right: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A command or file says it; there is no other.
    Stored,
    /// It was entered, and another one may be entered after an error.
    Entered,
    /// It was entered for another file of the command, and may be wrong here.
    Guessed,
}

impl PassphraseSource {
    /// Looks for nothing yet.
    pub fn new(surroundings: &Surroundings) -> Self {
        PassphraseSource { surroundings: surroundings.clone(), known: None, tried: 0 }
    }

    /// The passphrase, to open a file with. One that opened other files of the command is tried before anybody is asked.
    ///
    /// # Errors
    /// If there is none, or the command or file that should give it fails.
    pub fn existing(&mut self, path: &Path) -> Result<SecretString, PassphraseError> {
        if let Some(known) = &self.known {
            return Ok(known.passphrase.clone());
        }
        let (passphrase, origin) = if let Some(passphrase) = self.stored()? {
            (passphrase, Origin::Stored)
        } else if let Some(passphrase) = self.surroundings.session.passphrase(self.tried) {
            self.tried += 1;
            (passphrase, Origin::Guessed)
        } else {
            (self.ask("Enter passphrase for", path)?, Origin::Entered)
        };
        self.known = Some(Known { passphrase: passphrase.clone(), origin, is_right: false });
        Ok(passphrase)
    }

    /// The passphrase for a new file. If none was needed before it must be long enough, and is entered twice.
    ///
    /// # Errors
    /// Those of [`PassphraseSource::existing`], [`PassphraseError::TooShort`] and [`PassphraseError::Mismatch`].
    pub fn new_one(&mut self, path: &Path) -> Result<SecretString, PassphraseError> {
        if let Some(known) = self.known.as_ref().filter(|known| known.is_right) {
            return Ok(known.passphrase.clone());
        }
        let (passphrase, origin) = match self.stored()? {
            Some(passphrase) => (passphrase, Origin::Stored),
            None => (self.ask("Enter a new passphrase for", path)?, Origin::Entered),
        };
        if passphrase.expose_secret().chars().count() < SHORTEST {
            return Err(PassphraseError::TooShort);
        }
        if origin == Origin::Entered
            && self.ask("Enter the same passphrase again for", path)?.expose_secret() != passphrase.expose_secret()
        {
            return Err(PassphraseError::Mismatch);
        }
        self.known = Some(Known { passphrase: passphrase.clone(), origin, is_right: true });
        Ok(passphrase)
    }

    /// Says whether a file could be opened with the passphrase. After an error the user can enter another one, unless the passphrase
    /// opened other files already. True if there is another one to try now, as this one was only guessed.
    pub fn tell(&mut self, is_right: bool) -> bool {
        let Some(known) = &mut self.known else {
            return false;
        };
        if is_right {
            known.is_right = true;
            if known.origin != Origin::Stored {
                self.surroundings.session.remember(&known.passphrase);
            }
            return false;
        }
        let was_guessed = known.origin == Origin::Guessed && !known.is_right;
        if known.origin != Origin::Stored && !known.is_right {
            self.known = None;
        }
        was_guessed
    }

    fn ask(&self, question: &str, path: &Path) -> Result<SecretString, PassphraseError> {
        let path = path.strip_prefix(&self.surroundings.project).unwrap_or(path);
        self.surroundings
            .dialogue
            .ask_secret(&format!("{question} {}", path.display()))
            .map_err(|source| PassphraseError::NoPassphrase { path: path.to_path_buf(), source })
    }

    /// The passphrase from the command or the file; `None` if there is neither.
    fn stored(&self) -> Result<Option<SecretString>, PassphraseError> {
        if let Some(command) = (self.surroundings.variables)(COMMAND).filter(|command| !command.is_empty()) {
            return self.printed_by(&command).map(Some);
        }
        self.written_down()
    }

    fn printed_by(&self, command: &OsString) -> Result<SecretString, PassphraseError> {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(command).current_dir(&self.surroundings.project);
        let piped = piped::run(&mut shell, &[]).map_err(PassphraseError::CommandStart)?;
        if !piped.status.success() {
            return Err(PassphraseError::Command {
                ending: piped::ending(piped.status),
                stderr: String::from_utf8_lossy(&piped.stderr).trim().to_owned(),
            });
        }
        let origin = || format!("the command of {COMMAND}");
        let text = piped.stdout.strip_suffix(b"\n").unwrap_or(&piped.stdout);
        passphrase(text, origin)
    }

    fn written_down(&self) -> Result<Option<SecretString>, PassphraseError> {
        let path = self.surroundings.project.join(FILE);
        let unreadable = |source| PassphraseError::File { path: path.clone(), source };
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        // Asked of the open file, so that nobody can put another one in its place in between.
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(PassphraseError::OpenToOthers { path: PathBuf::from(&path), mode });
        }
        // Large enough from the start, as a vector that grows leaves copies behind.
        let mut content = Zeroizing::new(Vec::with_capacity(MOST as usize + 1));
        file.take(MOST).read_to_end(&mut content).map_err(unreadable)?;
        let origin = || path.display().to_string();
        match std::str::from_utf8(&content) {
            Ok(text) => passphrase(text.trim().as_bytes(), origin).map(Some),
            Err(_) => Err(PassphraseError::NoText { origin: origin() }),
        }
    }
}

fn passphrase(bytes: &[u8], origin: impl Fn() -> String) -> Result<SecretString, PassphraseError> {
    match std::str::from_utf8(bytes) {
        Ok("") => Err(PassphraseError::Empty { origin: origin() }),
        Ok(text) => Ok(SecretString::from(text)),
        Err(_) => Err(PassphraseError::NoText { origin: origin() }),
    }
}
