//! Keys, a user who answers, and the programs that make files.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use batou_core::secrets::age::AgeProvider;
use batou_core::secrets::{Dialogue, NoAnswer, Provider as _, SecretsError, Session, Surroundings};
use secrecy::{ExposeSecret as _, SecretString};

/// Answers all questions alike, and keeps what was asked and said.
#[derive(Default)]
pub struct User {
    pub answer: Option<String>,
    pub asked: Mutex<Vec<String>>,
    pub told: Mutex<Vec<String>>,
}

impl Dialogue for User {
    fn ask_secret(&self, prompt: &str) -> Result<SecretString, NoAnswer> {
        self.asked.lock().unwrap().push(prompt.to_owned());
        self.answer.clone().map(SecretString::from).ok_or(NoAnswer::NoTerminal)
    }

    fn warn(&self, text: &str) {
        self.told.lock().unwrap().push(text.to_owned());
    }
}

/// A home directory, and settings.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub user: Arc<User>,
    pub variables: Vec<(String, OsString)>,
}

impl Place {
    pub fn new(answer: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".ssh")).unwrap();
        let user = Arc::new(User { answer: answer.map(str::to_owned), ..User::default() });
        let path = std::env::var_os("PATH").unwrap();
        Self { folder, user, variables: vec![("PATH".to_owned(), path)] }
    }

    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    /// Those of a new command.
    pub fn surroundings(&self) -> Surroundings {
        let variables = self.variables.clone();
        Surroundings {
            project: self.folder.path().to_owned(),
            home: Some(self.folder.path().to_owned()),
            variables: Arc::new(move |name| {
                variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            }),
            dialogue: self.user.clone(),
            session: Session::default(),
        }
    }

    pub fn provider(&self) -> AgeProvider {
        AgeProvider::new(&self.surroundings())
    }

    /// A new SSH key; gives the public one.
    pub fn ssh_key(&self, name: &str, kind: &[&str], passphrase: &str) -> String {
        let path = self.path(name);
        run(Command::new("ssh-keygen")
            .args(["-q", "-N", passphrase, "-C", "me@here", "-f"])
            .arg(&path)
            .arg("-t")
            .args(kind));
        fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap().trim_end().to_owned()
    }

    /// A new key of age; gives the public one.
    pub fn age_key(&self, name: &str) -> String {
        run(Command::new("age-keygen").arg("-o").arg(self.path(name)));
        let text = fs::read_to_string(self.path(name)).unwrap();
        text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap().to_owned()
    }

    pub fn asked(&self) -> Vec<String> {
        self.user.asked.lock().unwrap().clone()
    }

    pub fn told(&self) -> Vec<String> {
        self.user.told.lock().unwrap().clone()
    }
}

/// Runs a program that a test needs.
pub fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} is needed: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What the program age makes of a content.
pub fn age(arguments: &[&str], content: &[u8]) -> Vec<u8> {
    let mut child = Command::new("age")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program age is needed");
    // Both ends at once, as pipes hold little.
    let (mut input, content) = (child.stdin.take().unwrap(), content.to_vec());
    let writer = std::thread::spawn(move || input.write_all(&content));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "age {arguments:?}");
    output.stdout
}

pub fn encrypted(provider: &mut AgeProvider, members: &[&str], clear: &[u8]) -> Vec<u8> {
    let members: Vec<_> = members.iter().map(|member| (*member).to_owned()).collect();
    provider.address(&members).unwrap();
    provider.encrypt(Path::new("secrets.cfg.age"), clear).unwrap()
}

pub fn decrypted(provider: &mut AgeProvider, stored: &[u8]) -> Result<Vec<u8>, SecretsError> {
    provider.decrypt(Path::new("secrets.cfg.age"), stored).map(|clear| clear.expose_secret().to_vec())
}
