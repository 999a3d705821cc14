//! The place where a case runs: built anew for each program, always at the same path.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::case::{Case, Change};
use crate::snapshot::{self, Tree};

/// Stands for the path of the sandbox in every file of a case, where an absolute path is needed.
const PLACEHOLDER: &str = "@SANDBOX@";

/// Where the files lie that several cases have in common.
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compat/shared");

/// The migration state of the 2.x layout, without which the original refuses to run.
const MIGRATION: &str = r#"{"migration": {"version": 2400}}"#;

/// A temporary directory with `world/project` (the case), `world/outside` (for absolute paths) and `tools` (home
/// directory, temporary files and captured output, which nobody compares).
pub struct Sandbox {
    directory: TempDir,
}

impl Sandbox {
    /// Makes an empty sandbox.
    pub fn new() -> Result<Self, String> {
        let directory = tempfile::Builder::new()
            .prefix("compat-")
            .tempdir()
            .map_err(|error| format!("no temporary directory: {error}"))?;
        Ok(Self { directory })
    }

    /// Removes what the previous program left and copies the case.
    pub fn fill(&self, case: &Case) -> Result<(), String> {
        for part in [self.world(), self.tools()] {
            if part.exists() {
                fs::remove_dir_all(&part).map_err(|error| at(&part, &error))?;
            }
        }
        for part in [self.project(), self.world().join("outside"), self.home(), self.temporary()] {
            fs::create_dir_all(&part).map_err(|error| at(&part, &error))?;
        }
        for name in &case.shared {
            self.copy(&Path::new(SHARED).join(name), &self.project())?;
        }
        let listing = fs::read_dir(&case.directory).map_err(|error| at(&case.directory, &error))?;
        for entry in listing {
            let name = entry.map_err(|error| at(&case.directory, &error))?.file_name();
            if name != "case.json" {
                self.copy(&case.directory.join(&name), &self.project().join(&name))?;
            }
        }
        let marker = self.project().join(".batou.json");
        if marker.exists() {
            return Ok(());
        }
        fs::write(&marker, MIGRATION).map_err(|error| at(&marker, &error))
    }

    /// Does one change between two runs.
    pub fn change(&self, change: &Change) -> Result<(), String> {
        let (path, outcome) = match change {
            Change::Write { path, text } => (path, fs::write(self.inside(path), self.substitute(text))),
            Change::Append { path, text } => (path, append(&self.inside(path), text)),
            Change::Delete(path) => (path, delete(&self.inside(path))),
            Change::Mode { path, mode } => {
                let bits = u32::from_str_radix(mode, 8).map_err(|error| format!("{path}: mode {mode}: {error}"))?;
                (path, fs::set_permissions(self.inside(path), fs::Permissions::from_mode(bits)))
            }
            Change::Directory(path) => (path, fs::create_dir_all(self.inside(path))),
            Change::Symlink { path, target } => (path, symlink(self.substitute(target), self.inside(path))),
            Change::Age { path, seconds } => (path, age(&self.inside(path), *seconds)),
        };
        outcome.map_err(|error| format!("a change of the case failed: {path}: {error}"))
    }

    /// The picture of everything that a deployment may have touched.
    pub fn picture(&self, everything: bool) -> Result<Tree, String> {
        snapshot::take(&self.world(), everything)
    }

    /// Where the project lies.
    pub fn project(&self) -> PathBuf {
        self.world().join("project")
    }

    /// The home directory of the programs.
    pub fn home(&self) -> PathBuf {
        self.tools().join("home")
    }

    /// Where the programs put temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.tools().join("tmp")
    }

    /// Where captured output lies.
    pub fn tools(&self) -> PathBuf {
        self.directory.path().join("tools")
    }

    fn world(&self) -> PathBuf {
        self.directory.path().join("world")
    }

    fn inside(&self, path: &str) -> PathBuf {
        self.project().join(path)
    }

    /// Puts the path in.
    pub fn substitute(&self, text: &str) -> String {
        text.replace(PLACEHOLDER, &self.world().to_string_lossy())
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<(), String> {
        let metadata = fs::symlink_metadata(from).map_err(|error| at(from, &error))?;
        if metadata.is_symlink() {
            let target = fs::read_link(from).map_err(|error| at(from, &error))?;
            return symlink(target, to).map_err(|error| at(to, &error));
        }
        if metadata.is_dir() {
            fs::create_dir_all(to).map_err(|error| at(to, &error))?;
            for entry in fs::read_dir(from).map_err(|error| at(from, &error))? {
                let entry = entry.map_err(|error| at(from, &error))?;
                self.copy(&entry.path(), &to.join(entry.file_name()))?;
            }
        } else {
            let bytes = fs::read(from).map_err(|error| at(from, &error))?;
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => self.substitute(&text).into_bytes(),
                Err(binary) => binary.into_bytes(),
            };
            fs::write(to, bytes).map_err(|error| at(to, &error))?;
        }
        fs::set_permissions(to, metadata.permissions()).map_err(|error| at(to, &error))
    }
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut bytes = fs::read(path)?;
    bytes.extend_from_slice(text.as_bytes());
    fs::write(path, bytes)
}

fn delete(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

fn age(path: &Path, seconds: u64) -> io::Result<()> {
    let time = SystemTime::now()
        .checked_sub(Duration::from_secs(seconds))
        .ok_or_else(|| io::Error::other("the age reaches before the beginning of time"))?;
    File::options().append(true).open(path)?.set_modified(time)
}

fn at(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
