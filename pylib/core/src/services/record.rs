//! The record of what was started, and the pid file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Service, ServiceError};
use crate::checksum;

/// What a service was started with. Only hashes: command and environment may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    command: String,
    directory: PathBuf,
    environment: String,
    /// `None` for a file that was not there.
    watched: BTreeMap<PathBuf, Option<String>>,
}

/// The content of the state file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) pid: i32,
    /// The start of that process, as the system tells it.
    pub(super) started: String,
    #[serde(flatten)]
    pub(super) fingerprint: Fingerprint,
}

impl Fingerprint {
    /// The fingerprint of the service as described now.
    pub(super) fn of(service: &Service) -> Result<Self, ServiceError> {
        let mut watched = BTreeMap::new();
        for path in &service.watched {
            let hash = match checksum::of_file::<Sha256>(path) {
                Ok(hash) => Some(hash),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(source) => {
                    return Err(ServiceError::Watched { service: service.name.clone(), path: path.clone(), source });
                }
            };
            watched.insert(path.clone(), hash);
        }
        let mut variables: Vec<_> = service.environment.iter().collect();
        variables.sort();
        let mut environment = Sha256::new();
        for (name, value) in variables {
            for text in [name, value] {
                environment.update(text.as_bytes());
                environment.update([0]);
            }
        }
        Ok(Fingerprint {
            command: checksum::hexadecimal(&Sha256::digest(&service.command)),
            directory: service.directory.clone(),
            environment: checksum::hexadecimal(&environment.finalize()),
            watched,
        })
    }

    /// What changed from here to `now`, in words; `None` if nothing did.
    pub(super) fn difference(&self, now: &Fingerprint) -> Option<String> {
        if self.command != now.command {
            return Some("its command changed".into());
        }
        if self.directory != now.directory {
            return Some(format!("its directory was {}", self.directory.display()));
        }
        if self.environment != now.environment {
            return Some("its environment changed".into());
        }
        for (path, hash) in &now.watched {
            let path_text = path.display();
            match self.watched.get(path) {
                None => return Some(format!("it now depends on {path_text}")),
                Some(before) if before == hash => {}
                Some(Some(_)) if hash.is_none() => return Some(format!("{path_text} is gone")),
                Some(_) => return Some(format!("{path_text} changed")),
            }
        }
        let gone = self.watched.keys().find(|path| !now.watched.contains_key(*path))?;
        Some(format!("it no longer depends on {}", gone.display()))
    }
}

/// The record, if there is one.
pub(super) fn read_record(service: &Service) -> Result<Option<Record>, ServiceError> {
    let path = service.state_file();
    let Some(text) = read_optional(service, &path)? else {
        return Ok(None);
    };
    serde_json::from_slice(&text).map(Some).map_err(|source| ServiceError::Record {
        service: service.name.clone(),
        path,
        source,
    })
}

/// The number in the pid file. A file without a number names nobody.
pub(super) fn read_pid(service: &Service) -> Result<Option<i32>, ServiceError> {
    let text = read_optional(service, &service.pid_file)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&text).trim().parse().ok().filter(|pid| *pid > 0))
}

/// Writes the record, then the pid file, each as a whole.
pub(super) fn write(service: &Service, record: &Record) -> Result<(), ServiceError> {
    let mut text = serde_json::to_vec_pretty(record)
        .map_err(|source| file_error(service, "write", &service.state_file(), source.into()))?;
    text.push(b'\n');
    for (path, content) in
        [(service.state_file(), text), (service.pid_file.clone(), format!("{}\n", record.pid).into_bytes())]
    {
        replace(&path, &content).map_err(|source| file_error(service, "write", &path, source))?;
    }
    Ok(())
}

/// Removes pid file and record. The record goes last: a pid file without record would be a riddle.
pub(super) fn remove(service: &Service) -> Result<(), ServiceError> {
    for path in [service.pid_file.clone(), service.state_file()] {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(file_error(service, "remove", &path, source));
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) fn file_error(service: &Service, action: &'static str, path: &Path, source: io::Error) -> ServiceError {
    ServiceError::File { service: service.name.clone(), action, path: path.to_path_buf(), source }
}

fn read_optional(service: &Service, path: &Path) -> Result<Option<Vec<u8>>, ServiceError> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(file_error(service, "read", path, source)),
    }
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(content)?;
    // Monitoring programs of other users read pid files.
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
