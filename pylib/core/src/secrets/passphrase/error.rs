//! What can go wrong.

use std::path::PathBuf;

use super::source::SHORTEST;
use crate::secrets::NoAnswer;

/// A file or passphrase cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// A passphrase is needed and nobody gives it.
    #[error("no passphrase for {path}", path = path.display())]
    NoPassphrase {
        /// What it is for.
        path: PathBuf,
        /// Why there is none.
        #[source]
        source: NoAnswer,
    },
    /// The command of `BATOU_PASSPHRASE_COMMAND` cannot be started.
    #[error("cannot run the command of BATOU_PASSPHRASE_COMMAND")]
    CommandStart(#[source] std::io::Error),
    /// The command of `BATOU_PASSPHRASE_COMMAND` failed.
    #[error("the command of BATOU_PASSPHRASE_COMMAND failed ({ending}){}{stderr}", if stderr.is_empty() { "" } else { ": " })]
    Command {
        /// How it ended.
        ending: String,
        /// What it said about that.
        stderr: String,
    },
    /// The file with the passphrase cannot be read.
    #[error("cannot read {path}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner can use the file with the passphrase.
    #[error("{path} holds a passphrase, and others than its owner have access to it (mode {mode:04o})", path = path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// There is nothing in the passphrase.
    #[error("the passphrase from {origin} is empty")]
    Empty {
        /// Where it comes from.
        origin: String,
    },
    /// It is no text.
    #[error("the passphrase from {origin} is not UTF-8")]
    NoText {
        /// Where it comes from.
        origin: String,
    },
    /// A new passphrase is too easy to guess.
    #[error("passphrase must be at least {SHORTEST} characters long")]
    TooShort,
    /// The two passphrases typed differ.
    #[error("passphrases do not match")]
    Mismatch,
    /// Something else than an encrypted file.
    #[error("{path} is not a file encrypted with a passphrase by batou", path = path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
    },
    /// A newer program wrote it, or its first line is damaged.
    #[error("{path} has the version {version:?} of the passphrase format, which is not known", path = path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The version.
        version: String,
    },
    /// The end is missing.
    #[error("{path} is incomplete", path = path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
    },
    /// The file was changed after it was written.
    #[error("{path} is damaged: {what}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The passphrase does not belong to the first lines of the file.
    #[error("wrong passphrase for {path}", path = path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
    },
    /// Deriving the key would take too much memory or time.
    #[error("{path} asks for scrypt with N=2^{log_n}, r={r}, p={p}, which would take too much memory or time", path = path.display())]
    Cost {
        /// The file.
        path: PathBuf,
        /// The binary logarithm of N.
        log_n: u8,
        /// The block size.
        r: u32,
        /// The parallelism.
        p: u32,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(getrandom::Error),
}

impl PassphraseError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            PassphraseError::NoPassphrase { .. } => {
                "run this in a terminal, name a command that prints the passphrase in BATOU_PASSPHRASE_COMMAND, or write it to \
                 .batou-passphrase in the project"
                    .to_owned()
            }
            PassphraseError::OpenToOthers { path, .. } => format!("run `chmod 600 {}`", crate::process::quote(&path.to_string_lossy())),
            PassphraseError::Wrong { .. } => {
                "if the passphrase is right, the first lines of the file were changed: take them from a backup".to_owned()
            }
            PassphraseError::Truncated { .. } | PassphraseError::Damaged { .. } => {
                "take the file from a backup or an older revision".to_owned()
            }
            PassphraseError::Version { .. } => "use the version of batou that wrote it, or a newer one".to_owned(),
            PassphraseError::Cost { .. } => {
                "batou itself writes smaller costs; make sure that you know who wrote the file".to_owned()
            }
            _ => return None,
        })
    }
}
