//! Looking at a service. Nothing here changes anything.

use super::record::{Fingerprint, read_pid, read_record};
use super::{Service, ServiceError, ServiceState, identity};
use crate::process::{is_alive, start_time};

/// Tells whether the service runs, and whether it runs as described.
///
/// A process is the service if the record names it together with its start time, so a number that was used again is never
/// mistaken for it; or, where the record is lost, if the pid file names it and its environment carries the service's mark.
/// A process that ended without having been reaped counts as stopped.
///
/// # Errors
/// [`ServiceError::File`], [`ServiceError::Record`], [`ServiceError::Unidentified`] and [`ServiceError::Watched`]: in all these
/// cases nobody can tell.
pub fn state(service: &Service) -> Result<ServiceState, ServiceError> {
    let outdated = |pid, reason: &str| Ok(ServiceState::Outdated { pid, reason: reason.to_owned() });
    match find(service)? {
        Found { recorded: None, unrecorded: None, .. } => Ok(ServiceState::Stopped),
        Found { unrecorded: Some(pid), .. } => outdated(pid, "nobody noted how it was started"),
        Found { recorded: Some((pid, started_with)), has_pid_file, .. } => {
            let now = Fingerprint::of(service)?;
            match started_with.difference(&now) {
                Some(reason) => Ok(ServiceState::Outdated { pid, reason }),
                None if !has_pid_file => outdated(pid, "its pid file does not name it"),
                None => Ok(ServiceState::Running { pid }),
            }
        }
    }
}

/// The living processes of a service: one at most, unless somebody meddled with its files.
pub(super) struct Found {
    /// The process of the record.
    pub(super) recorded: Option<(i32, Fingerprint)>,
    /// Another process, named by the pid file.
    pub(super) unrecorded: Option<i32>,
    /// Whether the pid file names the process of the record.
    has_pid_file: bool,
}

impl Found {
    /// The numbers of all of them.
    pub(super) fn pids(&self) -> impl Iterator<Item = i32> + use<> {
        let recorded = self.recorded.as_ref().map(|(pid, _)| *pid);
        recorded.into_iter().chain(self.unrecorded)
    }
}

/// Finds the living processes of a service.
pub(super) fn find(service: &Service) -> Result<Found, ServiceError> {
    let record = read_record(service)?;
    let named = read_pid(service)?;
    let noted_pid = record.as_ref().map(|record| record.pid);
    let recorded = record
        .filter(|record| start_time(record.pid).is_some_and(|start| start == record.started))
        .map(|record| (record.pid, record.fingerprint));
    let recorded_pid = recorded.as_ref().map(|(pid, _)| *pid);
    let unrecorded = match named {
        // A process that the record names, but that started at another time, is somebody else's.
        Some(pid) if Some(pid) != noted_pid && is_alive(pid) => {
            let is_ours = absolute(service).and_then(|path| identity::carries_mark(pid, &path));
            let is_ours = is_ours.map_err(|source| ServiceError::Unidentified {
                service: service.name.clone(),
                path: service.pid_file.clone(),
                pid,
                source,
            })?;
            is_ours.then_some(pid)
        }
        _ => None,
    };
    Ok(Found { has_pid_file: named.is_some() && named == recorded_pid, recorded, unrecorded })
}

/// The path of the pid file as it stands in the mark.
pub(super) fn absolute(service: &Service) -> std::io::Result<std::path::PathBuf> {
    std::path::absolute(&service.pid_file)
}
