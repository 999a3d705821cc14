//! What can go wrong with secrets. No message holds a secret.

use std::path::PathBuf;

use super::document::DocumentError;
use super::{aespipe::AespipeError, age::AgeError, gpg::GpgError, passphrase::PassphraseError};
use crate::fs::FsError;

/// Secrets cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// About age files, keys and recipients.
    #[error(transparent)]
    Age(#[from] AgeError),
    /// About gpg.
    #[error(transparent)]
    Gpg(#[from] GpgError),
    /// About files with a passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// About files of batou 0.2.
    #[error(transparent)]
    Aespipe(#[from] AespipeError),
    /// About the disk.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// About the text of a main file.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// There is no such environment.
    #[error("there is no environment {environment}")]
    UnknownEnvironment {
        /// The name that was asked for.
        environment: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// The name of a file tells no format.
    #[error("cannot tell from its name how {path} is encrypted", path = path.display())]
    UnknownSuffix {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be told which main file counts.
    #[error("there are several files where one belongs: {}", listed(paths))]
    SeveralMainFiles {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// Files that do not count now would count after a change of the format.
    #[error("files are in the way that would become part of the environment: {}", listed(paths))]
    InTheWay {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A file that is named in an older way keeps its format.
    #[error("{path} cannot change its format: it is named as by an older batou", path = path.display())]
    OlderLayout {
        /// The main file.
        path: PathBuf,
    },
    /// A file that a component of batou 0.2 reads itself has neither members nor other files, and keeps its format.
    #[error("{path} belongs to a component: it cannot {action}", path = path.display())]
    OfComponent {
        /// The file.
        path: PathBuf,
        /// What cannot be done with it, as words that fit behind "it cannot".
        action: &'static str,
    },
    /// The files changed between reading and saving.
    #[error("{path} has been changed by somebody else since it was read", path = path.display())]
    ChangedMeanwhile {
        /// The file.
        path: PathBuf,
    },
    /// Another editor has the file open.
    #[error("{path} is being edited by somebody else", path = path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The environment has no secrets.
    #[error("environment {environment} has no secrets")]
    NoSecrets {
        /// The environment.
        environment: String,
    },
    /// There is no such secret file.
    #[error("{name:?} cannot be the name of a secret file")]
    InvalidFileName {
        /// The name.
        name: String,
    },
    /// The main file has no such option.
    #[error("{path} sets no {key}", path = path.display())]
    NoSuchKey {
        /// The main file.
        path: PathBuf,
        /// The key, as it was asked for.
        key: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A key is not made of a section and an option.
    #[error("{key:?} names no option")]
    InvalidKey {
        /// The key.
        key: String,
    },
    /// The format of main files cannot hold a value as it is.
    #[error("the value of {key} would change: its lines begin or end with blanks")]
    ValueNotKept {
        /// The key.
        key: String,
    },
}

impl SecretsError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<String> {
        match self {
            SecretsError::Age(error) => error.hint(),
            SecretsError::Gpg(error) => error.hint(),
            SecretsError::Passphrase(error) => error.hint(),
            SecretsError::Aespipe(error) => error.hint(),
            SecretsError::Fs(_) => None,
            SecretsError::Document(error) => Some(error.hint()),
            SecretsError::UnknownEnvironment { known, .. } if known.is_empty() => Some(
                "run this in a project directory: environments are in environments/NAME/environment.cfg".to_owned(),
            ),
            SecretsError::UnknownEnvironment { known, .. } => Some(format!("known are: {}", known.join(", "))),
            SecretsError::UnknownSuffix { .. } => {
                Some("names of encrypted files end in .age, .age-diffable, .gpg or .aes".to_owned())
            }
            SecretsError::SeveralMainFiles { .. } => Some("keep the one that counts and remove the others".to_owned()),
            SecretsError::InTheWay { .. } => Some("remove them, or give them other names".to_owned()),
            SecretsError::OlderLayout { .. } => Some("give the files their new names first: batou migrate".to_owned()),
            SecretsError::OfComponent { .. } => Some("create secrets of the environment beside it".to_owned()),
            SecretsError::ChangedMeanwhile { .. } => Some("start again from the new content".to_owned()),
            SecretsError::Locked { .. } => Some("wait until the other editor is closed".to_owned()),
            SecretsError::NoSecrets { environment } => Some(format!("create them: batou secrets edit {environment}")),
            SecretsError::InvalidFileName { .. } => Some("choose a name without `/`".to_owned()),
            SecretsError::NoSuchKey { known, .. } if !known.is_empty() => Some(format!("it sets {}", shortened(known))),
            SecretsError::NoSuchKey { .. } | SecretsError::InvalidKey { .. } => {
                Some("write SECTION.OPTION, such as database.password".to_owned())
            }
            SecretsError::ValueNotKept { .. } => Some("put it into a secret file, which keeps every byte".to_owned()),
        }
    }
}

/// As many names as a line takes.
fn shortened(names: &[String]) -> String {
    const MOST: usize = 12;
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn listed(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
