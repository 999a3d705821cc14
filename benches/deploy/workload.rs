//! The workloads: projects in files, with the number of their targets filled in.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

/// Stands for the number of files in every text of a workload.
const PLACEHOLDER: &str = "@FILES@";

/// Stands for the directory of the programs that `make prepare` installs.
const TOOLS_PLACEHOLDER: &str = "@TOOLS@";

/// The migration state of the 2.x layout, without which the original refuses to run.
const MIGRATION: &str = r#"{"migration": {"version": 2400}}"#;

/// A workload in one size.
pub struct Workload {
    /// Name of its directory and its size.
    pub name: String,
    /// What it stands for.
    pub about: String,
    /// How many files a deployment manages.
    pub files: usize,
    /// Whether both programs work on one and the same project, which is deployed before anything is timed.
    pub one_project: bool,
    end: Vec<String>,
    repetitions: usize,
    prepare: Option<String>,
    variables: BTreeMap<String, String>,
    original_variables: BTreeMap<String, String>,
    floor: Option<String>,
    directory: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkloadFile {
    about: String,
    sizes: Vec<Size>,
    /// For what runs on after a deployment: two of them, each with its own, would disturb each other.
    #[serde(default)]
    one_project: bool,
    /// A command that ends what the deployment started.
    #[serde(default)]
    end: Vec<String>,
    /// What the shell does in the project before it is deployed.
    #[serde(default)]
    prepare: Option<String>,
    /// What both programs find in their environment.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// What stands there instead for the original.
    #[serde(default)]
    original_variables: BTreeMap<String, String>,
    /// What another program would do for the same, as a text for the shell; it stands in the table instead of the floor.
    #[serde(default)]
    floor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Size {
    files: usize,
    repetitions: usize,
}

/// All workloads below a directory, in the order of their names: adding a directory adds a measurement.
pub fn load_all(directory: &Path) -> Result<Vec<Workload>, String> {
    let listing = fs::read_dir(directory).map_err(|error| at(directory, &error))?;
    let mut directories: Vec<PathBuf> = listing.flatten().map(|entry| entry.path()).collect();
    directories.sort();
    let mut workloads = Vec::new();
    for directory in directories {
        let path = directory.join("workload.json");
        let text = fs::read_to_string(&path).map_err(|error| at(&path, &error))?;
        let file: WorkloadFile = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let stem = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for size in file.sizes {
            let name = if size.files > 1 { format!("{stem}-{}", size.files) } else { stem.clone() };
            workloads.push(Workload {
                name,
                about: file.about.clone(),
                files: size.files,
                one_project: file.one_project,
                end: file.end.clone(),
                repetitions: size.repetitions.max(1),
                prepare: file.prepare.clone(),
                variables: file.variables.clone(),
                original_variables: file.original_variables.clone(),
                floor: file.floor.clone(),
                directory: directory.clone(),
            });
        }
    }
    Ok(workloads)
}

impl Workload {
    /// How often both programs run. Looking at the memory costs a little time that matters in short runs only; these
    /// are repeated often, and have one more round for it.
    pub fn rounds(&self) -> usize {
        if self.has_memory_round() { self.repetitions + 1 } else { self.repetitions }
    }

    /// Whether the last round, in which the memory is watched, is not timed.
    pub fn has_memory_round(&self) -> bool {
        self.repetitions > 2
    }
}

/// A fresh copy of a workload, ready to be deployed.
pub struct Project {
    directory: TempDir,
    end: Vec<String>,
    /// What the programs find in their environment.
    pub variables: BTreeMap<String, String>,
    /// What the original finds there instead.
    pub original_variables: BTreeMap<String, String>,
    /// What another program would do for the same.
    pub floor: Option<String>,
}

impl Drop for Project {
    fn drop(&mut self) {
        if let [program, arguments @ ..] = &self.end[..] {
            let mut command = Command::new(self.path().join(program));
            command.args(arguments).current_dir(self.path()).stdout(Stdio::null()).stderr(Stdio::null());
            // It may never have been started.
            let _ = command.status();
        }
    }
}

/// Where projects are made: `BATOU_BENCH_DIRECTORY`, else a memory file system, else the directory for temporary files.
///
/// A disk would be measured instead of the programs: ext4 for example does not use an inode again within seconds of
/// its deletion, which slows down whoever is done in less.
pub fn place() -> PathBuf {
    let memory = Path::new("/dev/shm");
    match env::var_os("BATOU_BENCH_DIRECTORY") {
        Some(directory) => PathBuf::from(directory),
        None if memory.is_dir() => memory.to_owned(),
        None => env::temp_dir(),
    }
}

impl Project {
    /// Copies a workload to a temporary directory.
    pub fn new(workload: &Workload) -> Result<Self, String> {
        let directory =
            TempDir::with_prefix_in("bench-", place()).map_err(|error| format!("no temporary directory: {error}"))?;
        let project = Self {
            directory,
            end: workload.end.clone(),
            variables: workload.variables.clone(),
            original_variables: workload.original_variables.clone(),
            floor: workload.floor.clone(),
        };
        for part in ["components", "environments"] {
            copy(&workload.directory.join(part), &project.path().join(part), workload.files)?;
        }
        let marker = project.path().join(".batou.json");
        fs::write(&marker, MIGRATION).map_err(|error| at(&marker, &error))?;
        if let Some(script) = &workload.prepare {
            let script = script.replace(PLACEHOLDER, &workload.files.to_string());
            let ended = Command::new("sh").args(["-ec", &script]).current_dir(project.path()).output();
            let output = ended.map_err(|error| format!("sh: {error}"))?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(format!("{}: it cannot be prepared: {said}", workload.name));
            }
        }
        Ok(project)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Where the deployment puts its files.
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Insists that both programs did the whole work, and the same.
    pub fn check_same_files(&self, other: &Project, count: usize) -> Result<(), String> {
        let (found, expected) = (files(&self.work())?, files(&other.work())?);
        if expected.len() != count {
            return Err(format!("the original left {} files, the workload has {count}", expected.len()));
        }
        if found != expected {
            return Err("the two programs left different files, so their times mean nothing".into());
        }
        Ok(())
    }
}

/// Every managed file below a directory with its content, without what the tools keep there.
pub fn files(directory: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(|error| at(&next, &error))? {
            let path = entry.map_err(|error| at(&next, &error))?.path();
            if path.ends_with(".batou-diffs") || path.ends_with(".git") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else {
                let content = fs::read(&path).map_err(|error| at(&path, &error))?;
                let relative = path.strip_prefix(directory).unwrap_or(&path).to_path_buf();
                found.insert(relative, content);
            }
        }
    }
    Ok(found)
}

fn copy(from: &Path, to: &Path, count: usize) -> Result<(), String> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(|error| at(to, &error))?;
        for entry in fs::read_dir(from).map_err(|error| at(from, &error))? {
            let entry = entry.map_err(|error| at(from, &error))?;
            copy(&entry.path(), &to.join(entry.file_name()), count)?;
        }
        return Ok(());
    }
    let text = fs::read_to_string(from).map_err(|error| at(from, &error))?;
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.venv/bin");
    let text = text.replace(PLACEHOLDER, &count.to_string()).replace(TOOLS_PLACEHOLDER, &tools.to_string_lossy());
    fs::write(to, text).map_err(|error| at(to, &error))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
