//! For which version of batou the definitions of a project are written.

use std::path::Path;

use super::{ConfigError, ProjectState};

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
/// The project's [state](ProjectState) decides. Without it, `old_layout` decides: whether the environment stands where it stood before the
/// directories of 2.3. A project with neither has never seen an older version.
///
/// # Errors
/// As [`ProjectState::read`], and [`ConfigError::StateValue`] if what the state says is no version.
pub fn older_definitions(base_dir: &Path, old_layout: bool) -> Result<Option<OlderDefinitions>, ConfigError> {
    let Some(state) = ProjectState::read(base_dir)? else {
        return Ok(old_layout.then_some(OlderDefinitions { migration: 0, version: LAST_OLDER }));
    };
    if let Some(version) = state.definitions()? {
        return Ok((version < FIRST_CURRENT).then_some(OlderDefinitions { migration: 0, version }));
    }
    let migration = state.migration()?.unwrap_or(0);
    Ok((migration < CURRENT).then_some(OlderDefinitions { migration, version: LAST_OLDER }))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn of(state: Option<&str>, old_layout: bool) -> Result<Option<OlderDefinitions>, ConfigError> {
        let project = tempfile::tempdir().expect("a temporary directory");
        if let Some(state) = state {
            fs::write(project.path().join(ProjectState::FILE), state).expect("the file of the project's state");
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
