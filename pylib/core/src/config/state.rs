//! The state of a project: how far it has been migrated, and what its definitions are made for.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::ConfigError;

/// What `.batou.json` in the directory of a project holds. The original writes `{"migration": {"version": 2400}}`; a person may add
/// `"definitions": {"version": "1.13"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectState {
    file: PathBuf,
    members: Map<String, Value>,
}

impl ProjectState {
    /// The name of the file.
    pub const FILE: &str = ".batou.json";

    /// Reads the state of the project in `base_dir`; `None` if it has no such file.
    ///
    /// # Errors
    /// [`ConfigError::Read`] if the file cannot be read, [`ConfigError::State`] if it is no JSON, [`ConfigError::StateValue`] if that is no
    /// object.
    pub fn read(base_dir: &Path) -> Result<Option<Self>, ConfigError> {
        let file = base_dir.join(Self::FILE);
        let text = match fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ConfigError::Read { file, source }),
        };
        match serde_json::from_slice(&text) {
            Ok(Value::Object(members)) => Ok(Some(Self { file, members })),
            Ok(other) => Err(ConfigError::StateValue { file, name: "the document", value: other.to_string() }),
            Err(source) => Err(ConfigError::State { file, source }),
        }
    }

    /// Everything that the file holds.
    pub fn members(&self) -> &Map<String, Value> {
        &self.members
    }

    /// The number of the last migration that has been done. The original takes numbers that are written as text, too.
    ///
    /// # Errors
    /// [`ConfigError::StateValue`] if the value is no number.
    pub fn migration(&self) -> Result<Option<u64>, ConfigError> {
        let Some(migration) = self.members.get("migration") else {
            return Ok(None);
        };
        let value = migration.get("version").unwrap_or(migration);
        let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
        number.filter(|_| migration.is_object()).map(Some).ok_or_else(|| self.wrong("migration.version", value))
    }

    /// The version of batou that the definitions are said to be made for: `1`, `1.13` or `1.13.2`.
    ///
    /// # Errors
    /// [`ConfigError::StateValue`] if the value is no version.
    pub fn definitions(&self) -> Result<Option<[u64; 3]>, ConfigError> {
        let Some(value) = self.members.get("definitions").and_then(|definitions| definitions.get("version")) else {
            return Ok(None);
        };
        let version = value.as_str().and_then(parse_version);
        version.map(Some).ok_or_else(|| self.wrong("definitions.version", value))
    }

    fn wrong(&self, name: &'static str, value: &Value) -> ConfigError {
        ConfigError::StateValue { file: self.file.clone(), name, value: value.to_string() }
    }
}

fn parse_version(text: &str) -> Option<[u64; 3]> {
    let mut version = [0; 3];
    let mut parts = text.trim().split('.');
    for (place, part) in version.iter_mut().zip(parts.by_ref().take(3)) {
        *place = part.parse().ok()?;
    }
    parts.next().is_none().then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<ProjectState>, ConfigError> {
        let project = tempfile::tempdir().expect("a directory");
        fs::write(project.path().join(ProjectState::FILE), text).expect("a file");
        ProjectState::read(project.path())
    }

    #[test]
    fn numbers_are_read_as_number_or_text() {
        for (text, number) in [
            (r#"{"migration": {"version": 2303}}"#, Some(2303)),
            (r#"{"migration":{"version":"2400"}}"#, Some(2400)),
            ("{}", None),
        ] {
            let state = read(text).expect("valid").expect("there");
            assert_eq!(state.migration().expect(text), number);
        }
        let empty = tempfile::tempdir().expect("a directory");
        assert_eq!(ProjectState::read(empty.path()).expect("nothing"), None);
    }

    #[test]
    fn what_cannot_be_understood_is_an_error() {
        assert!(matches!(read("{"), Err(ConfigError::State { .. })));
        assert!(matches!(read("[]"), Err(ConfigError::StateValue { .. })));
        for text in [r#"{"migration": 7}"#, r#"{"migration": {}}"#, r#"{"migration": {"version": "new"}}"#] {
            let error = read(text).expect("JSON").expect("there").migration().expect_err(text);
            assert!(matches!(error, ConfigError::StateValue { .. }), "{text}: {error}");
        }
    }
}
