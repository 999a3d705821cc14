//! Whether there is a virtual environment of a version.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::layout;

/// What can be seen of a virtual environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has an interpreter of the wanted version, and pip.
    Good,
    /// It has none, or one of another version.
    Missing,
    /// The files do not tell for sure.
    Unknown,
}

/// Looks at the environment in a directory. The version has one or two parts; of one with more only the interpreter knows, as its
/// third changes with every update of the system.
///
/// The version that `pyvenv.cfg` records is that of the day when the environment was made. It counts only together with the name of the
/// program that `bin/python` leads to now.
pub fn state(environment: &Path, wanted: &str) -> State {
    let program = environment.join("bin/python");
    let interpreter = match layout::interpreter(environment) {
        Ok(interpreter) => interpreter,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return State::Missing,
        Err(_) => return State::Unknown,
    };
    let executable = program.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0);
    let recorded = layout::setting(environment, &["version", "version_info"]).and_then(|text| layout::pair(&text));
    let (Some(version), true) = (interpreter.filter(|version| Some(*version) == recorded), executable) else {
        return State::Unknown;
    };
    let parts: Result<Vec<u64>, _> = wanted.split('.').map(str::parse).collect();
    match parts.as_deref() {
        Ok([major]) if *major != version.0 => State::Missing,
        Ok([major, minor]) if (*major, *minor) != version => State::Missing,
        Ok([_] | [_, _]) if layout::packages(environment, version).join("pip/__init__.py").is_file() => State::Good,
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// An environment whose interpreter has this name, and which records this version.
    fn environment(program: &str, recorded: &str) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        fs::create_dir_all(path.join("bin")).unwrap();
        fs::create_dir_all(path.join("lib/python3.11/site-packages/pip")).unwrap();
        fs::write(path.join("lib/python3.11/site-packages/pip/__init__.py"), "").unwrap();
        fs::write(path.join(program), "").unwrap();
        fs::set_permissions(path.join(program), fs::Permissions::from_mode(0o755)).unwrap();
        symlink(path.join(program), path.join("bin/python3")).unwrap();
        symlink("python3", path.join("bin/python")).unwrap();
        fs::write(path.join("pyvenv.cfg"), format!("home = /usr/bin\nversion = {recorded}\n")).unwrap();
        directory
    }

    #[test]
    fn an_interpreter_of_the_version_with_pip_is_good() {
        let made = environment("python3.11", "3.11.7");
        assert_eq!(state(made.path(), "3"), State::Good);
        assert_eq!(state(made.path(), "3.11"), State::Good);
    }

    #[test]
    fn an_interpreter_of_another_version_is_missing() {
        let made = environment("python3.11", "3.11.7");
        assert_eq!(state(made.path(), "2"), State::Missing);
        assert_eq!(state(made.path(), "3.12"), State::Missing);
        assert_eq!(state(made.path(), "3.1"), State::Missing);
    }

    #[test]
    fn no_interpreter_is_missing() {
        assert_eq!(state(tempfile::tempdir().unwrap().path(), "3"), State::Missing);
        let made = environment("python3.11", "3.11.7");
        fs::remove_file(made.path().join("python3.11")).unwrap();
        assert_eq!(state(made.path(), "3"), State::Missing, "the link leads nowhere");
    }

    #[test]
    fn what_the_files_do_not_tell_is_unknown() {
        let made = environment("python3.11", "3.11.7");
        assert_eq!(state(made.path(), "3.11.7"), State::Unknown, "an update changes the third part");
        assert_eq!(state(made.path(), "pypy"), State::Unknown);
        assert_eq!(state(environment("python3.12", "3.11.7").path(), "3"), State::Unknown, "the system has moved on");
        assert_eq!(state(environment("python3", "3.11.7").path(), "3"), State::Unknown, "a program without a version");
        fs::remove_file(made.path().join("lib/python3.11/site-packages/pip/__init__.py")).unwrap();
        assert_eq!(state(made.path(), "3"), State::Unknown, "pip may be the system's");
        let made = environment("python3.11", "3.11.7");
        fs::set_permissions(made.path().join("python3.11"), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(state(made.path(), "3"), State::Unknown, "it cannot be run");
    }
}
