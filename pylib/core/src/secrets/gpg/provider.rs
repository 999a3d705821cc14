//! The provider of the format `gpg`.

use std::collections::BTreeSet;
use std::path::Path;

use super::program::{Answer, Program};
use super::{GpgError, MemberProblem};
use crate::secrets::{Kind, Provider, SecretBytes, SecretsError, Surroundings};

/// How a message is made. The user's configuration counts, except where it would make other files than those of the other members:
/// armored ones, for further keys, without telling the keys. Keys are not looked for in the network.
const ENCRYPT: [&str; 5] = ["--no-armor", "--no-encrypt-to", "--no-throw-keyids", "--no-auto-key-locate", "--encrypt"];

/// Opens and makes files by the user's gpg. Clear contents go through pipes only.
pub struct GpgProvider {
    surroundings: Surroundings,
    program: Option<Program>,
    addressed: Option<Addressed>,
}

struct Addressed {
    members: Vec<String>,
    /// The ids of the keys that gpg takes for these members.
    keys: BTreeSet<String>,
}

impl GpgProvider {
    /// Looks for no program yet.
    pub fn new(surroundings: &Surroundings) -> Self {
        GpgProvider { surroundings: surroundings.clone(), program: None, addressed: None }
    }

    #[cfg(test)]
    pub(super) fn addressed_keys(&self) -> Vec<&str> {
        self.addressed.iter().flat_map(|addressed| &addressed.keys).map(String::as_str).collect()
    }

    fn run(&mut self, arguments: &[&str], input: &[u8]) -> Result<Answer, GpgError> {
        let program = match &mut self.program {
            Some(program) => program,
            unknown => unknown.insert(Program::find(&self.surroundings)?),
        };
        program.run(arguments, input)
    }

    fn make(&mut self, path: &Path, members: &[String], clear: &[u8]) -> Result<Vec<u8>, GpgError> {
        let mut arguments = ENCRYPT.to_vec();
        for member in members {
            arguments.extend(["--recipient", member]);
        }
        let answer = self.run(&arguments, clear)?;
        if answer.output.status.success() {
            return Ok(answer.output.stdout.to_vec());
        }
        let ending = answer.ending();
        let words = answer.status.words;
        Err(match answer.status.refused {
            Some((member, problem)) => GpgError::Member { member, problem, words },
            None => GpgError::Encrypt { path: path.to_path_buf(), ending, words },
        })
    }

    /// The ids of the keys of a file, found without opening it. `None` if it does not tell all of them, or if a passphrase opens it
    /// as well.
    fn keys_of(&mut self, path: &Path, stored: &[u8]) -> Result<Option<BTreeSet<String>>, GpgError> {
        let answer = self.run(&["--list-only", "--list-packets"], stored)?;
        if answer.status.is_no_message || (answer.output.status.success() && !is_encrypted(&answer.output.stdout)) {
            return Err(GpgError::NotEncrypted { path: path.to_path_buf() });
        }
        if !answer.output.status.success() {
            let ending = answer.ending();
            return Err(GpgError::List { path: path.to_path_buf(), ending, words: answer.status.words });
        }
        let is_hidden = answer.status.keys.iter().any(|key| key.bytes().all(|digit| digit == b'0'));
        let has_passphrase = has_packet(&answer.output.stdout, b":symkey enc packet:");
        Ok((!is_hidden && !has_passphrase).then_some(answer.status.keys))
    }
}

fn has_packet(listing: &[u8], start: &[u8]) -> bool {
    listing.split(|&byte| byte == b'\n').any(|line| line.starts_with(start))
}

fn is_encrypted(listing: &[u8]) -> bool {
    [&b":pubkey enc packet:"[..], b":symkey enc packet:"].iter().any(|start| has_packet(listing, start))
}

impl Provider for GpgProvider {
    fn kind(&self) -> Kind {
        Kind::Gpg
    }

    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        let answer = self.run(&["--decrypt"], stored)?;
        let path = path.to_path_buf();
        let is_successful = answer.output.status.success();
        if is_successful && answer.status.is_decrypted {
            return Ok(SecretBytes::from(answer.output.stdout.to_vec()));
        }
        let ending = answer.ending();
        let status = answer.status;
        let words = status.words;
        // A message that is only signed or packed comes out without an error, but anybody can have made it.
        Err(if is_successful || status.is_no_message && status.keys.is_empty() {
            GpgError::NotEncrypted { path }
        } else if status.lacks_secret_key && !status.has_secret_key {
            GpgError::NoSecretKey { path, keys: status.keys.into_iter().collect(), words }
        } else {
            GpgError::Decrypt { path, ending, words }
        }
        .into())
    }

    /// Which keys gpg takes is found by encrypting nothing for the members, so that it is gpg's own choice.
    fn address(&mut self, members: &[String]) -> Result<Option<String>, SecretsError> {
        self.addressed = None;
        if members.is_empty() {
            return Err(GpgError::NoMembers.into());
        }
        let path = Path::new("a trial");
        let trial = self.make(path, members, b"")?;
        let keys = self.keys_of(path, &trial)?.filter(|keys| !keys.is_empty()).ok_or_else(|| GpgError::Member {
            member: members.join(", "),
            problem: MemberProblem::Other,
            words: "the keys are not told".to_owned(),
        })?;
        self.addressed = Some(Addressed { members: members.to_vec(), keys });
        Ok(None)
    }

    fn is_addressed(&mut self, path: &Path, stored: &[u8]) -> Result<bool, SecretsError> {
        let keys = self.keys_of(path, stored)?;
        let addressed = self.addressed.as_ref().ok_or(GpgError::NoMembers)?;
        Ok(keys.is_some_and(|keys| keys == addressed.keys))
    }

    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError> {
        let members = self.addressed.as_ref().ok_or(GpgError::NoMembers)?.members.clone();
        Ok(self.make(path, &members, clear)?)
    }
}
