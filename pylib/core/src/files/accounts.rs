//! Looking up users and groups without loading name services into this program.
//!
//! The program is linked statically, so the system library's own lookup may crash when it reaches a service that it
//! would have to load. On Linux the local files are read directly; what they do not know (a directory service) is
//! asked from the host's `getent` program.

use std::io;
use std::process::{Command, Stdio};

use super::owner::OwnerError;

/// What is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    /// Users.
    Passwd,
    /// Groups.
    Group,
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Self::Passwd => "passwd",
            Self::Group => "group",
        }
    }

    fn unknown(self, name: &str) -> OwnerError {
        match self {
            Self::Passwd => OwnerError::UnknownUser(name.to_owned()),
            Self::Group => OwnerError::UnknownGroup(name.to_owned()),
        }
    }

    fn failed(self, name: &str, cause: io::Error) -> OwnerError {
        OwnerError::LookupFailed { database: self.name(), name: name.to_owned(), source: cause }
    }
}

/// The id of a user or group.
///
/// A name that nobody knows and that is a number is that id, as `chown` reads it.
pub(super) fn look_up(database: Database, name: &str) -> Result<u32, OwnerError> {
    if let Some(id) = local(database, name)? {
        return Ok(id);
    }
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return match name.parse() {
            // The highest number means "keep the present one" to the system.
            Ok(id) if id != u32::MAX => Ok(id),
            _ => Err(database.unknown(name)),
        };
    }
    // No account has such a name, and the program must not take it for an option or a second line.
    if name.is_empty() || name.starts_with('-') || name.contains([':', '\n', '\0']) {
        return Err(database.unknown(name));
    }
    from_program("getent", database, name)?.ok_or_else(|| database.unknown(name))
}

#[cfg(target_os = "linux")]
fn local(database: Database, name: &str) -> Result<Option<u32>, OwnerError> {
    let path = std::path::Path::new(match database {
        Database::Passwd => "/etc/passwd",
        Database::Group => "/etc/group",
    });
    match crate::fs::read(path) {
        Ok(text) => Ok(in_lines(&String::from_utf8_lossy(&text), name)),
        // A host in a container may have no local accounts at all.
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn local(database: Database, name: &str) -> Result<Option<u32>, OwnerError> {
    use nix::unistd::{Group, User};
    match database {
        Database::Passwd => User::from_name(name).map(|found| found.map(|user| user.uid.as_raw())),
        Database::Group => Group::from_name(name).map(|found| found.map(|group| group.gid.as_raw())),
    }
    .map_err(|error| database.failed(name, error.into()))
}

/// Both files have the name in the first and the id in the third field.
fn in_lines(text: &str, name: &str) -> Option<u32> {
    text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok()).flatten()
    })
}

/// Asks a program that answers as `getent` does. `None`: it does not know the name, or there is no such program.
fn from_program(program: &str, database: Database, name: &str) -> Result<Option<u32>, OwnerError> {
    /// What `getent` says when the database has no such name.
    const NOT_FOUND: i32 = 2;
    let output = match Command::new(program).args([database.name(), name]).stdin(Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(database.failed(name, error)),
    };
    if output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout);
        return match in_lines(&text, name) {
            Some(id) => Ok(Some(id)),
            None => Err(database.failed(name, io::Error::other(format!("{program} gave an entry of another name")))),
        };
    }
    if output.status.code() == Some(NOT_FOUND) {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    let told = format!("{program} ended with {}: {told}", output.status);
    Err(database.failed(name, io::Error::other(told)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    #[test]
    fn finds_the_exact_name_in_a_file() {
        let text = "root:x:0:0:root:/root:/bin/sh\n# broken\nwww:x:33:33::/:\nbad:x:no:\nroo:x:7:";
        assert_eq!(in_lines(text, "root"), Some(0));
        assert_eq!(in_lines(text, "www"), Some(33));
        assert_eq!(in_lines(text, "roo"), Some(7));
        for name in ["ro", "bad", "", "# broken", "x"] {
            assert_eq!(in_lines(text, name), None, "{name}");
        }
    }

    #[test]
    fn local_names_and_numbers_are_known() {
        assert_eq!(look_up(Database::Passwd, "root").unwrap(), 0);
        assert_eq!(look_up(Database::Passwd, "54321").unwrap(), 54_321);
        assert_eq!(look_up(Database::Group, "0").unwrap(), 0);
        assert!(look_up(Database::Group, "4294967295").is_err());
        assert!(look_up(Database::Group, "99999999999").is_err());
    }

    #[test]
    fn unknown_names_are_named() {
        for name in ["nobody-of-that-name", "-s", "", "a:b", "a\nroot"] {
            let error = look_up(Database::Passwd, name).unwrap_err();
            assert!(matches!(&error, OwnerError::UnknownUser(told) if told == name));
        }
        let error = look_up(Database::Group, "no-such-group").unwrap_err();
        assert_eq!(error.to_string(), "unknown group `no-such-group`");
    }

    /// A program that answers what a directory service would.
    fn program(root: &Path, body: &str) -> String {
        let path = root.join("getent");
        // Written by a child, because a program that this process holds open for writing cannot be started, and a
        // child of another test may inherit the descriptor for an instant.
        let script = format!("#!/bin/sh\n{body}\n");
        let status = Command::new("/bin/sh")
            .args(["-c", "printf %s \"$1\" > \"$2\"", "sh", &script])
            .arg(&path)
            .status()
            .unwrap();
        assert!(status.success());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_program_of_the_host_is_asked_and_believed_only_when_it_is_clear() {
        let root = tempfile::tempdir().unwrap();
        let ask = |body: &str| {
            let program = program(root.path(), body);
            from_program(&program, Database::Passwd, "ldapuser")
        };
        assert_eq!(ask("echo \"$2:x:7777:100:$1:/:\"").unwrap(), Some(7777));
        assert_eq!(ask("exit 2").unwrap(), None);
        let error = ask("echo service down >&2; exit 3").unwrap_err();
        assert!(matches!(error, OwnerError::LookupFailed { .. }));
        assert!(error.to_string().contains("service down"), "{error}");
        assert!(ask("kill -9 $$").is_err());
        assert!(ask("echo other:x:1:1::/:").is_err());
        let missing = root.path().join("missing");
        let missing = missing.to_str().unwrap();
        assert_eq!(from_program(missing, Database::Group, "x").unwrap(), None);
    }
}
