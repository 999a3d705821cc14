//! The number in `.batou.json` that says how far a project has been migrated.

use std::path::Path;

use batou_core::{
    config::{ConfigError, ProjectState},
    fs::{self, FsError},
};
use serde_json::{Map, Value};

/// The file that holds the number.
pub const FILE: &str = ProjectState::FILE;

/// The number of projects as this program expects them, which is that of batou 2.4 to 2.7.
pub const CURRENT: u64 = 2400;

/// What `.batou.json` holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ProjectVersion {
    /// How far the project has been migrated; 0 without a file or without a number in it.
    pub number: u64,
    /// All members of the file.
    members: Map<String, Value>,
}

impl ProjectVersion {
    /// Reads the number of a project.
    ///
    /// # Errors
    /// The file is there but the number cannot be told.
    pub fn read(project: &Path) -> Result<Self, ConfigError> {
        let Some(state) = ProjectState::read(project)? else {
            return Ok(Self::default());
        };
        Ok(Self { number: state.migration()?.unwrap_or(0), members: state.members().clone() })
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
