//! What the packages need to know of the process and its user.

use std::fmt;
use std::path::PathBuf;

use super::PackageError;

/// A look at the environment variables.
pub type Variable = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Is told what takes time, a line each.
pub type Progress = Box<dyn Fn(&str) + Send + Sync>;

/// What the packages need to know of the process and its user.
pub struct Surroundings {
    /// The value of an environment variable.
    pub variable: Variable,
    /// The home directory of the user.
    pub home: Option<PathBuf>,
    /// The directory where packages are kept.
    pub cache: PathBuf,
    /// Whether the network must not be used.
    pub is_offline: bool,
    /// Is told what takes time.
    pub progress: Progress,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Surroundings")
            .field("home", &self.home)
            .field("cache", &self.cache)
            .field("is_offline", &self.is_offline)
            .finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Those of this process: its environment variables, home directory, and the cache directory of its user.
    ///
    /// `BATOU_OFFLINE` forbids the network, as `is_offline` does.
    ///
    /// # Errors
    /// Nobody knows where the user keeps caches.
    pub fn of_process(is_offline: bool, progress: Progress) -> Result<Self, PackageError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_offline = is_offline || variable("BATOU_OFFLINE").is_some_and(|value| value != "0");
        // A directory that others may write to, as that for temporary files, must not hold what is executed.
        let cache = dirs::cache_dir().ok_or(PackageError::NoCache)?;
        Ok(Self {
            variable: Box::new(variable),
            home: dirs::home_dir(),
            cache: cache.join("batou").join("packages"),
            is_offline,
            progress,
        })
    }

    /// The value of a variable that is set to something.
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }
}
