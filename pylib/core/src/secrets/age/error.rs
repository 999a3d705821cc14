//! What can go wrong.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::identity::Refusal;

/// A file, key or passphrase cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// The content is something else.
    #[error("{path} is no age file", path = path.display())]
    NotAge {
        /// The file.
        path: PathBuf,
    },
    /// The header names another version of the format.
    #[error("{path} has a version of the age format that is not known", path = path.display())]
    UnknownVersion {
        /// The file.
        path: PathBuf,
    },
    /// The end is missing.
    #[error("{path} is truncated", path = path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
    },
    /// The text form does not keep to its rules.
    #[error("the armor of {path} is damaged: {problem}", path = path.display())]
    Armor {
        /// The file.
        path: PathBuf,
        /// What the reader of the armor says.
        problem: String,
    },
    /// The header does not keep to the rules.
    #[error("the header of {path} is damaged", path = path.display())]
    Header {
        /// The file.
        path: PathBuf,
    },
    /// The header was changed after it was written.
    #[error("the header of {path} was tampered with or is damaged: its checksum is wrong", path = path.display())]
    Mac {
        /// The file.
        path: PathBuf,
    },
    /// The encrypted content was changed after it was written.
    #[error("the content of {path} was tampered with or is damaged", path = path.display())]
    Content {
        /// The file.
        path: PathBuf,
    },
    /// A passphrase with a cost that nobody should pay.
    #[error("the passphrase of {path} takes too much work to check (2^{required}, at most 2^{most})", path = path.display())]
    ExcessiveWork {
        /// The file.
        path: PathBuf,
        /// The exponent in the file.
        required: u8,
        /// The highest accepted.
        most: u8,
    },
    /// No key fits.
    #[error("no identity opens {path}{tried}", path = path.display(), tried = listed(tried))]
    NoIdentityOpens {
        /// The file.
        path: PathBuf,
        /// The identities, and what is with each.
        tried: Vec<(PathBuf, Refusal)>,
    },
    /// The user has no key at all.
    #[error("{path} cannot be decrypted, as you have no private key: {}", sought(looked_for), path = path.display())]
    NoPrivateKey {
        /// The file.
        path: PathBuf,
        /// Where one would be. Empty without a home directory.
        looked_for: Vec<PathBuf>,
    },
    /// A file that is encrypted with a passphrase instead of for keys.
    #[error("{path} is not opened: {refusal}", path = path.display())]
    Passphrase {
        /// The file.
        path: PathBuf,
        /// Why not.
        refusal: Refusal,
    },
    /// The password manager that `BATOU_AGE_IDENTITY_PASSPHRASE` names gives none.
    #[error("`op read {reference}` gives no passphrase: {problem}")]
    PasswordManager {
        /// The name of the passphrase.
        reference: String,
        /// What the program says.
        problem: String,
    },
    /// A member that nothing can be encrypted for.
    #[error("the member {member:?} yields no key: {problem}")]
    Member {
        /// The member.
        member: String,
        /// What is wrong.
        problem: String,
    },
    /// The key list of a member cannot be fetched.
    #[error("the keys at {url} cannot be fetched: {problem}")]
    KeyList {
        /// The address, without credentials.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// Nobody could read what would be written.
    #[error("there are no members to encrypt for")]
    NoMembers,
    /// Something is to be encrypted before anybody was addressed.
    #[error("{path} cannot be encrypted: it is not known for whom", path = path.display())]
    NotAddressed {
        /// The file.
        path: PathBuf,
    },
    /// A plugin fails, or keys do not go together.
    #[error("{path} cannot be encrypted: {problem}", path = path.display())]
    Encrypt {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

fn listed(tried: &[(PathBuf, Refusal)]) -> String {
    let mut text = String::new();
    for (index, (path, refusal)) in tried.iter().enumerate() {
        let _ = write!(text, "{} {}: {refusal}", if index == 0 { ":" } else { ";" }, path.display());
    }
    text
}

fn sought(paths: &[PathBuf]) -> String {
    let Some(folder) = paths.first().and_then(|path| path.parent()) else {
        return "HOME is not set, so there is no place to look for one".to_owned();
    };
    let names: Vec<_> =
        paths.iter().filter_map(|path| path.file_name()).map(|name| name.display().to_string()).collect();
    format!("in {} there is none of {}", folder.display(), names.join(", "))
}

impl AgeError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            AgeError::NoIdentityOpens { tried, .. }
                if tried.iter().any(|(_, refusal)| matches!(refusal, Refusal::NoPassphrase { .. })) =>
            {
                "run this in a terminal, or set BATOU_AGE_IDENTITY_PASSPHRASE"
            }
            AgeError::NoIdentityOpens { .. } => {
                "name your private keys in BATOU_AGE_IDENTITIES, or have a member add your public key"
            }
            AgeError::NoPrivateKey { .. } => {
                "if you have one elsewhere, name it in BATOU_AGE_IDENTITIES; else create one with `ssh-keygen -t ed25519` and \
                 have a member add its public half (the file .pub)"
            }
            AgeError::Passphrase { refusal: Refusal::NoPassphrase { .. }, .. } => "run this in a terminal",
            AgeError::NotAge { .. }
            | AgeError::Truncated { .. }
            | AgeError::Armor { .. }
            | AgeError::Header { .. }
            | AgeError::Mac { .. }
            | AgeError::Content { .. } => "restore the file from the repository",
            AgeError::UnknownVersion { .. } => "the file may have been written by a newer program",
            AgeError::PasswordManager { .. } => "try that command by hand; sign in with `op signin`",
            AgeError::Member { .. } => {
                "members are SSH keys (ssh-ed25519, ssh-rsa), age keys (age1...) and https:// addresses of SSH keys"
            }
            AgeError::NoMembers => "add a key to `members` in the section [batou]",
            _ => return None,
        };
        Some(text.to_owned())
    }
}
