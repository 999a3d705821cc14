//! User and group of a file.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use thiserror::Error;

use super::accounts::{Database, look_up};
use crate::fs::{self, FsError};

/// A user or group as a definition names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// A number.
    Id(u32),
    /// A name, or a number written as text.
    Name(String),
}

/// Why an owner could not be told or set.
#[derive(Debug, Error)]
pub enum OwnerError {
    /// No user has this name.
    #[error("unknown user `{0}`")]
    UnknownUser(String),
    /// No group has this name.
    #[error("unknown group `{0}`")]
    UnknownGroup(String),
    /// The system could not tell whether there is such a name.
    #[error("cannot look up {name:?} in {database}: {source}")]
    LookupFailed {
        /// `passwd` or `group`.
        database: &'static str,
        /// The name that was looked up.
        name: String,
        /// Why there is no answer.
        source: io::Error,
    },
    /// The file could not be looked at or changed.
    #[error(transparent)]
    Disk(#[from] FsError),
}

impl OwnerError {
    /// Whether the cause is a name that does not exist (and may be created by the deployment).
    pub fn is_unknown_name(&self) -> bool {
        matches!(self, Self::UnknownUser(_) | Self::UnknownGroup(_))
    }
}

/// The id of a user.
///
/// # Errors
/// An unknown name, or a lookup without a clear answer.
pub fn user_id(user: &Account) -> Result<u32, OwnerError> {
    id(Database::Passwd, user)
}

/// The id of a group.
///
/// # Errors
/// An unknown name, or a lookup without a clear answer.
pub fn group_id(group: &Account) -> Result<u32, OwnerError> {
    id(Database::Group, group)
}

fn id(database: Database, account: &Account) -> Result<u32, OwnerError> {
    match account {
        Account::Id(id) => Ok(*id),
        Account::Name(name) => look_up(database, name),
    }
}

/// Whether what a path leads to belongs to another user than wanted, or is missing.
///
/// A name is looked up only when there is something to compare with. In a prediction an unknown name is a difference,
/// because the deployment may create it before.
///
/// # Errors
/// An unknown name, a lookup without a clear answer, a path that cannot be looked at.
pub fn user_differs(path: &Path, user: &Account, predicting: bool) -> Result<bool, OwnerError> {
    match fs::follow(path)? {
        None => Ok(true),
        Some(found) => compare(found.uid(), user_id(user), predicting),
    }
}

/// Whether what a path leads to belongs to another group than wanted, or is missing; else as [`user_differs`].
///
/// # Errors
/// An unknown name, a lookup without a clear answer, a path that cannot be looked at.
pub fn group_differs(path: &Path, group: &Account, predicting: bool) -> Result<bool, OwnerError> {
    match fs::follow(path)? {
        None => Ok(true),
        Some(found) => compare(found.gid(), group_id(group), predicting),
    }
}

fn compare(found: u32, wanted: Result<u32, OwnerError>, predicting: bool) -> Result<bool, OwnerError> {
    match wanted {
        Err(error) if predicting && error.is_unknown_name() => Ok(true),
        wanted => Ok(found != wanted?),
    }
}

/// Gives what a path leads to another user and keeps group and mode.
pub fn apply_user(path: &Path, user: &Account) -> Result<(), OwnerError> {
    Ok(fs::set_owner(path, Some(user_id(user)?), None)?)
}

/// Gives what a path leads to another group and keeps user and mode.
pub fn apply_group(path: &Path, group: &Account) -> Result<(), OwnerError> {
    Ok(fs::set_owner(path, None, Some(group_id(group)?))?)
}

#[cfg(test)]
mod tests {
    use nix::unistd::geteuid;

    use super::*;
    use crate::fs::test_support::loudly;

    fn name(text: &str) -> Account {
        Account::Name(text.to_owned())
    }

    #[test]
    fn the_target_of_a_link_counts_and_a_missing_one_differs() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        std::fs::write(at("file"), "x").unwrap();
        std::os::unix::fs::symlink("file", at("link")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("dangling")).unwrap();
        let own = std::fs::metadata(at("file")).unwrap();
        let (user, group) = (Account::Id(own.uid()), Account::Id(own.gid()));
        for path in [at("file"), at("link")] {
            assert!(!user_differs(&path, &user, false).unwrap());
            assert!(!group_differs(&path, &group, false).unwrap());
            assert!(user_differs(&path, &Account::Id(own.uid() + 1), false).unwrap());
            assert!(group_differs(&path, &name("54321"), false).unwrap());
        }
        assert!(user_differs(&at("dangling"), &name("no-such-user"), false).unwrap());
        let error = apply_user(&at("dangling"), &user).unwrap_err();
        assert!(error.to_string().contains("dangling"), "{error}");
    }

    #[test]
    fn an_unknown_name_is_an_error_but_a_change_in_a_prediction() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        std::fs::write(&path, "kept").unwrap();
        let unknown = name("no-such-account");
        assert!(matches!(
            user_differs(&path, &unknown, false),
            Err(OwnerError::UnknownUser(told)) if told == "no-such-account"
        ));
        assert!(matches!(group_differs(&path, &unknown, false), Err(OwnerError::UnknownGroup(_))));
        assert!(user_differs(&path, &unknown, true).unwrap());
        assert!(group_differs(&path, &unknown, true).unwrap());
        assert!(apply_user(&path, &unknown).unwrap_err().is_unknown_name());
        assert!(apply_group(&path, &unknown).unwrap_err().is_unknown_name());
        assert_eq!(std::fs::read(&path).unwrap(), b"kept");
    }

    #[test]
    fn one_id_is_set_and_the_other_kept() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        std::fs::write(&path, "x").unwrap();
        if !geteuid().is_root() {
            loudly("not root: nothing can be given away, only the refusal is tested");
            assert!(apply_user(&path, &Account::Id(0)).is_err());
            return;
        }
        apply_user(&path, &Account::Id(4321)).unwrap();
        apply_group(&path, &name("1234")).unwrap();
        let found = std::fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid()), (4321, 1234));
        apply_user(&path, &name("root")).unwrap();
        let found = std::fs::metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid()), (0, 1234));
    }
}
