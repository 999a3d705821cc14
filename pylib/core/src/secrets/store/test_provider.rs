//! A format for tests: what is encrypted names its recipients, and failures happen when they are asked for.

use std::cell::{Cell, RefCell};
use std::path::Path;

use crate::fs::FsError;
use crate::secrets::{Kind, Provider, SecretBytes, SecretsError, Surroundings};

thread_local! {
    /// How many more encryptions succeed.
    pub(super) static SUCCESSES: Cell<usize> = const { Cell::new(usize::MAX) };
    /// What was decrypted and encrypted.
    pub(super) static CALLS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(super) struct TestProvider {
    kind: Kind,
    members: Option<Vec<String>>,
}

pub(super) fn open(kind: Kind, _surroundings: &Surroundings) -> Result<Box<dyn Provider>, SecretsError> {
    Ok(Box::new(TestProvider { kind, members: None }))
}

/// The stored form: format, recipients, and the content backwards.
pub(super) fn stored(kind: Kind, members: &[&str], clear: &str) -> Vec<u8> {
    let mut stored = format!("{} {}\n", kind.file_suffix(), members.join("+")).into_bytes();
    stored.extend(clear.bytes().rev());
    stored
}

fn refused(path: &Path) -> SecretsError {
    FsError::new("use the keys of", path, std::io::Error::other("a test")).into()
}

impl Provider for TestProvider {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn decrypt(&mut self, path: &Path, stored: &[u8]) -> Result<SecretBytes, SecretsError> {
        CALLS.with_borrow_mut(|calls| calls.push(format!("decrypt {}", path.display())));
        let end = stored.iter().position(|byte| *byte == b'\n').ok_or_else(|| refused(path))?;
        if !stored.starts_with(self.kind.file_suffix().as_bytes()) {
            return Err(refused(path));
        }
        Ok(stored[end + 1..].iter().rev().copied().collect::<Vec<u8>>().into())
    }

    fn address(&mut self, members: &[String]) -> Result<Option<String>, SecretsError> {
        if members.iter().any(|member| member == "nobody") {
            return Err(refused(Path::new("nobody")));
        }
        self.members = Some(members.to_vec());
        let has_list = matches!(self.kind, Kind::Age | Kind::AgeDiffable);
        Ok(has_list.then(|| members.join("\n")))
    }

    fn is_addressed(&mut self, _path: &Path, stored: &[u8]) -> Result<bool, SecretsError> {
        let members = self.members.clone().unwrap_or_default().join("+");
        Ok(self.kind != Kind::Gpg || stored.starts_with(format!("gpg {members}\n").as_bytes()))
    }

    fn encrypt(&mut self, path: &Path, clear: &[u8]) -> Result<Vec<u8>, SecretsError> {
        CALLS.with_borrow_mut(|calls| calls.push(format!("encrypt {}", path.display())));
        let left = SUCCESSES.get();
        if left == 0 {
            return Err(refused(path));
        }
        SUCCESSES.set(left - 1);
        let members = self.members.as_ref().ok_or_else(|| refused(path))?.join("+");
        let mut stored = format!("{} {members}\n", self.kind.file_suffix()).into_bytes();
        stored.extend(clear.iter().rev());
        Ok(stored)
    }
}
