//! The program that is sent to hosts: this very one, or the one that is named for another architecture.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use batou_core::checksum::{hexadecimal, of_reader};
use flate2::{Compression, read::GzEncoder};
use sha2::Sha256;

use super::transport::{ConnectError, ConnectErrorKind};
use crate::signals::Held;

/// The hash of this very program.
static OWN_HASH: OnceLock<std::io::Result<String>> = OnceLock::new();

/// The program that is sent to hosts.
pub struct Program {
    path: PathBuf,
    size: u64,
    /// The hash, if it is not this program, whose architecture is known.
    given: Option<OnceLock<std::io::Result<String>>>,
    packed: Mutex<Option<Arc<Vec<u8>>>>,
}

impl Program {
    /// This program, or the given one.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn find(given: Option<&Path>) -> std::io::Result<Self> {
        let path = match given {
            Some(path) => path.to_owned(),
            None => std::env::current_exe()?,
        };
        let size = std::fs::File::open(&path)?.metadata()?.len();
        if given.is_none() {
            hash_early();
        }
        Ok(Self { path, size, given: given.map(|_| OnceLock::new()), packed: Mutex::default() })
    }

    /// What it is called on hosts: the beginning of its SHA-256. Waits until that is known.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn hash(&self) -> Result<&str, ConnectError> {
        let hash = match &self.given {
            Some(hash) => hash.get_or_init(|| hash_of(&self.path)),
            None => own_hash(),
        };
        hash.as_deref().map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, error: &std::io::Error) -> ConnectError {
        ConnectError::new(ConnectErrorKind::Program, format!("cannot read {}", self.path.display()))
            .with_words(&error.to_string())
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether it can run on a system as `uname` calls it.
    pub(super) fn check(&self, system: &str, machine: &str) -> Result<(), ConnectError> {
        let own = (std::env::consts::OS, std::env::consts::ARCH);
        let system_name = system.to_ascii_lowercase();
        let system_name = if system_name == "darwin" { "macos" } else { system_name.as_str() };
        let machine_name = match machine {
            "arm64" => "aarch64",
            "amd64" => "x86_64",
            name => name,
        };
        if self.given.is_some() || (system_name, machine_name) == own {
            return Ok(());
        }
        let what = format!("the host is {system} {machine}, and this program is for {} {}", own.0, own.1);
        Err(ConnectError::new(ConnectErrorKind::Program, what)
            .with_hint("give the program for that architecture with --agent"))
    }

    /// Its content, packed once for all hosts.
    pub(super) fn content(&self, is_packed: bool) -> Result<Arc<Vec<u8>>, ConnectError> {
        let unreadable = |error: std::io::Error| self.unreadable(&error);
        if !is_packed {
            return std::fs::read(&self.path).map(Arc::new).map_err(unreadable);
        }
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = &*packed {
            return Ok(Arc::clone(packed));
        }
        let file = std::fs::File::open(&self.path).map_err(unreadable)?;
        let mut content = Vec::new();
        GzEncoder::new(file, Compression::fast()).read_to_end(&mut content).map_err(unreadable)?;
        let content = Arc::new(content);
        *packed = Some(Arc::clone(&content));
        Ok(content)
    }
}

/// Begins to compute the hash of this program, which every run on other machines needs, beside what the caller does.
pub fn hash_early() {
    if OWN_HASH.get().is_none() {
        // They are for the thread that runs definitions.
        let _held = Held::all();
        std::thread::spawn(own_hash);
    }
}

fn own_hash() -> &'static std::io::Result<String> {
    OWN_HASH.get_or_init(|| std::env::current_exe().and_then(|path| hash_of(&path)))
}

/// The beginning of the SHA-256 of a file, enough to tell programs apart.
pub(super) fn hash_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let digest = of_reader::<Sha256>(&mut file)?;
    Ok(hexadecimal(&digest)[..32].to_owned())
}
