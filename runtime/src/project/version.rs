//! The number in `.batou.json` that says how far a project has been migrated.

use std::path::{Path, PathBuf};

use batou_core::fs::{self, FsError};
use serde_json::{Map, Value};

/// The file that holds the number.
pub const FILE: &str = ".batou.json";

/// The number of projects as this program expects them, which is that of batou 2.4 to 2.7.
pub const CURRENT: u64 = 2400;

/// The number of a project cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] FsError),
    /// The file is no JSON.
    #[error("{} is no valid JSON", .path.display())]
    NoJson {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// There is no number in it.
    #[error("{} holds no number of a migration", .path.display())]
    NoNumber {
        /// The file.
        path: PathBuf,
    },
}

impl VersionError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            VersionError::Unreadable(_) => "make the file readable",
            VersionError::NoJson { .. } | VersionError::NoNumber { .. } => {
                "restore the file from your repository; its text is {\"migration\": {\"version\": NUMBER}}, and without \
                 the file a project counts as not migrated at all"
            }
        }
    }
}

/// What `.batou.json` holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProjectVersion {
    /// How far the project has been migrated; 0 without a file.
    pub number: u64,
    /// All members of the file.
    members: Map<String, Value>,
}

impl ProjectVersion {
    /// Reads the number of a project.
    ///
    /// # Errors
    /// The file is there but the number cannot be told.
    pub fn read(project: &Path) -> Result<Self, VersionError> {
        let path = project.join(FILE);
        if fs::follow(&path)?.is_none() {
            return Ok(Self::default());
        }
        let bytes = fs::read(&path)?;
        let value: Value = match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(source) => return Err(VersionError::NoJson { path, source }),
        };
        let number = value.pointer("/migration/version").and_then(number_of);
        match (number, value) {
            (Some(number), Value::Object(members)) => Ok(Self { number, members }),
            _ => Err(VersionError::NoNumber { path }),
        }
    }

    /// Writes the current number and keeps what else the file holds.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_current(mut self, project: &Path) -> Result<(), FsError> {
        self.members.insert("migration".to_owned(), serde_json::json!({ "version": CURRENT }));
        let text =
            if self.members.len() == 1 { current_text() } else { format!("{:#}\n", Value::Object(self.members)) };
        fs::replace(&project.join(FILE), text.as_bytes(), None)
    }
}

/// The text of a file that holds the current number and nothing else, as the original writes it.
pub fn current_text() -> String {
    format!("{{\"migration\": {{\"version\": {CURRENT}}}}}\n")
}

// The original takes numbers that are written as text, too.
fn number_of(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test builds its own project")]
mod tests {
    use super::*;

    fn project(text: &str) -> tempfile::TempDir {
        let project = tempfile::tempdir().expect("a directory");
        std::fs::write(project.path().join(FILE), text).expect("a file");
        project
    }

    #[test]
    fn numbers_are_read_as_number_or_text() {
        for (text, number) in
            [(r#"{"migration": {"version": 2303}}"#, 2303), (r#"{"migration":{"version":"2400"}}"#, 2400)]
        {
            assert_eq!(ProjectVersion::read(project(text).path()).expect("valid").number, number);
        }
        let empty = tempfile::tempdir().expect("a directory");
        assert_eq!(ProjectVersion::read(empty.path()).expect("nothing").number, 0);
    }

    #[test]
    fn what_holds_no_number_is_an_error() {
        for text in ["", "{", "[]", "{}", r#"{"migration": 7}"#, r#"{"migration": {"version": "new"}}"#] {
            let project = project(text);
            let error = ProjectVersion::read(project.path()).expect_err(text);
            assert!(error.to_string().contains(FILE), "{error}");
        }
    }

    #[test]
    fn the_number_is_replaced_and_the_rest_kept() {
        let project = project(r#"{"migration": {"version": 1}, "other": [1]}"#);
        let version = ProjectVersion::read(project.path()).expect("valid");
        version.write_current(project.path()).expect("written");
        let version = ProjectVersion::read(project.path()).expect("valid");
        assert_eq!((version.number, version.members["other"].to_string()), (CURRENT, "[1]".to_owned()));
        let empty = tempfile::tempdir().expect("a directory");
        ProjectVersion::default().write_current(empty.path()).expect("written");
        let text = std::fs::read_to_string(empty.path().join(FILE)).expect("a file");
        assert_eq!(text, "{\"migration\": {\"version\": 2400}}\n");
    }
}
