//! The programs that are sent to hosts: this very one, and those that are given for other architectures.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use batou_core::checksum::{hexadecimal, of_reader};
use flate2::{Compression, read::GzEncoder};
use sha2::Sha256;

use super::architecture::Architecture;
use super::transport::{ConnectError, ConnectErrorKind};
use crate::signals::spawn_without_signals;

/// The hash of this very program.
static OWN_HASH: OnceLock<io::Result<String>> = OnceLock::new();

/// The programs that hosts may get.
pub struct Programs {
    own: Program,
    given: Vec<Program>,
}

/// A program that is sent to hosts of its architecture.
pub struct Program {
    path: PathBuf,
    size: u64,
    /// Nothing if it is this program on a system that says so in another way.
    architecture: Option<Architecture>,
    /// The hash, if it is not this program.
    given: Option<OnceLock<io::Result<String>>>,
    packed: Mutex<Option<Arc<Vec<u8>>>>,
}

/// A program cannot be sent to any host.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It cannot be read.
    #[error("cannot read the program {} for the hosts", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is made for no machine that is known.
    #[error("{} is no program for hosts", path.display())]
    Unknown {
        /// Where it is.
        path: PathBuf,
    },
}

impl Programs {
    /// This program, and others that are given.
    ///
    /// # Errors
    /// One of them cannot be opened, or is none.
    pub fn find(given: &[PathBuf]) -> Result<Self, ProgramError> {
        let own = this_program().map_err(|source| ProgramError::Unreadable {
            path: std::env::args_os().next().unwrap_or_default().into(),
            source,
        })?;
        let own = Program::find(own, false)?;
        hash_early();
        let given = given.iter().map(|path| Program::find(path.clone(), true)).collect::<Result<_, _>>()?;
        Ok(Self { own, given })
    }

    /// What hosts get that are of no other architecture.
    pub(super) fn own(&self) -> &Program {
        &self.own
    }

    /// What other hosts get, with their architecture.
    pub(super) fn given(&self) -> impl Iterator<Item = (Architecture, &Program)> {
        self.given.iter().filter_map(|program| Some((program.architecture?, program)))
    }

    /// The one for a host, which `uname` calls so.
    pub(super) fn for_host(&self, system: &str, machine: &str) -> Result<&Program, ConnectError> {
        if let Some((_, program)) = self.given().find(|(architecture, _)| architecture.is(system, machine)) {
            return Ok(program);
        }
        let is_own = match self.own.architecture {
            Some(own) => own.is(system, machine),
            None => rustix::system::uname().sysname().to_bytes() == system.as_bytes(),
        };
        if is_own {
            return Ok(&self.own);
        }
        let known: Vec<String> = std::iter::once(&self.own)
            .chain(&self.given)
            .filter_map(|program| program.architecture.map(Architecture::name))
            .collect();
        let what = format!("the host is {system} {machine}, and there is a program for {} only", known.join(", "));
        Err(ConnectError::new(ConnectErrorKind::Program, what)
            .with_hint("give the program for that architecture with --agent"))
    }
}

impl Program {
    fn find(path: PathBuf, is_given: bool) -> Result<Self, ProgramError> {
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, mut file) = match opened {
            Ok(opened) => opened,
            Err(source) => return Err(ProgramError::Unreadable { path, source }),
        };
        let architecture = Architecture::of(&mut file);
        if is_given && architecture.is_none() {
            return Err(ProgramError::Unknown { path });
        }
        let given = is_given.then(OnceLock::new);
        Ok(Self { path, size: metadata.len(), architecture, given, packed: Mutex::default() })
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

    fn unreadable(&self, error: &io::Error) -> ConnectError {
        ConnectError::new(ConnectErrorKind::Program, format!("cannot read {}", self.path.display()))
            .with_words(&error.to_string())
    }

    /// Its length in bytes.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Its content, packed once for all hosts.
    pub(super) fn content(&self, is_packed: bool) -> Result<Arc<Vec<u8>>, ConnectError> {
        let unreadable = |error: io::Error| self.unreadable(&error);
        if !is_packed {
            return std::fs::read(&self.path).map(Arc::new).map_err(unreadable);
        }
        let mut packed = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(packed) = &*packed {
            return Ok(Arc::clone(packed));
        }
        let file = File::open(&self.path).map_err(unreadable)?;
        let mut content = Vec::new();
        GzEncoder::new(file, Compression::fast()).read_to_end(&mut content).map_err(unreadable)?;
        let content = Arc::new(content);
        *packed = Some(Arc::clone(&content));
        Ok(content)
    }
}

/// Where this very program can be read, also after somebody replaced it: then the path that it was started by leads to
/// another one, or nowhere.
///
/// # Errors
/// The system does not say.
pub(super) fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// Begins to compute the hash of this program, which every run on other machines needs, beside what the caller does.
pub fn hash_early() {
    if OWN_HASH.get().is_none() {
        spawn_without_signals(own_hash);
    }
}

fn own_hash() -> &'static io::Result<String> {
    OWN_HASH.get_or_init(|| this_program().and_then(|path| hash_of(&path)))
}

/// The beginning of the SHA-256 of a file, enough to tell programs apart.
pub(super) fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let digest = of_reader::<Sha256>(&mut file)?;
    Ok(hexadecimal(&digest)[..32].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(machine: u8) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let head = [0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, machine, 0];
        io::Write::write_all(&mut file, &head).expect("written");
        file
    }

    #[test]
    fn each_host_gets_the_program_for_its_architecture() {
        let (other, same) = (given(243), given(if cfg!(target_arch = "x86_64") { 62 } else { 183 }));
        let host = |programs: &Programs, system: &str, machine: &str| {
            programs.for_host(system, machine).map(|program| program.path.clone()).map_err(|error| error.message)
        };
        let own = this_program().expect("it is known");
        let programs = Programs::find(&[other.path().to_owned()]).expect("programs");
        assert_eq!(host(&programs, "Linux", "riscv64").as_deref(), Ok(other.path()));
        assert_eq!(host(&programs, "Linux", std::env::consts::ARCH), Ok(own.clone()));
        let error = host(&programs, "Linux", "s390x").expect_err("nobody made one");
        assert!(error.contains("the host is Linux s390x") && error.contains("riscv64"), "{error}");
        // Who gives one for this architecture does not want this very program to be sent.
        let programs = Programs::find(&[same.path().to_owned()]).expect("programs");
        assert_eq!(host(&programs, "Linux", std::env::consts::ARCH).as_deref(), Ok(same.path()));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        let mut text = tempfile::NamedTempFile::new().expect("a file");
        io::Write::write_all(&mut text, b"#!/bin/sh\nexec something\n").expect("written");
        let refused = |path: &Path| Programs::find(&[path.to_owned()]).err().expect("refused").to_string();
        assert_eq!(refused(text.path()), format!("{} is no program for hosts", text.path().display()));
        let missing = Path::new("/nonexistent");
        assert_eq!(refused(missing), "cannot read the program /nonexistent for the hosts");
        assert!(refused(Path::new("/")).starts_with("/ is no program"));
    }
}
