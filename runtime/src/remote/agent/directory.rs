//! The directory of a deployment, and whose turn it is there.

use std::path::{Component, Path, PathBuf};

use batou_core::fs::make_directory;
use batou_core::lock::{LockError, RunLock};

use super::install::{cache_directory, reset};
use crate::causes::causes;
use crate::project;
use crate::remote::protocol::{Prepare, Refusal};

/// A directory of a deployment that nobody else works in.
pub(super) struct Directory {
    /// The directory of the repository.
    pub root: PathBuf,
    /// The directory of the project in it.
    pub project: PathBuf,
    _lock: RunLock,
}

impl Directory {
    /// Makes the directory and takes its lock.
    pub(super) fn prepare(prepare: &Prepare) -> Result<Self, Refusal> {
        let root = expanded(&prepare.directory)?;
        let base = Path::new(&prepare.base);
        if base.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(refusal(format!("the project cannot be in {}", prepare.base)));
        }
        let project = root.join(base);
        make_directory(&root, true).map_err(|error| {
            because(refusal(format!("cannot make the directory {}", root.display())), &error)
                .with_hint("see `target_directory` and `service_user` in the environment")
        })?;
        let lock = RunLock::acquire(&root.join(project::LOCK_FILE), &prepare.holder).map_err(|error| {
            let hint = error.hint();
            let mut refused = because(refusal(format!("cannot work in {}", root.display())), &error).with_hint(hint);
            refused.is_busy = matches!(error, LockError::Held { .. });
            refused
        })?;
        if prepare.reset
            && let Some(cache) = cache_directory()
        {
            reset(&cache).map_err(|error| because(refusal("cannot reset the cache"), &error))?;
        }
        Ok(Self { root, project, _lock: lock })
    }
}

/// A path with the home directory in place of `~`.
fn expanded(path: &str) -> Result<PathBuf, Refusal> {
    let home = || dirs::home_dir().ok_or_else(|| refusal("the user on the host has no home directory"));
    let expanded = match path.strip_prefix('~') {
        Some("") => home()?,
        Some(rest) if rest.starts_with('/') => home()?.join(rest.trim_start_matches('/')),
        Some(_) => {
            return Err(refusal(format!("cannot tell where {path} is"))
                .with_hint("`target_directory` may begin with ~/, for the home directory of the service user"));
        }
        None => home()?.join(path),
    };
    Ok(expanded)
}

pub(super) fn refusal(message: impl Into<String>) -> Refusal {
    Refusal { message: message.into(), causes: Vec::new(), hints: Vec::new(), is_busy: false }
}

pub(super) fn because(mut refusal: Refusal, error: &dyn std::error::Error) -> Refusal {
    refusal.causes.extend(causes(error));
    refusal
}

impl Refusal {
    /// Adds what to do about it.
    #[must_use]
    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_stays_in_its_repository() {
        let directory = tempfile::tempdir().expect("a directory");
        let prepare = |base: &str| Prepare {
            directory: directory.path().join("x").to_string_lossy().into_owned(),
            base: base.to_owned(),
            holder: "a test".to_owned(),
            reset: false,
        };
        for base in ["..", "a/../../b", "/etc"] {
            assert!(Directory::prepare(&prepare(base)).is_err(), "{base}");
        }
        let first = Directory::prepare(&prepare("a/b")).map_err(|refused| refused.message).expect("free");
        assert_eq!(first.project, directory.path().join("x/a/b"));
        let Err(second) = Directory::prepare(&prepare("")) else { panic!("it is taken") };
        assert!(second.is_busy);
    }
}
