//! For which version of batou the definitions of a project are written.

use std::{fs, io, path::Path};

use super::ConfigError;

/// The file that says how far a project has been migrated.
const STATE_FILE: &str = ".batou.json";
/// The migration after which definitions mean what they mean today; later ones move files only.
const CURRENT: u64 = 2303;
/// What a project that has not been migrated at all is taken for.
const LAST_OLDER: [u64; 3] = [2, 2, 0];
/// The first version whose definitions mean what they mean today.
const FIRST_CURRENT: [u64; 3] = [2, 3, 0];

/// Definitions that mean something else than they would today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OlderDefinitions {
    /// Number of the last migration that has been done.
    pub migration: u64,
    /// The version of batou they are written for.
    pub version: [u64; 3],
}

/// Says for which older version of batou the definitions of the project in `base_dir` are written; `None` for current ones.
///
/// The project's `.batou.json` decides: `{"migration": {"version": 2302}}` is written by migrations, and a person may add
/// `"definitions": {"version": "1.13"}`. Without the file, `old_layout` decides: whether the environment stands where it stood before the
/// directories of 2.3. A project with neither has never seen an older version.
///
/// # Errors
/// [`ConfigError::Read`] if the file cannot be read, [`ConfigError::State`] if it is no JSON, [`ConfigError::StateValue`] if what it says is
/// no version.
pub fn older_definitions(base_dir: &Path, old_layout: bool) -> Result<Option<OlderDefinitions>, ConfigError> {
    let file = base_dir.join(STATE_FILE);
    let text = match fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(old_layout.then_some(OlderDefinitions { migration: 0, version: LAST_OLDER }));
        }
        Err(source) => return Err(ConfigError::Read { file, source }),
    };
    let state: serde_json::Value =
        serde_json::from_slice(&text).map_err(|source| ConfigError::State { file: file.clone(), source })?;
    let wrong = |name: &'static str, value: &serde_json::Value| ConfigError::StateValue {
        file: file.clone(),
        name,
        value: value.to_string(),
    };
    if let Some(value) = state.pointer("/definitions/version") {
        let version = value.as_str().and_then(parse_version).ok_or_else(|| wrong("definitions.version", value))?;
        return Ok((version < FIRST_CURRENT).then_some(OlderDefinitions { migration: 0, version }));
    }
    let migration = match state.pointer("/migration/version") {
        Some(value) => value.as_u64().ok_or_else(|| wrong("migration.version", value))?,
        None => 0,
    };
    Ok((migration < CURRENT).then_some(OlderDefinitions { migration, version: LAST_OLDER }))
}

/// Reads `1`, `1.13` or `1.13.2`.
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

    fn of(state: Option<&str>, old_layout: bool) -> Result<Option<OlderDefinitions>, ConfigError> {
        let project = tempfile::tempdir().expect("a temporary directory");
        if let Some(state) = state {
            fs::write(project.path().join(STATE_FILE), state).expect("the file of the project's state");
        }
        older_definitions(project.path(), old_layout)
    }

    fn older(migration: u64, version: [u64; 3]) -> Option<OlderDefinitions> {
        Some(OlderDefinitions { migration, version })
    }

    #[test]
    fn the_number_of_the_last_migration_decides() {
        for layout in [true, false] {
            assert_eq!(of(Some(r#"{"migration": {"version": 2400}}"#), layout).unwrap(), None);
            assert_eq!(of(Some(r#"{"migration": {"version": 2303}}"#), layout).unwrap(), None);
            assert_eq!(of(Some(r#"{"migration": {"version": 2301}}"#), layout).unwrap(), older(2301, [2, 2, 0]));
            assert_eq!(of(Some("{}"), layout).unwrap(), older(0, [2, 2, 0]));
        }
    }

    #[test]
    fn without_a_number_the_layout_decides() {
        assert_eq!(of(None, true).unwrap(), older(0, [2, 2, 0]));
        assert_eq!(of(None, false).unwrap(), None);
    }

    #[test]
    fn a_stated_version_beats_the_number() {
        let state = |version: &str| {
            format!(r#"{{"migration": {{"version": 2400}}, "definitions": {{"version": "{version}"}}}}"#)
        };
        assert_eq!(of(Some(&state("0.2")), false).unwrap(), older(0, [0, 2, 0]));
        assert_eq!(of(Some(&state("1")), false).unwrap(), older(0, [1, 0, 0]));
        assert_eq!(of(Some(&state("1.0.3")), true).unwrap(), older(0, [1, 0, 3]));
        assert_eq!(of(Some(&state("2.3")), true).unwrap(), None);
    }

    #[test]
    fn a_state_that_cannot_be_understood_is_an_error() {
        assert!(matches!(of(Some("{"), false), Err(ConfigError::State { .. })));
        for state in [
            r#"{"migration": {"version": "new"}}"#,
            r#"{"definitions": {"version": 2}}"#,
            r#"{"definitions": {"version": "1.2.3.4"}}"#,
            r#"{"definitions": {"version": "1.x"}}"#,
        ] {
            let error = of(Some(state), false).expect_err(state);
            assert!(matches!(error, ConfigError::StateValue { .. }), "{state}: {error}");
        }
    }
}
