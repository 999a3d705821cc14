//! One file with identities: reading and unlocking it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use ::age::armor::ArmoredReader;
use ::age::{DecryptError, Decryptor, Identity, IdentityFile, scrypt, ssh};
use age_core::format::{FileKey, Stanza};
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::callbacks::PluginDialogue;
use super::content::{ARMOR, MAGIC, MOST_WORK};
use super::passphrases::{Absence, Passphrases};

/// No file with keys is longer.
const MOST_BYTES: u64 = 1 << 24;

/// Why an identity does not open a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such file.
    #[error("does not exist")]
    Missing,
    /// The file cannot be read.
    #[error("cannot be read: {problem}")]
    Unreadable {
        /// What the system says.
        problem: String,
    },
    /// The file holds no identity.
    #[error("holds no identity: {problem}")]
    NoIdentity {
        /// What is wrong.
        problem: String,
    },
    /// A key of a kind that age does not know.
    #[error("keys of the type {kind} cannot be used with age")]
    Unsupported {
        /// The kind, as ssh names it.
        kind: String,
    },
    /// A key in a form that is not safe, or too new.
    #[error("{problem}")]
    Form {
        /// What is wrong, and the remedy.
        problem: String,
    },
    /// A plugin that is not installed.
    #[error("needs the program {program}, which is not installed")]
    MissingPlugin {
        /// The program.
        program: String,
    },
    /// A plugin that failed.
    #[error("the plugin failed: {problem}")]
    Plugin {
        /// What it says.
        problem: String,
    },
    /// The file is encrypted for others.
    #[error("the file is not encrypted for it")]
    NotRecipient,
    /// A passphrase is needed.
    #[error("no passphrase: {problem}")]
    NoPassphrase {
        /// Why there is none.
        problem: String,
    },
    /// The passphrase is another.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The passphrase costs too much.
    #[error("its passphrase takes too much work to check")]
    ExcessiveWork,
    /// The part of the file for this key is damaged.
    #[error("is among the recipients, but its part of the file is damaged")]
    Damaged,
}

/// A key that can be used.
type Key = Box<dyn Identity + Send + Sync>;

enum State {
    Unread,
    Useless(Refusal),
    Open(Vec<Key>),
    /// An SSH key with a passphrase. Its public half is not encrypted.
    LockedKey {
        key: Box<ssh::EncryptedKey>,
        stanza: &'static str,
        tag: String,
    },
    /// A file with identities that is itself encrypted with a passphrase.
    LockedFile(Zeroizing<Vec<u8>>),
}

/// What trying an identity on a file gave.
pub(super) enum Trial {
    Opened(FileKey),
    Refused(Refusal),
    /// A passphrase is needed first.
    Locked,
    Fatal(super::AgeError),
}

/// A file with identities. It is read, and unlocked, at most once.
pub(super) struct IdentityEntry {
    pub(super) path: PathBuf,
    state: State,
}

impl IdentityEntry {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, state: State::Unread }
    }

    /// Tries the identity without asking anybody.
    pub(super) fn try_without_asking(&mut self, stanzas: &[Stanza], dialogue: &PluginDialogue) -> Trial {
        if matches!(self.state, State::Unread) {
            self.state = read(&self.path, dialogue);
        }
        match &self.state {
            State::Useless(refusal) => Trial::Refused(refusal.clone()),
            State::Open(keys) => try_keys(keys, stanzas),
            State::LockedKey { stanza, tag, .. } => {
                let is_addressed = |found: &Stanza| found.tag == *stanza && found.args.first() == Some(tag);
                if stanzas.iter().any(is_addressed) { Trial::Locked } else { Trial::Refused(Refusal::NotRecipient) }
            }
            State::Unread | State::LockedFile(_) => Trial::Locked,
        }
    }

    /// Tries the identity, unlocking it if need be. A passphrase is asked for only once, right or wrong.
    pub(super) fn try_asking(
        &mut self,
        stanzas: &[Stanza],
        passphrases: &mut Passphrases,
        dialogue: &PluginDialogue,
    ) -> Trial {
        match self.try_without_asking(stanzas, dialogue) {
            Trial::Locked => {}
            other => return other,
        }
        let shown = self.path.display().to_string();
        let passphrase = match passphrases.of_identity(&shown) {
            Ok(passphrase) => passphrase,
            Err(Absence::Refused(refusal)) => {
                self.state = State::Useless(refusal.clone());
                return Trial::Refused(refusal);
            }
            Err(Absence::Fatal(error)) => return Trial::Fatal(error),
        };
        let unlocked = match &self.state {
            State::LockedKey { key, .. } => unlock_key(key, passphrase),
            State::LockedFile(content) => unlock_file(content, passphrase, dialogue),
            State::Unread | State::Useless(_) | State::Open(_) => Err(Refusal::NotRecipient),
        };
        match unlocked {
            Ok(keys) => self.state = State::Open(keys),
            Err(refusal) => {
                if refusal == Refusal::WrongPassphrase {
                    passphrases.warn_wrong(&shown);
                }
                self.state = State::Useless(refusal);
            }
        }
        self.try_without_asking(stanzas, dialogue)
    }
}

fn try_keys(keys: &[Key], stanzas: &[Stanza]) -> Trial {
    let mut refusal = Refusal::NotRecipient;
    for key in keys {
        match key.unwrap_stanzas(stanzas) {
            Some(Ok(file_key)) => return Trial::Opened(file_key),
            Some(Err(DecryptError::Plugin(errors))) => {
                let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
                refusal = Refusal::Plugin { problem: errors.join("; ") };
            }
            Some(Err(DecryptError::Io(error))) => refusal = Refusal::Plugin { problem: first_line(&error) },
            Some(Err(_)) => refusal = Refusal::Damaged,
            None => {}
        }
    }
    Trial::Refused(refusal)
}

fn first_line(error: &io::Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn read(path: &Path, dialogue: &PluginDialogue) -> State {
    let mut content = Zeroizing::new(Vec::new());
    let opened = File::open(path).and_then(|file| {
        // Enough room from the start, as growing would leave copies behind.
        content.reserve_exact(usize::try_from(file.metadata()?.len().min(MOST_BYTES)).unwrap_or(0) + 1);
        file.take(MOST_BYTES + 1).read_to_end(&mut content)
    });
    match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => State::Useless(Refusal::Missing),
        Err(error) => State::Useless(Refusal::Unreadable { problem: error.to_string() }),
        Ok(length) if length as u64 > MOST_BYTES => {
            State::Useless(Refusal::NoIdentity { problem: "it is too long for one".to_owned() })
        }
        Ok(_) => parse(content, dialogue).unwrap_or_else(State::Useless),
    }
}

fn parse(content: Zeroizing<Vec<u8>>, dialogue: &PluginDialogue) -> Result<State, Refusal> {
    let start = content.trim_ascii_start();
    if start.starts_with(MAGIC) || start.starts_with(ARMOR) {
        return Ok(State::LockedFile(content));
    }
    if !start.starts_with(b"-----BEGIN ") {
        return parse_lines(&content, dialogue).map(State::Open);
    }
    // Lines may end with CR LF, which other programs accept at any place.
    let kind = String::from_utf8_lossy(&start[b"-----BEGIN ".len()..]).lines().next().unwrap_or_default().to_owned();
    let identity = ssh::Identity::from_buffer(start, None).map_err(|_| match kind.trim_end_matches('-') {
        kind @ ("EC PRIVATE KEY" | "DSA PRIVATE KEY") => {
            Refusal::Unsupported { kind: kind.trim_end_matches(" PRIVATE KEY").to_lowercase() }
        }
        kind => Refusal::NoIdentity { problem: format!("its {kind} cannot be read") },
    })?;
    match identity {
        ssh::Identity::Unsupported(ssh::UnsupportedKey::EncryptedPem) => Err(Refusal::Form {
            problem: "is encrypted in an old, insecure form; convert it with `ssh-keygen -o -p`".to_owned(),
        }),
        ssh::Identity::Unsupported(ssh::UnsupportedKey::EncryptedSsh(cipher)) => Err(Refusal::Form {
            problem: format!(
                "is encrypted with {cipher}, which is not known; convert it with `ssh-keygen -p -Z aes256-ctr`"
            ),
        }),
        ssh::Identity::Unsupported(ssh::UnsupportedKey::Hardware(kind) | ssh::UnsupportedKey::Type(kind)) => {
            Err(Refusal::Unsupported { kind })
        }
        ssh::Identity::Unencrypted(key) => Ok(State::Open(vec![Box::new(ssh::Identity::Unencrypted(key))])),
        ssh::Identity::Encrypted(key) => {
            let (stanza, public) = match ssh::Recipient::try_from(ssh::Identity::Encrypted(key.clone())) {
                Ok(ssh::Recipient::SshRsa(public, _)) => ("ssh-rsa", public),
                Ok(ssh::Recipient::SshEd25519(public, _)) => ("ssh-ed25519", public),
                Err(ssh::ParseRecipientKeyError::Unsupported(kind)) => return Err(Refusal::Unsupported { kind }),
                Err(ssh::ParseRecipientKeyError::RsaModulusTooLarge) => {
                    return Err(Refusal::Form { problem: "is an RSA key of more than 4096 bits".to_owned() });
                }
                Err(_) => return Err(Refusal::NoIdentity { problem: "its public key cannot be read".to_owned() }),
            };
            let tag = BASE64_STANDARD_NO_PAD.encode(&Sha256::digest(&public)[..4]);
            Ok(State::LockedKey { key: Box::new(key), stanza, tag })
        }
    }
}

/// Identities of age, one a line.
fn parse_lines(content: &[u8], dialogue: &PluginDialogue) -> Result<Vec<Key>, Refusal> {
    let file = IdentityFile::from_buffer(content).map_err(|error| {
        // The crate's texts name lines, not what is in them.
        Refusal::NoIdentity { problem: error.to_string() }
    })?;
    let keys = file.with_callbacks(dialogue.clone()).into_identities().map_err(|error| match error {
        DecryptError::PluginResolve(::age::plugin::ResolveError::MissingPlugin { binary_name }) => {
            Refusal::MissingPlugin { program: binary_name }
        }
        error => Refusal::Plugin { problem: error.to_string() },
    })?;
    if keys.is_empty() {
        return Err(Refusal::NoIdentity { problem: "there is none in it".to_owned() });
    }
    Ok(keys)
}

fn unlock_key(key: &ssh::EncryptedKey, passphrase: SecretString) -> Result<Vec<Key>, Refusal> {
    match key.decrypt(passphrase) {
        Ok(key) => Ok(vec![Box::new(ssh::Identity::Unencrypted(key))]),
        Err(_) => Err(Refusal::WrongPassphrase),
    }
}

fn unlock_file(content: &[u8], passphrase: SecretString, dialogue: &PluginDialogue) -> Result<Vec<Key>, Refusal> {
    let damaged = |problem: &str| Refusal::NoIdentity { problem: problem.to_owned() };
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(content.trim_ascii_start()))
        .map_err(|_| damaged("it is a damaged age file"))?;
    if !decryptor.is_scrypt() {
        return Err(damaged("it is an age file without a passphrase"));
    }
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_WORK);
    let mut reader = decryptor.decrypt(std::iter::once(&identity as &dyn Identity)).map_err(|error| match error {
        DecryptError::ExcessiveWork { .. } => Refusal::ExcessiveWork,
        DecryptError::InvalidMac => damaged("it is a damaged age file"),
        _ => Refusal::WrongPassphrase,
    })?;
    let mut clear = Zeroizing::new(Vec::with_capacity(content.len()));
    reader.read_to_end(&mut clear).map_err(|_| damaged("it is a damaged age file"))?;
    parse_lines(&clear, dialogue)
}
