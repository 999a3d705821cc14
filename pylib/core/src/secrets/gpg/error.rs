//! What can go wrong. `words` is what gpg said about it.

use std::fmt;
use std::path::PathBuf;

/// A file or key cannot be used with gpg.
#[derive(Debug, thiserror::Error)]
pub enum GpgError {
    /// There is no such program.
    #[error("neither gpg nor gpg2 is installed")]
    Missing,
    /// The program does not start, or breaks off the exchange.
    #[error("cannot run {program}", program = program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// There would be nobody who could read the files.
    #[error("there is no member to encrypt for")]
    NoMembers,
    /// It cannot be encrypted for one of the members.
    #[error("cannot encrypt for the member {member}: {problem} ({words})")]
    Member {
        /// The member, as written in the list.
        member: String,
        /// Why not.
        problem: MemberProblem,
        /// What gpg said.
        words: String,
    },
    /// Encrypting failed for another reason.
    #[error("gpg cannot encrypt {path} ({ending}): {words}", path = path.display())]
    Encrypt {
        /// The file.
        path: PathBuf,
        /// How the program ended.
        ending: String,
        /// What gpg said.
        words: String,
    },
    /// None of the user's keys is among those of the file.
    #[error("no secret key opens {path}; it is encrypted for {keys}: {words}", path = path.display(), keys = keys.join(", "))]
    NoSecretKey {
        /// The file.
        path: PathBuf,
        /// The ids of the keys that would open it.
        keys: Vec<String>,
        /// What gpg said.
        words: String,
    },
    /// No OpenPGP message, or one that is not encrypted and that anybody could have written.
    #[error("{path} is not encrypted with gpg", path = path.display())]
    NotEncrypted {
        /// The file.
        path: PathBuf,
    },
    /// Decrypting failed: the file is damaged, or the agent got no passphrase.
    #[error("gpg cannot decrypt {path} ({ending}): {words}", path = path.display())]
    Decrypt {
        /// The file.
        path: PathBuf,
        /// How the program ended.
        ending: String,
        /// What gpg said.
        words: String,
    },
    /// For whom a file is encrypted cannot be told.
    #[error("gpg cannot tell for whom {path} is encrypted ({ending}): {words}", path = path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// How the program ended.
        ending: String,
        /// What gpg said.
        words: String,
    },
}

/// Why a member cannot be encrypted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberProblem {
    /// There is no key of that name, or it cannot encrypt.
    NoKey,
    /// Several keys have that name.
    Ambiguous,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// Nobody whom the user trusts says that the key belongs to the member.
    Untrusted,
    /// Something else.
    Other,
}

impl fmt::Display for MemberProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            MemberProblem::NoKey => "gpg has no key of that name that can encrypt",
            MemberProblem::Ambiguous => "several keys have that name",
            MemberProblem::Revoked => "the key was revoked",
            MemberProblem::Expired => "the key has expired",
            MemberProblem::Untrusted => "nothing says that the key belongs to that member",
            MemberProblem::Other => "gpg cannot use the key",
        })
    }
}

impl GpgError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            GpgError::Missing => "install GnuPG, or encrypt with age, which needs no program".to_owned(),
            GpgError::Member { member, problem, .. } => {
                let member = crate::process::quote(member);
                match problem {
                    MemberProblem::NoKey | MemberProblem::Other => {
                        format!("import the key with `gpg --import FILE`, or remove the member; `gpg --list-keys {member}` shows what is known")
                    }
                    MemberProblem::Ambiguous => {
                        format!("name the member by the fingerprint of the key; `gpg --list-keys {member}` shows them")
                    }
                    MemberProblem::Revoked | MemberProblem::Expired => {
                        "import the member's current key with `gpg --import FILE`, or remove the member".to_owned()
                    }
                    MemberProblem::Untrusted => format!(
                        "compare the fingerprint with the member, then sign the key with `gpg --lsign-key {member}`"
                    ),
                }
            }
            GpgError::NoSecretKey { .. } => {
                "ask a member to add your key, and to encrypt the files again".to_owned()
            }
            GpgError::Decrypt { .. } => {
                "if gpg could not ask for the passphrase, run `export GPG_TTY=$(tty)` in your terminal; else take the file from a backup"
                    .to_owned()
            }
            _ => return None,
        })
    }
}
