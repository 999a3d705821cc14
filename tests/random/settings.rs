//! What is run: the seed, how many trees, and which programs.

use std::env;
use std::path::{Path, PathBuf};

use fastrand::Rng;

use crate::generator::Style;
use crate::program::Program;

/// The seed of the continuous integration. Any other one is as good; a fixed one gives the same result each time.
const SEED: u64 = 271_828;

/// How many trees a run has.
const COUNT: usize = 520;

/// Every how many trees one goes through the whole programs.
const WHOLE_EVERY: usize = 13;

/// The settings of a run.
pub struct Settings {
    pub seed: u64,
    count: usize,
    only: Option<usize>,
    /// The Python of the original.
    pub original_python: PathBuf,
    /// The whole original.
    pub original: Program,
    /// Our `batou`, which runs the driver.
    pub batou: PathBuf,
    /// Our `batou-local`.
    pub ours: Program,
    pub driver: PathBuf,
    /// Where projects that failed are kept.
    pub kept: PathBuf,
}

impl Settings {
    /// Reads the settings from the environment. Answers with a message if they are wrong or the original is missing.
    pub fn read() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let binaries = root.join("tests/.venv/bin");
        let settings = Self {
            seed: number("RANDOM_SEED")?.unwrap_or(SEED),
            count: number("RANDOM_COUNT")?.unwrap_or(COUNT),
            only: number("RANDOM_ONLY")?,
            original_python: binaries.join("python"),
            original: Program::Original(binaries.join("batou")),
            batou: env!("CARGO_BIN_EXE_batou").into(),
            ours: Program::Ours(env!("CARGO_BIN_EXE_batou-local").into()),
            driver: root.join("tests/random/driver.py"),
            kept: Path::new(env!("CARGO_TARGET_TMPDIR")).join("random"),
        };
        settings.original.check_present()?;
        settings.ours.check_present()?;
        Ok(settings)
    }

    /// The numbers of the trees to run.
    pub fn numbers(&self) -> impl Iterator<Item = usize> + use<> {
        let range = self.only.map_or(0..self.count, |only| only..only + 1);
        range.into_iter()
    }

    /// Whether a tree goes through the whole programs.
    pub fn is_whole(&self, number: usize) -> bool {
        number.is_multiple_of(WHOLE_EVERY)
    }

    /// The style of a tree.
    pub fn style(&self, number: usize) -> Style {
        match number {
            _ if self.is_whole(number) => Style::Whole,
            _ if number % 5 < 2 => Style::Predictable,
            _ => Style::Any,
        }
    }

    /// The source of all chance in a tree, which depends on nothing but the seed and the tree's number.
    pub fn rng(&self, number: usize) -> Rng {
        let mut seeds = Rng::with_seed(self.seed);
        let salt = seeds.u64(..);
        Rng::with_seed(salt ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

fn number<N: std::str::FromStr>(variable: &str) -> Result<Option<N>, String> {
    match env::var(variable) {
        Ok(text) => text.parse().map(Some).map_err(|_| format!("{variable} must be a number, not {text:?}")),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(error) => Err(format!("{variable}: {error}")),
    }
}
